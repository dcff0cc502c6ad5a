"""A VCL and a request -> what Varnish does with it: vcl_recv, then a pipe, an ordinary request, or an answer of its own.

After the built-in VCL of 7.1. Only a pipe carries a socket, and only where vcl_pipe copies both headers; whatever is passed or
looked up reaches the app as an ordinary request.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from advisor.formats.units import nginx_seconds
from advisor.formats.vcl import Statement, Token
from advisor.model import Address, Answer, Depends, Forward, HeaderFate, Move, Outcome, Place, Request, Setting
from advisor.proxies.choices import Choices, explore
from advisor.proxies.varnish.expressions import Scope, Unknown, text, truth
from advisor.proxies.varnish.load import Backend, Config

_MOST_RESTARTS = 4
_DEEPEST = 20
FORMAT = "varnishd"
KEYS = ("pipe_timeout",)
"""Parameters of varnishd that act on an open socket."""
_PLAIN = ("GET", "HEAD")
_KNOWN = ("PUT", "POST", "TRACE", "OPTIONS", "DELETE", "PATCH", *_PLAIN)
_OWN = ("connection", "upgrade", "keep-alive", "te", "transfer-encoding", "x-forwarded-for")


@dataclass(frozen=True, slots=True)
class _Return:
    """``return (synth(301, "Moved"))``."""

    action: str
    status: int
    place: Place


@dataclass(slots=True)
class _Run:
    config: Config
    choices: Choices
    scope: Scope
    parameters: Mapping[str, str]
    moves: list[Move] = field(default_factory=list)
    backend: str = ""
    pipe: Place | None = None

    def note(self, at: str, does: str, place: Place | None) -> None:
        if len(self.moves) < 60:
            self.moves.append(Move(at, does, place))


def trace(
    config: Config,
    request: Request,
    version: str | None,
    floating_current: str | None = None,
    environment: Mapping[str, str] | None = None,
    *,
    admitted: bool = False,
) -> Outcome:
    """Sends one request through a configuration. ``environment``: parameters that varnishd is started with (``pipe_timeout``)."""
    if config.not_read:
        note = config.not_read[0]
        return Depends(f"what {note.file} holds: {note.reason}", ())

    def run(choices: Choices) -> Outcome:
        def asks(question: str) -> bool:
            return not choices.ask(question, f"whether {question} holds", (f"{question} holds", f"{question} does not hold"))

        state = _Run(config, choices, _scope(config, request, asks), environment or {})
        outcome = _received(state, request)
        return replace(outcome, moves=tuple(state.moves))

    return explore(run)


def _scope(config: Config, request: Request, asks: Callable[[str], bool]) -> Scope:
    url = f"{request.path}?{request.query}" if request.query else request.path
    variables = {
        "req.url": url,
        "req.method": request.method,
        "req.request": request.method,
        "req.proto": "HTTP/1.1",
        "req.restarts": "0",
    }
    headers = {name.lower(): (name, value) for name, value in request.headers}
    came = headers.get("x-forwarded-for")
    headers["x-forwarded-for"] = ("X-Forwarded-For", f"{came[1]}, $remote_addr" if came else "$remote_addr")
    return Scope(variables, {"req": headers}, asks)


def _received(run: _Run, request: Request) -> Outcome:
    run.backend = "default" if "default" in run.config.backends else next(iter(run.config.backends), "")
    for _ in range(_MOST_RESTARTS + 1):
        try:
            done = _sub(run, "vcl_recv", 0) or _built_in(run)
        except Unknown as problem:
            return Depends(f"what vcl_recv does with {problem or 'an expression that is not understood here'}", ())
        run.note("vcl_recv", f"returns {done.action}", done.place)
        if done.action != "restart":
            return _acted(run, request, done)
    return Answer(503, "vcl_recv restarts the request too often", Place(run.config.main))


def _built_in(run: _Run) -> _Return:
    place = Place(run.config.main)
    method = run.scope.variables["req.method"]
    if run.scope.get("req.http.host") is None:
        return _Return("synth", 400, place)
    if method not in _KNOWN:
        return _Return("pipe", 0, place)
    listed = run.scope.get("req.http.Authorization") is not None or run.scope.get("req.http.Cookie") is not None
    return _Return("pass" if method not in _PLAIN or listed else "hash", 0, place)


def _acted(run: _Run, request: Request, done: _Return) -> Outcome:
    if done.action == "pipe":
        return _piped(run, request, done.place)
    if done.action in ("pass", "hash", "lookup", "purge", "fail", "synth"):
        if done.action in ("purge", "fail", "synth"):
            return _synthetic(run, {"purge": 200, "fail": 503}.get(done.action, done.status), done.place)
        return _ordinary(run, request, done)
    return Depends(f"what return ({done.action}) leads to ({done.place})", ())


def _synthetic(run: _Run, status: int, place: Place) -> Outcome:
    """An answer of Varnish's own, which vcl_synth may turn into a redirect."""
    run.scope.variables["resp.status"] = str(status)
    run.scope.headers["resp"] = {}
    try:
        _sub(run, "vcl_synth", 0) or _sub(run, "vcl_error", 0)
        written = run.scope.variables["resp.status"]
        final = int(written) if written.isdigit() and len(written) < 6 else status
    except Unknown as problem:
        return Depends(f"what vcl_synth makes of {problem or 'an expression that is not understood here'}", ())
    location = run.scope.headers["resp"].get("location")
    return Answer(final % 1000, "the VCL answers itself", place, location[1] if location else None)


