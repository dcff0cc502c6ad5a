"""The app listens on an address or port at which the platform does not look for it.

A platform that hands the app its port in a variable routes to that port and no other; one that is told a port routes to that.
Where the port can also be set where no file shows it, the answer depends on that. And a server bound to 127.0.0.1 inside a
container is reached by nothing outside it. Every request fails then, the handshake among them (502, 503, or the deploy never
goes live).

Read the port from the environment and bind to all addresses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from advisor.deployment.parts import under
from advisor.model import Endpoint, Finding, Hop, Path, Place, Process, Server, Severity, Use
from advisor.rules import remedies
from advisor.rules.scan import Scan, related
from advisor.scope import scope_of

ID = "WS111"
NAME = "wrong-bind"
SEVERITY: Severity = "error"
OF_CODE = True
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_EVERYWHERE = "0.0.0.0"  # noqa: S104 - written into a remedy
_NEAR = re.compile(r"listen|port|host|run\(|serve", re.IGNORECASE)
_MOST_FILES = 300
_FLAGS = {"uvicorn": "--host", "fastapi": "--host", "granian": "--host", "daphne": "-b", "next": "-H"}
_VARIABLES = {
    "properties": "${{PORT:{port}}}",
    "yml": "${{PORT:{port}}}",
    "yaml": "${{PORT:{port}}}",
    "java": 'Integer.parseInt(System.getenv().getOrDefault("PORT", "{port}"))',
    "kt": 'System.getenv("PORT")?.toInt() ?: {port}',
    "py": 'int(os.environ.get("PORT", {port}))',
    "rb": 'ENV.fetch("PORT", {port})',
    **dict.fromkeys(("ex", "exs"), 'String.to_integer(System.get_env("PORT") || "{port}")'),
    **dict.fromkeys(("js", "mjs", "cjs", "ts", "mts", "cts"), "process.env.PORT || {port}"),
}


@dataclass(frozen=True, slots=True)
class _Listens:
    """Where and on what the app listens: ``fixed`` where the port is a number that no variable changes."""

    place: Place
    port: int | None
    fixed: bool
    bind_place: Place
    bind: str | None
    by_command: bool


def check(scan: Scan) -> Iterator[Finding]:
    for path in scan.paths:
        process, server = path.process, path.server
        if process is None or server is None or path.arrived is None or not path.steps or path.scope != "production":
            continue
        listens, hop = _listens(scan, server, process, path.runs), path.steps[-1].hop
        told = process.port_given
        if listens.bind in _LOOPBACK and _apart(hop, process):
            yield _loopback(scan, path, hop, _placed(scan, path, listens))
        elif listens.fixed and process.port_variable == "PORT" and told is None and not _is_usual(scan, hop, listens.port):
            yield _port(scan, path, hop, _placed(scan, path, listens), "$PORT")
        elif listens.fixed and told not in (None, listens.port) and _is_sent_to(process):
            yield _port(scan, path, hop, _placed(scan, path, listens), str(told))


def _is_sent_to(process: Process) -> bool:
    """True where the given port is the one that is sent to, and not just a variable for the app."""
    return process.host is not None or process.network.startswith("kubernetes:")


def _listens(scan: Scan, server: Use, process: Process, runs: Server | None) -> _Listens:
    """The start command's flags decide, else the code."""
    numbered = (endpoint for endpoint in server.endpoints if endpoint.port is not None or endpoint.bind is not None)
    endpoint = next(numbered, next(iter(server.endpoints), Endpoint(None, server.place)))
    command = process.command_place or process.place
    place, port, fixed = endpoint.place, endpoint.port, endpoint.port_from == "literal"
    if runs is not None and (runs.port is not None or runs.port_from == "environment"):
        coded = runs.port == port and runs.port_from == "literal" and str(port) not in (process.command or "")
        place, port, fixed = (
            endpoint.place if coded else command,
            runs.port,
            runs.port_from != "environment" and runs.port is not None,
        )
    bind_place, bind = endpoint.place, endpoint.bind
    if runs is not None and runs.bind is not None:
        bind_place, bind = command, runs.bind.strip("[]")
    return _Listens(place, port, fixed and port is not None, bind_place, bind, bind_place == command)


def _placed(scan: Scan, path: Path, listens: _Listens) -> _Listens:
    """The same, with the lines of the code that say so in place of the endpoint's."""
    command = path.process.command_place or path.process.place if path.process else None
    place, bind_place = listens.place, listens.bind_place
    if place != command:
        place = _line(scan, path, place, str(listens.port))
    if bind_place != command:
        bind_place = _line(scan, path, bind_place, listens.bind or "")
    return replace(listens, place=place, bind_place=bind_place)


def _line(scan: Scan, path: Path, place: Place, written: str) -> Place:
    """The one line that says where the app listens, in the endpoint's file, else in the app's others; else the endpoint's own."""
    word = re.compile(rf"(?<![\w.]){re.escape(written)}(?![\w.])") if written else None
    root = path.app.root if path.app else "."
    others = (file for file in scan.tree.named(*(f"*.{extension}" for extension in _VARIABLES)) if under(file, root))
    others_here = [file for file in islice(others, _MOST_FILES) if scope_of(file) == "production" and file != place.file]
    for files in ([place.file], others_here):
        found = [
            Place(file, number)
            for file in files
            for number, line in enumerate((scan.tree.text(file) or "").splitlines(), 1)
            if word and written in line and word.search(line) and _NEAR.search(line)
        ]
        if len(found) == 1:
            return found[0]
    return place


