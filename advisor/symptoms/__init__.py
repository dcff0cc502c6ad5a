"""What a person pastes (a console line, a status, a close code, a log line, a few words) -> a :class:`Symptom`.

``read`` parses; ``causes`` are the reasons that hold for any platform, as data; ``match`` says whether a symptom has the
features of a signature. The wordings and causes stand in ``tables/*.yaml``; no platform is named here.
"""

from __future__ import annotations

from advisor.symptoms.causes import GenericCause, causes, collect
from advisor.symptoms.match import Fit, fits
from advisor.symptoms.read import read
from advisor.symptoms.symptom import Signature, Symptom, signs

__all__ = ["Fit", "GenericCause", "Signature", "Symptom", "causes", "collect", "fits", "read", "signs"]
