"""The client's URL is answered with a redirect, and browsers do not follow redirects of a WebSocket handshake.

The usual two: a redirect from http to https meets a client that says ``ws://``, and a redirect that adds a slash meets a
client that leaves it out. RFC 6455 section 4.1 lets a client follow, browsers do not (the WHATWG WebSockets standard fails
the connection on any status but 101).

Let the client open the final URL.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.attempts import sample
from advisor.model import Answer, Finding, Path, Severity, Step
from advisor.rules import remedies
from advisor.rules.scan import Scan, app_place, branches, related

ID = "WS107"
NAME = "handshake-redirected"
SEVERITY: Severity = "error"
OVER = ("WS601",)


def covers(scan: Scan, finding: Finding) -> bool:
    """True where the redirect is the one to TLS: only then is the client's scheme told here already."""
    path = next((path for path in scan.paths if path.id == finding.path), None)
    step = scan.deciding(path) if path is not None else None
    answers = [result for _, result in branches(step) if isinstance(result, Answer)] if step is not None else []
    plain = step is not None and step.received.scheme == "http"
    return plain and any((answer.location or "").startswith("https:") for answer in answers)


def check(scan: Scan) -> Iterator[Finding]:
    for path in scan.paths:
        step = scan.deciding(path)
        if path.handshake.cause != "redirected" or step is None:
            continue
        answers = [result for _, result in branches(step) if isinstance(result, Answer)]
        if answers:
            yield _finding(scan, path, step, answers[0])


def _finding(scan: Scan, path: Path, step: Step, answer: Answer) -> Finding:
    urls = [url for use in path.clients for url in use.urls if not url.guarded]
    asking = next((url for url in urls if url.path and sample(url.path) == step.received.path), urls[0] if urls else None)
    app = path.app.id if path.app else "the app"
    at_proxy = asking is None and _adds_slash(step, answer) and not path.endpoint.endswith("/")
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
        remedy=f"Serve {path.endpoint} without the slash, as {app} does." if at_proxy else _remedy(step, answer),
        snippet=remedies.route_block(scan, step, path) if at_proxy else "",
        verify=remedies.curl(path),
        related=(
            *related(asking.place if asking else None, "the client opens this URL"),
            *related(app_place(path.server) if at_proxy and path.server else None, "the app listens here"),
        ),
        path=path.id,
        facts=(f"{step.hop.platform}/redirect_behaviour",),
        who="proxy" if at_proxy else "client",
    )


def _adds_slash(step: Step, answer: Answer) -> bool:
    return (answer.location or "").split("?")[0].endswith(f"{step.received.path}/")


def _remedy(step: Step, answer: Answer) -> str:
    """Which URL the client is to open: the redirect's target, as a WebSocket URL where it is a whole one."""
    target = answer.location or ""
    for plain, socket in (("https://", "wss://"), ("http://", "ws://")):
        target = target.replace(plain, socket, 1) if target.startswith(plain) else target
    return f"Let the client open {target} itself." if target else "Let the client open the final URL itself."
