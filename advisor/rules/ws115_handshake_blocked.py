"""A hop answers the handshake itself, by a rule that is there to keep somebody out, and the app never sees it.

A password, a list of addresses, a method, a firewall rule: what protects a site also meets its WebSocket. A browser cannot
ask a person for a password while it opens a socket, cannot solve a challenge page there, and lets the page set no header.

A limit on open connections counts a socket as long as it lives, not for a moment as it counts a page: with one per address a
second tab gets nothing, and behind another proxy all visitors have one address. A limit on the rate meets the moment after a
deploy, when all of them come back at once.

Leave the socket's path out of the rule and let the app itself check who comes, or make sure that what the rule asks for is
there before the socket is opened.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.hops import covers
from advisor.model import Answer, Finding, Gate, Path, Place, Severity, Step
from advisor.rules import remedies
from advisor.rules.quotas import counted
from advisor.rules.scan import Scan, app_place, branches, chosen, forwards, related

ID = "WS115"
NAME = "handshake-blocked"
SEVERITY: Severity = "error"
_PASSWORD = 401
_DENIED = 403
_LETS = {"deny": "allow all;", "auth_basic": "auth_basic off;"}
"""First word of the line that refuses -> the line that lets a location of its own through."""


def check(scan: Scan) -> Iterator[Finding]:
    for path in scan.paths:
        step = scan.deciding(path)
        if path.handshake.cause == "answered" and step is not None:
            answers = [result for _, result in branches(step) if isinstance(result, Answer)]
            if answers:
                yield _refused(scan, path, step, answers[0])
        elif path.handshake.outcome in ("accepted", "depends"):
            yield from _perhaps(scan, path)
            yield from counted(scan, path)


def _refused(scan: Scan, path: Path, step: Step, answer: Answer) -> Finding:
    """Every handshake is refused; where the page asks for the same password, most browsers send it with the handshake too."""
    along = answer.status == _PASSWORD and answer.place is not None and answer.place in _at_the_page(scan, step)
    why = (
        ("the page is behind the same password, so a browser that has it may send it along; some browsers do not",)
        if along
        else ("a browser asks nobody for a password while it opens a socket",)
        if answer.status == _PASSWORD
        else ()
    )
    return _finding(scan, path, step, answer, "warning" if along else "error", why)


def _perhaps(scan: Scan, path: Path) -> Iterator[Finding]:
    """Rules that let some handshakes through: a list of addresses for the socket alone, a challenge at the socket's path."""
    for step in path.steps:
        denied = next((a for _, a in branches(step) if isinstance(a, Answer) and a.status == _DENIED), None)
        if denied is not None and any(True for _ in forwards(step)) and not _at_the_page(scan, step):
            yield _finding(scan, path, step, denied, "warning", ("the page itself is open to everybody at this hop",))
        gate = next((gate for gate in step.hop.gates if gate.action == "challenge" and covers(gate, step.received)), None)
        if gate is not None and not covers(gate, step.received.at(path="/")):
            yield _challenged(path, step, gate)


def _at_the_page(scan: Scan, step: Step) -> set[Place]:
    """Where the hop refuses an ordinary request for the site's first page, or may refuse it."""
    headers = tuple(pair for pair in step.received.headers if not pair[0].lower().startswith(("upgrade", "connection", "sec-")))
    page = Step(step.hop, step.received, scan.ways.outcome(step.hop, step.received.at(path="/", query="", headers=headers)))
    answers = [result for _, result in branches(page) if isinstance(result, Answer)]
    return {answer.place for answer in answers if answer.place is not None and answer.status in (_PASSWORD, _DENIED)}


def _finding(scan: Scan, path: Path, step: Step, answer: Answer, severity: Severity, more: tuple[str, ...]) -> Finding:
    sure = severity == "error"
    place = answer.place or step.hop.place
    status = f" with {answer.status}" if answer.status else ""
    answers = "answers" if sure else "may answer"
    return Finding(
        ID,
        NAME,
        severity,
        "breaks" if sure else "depends",
        ("certain" if path.certainty != "weak" else "likely") if sure else "possible",
        f"{step.hop.name} {answers} the handshake for {path.endpoint}{status} before the app sees it.",
        place,
        why=(f"the handshake for {path.url} arrives at {step.hop.name}", *chosen(step), answer.reason, *more),
        remedy="Leave the socket's path out of this rule, and check in the app who opens the socket.",
        snippet=_block(scan, path, step, place),
        verify=remedies.curl(path),
        related=related(app_place(path.server) if path.server else None, "the app accepts sockets here"),
        path=path.id,
        facts=_facts(scan, step),
        who="proxy" if step.hop.config is not None else "platform",
    )


def _challenged(path: Path, step: Step, gate: Gate) -> Finding:
    return Finding(
        ID,
        NAME,
        "warning",
        "depends",
        "possible",
        f"{step.hop.name} answers the handshake for {path.endpoint} with a challenge that no socket can solve.",
        gate.place,
        why=(
            f"the handshake for {path.url} arrives at {step.hop.name}",
            gate.why,
            "a challenge is a page that a browser has to show; only one that solved it on a page before gets through",
        ),
        remedy="Leave the socket's path out of this rule, and check in the app who opens the socket.",
        verify=remedies.curl(path),
        related=related(app_place(path.server) if path.server else None, "the app accepts sockets here"),
        path=path.id,
        facts=(f"{step.hop.platform}/handshake_auth",),
        who="platform",
    )


def _facts(scan: Scan, step: Step) -> tuple[str, ...]:
    known = step.hop.platform in scan.knowledge.platforms() and scan.fact(step.hop, "handshake_auth").kind != "absent"
    return (f"{step.hop.platform}/handshake_auth",) if known else ()


def _block(scan: Scan, path: Path, step: Step, place: Place) -> str:
    """A location of its own for the socket in the proxy's file, which lets through what the line at ``place`` refuses."""
    lines = (scan.tree.text(place.file) or "").splitlines()
    word = (lines[place.line - 1].split() or [""])[0] if 0 < place.line <= len(lines) else ""
    block = remedies.route_block(scan, step, path) if step.hop.config is not None else ""
    before, opening, rest = block.partition("{\n")
    return f"{before}{opening}    {_LETS[word]}\n{rest}" if word in _LETS and opening else block