def _ordinary(run: _Run, request: Request, done: _Return) -> Outcome:
    """Headers of the hop do not go through a cache: the app receives no upgrade."""
    headers = [pair for name, pair in run.scope.headers["req"].items() if name not in (*_OWN, "accept-encoding")]
    encoding = run.scope.headers["req"].get("accept-encoding")
    if done.action != "pass":
        headers.append(("Accept-Encoding", "gzip"))
    elif encoding is not None:
        headers.append(encoding)
    fates = (HeaderFate("Upgrade", None, "default", done.place), HeaderFate("Connection", None, "default", done.place))
    return _forward(run, request, headers, done.place, fates)


def _piped(run: _Run, request: Request, place: Place) -> Outcome:
    own = {name: pair for name, pair in run.scope.headers["req"].items() if name not in _OWN}
    run.scope.headers["bereq"] = own
    run.scope.variables["bereq.url"] = run.scope.variables["req.url"]
    run.scope.variables["bereq.method"] = run.scope.variables["req.method"]
    try:
        done = _sub(run, "vcl_pipe", 0)
    except Unknown as problem:
        return Depends(f"what vcl_pipe does with {problem or 'an expression that is not understood here'}", ())
    if done is not None and done.action == "synth":
        return _synthetic(run, done.status, done.place)
    run.note("vcl_pipe", "passes every byte once the app has answered", run.pipe or place)
    if "connection" not in own:
        own["connection"] = ("Connection", "close")
    where = run.pipe or place
    fates = tuple(HeaderFate(pair[0], pair[1], "set", where) for name, pair in own.items() if name in ("connection", "upgrade"))
    if "upgrade" not in own:
        fates = (*fates, HeaderFate("Upgrade", None, "default", where))
    return _forward(run, request, list(own.values()), place, fates)


def _forward(run: _Run, request: Request, headers: list[tuple[str, str]], place: Place, fates: tuple[HeaderFate, ...]) -> Outcome:
    members = [name for name in run.config.directors.get(run.backend, [run.backend]) if name in run.config.backends]
    found: Backend | None = run.config.backends[members[0]] if members else None
    if found is None or found.address is None:
        return (
            Answer(503, "no backend takes the request", place) if run.config.backends else Depends("which backend there is", ())
        )
    kind = run.config.kinds.get(run.backend, "")
    path, _, query = run.scope.variables["req.url"].partition("?")
    address: Address = found.address
    run.note(f"backend {found.name}", f"receives {path} at {address}", found.place)
    headers = [*headers, run.scope.headers["req"]["x-forwarded-for"], ("X-Varnish", "$id")]
    inner = request.at(
        scheme="http",
        host=address.host,
        port=address.port or 80,
        path=path,
        query=query,
        headers=tuple(headers),
        http_version="1.1",
    )
    settings = tuple(
        Setting(name, value, place, nginx_seconds(value), FORMAT) for name, value in run.parameters.items() if name in KEYS
    )
    affinity = "key" if kind in ("hash", "shard") else "none"
    return Forward(address, inner, place, fates=fates, settings=settings, affinity=affinity, upstreams=max(len(members), 1))


