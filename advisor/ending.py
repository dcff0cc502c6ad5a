"""How a followed handshake ended: accepted, or stopped at one place for one cause."""

from __future__ import annotations

from advisor.attempts import matches
from advisor.journey import Walked, best
from advisor.model import Answer, Cause, Depends, Endpoint, Forward, Handshake, Invalid, Place, Request, Step, Use
from advisor.stack.server_limits import http10
from advisor.stack.serving import serves
from advisor.topology import LOOPBACK, Running

LACKING = "uvicorn answers every upgrade with an error, because neither websockets nor wsproto is installed with it"


def ended(walked: Walked, running: Running, server: Use, endpoint: Endpoint, lacking: Place | None = None) -> Handshake:
    """How it ended. The first hop that answers, strips the upgrade or sends it astray decides; then the app itself.

    ``lacking``: the line that asks for the app's server without what it needs to upgrade.
    """
    answers, who = http10(running.runs, server)
    if walked.open is not None and walked.open_at is not None and not _agrees(walked.open, answers == "accepts"):
        return Handshake("depends", None, walked.open_at.id, walked.open.on, walked.open_at.place)
    astray = walked.landed is not None and walked.landed is not running
    for step in walked.steps:
        stopped = _stopped(step)
        if stopped is not None and not (astray and stopped.cause in ("upgrade_lost", "header_lost")):
            return stopped
    last = walked.steps[-1] if walked.steps else None
    path = walked.arrived.path if walked.arrived else ""
    decider = last.hop.id if last else "app"
    if walked.landed is not running:
        where = _spoken(walked.landed, running) if walked.landed else _nobody(last)
        return Handshake("refused", None, decider, where, _place(last), "not_routed")
    if last is not None and (ports := _elsewhere(last, running, server)):
        reason = f"{_address(last)} is asked, and {running.app.id if running.app else running.id} listens on port {min(ports)}"
        return Handshake("refused", None, decider, reason, _place(last), "not_routed")
    if not matches(endpoint, path, running.published):
        reason = f"the app receives {path} and listens on {endpoint.path}"
        return Handshake("refused", None, decider, reason, _place(last), "rewritten")
    if running.runs is not None:
        fits, reason = serves(running.runs, server)
        if fits is False:
            place = running.process.command_place if running.process else None
            return Handshake("refused", None, "app", reason, place, "cannot_upgrade")
    if lacking is not None:
        return Handshake("refused", None, "app", LACKING, lacking, "cannot_upgrade")
    version = walked.arrived.http_version if walked.arrived else "1.1"
    if version.startswith("2"):
        return Handshake("refused", None, decider, "the app receives HTTP/2, which has no 101", _place(last), "http2")
    if version == "1.0" and answers != "accepts":
        known = answers == "refuses"
        reason = f"{who} receives HTTP/1.0, {'which it refuses' if known else 'and whether it upgrades that is not known'}"
        return Handshake("refused" if known else "depends", None, decider, reason, _place(last), "http10")
    return Handshake("accepted", 101, None)


def _stopped(step: Step) -> Handshake | None:
    """The end at this hop, or ``None`` where it hands the handshake on."""
    outcome = best(step.outcome) if isinstance(step.outcome, Depends) else step.outcome
    place = outcome.place or step.hop.place
    if isinstance(outcome, Invalid):
        return Handshake("invalid_config", None, step.hop.id, outcome.reason, place, "invalid")
    if isinstance(outcome, Answer):
        if outcome.status in (301, 302, 303, 307, 308):
            return Handshake("redirected", outcome.status, step.hop.id, outcome.reason, place, "redirected")
        cause: Cause = "unsupported" if outcome.status is None else "not_routed" if outcome.status in (200, 404) else "answered"
        return Handshake("refused", outcome.status, step.hop.id, outcome.reason, place, outcome.cause or cause)
    if step.received.upgrades() and not outcome.request.upgrades():
        does, cause = _loss(outcome.request)
        return Handshake("refused", None, step.hop.id, f"{step.hop.name} {does}", place, cause)
    return None


def _loss(sent: Request) -> tuple[str, Cause]:
    """What a hop does to a handshake that its next does not see as one, and the cause."""
    if sent.http_version.startswith("2"):
        return "turns it into a request of HTTP/2", "http2"
    missing = [name for name in ("Sec-WebSocket-Key", "Sec-WebSocket-Version") if sent.header(name) is None]
    if missing and sent.header("Upgrade") and "upgrade" in (sent.header("Connection") or "").lower():
        return f"does not hand {' and '.join(missing)} on", "header_lost"
    return "does not hand the upgrade on", "upgrade_lost"


def _agrees(depends: Depends, accepts_old: bool) -> bool:
    """True where every branch ends alike for this server, so that nothing hangs on the condition."""
    results = [branch for _, branch in depends.branches]
    accepted = {"1.1", "1.0"} if accepts_old else {"1.1"}
    kinds = {
        (branch.request.upgrades(), branch.request.http_version in accepted, branch.request.path)
        for branch in results
        if isinstance(branch, Forward)
    }
    return all(isinstance(branch, Forward) for branch in results) and len(kinds) == 1


def _spoken(landed: Running, meant: Running) -> str:
    """Where a handshake went astray."""
    if landed.app is not None and landed.app is not meant.app:
        return f"it lands on {landed.app.id}"
    if landed.process is None:
        return f"it lands on {landed.id}"
    name = next(iter(landed.process.names), "the process")
    started = f", which runs {landed.process.command}" if landed.app is not None and landed.process.command else ""
    return f"it lands on {name} at {landed.process.place}{started}"


def _nobody(last: Step | None) -> str:
    """That nothing answers at the last address, and why where that is known."""
    outcome = best(last.outcome) if last and isinstance(last.outcome, Depends) else last.outcome if last else None
    if last is not None and isinstance(outcome, Forward) and outcome.address.host in LOOPBACK and last.hop.network:
        return f"{outcome.address} is the container of {last.hop.name} itself, where nothing else listens"
    return f"nothing in the repository answers at {_address(last)}"


def _elsewhere(last: Step, running: Running, server: Use) -> set[int]:
    """The ports on which the app is known to listen, where a proxy's configuration names it with another one."""
    outcome = best(last.outcome) if isinstance(last.outcome, Depends) else last.outcome
    named = running.process.names if running.process else ()
    if last.hop.config is None or not isinstance(outcome, Forward) or outcome.address.host not in named:
        return set()
    known = ("literal", "default")
    started = {running.runs.port} if running.runs and running.runs.port and running.runs.port_from in known else set()
    coded = {endpoint.port for endpoint in server.endpoints if endpoint.port and endpoint.port_from in known}
    ports = {port for port in started or coded if port is not None}
    return set() if outcome.address.port is None or outcome.address.port in running.ports | ports else ports


def _address(step: Step | None) -> str:
    outcome = best(step.outcome) if step and isinstance(step.outcome, Depends) else step.outcome if step else None
    return str(outcome.address) if isinstance(outcome, Forward) else "its address"


def _place(step: Step | None) -> Place | None:
    if step is None:
        return None
    outcome = best(step.outcome) if isinstance(step.outcome, Depends) else step.outcome
    return (outcome.place if isinstance(outcome, Forward | Answer | Invalid) else None) or step.hop.place