def _apart(hop: Hop, process: Process) -> bool:
    """True where the app runs in a container or host of its own, apart from the hop that sends to it."""
    return not hop.local and (process.host is not None or bool(process.names))


def _loopback(scan: Scan, path: Path, hop: Hop, listens: _Listens) -> Finding:
    what = f"listens on {listens.bind}, which nothing outside its container reaches"
    command = path.process.command if path.process else None
    snippet = _everywhere(command, path.runs) if listens.by_command and command and path.runs else ""
    if not listens.by_command and listens.bind and listens.bind in (line := _text(scan, listens.bind_place)):
        snippet = line.replace(listens.bind, _EVERYWHERE)
    return _finding(path, hop, listens.bind_place, what, f"Let the app listen on {_EVERYWHERE}.", snippet, ())


def _port(scan: Scan, path: Path, hop: Hop, listens: _Listens, wanted: str) -> Finding:
    given = wanted == "$PORT"
    does = f"{hop.name} tells it its port in $PORT" if given else f"{hop.name} sends to port {wanted}"
    what = f"listens on port {listens.port}, but {does}"
    remedy = (
        f"Let the app listen on {wanted}."
        if given
        else f"Let the app listen on {wanted}, or tell {hop.name} port {listens.port}."
    )
    details = _details(scan, hop) if given else {}
    command = path.process.command if path.process else None
    snippet = ""
    if path.process and listens.place == (path.process.command_place or path.process.place):
        snippet = _number(command or "", listens.port, wanted)
    elif (variable := _VARIABLES.get(listens.place.file.rpartition(".")[2])) and listens.port:
        snippet = _number(_text(scan, listens.place), listens.port, variable.format(port=listens.port) if given else wanted)
    hosted = path.process is not None and path.process.host is not None
    facts = (f"{hop.platform}/listen_port",) if hosted and scan.fact(hop, "listen_port").kind == "one" else ()
    found = _finding(path, hop, listens.place, what, remedy, snippet, facts)
    return _depending(found, hop, listens, details) if details.keys() & {"fallback", "set_by"} else found


def _is_usual(scan: Scan, hop: Hop, port: int | None) -> bool:
    """True where the platform sends to that port anyway as long as nothing else is set."""
    return port is not None and str(_details(scan, hop).get("fallback")) == str(port)


def _details(scan: Scan, hop: Hop) -> Mapping[str, Any]:
    known = scan.fact(hop, "listen_port")
    return known.statement.details if known.statement is not None else {}


def _depending(found: Finding, hop: Hop, listens: _Listens, details: Mapping[str, Any]) -> Finding:
    """The same where the port may have been set for this service in a place that no file shows."""
    fallback = f", {details['fallback']} unless it is set" if "fallback" in details else ""
    return replace(
        found,
        severity="warning",
        verdict="depends",
        confidence="possible",
        message=f"{found.message.removesuffix('.')}, unless it is set to {listens.port} there.",
        why=(
            *found.why[:-1],
            f"{hop.name} sends to the port in PORT{fallback}: then no request arrives, and no handshake either",
            f"where PORT, or the port of the domain, is set to {listens.port} at {hop.name}, requests arrive",
        ),
    )


def _everywhere(command: str, runs: Server) -> str:
    """The start command with an address that is reached from outside."""
    for loopback in _LOOPBACK:
        if loopback in command:
            return command.replace(loopback, _EVERYWHERE)
    if runs.program in ("gunicorn", "hypercorn") and runs.port:
        return f"{command} --bind {_EVERYWHERE}:{runs.port}"
    return f"{command} {_FLAGS[runs.program]} {_EVERYWHERE}" if runs.program in _FLAGS else ""


def _number(text: str, port: int | None, wanted: str) -> str:
    """The text with the port replaced, where it stands there once."""
    changed, count = re.subn(rf"(?<![\w.]){port}(?![\w.])", wanted.replace("\\", r"\\"), text)
    return changed if count == 1 else ""


def _text(scan: Scan, place: Place) -> str:
    lines = (scan.tree.text(place.file) or "").splitlines()
    return lines[place.line - 1].strip() if 0 < place.line <= len(lines) else ""


def _finding(path: Path, hop: Hop, place: Place, what: str, remedy: str, snippet: str, facts: tuple[str, ...]) -> Finding:
    app = path.app.id if path.app else "the app"
    started = path.process.place if path.process else None
    return Finding(
        ID,
        NAME,
        SEVERITY,
        "breaks",
        "certain" if path.certainty == "explicit" else "likely",
        f"{app} {what}.",
        place,
        why=(
            f"the handshake for {path.url} goes through {hop.name} to the process at {started}",
            f"as {place} has it, {app} {what}",
            "so no request arrives, and no handshake either",
        ),
        remedy=remedy,
        snippet=snippet,
        verify=remedies.curl(path),
        related=related(started if started != place else None, "the process is started here"),
        path=path.id,
        facts=facts,
        who="app",
    )
