"""The generic causes: each can be found, names rules of the catalogue, and has a test."""

from __future__ import annotations

import re

import pytest

from advisor.diagnose.evidence import READERS
from advisor.symptoms import Signature, Symptom, causes, fits, read, signs

EXPECTED = [
    ("Unexpected response code: 426", "upgrade_lost"),
    ("505", "old_http"),
    ("301", "redirected"),
    ("502", "not_listening"),
    ("504", "slow_handshake"),
    ("Mixed Content: the page was loaded over HTTPS", "mixed_content"),
    ("net::ERR_CERT_DATE_INVALID", "tls"),
    ("closes when idle", "idle_timeout"),
    ("closes although the client sends all the time", "lifetime"),
    ("ping timeout", "heartbeat_unanswered"),
    ("every socket drops after a deploy", "deploy_cuts"),
    ("1001 when traffic is low", "scale_down"),
    ('{"code":1,"message":"Session ID unknown"}', "session_unknown"),
    ("messages reach only some clients", "memory_not_shared"),
    ("1009", "message_too_large"),
    ("1003", "binary_refused"),
    ("Request origin not allowed: https://x.example", "origin_rejected"),
    ("close code 4401", "authentication"),
    ("subprotocol mismatch", "subprotocol"),
    ("Invalid frame header", "broken_frames"),
    ("close code 1011", "app_error"),
    ("health check failed", "health_check_kills"),
    ("worker_connections are not enough", "out_of_places"),
    ("it never reconnects", "no_reconnect"),
    ("reconnect storm", "hammering"),
    ("close code 1000", "closed_on_purpose"),
    ("464", "wrong_protocol"),
]


@pytest.mark.parametrize(("pasted", "cause"), EXPECTED, ids=[cause for _, cause in EXPECTED])
def test_the_usual_cause_fits_best(pasted: str, cause: str) -> None:
    """Of all generic causes."""
    symptom = read(pasted)
    fitting = [(fit.score, each.id) for each in causes() if (fit := each.fit(symptom)) is not None]

    assert max(score for score, _ in fitting) == next(score for score, id in fitting if id == cause)


def test_immediate_disconnects_have_their_causes() -> None:
    """All that the mission names for a socket that opens and closes at once."""
    symptom = read("connects and then closes immediately")
    expected = {"origin_rejected", "session_unknown", "subprotocol", "authentication", "wrong_protocol", "health_check_kills"}

    assert expected <= {cause.id for cause in causes() if cause.fit(symptom) is not None}


def test_the_table_is_sound() -> None:
    """Ids once, rules that look like rules, evidence that is read, signs that exist, signatures that say something."""
    ids = [cause.id for cause in causes()]

    assert sorted(set(ids)) == sorted(ids)
    assert [] == [rule for cause in causes() for rule in cause.rules if not re.fullmatch(r"WS\d{3}", rule)]
    assert [] == [cause.id for cause in causes() if cause.evidence is not None and cause.evidence not in READERS]
    assert [] == [cause.id for cause in causes() if not (cause.means.endswith(".") and cause.test)]
    assert set() == {sign for cause in causes() for signature in cause.signatures for sign in signature.signs} - set(signs())
    assert [] == [cause.id for cause in causes() for signature in cause.signatures if not signature.says_something()]


@pytest.mark.parametrize(
    ("signature", "symptom"),
    [
        pytest.param(Signature(phase="open", status=(400,)), Symptom("", phase="handshake", statuses=(400,)), id="other-phase"),
        pytest.param(Signature(status=(502,)), Symptom("", statuses=(400,)), id="other-status"),
        pytest.param(Signature(close_code=(1001,), signs=("idle",)), Symptom("", close_codes=(1001,)), id="sign-not-seen"),
        pytest.param(
            Signature(close_code=(1006,), after_s=(60,)), Symptom("", close_codes=(1006,), after_s=300), id="other-time"
        ),
        pytest.param(Signature(log_code=("H15",)), Symptom("", log_codes=("H12",)), id="other-log-code"),
        pytest.param(Signature(status=(503,)), Symptom("", statuses=(503,), log_codes=("H15",)), id="status-of-a-coded-line"),
        pytest.param(Signature(log_words=("boot timeout",)), Symptom("a timeout"), id="words-not-there"),
    ],
)
def test_what_disagrees_does_not_fit(signature: Signature, symptom: Symptom) -> None:
    """One contradiction is enough."""
    assert fits(symptom, signature) is None


def test_more_agreement_fits_better() -> None:
    """A code that a router logs says more than a status, and that more than 1006."""
    scores = [
        fit.score
        for fit in (
            fits(Symptom("", log_codes=("H15",)), Signature(log_code=("H15",))),
            fits(Symptom("", statuses=(400,)), Signature(status=(400,))),
            fits(Symptom("", close_codes=(1006,)), Signature(close_code=(1006,))),
        )
        if fit is not None
    ]

    assert sorted(scores, reverse=True) == scores
    assert 3 == len(set(scores))
