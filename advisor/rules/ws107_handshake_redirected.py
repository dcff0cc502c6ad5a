"""The client's URL is answered with a redirect, and browsers do not follow redirects of a WebSocket handshake.

The usual two: a redirect from http to https meets a client that says ``ws://``, and a redirect that adds a slash meets a
client that leaves it out. RFC 6455 section 4.1 lets a client follow, browsers do not (the WHATWG WebSockets standard fails
the connection on any status but 101).

Let the client open the final URL.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Answer, Finding, Path, Severity, Step
from advisor.rules import remedies
from advisor.rules.scan import Scan, branches, related

ID = "WS107"
NAME = "handshake-redirected"
SEVERITY: Severity = "error"
OVER = ("WS601",)


def check(scan: Scan) -> Iterator[Finding]:
    for path in scan.paths:
        step = scan.deciding(path)
        if path.handshake.cause != "redirected" or step is None:
            continue
        answers = [result for _, result in branches(step) if isinstance(result, Answer)]
        if answers:
            yield _finding(path, step, answers[0])


def _finding(path: Path, step: Step, answer: Answer) -> Finding:
    urls = [url for use in path.clients for url in use.urls if not url.guarded]
    target = (answer.location or "").replace("https://", "wss://", 1).replace("http://", "ws://", 1)
    return Finding(
        ID,
        NAME,
        SEVERITY,
        "breaks",
        "certain" if path.certainty != "weak" else "likely",
        f"The handshake for {path.url} is answered with {answer.status}, which browsers do not follow.",
        answer.place or step.hop.place,
        why=(
            f"the handshake for {path.url} arrives at {step.hop.name}",
            answer.reason,
            "a browser fails a WebSocket on any answer but 101",
        ),
        remedy=f"Let the client open {target} itself." if target else "Let the client open the final URL itself.",
        verify=remedies.curl(path),
        related=related(urls[0].place if urls else None, "the client opens this URL"),
        path=path.id,
        facts=(f"{step.hop.platform}/redirect_behaviour",),
        who="client",
    )
