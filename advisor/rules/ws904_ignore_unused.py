"""An ignore matches no finding, names no rule, or gives no reason.

An ignore that matches nothing hides whatever comes to its place later, and nobody notices. One without a reason cannot be
judged by whoever reads it next. This holds for comments (``wsadvise: ignore[WS201] because ...``) and for entries of the
configuration.

Remove it, correct the rule's name, or say why it is there.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, Severity
from advisor.rules.scan import Scan

ID = "WS904"
NAME = "ignore-unused"
SEVERITY: Severity = "info"


def check(scan: Scan) -> Iterator[Finding]:
    """Nothing: ``advisor.suppress`` raises it, for an ignore can be judged only when every rule has spoken."""
    yield from ()