# ---------------------------------------------------------------- subroutines


def _sub(run: _Run, name: str, depth: int) -> _Return | None:
    """Runs every subroutine of that name; ``None`` where none of them returns."""
    if depth > _DEEPEST:
        raise Unknown(f"call {name}")
    for sub in run.config.subs.get(name, []):
        if name == "vcl_pipe":
            run.pipe = sub.place
        done = _statements(run, sub.block or (), depth)
        if done is not None:
            return done
    return None


def _statements(run: _Run, statements: tuple[Statement, ...], depth: int) -> _Return | None:
    taken = False
    for statement in statements:
        name, words = statement.name, statement.words
        if statement.block is not None:
            if name in ("else", "elseif", "elsif", "elif") or (name == "if"):
                if name != "if" and taken:
                    continue
                condition = _condition(words)
                taken = condition is None or truth(condition, run.scope)
                done = _statements(run, statement.block, depth) if taken else None
            else:
                done = _statements(run, statement.block, depth)
        else:
            done = _simple(run, statement, depth)
        if done is not None:
            return done
    return None


def _condition(words: tuple[Token, ...]) -> tuple[Token, ...] | None:
    """What stands in the parentheses of an ``if``; ``None`` for a plain ``else``."""
    start = next((index for index, word in enumerate(words) if word.kind == "sign" and word.value == "("), None)
    return words[start + 1 : -1] if start is not None else None


def _simple(run: _Run, statement: Statement, depth: int) -> _Return | None:
    words = statement.words
    if statement.name == "return":
        inner = [word.value for word in words if word.kind != "sign"]
        action = inner[1] if len(inner) > 1 else "none"
        status = (
            int(inner[2]) if action in ("synth", "error") and len(inner) > 2 and inner[2].isdigit() and len(inner[2]) < 6 else 0
        )
        return _Return(action, status, statement.place)
    if statement.name == "error" and len(words) > 1 and words[1].value.isdigit() and len(words[1].value) < 6:
        return _Return("synth", int(words[1].value), statement.place)
    if statement.name == "call" and len(words) > 1:
        return _sub(run, words[1].value, depth + 1)
    if statement.name == "set" and len(words) > 3:
        _set(run, words[1].value, words[2].value, words[3:])
    elif statement.name in ("unset", "remove") and len(words) > 1:
        holder, _, header = words[1].value.partition(".http.")
        run.scope.headers.get(holder, {}).pop(header.lower(), None)
    elif statement.name.startswith("C{"):
        raise Unknown(f"inline C at {statement.place}")
    return None


def _set(run: _Run, name: str, sign: str, words: tuple[Token, ...]) -> None:
    if name in ("req.backend_hint", "req.backend", "bereq.backend"):
        run.backend = words[0].value.removesuffix(".backend")
        return
    holder, _, header = name.partition(".http.")
    watched = bool(header) or name in ("req.url", "req.method", "resp.status", "bereq.url")
    if not watched:
        return
    try:
        value = text(words, run.scope)
    except (Unknown, IndexError, RecursionError):
        if header and header.lower() not in ("upgrade", "connection", "host", "location"):
            run.scope.headers.setdefault(holder, {})[header.lower()] = (header, "$unknown")
            return
        raise Unknown(f"set {name}") from None
    if header:
        run.scope.headers.setdefault(holder, {})[header.lower()] = (header, value)
        if not value and holder != "resp":
            run.scope.headers[holder].pop(header.lower())
    else:
        run.scope.variables[name] = value if sign == "=" else run.scope.variables.get(name, "") + value
