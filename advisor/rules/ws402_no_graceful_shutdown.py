"""The stop signal does not reach the app's own code, so it cannot close its sockets before it is killed.

A shell or a package manager between the platform and the program takes the signal and does not hand it on; or the platform
sends another signal than the one that the code listens for. The app runs on until it is killed, and every socket breaks
without a close frame (1006 in the browser).

Start the program itself, listen for the platform's signal, and close every socket with code 1001.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename

from advisor.model import Finding, Path, Place, Severity
from advisor.rules.scan import Scan, app_place, related
from advisor.rules.stopping import held, host
from advisor.stack.library import libraries

ID = "WS402"
NAME = "no-graceful-shutdown"
SEVERITY: Severity = "info"
OF_CODE = True
_MANAGER = re.compile(r"(?:^|&&\s*|;\s*|--\s+)(npm|yarn|pnpm)\s+(?:run\s+)?(?!install|ci\b|add\b)[\w:-]+[^&;|]*$")
_IMAGE_FILES = re.compile(r"^(?:Dockerfile.*|.*\.Dockerfile|Containerfile.*)$")
_STACK_FILES = re.compile(r"^(?:docker-)?compose[\w.-]*\.ya?ml$")
_TERM = "SIGTERM"
_NODE = """\
process.on("{signal}", () => {{
  for (const socket of wss.clients) socket.close(1001, "the server restarts");
  server.close(() => process.exit(0));
}});"""

_GO = """\
ctx, stop := signal.NotifyContext(context.Background(), syscall.{signal})
defer stop()
server.RegisterOnShutdown(closeSockets) // sends each socket close code 1001: Shutdown does not touch them
go func() {{
	<-ctx.Done()
	server.Shutdown(context.Background())
}}()"""
_AXUM = """\
let mut stop = tokio::signal::unix::signal(SignalKind::{kind}())?;
axum::serve(listener, app)
    .with_graceful_shutdown(async move {{ stop.recv().await; }}) // and let every handler close its socket with 1001
    .await?;"""
_HOOKS = {
    "maven": "Runtime.getRuntime().addShutdownHook(new Thread(() -> sessions.forEach(this::goingAway)));  // close code 1001",
    "nuget": "app.Lifetime.ApplicationStopping.Register(CloseSockets);  // with WebSocketCloseStatus.EndpointUnavailable (1001)",
}
"""Where code that closes the sockets goes, for a runtime that hears the signal by itself."""


def check(scan: Scan) -> Iterator[Finding]:
    told: set[str] = set()
    for path in scan.paths:
        app = path.app
        if app is None or app.id in told or path.scope != "production" or path.server is None or path.process is None:
            continue
        finding = _other_signal(scan, path) or _hidden(scan, path)
        if finding is not None:
            told.add(app.id)
            yield finding


def _other_signal(scan: Scan, path: Path) -> Finding | None:
    """The platform sends one signal, and the code listens for another one alone."""
    step = host(scan, path)
    sent = held(scan, step, "deploy_signal") if step is not None else None
    signals = dict(path.app.signals) if path.app is not None else {}
    if step is None or sent is None or sent.statement is None or not signals or str(sent.value) in signals:
        return None
    if sent.setting is not None or str(sent.value) not in ("SIGINT", _TERM):
        return None
    other, place = next(iter(signals.items()))
    return _finding(
        path,
        f"{step.hop.name} stops the app with {sent.value}, and its code listens for {other} alone.",
        place,
        (f"{step.hop.name} sends {sent.value} when it stops an instance", f"the code listens for {other} at {place}"),
        f"Listen for {sent.value} as well" + (f', or set kill_signal = "{other}".' if sent.statement.can_be else "."),
        _closing(path, str(sent.value)),
        (f"{step.hop.platform}/deploy_signal",),
    )


def _hidden(scan: Scan, path: Path) -> Finding | None:
    """A shell or a package manager is what the platform starts, and the program runs below it."""
    process = path.process
    place = process.command_place if process is not None else None
    command = (process.command or "").strip() if process is not None else ""
    if place is None or not command:
        return None
    manager = _MANAGER.search(command)
    in_image = bool(_IMAGE_FILES.match(basename(place.file)))
    if manager is not None and (in_image or _STACK_FILES.match(basename(place.file)) or _swallows(scan, path)):
        return _told(path, place, f"{manager[1]} is started, and runs the program below it", _itself(path, command, in_image))
    if in_image and _shell_form(scan, place) and not re.search(r"(?:^|[;&\s])exec\s", command):
        last = re.split(r"&&|\|\||[;&]", command)[-1].strip()
        return _told(path, place, "the command is in shell form: /bin/sh -c runs it", _exec_form(command, last))
    return None


def _swallows(scan: Scan, path: Path) -> bool:
    """True where the platform's own page says that package managers keep the signal for themselves."""
    step = host(scan, path)
    statement = scan.fact(step.hop, "deploy_signal").statement if step is not None else None
    return statement is not None and "npm" in statement.note


def _shell_form(scan: Scan, place: Place) -> bool:
    lines = (scan.tree.text(place.file) or "").splitlines()
    line = lines[place.line - 1].strip() if 0 < place.line <= len(lines) else ""
    found = re.match(r"(?:CMD|ENTRYPOINT)\s+(.*)", line, re.IGNORECASE)
    return found is not None and not found[1].lstrip().startswith("[") and bool(found[1].strip())


def _exec_form(command: str, last: str) -> str:
    if re.search(r"(?<!\|)\|(?!\|)", last):
        return ""
    if command == last and not re.search(r"[$<>`*?()\"'\\]", command):
        return "CMD [" + ", ".join(f'"{word}"' for word in command.split()) + "]"
    return f"CMD {command[: len(command) - len(last)]}exec {last}"


def _itself(path: Path, command: str, in_image: bool) -> str:
    """The program that the package's start script names, where it names one alone."""
    entry = path.runs.entry if path.runs is not None and path.runs.program == "node" else None
    if entry is None or not in_image or not re.fullmatch(r"[\w./-]+", entry):
        return ""
    return f'CMD ["node", "{entry}"]'


def _told(path: Path, place: Place, why: str, block: str) -> Finding:
    signals = dict(path.app.signals) if path.app is not None else {}
    heard = signals.get(_TERM)
    code = (f"the code that listens for {_TERM} at {heard} may never hear it",) if heard is not None else ()
    return _finding(
        path,
        "The stop signal goes to a shell or a package manager, and not to the app that holds the sockets.",
        place,
        (why, "what is started takes the stop signal, and need not hand it on", *code),
        "Start the program itself (exec form, or exec in the script), and close every socket when the signal comes.",
        block or _closing(path, _TERM),
        (),
    )


def _finding(
    path: Path, message: str, place: Place, why: tuple[str, ...], remedy: str, block: str, facts: tuple[str, ...]
) -> Finding:
    return Finding(
        ID,
        NAME,
        SEVERITY,
        "note",
        "likely",
        message,
        place,
        why=(*why, "the app is killed when its time is up, and its sockets break without a close frame"),
        remedy=remedy,
        snippet=block,
        verify="docker stop --time 30 CONTAINER  # an app that hears the signal is gone at once, and its clients see code 1001",
        related=related(app_place(path.server) if path.server else None, "the app accepts sockets here"),
        path=path.id,
        facts=facts,
        who="app",
        together="signal",
    )


def _closing(path: Path, signal: str) -> str:
    library = libraries().get(path.server.library) if path.server is not None else None
    if library is None:
        return ""
    if library.ecosystem == "go":
        return _GO.format(signal=signal)
    if library.id == "axum":
        return _AXUM.format(kind="terminate" if signal == _TERM else "interrupt")
    return _NODE.format(signal=signal) if library.id == "ws" else _HOOKS.get(library.ecosystem, "")
