"""The files of a Rust crate -> what its server does with its sockets: heartbeat, broadcasts, backplane, size, address."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from advisor.formats.source import Source
from advisor.model import Heartbeat, Place, Setting
from advisor.stack.rust.module import RustCode, RustFile, arguments, called, method
from advisor.stack.rust.values import Address, address, number, seconds

if TYPE_CHECKING:
    from ast_grep_py import SgNode

BEATS = re.compile(r"\b[pP]ing\(|\.tick\(\)|run_interval\(|[hH]eart_?beat")
LOOPS = re.compile(r"\bfor\s[^\n]*\bin\b|broadcast::|do_send\(|for_each\(")
_FRAME = r"(?<!\w)(?:\w+::)*(?:Message|Msg|WsMessage|Frame|OpCode)::[pP]ing\b"
_PING = re.compile(
    rf"(?:\bsend\w*|\bfeed|\bwrite\w*)\s*\([^;{{}}]{{0,80}}?{_FRAME}|\byield\s+{_FRAME}|=\s*{_FRAME}\s*\(|\bpoll_ping\("
    r"|\.(?:send_)?ping\s*\(\s*(?:b\"|&|\"|Vec|vec|Default|Bytes|\w*\.?(?:into|clone)|\[)"
)
_TIMERS = re.compile(
    r"\b(?:run_interval|run_later|interval_at|interval|sleep|IntervalStream::new|Delay::new|timeout)\s*\(\s*(?:[\w:.]{1,40}::(?=interval))?"
)
_TICKED = re.compile(r"\.tick\(\)[^;]{0,40}=>\s*\{?[^}]{0,400}?\.send\(|\.tick\(\)\.await;[^}]{0,400}?\.send\(")
_TIMEOUT = re.compile(r"(?:duration_since\([^()]*\)|elapsed\(\))\s*>=?\s*([\w:]{1,60}(?:\([^()]{1,40}\))?)")
_MEMBERS = re.compile(
    r"client|conn|peer|sock|session|user|subscriber|player|member|participant|sender|watcher|room|viewer", re.IGNORECASE
)
_SENDS = re.compile(r"^(?:send|try_send|do_send|text|binary|unbounded_send|start_send|send_text|send_message|emit)$")
_COOKIE = re.compile(r"\b(?:\w*CookieJar|Session|Identity|Cookies|AuthSession|WritableSession|ReadableSession)\b")
BACKPLANES = {
    "redis": re.compile(r"\b(?:redis|fred|deadpool_redis|bb8_redis|redis_async)::"),
    "nats": re.compile(r"\b(?:async_nats|nats)::"),
    "kafka": re.compile(r"\brdkafka::"),
    "rabbitmq": re.compile(r"\blapin::"),
    "postgres": re.compile(r"\bPgListener\b"),
}
_LISTENS = {
    "redis": re.compile(r"\.(?:p|s)?subscribe(?:_to\w*)?\(|into_pubsub|get_async_pubsub|\.xread"),
    "nats": re.compile(r"\.subscribe\(|\.queue_subscribe\("),
    "kafka": re.compile(r"StreamConsumer|BaseConsumer"),
    "rabbitmq": re.compile(r"basic_consume"),
    "postgres": re.compile(r"PgListener"),
}
WORDS = ("redis::", "fred::", "async_nats", "nats::", "rdkafka", "lapin::", "PgListener")


def observed(
    code: RustCode, files: Iterable[RustFile], home: str, sender: Literal["server", "client"] = "server"
) -> tuple[bool, Heartbeat | None]:
    """Whether something is seen to beat, and what; seen without a known interval is ``(True, None)``.

    ``home``: the file of the socket, in which other messages that go out by a timer count as well.
    """
    unsure: bool = False
    slower: Heartbeat | None = None
    for file in files:
        source = Source(file.text, file.path)
        for function in file.of_kind("function_item"):
            text = function.text()
            if len(text) > 60_000 or any(parent.kind() == "function_item" for parent in function.ancestors()):
                continue
            start = (
                len(file.text.encode()[: function.range().start.index].decode("utf-8", "replace"))
                if not file.text.isascii()
                else function.range().start.index
            )
            ping = _PING.search(text)
            if ping:
                interval = _interval(code, file, function, text)
                if interval is None:
                    unsure = True
                    continue
                timeout = _timeout(code, file)
                place = source.place(start + ping.start(), start + ping.end())
                return True, Heartbeat(sender, "observed", interval, timeout, place, True, certainty="strong")
            ticked = _TICKED.search(text) if file.path == home else None
            interval = _interval(code, file, function, text) if ticked else None
            if ticked and slower is None:
                unsure = unsure or interval is None
                place = source.place(start + ticked.start(), start + ticked.end())
                slower = Heartbeat(sender, "observed", interval, None, place, False, certainty="strong") if interval else None
    return unsure or slower is not None, slower


def _interval(code: RustCode, file: RustFile, function: SgNode, text: str) -> float | None:
    """The one interval of a function; of several the longest that is no deadline for an answer."""
    found = []
    for match in _TIMERS.finditer(text):
        if match[0].startswith("timeout"):
            continue
        given = text[match.end() : match.end() + 120]
        written = re.match(r"(?:[\w:]+\(\)\s*\+\s*[\w:]+\([^()]*\)\s*,\s*)?([\w:]+(?:\([^()]*\))?)", given)
        amount = seconds(code, file, written[1], function) if written else None
        if amount is not None and amount >= 0.5:
            found.append(amount)
    return max(found) if found and (len(set(found)) == 1 or "run_interval" in text) else found[0] if found else None


def _timeout(code: RustCode, file: RustFile) -> float | None:
    match = _TIMEOUT.search(file.text)
    return seconds(code, file, match[1], None) if match else None


def broadcasts(files: Iterable[RustFile]) -> Place | None:
    """Where a loop sends to each of the connections that this process keeps, or a channel of the process goes out to all."""
    channel: Place | None = None
    for file in files:
        for loop in file.of_kind("for_expression"):
            over, pattern = loop.field("value"), loop.field("pattern")
            if over is None or pattern is None or not _MEMBERS.search(over.text()):
                continue
            names = set(re.findall(r"\b[a-z_]\w*", pattern.text()))
            held = re.compile(
                rf"let\s+(?:Some|Ok)\((?:ref\s+)?(\w+)\)\s*=\s*[^;{{]{{0,120}}\b(?:{'|'.join(map(re.escape, names)) or '_'})\b"
            )
            names |= set(held.findall(loop.text()[:4000]))
            for call in loop.find_all(kind="call_expression"):
                on = method(call)
                if on is not None and _SENDS.match(on[1]) and _root(on[0]) in names:
                    return file.place(call)
        for call in file.of_kind("call_expression"):
            name = called(call)
            if (
                channel is None
                and name.endswith("channel")
                and file.full(re.sub(r"::<.*", "", name)).startswith("tokio::sync::broadcast")
            ):
                channel = file.place(call)
    return channel


def _root(node: SgNode) -> str:
    return re.split(r"[.\[(]", node.text().lstrip("(*&"), maxsplit=1)[0]


def backplane(code: RustCode, file: RustFile) -> str | None:
    """What the crate subscribes to for news from its other processes."""
    sign = re.compile("|".join(shape.pattern for shape in BACKPLANES.values()))
    for other in code.crate(file, sign):
        for name, shape in BACKPLANES.items():
            if shape.search(other.text) and _LISTENS[name].search(other.text):
                return name
    return None


def max_message(code: RustCode, files: Iterable[RustFile], key: str | None) -> Setting | None:
    """The size that a call or field of the library's own option sets."""
    names = {key or "max_message_size", "max_message_size"} | ({"frame_size"} if key == "max_frame_size" else set())
    for file in files:
        for call in file.of_kind("call_expression"):
            on, given = method(call), arguments(call)
            if on is not None and on[1] in names and len(given) == 1:
                return _size(code, file, on[1], given[0])
        for field in file.of_kind("field_initializer"):
            name, value = field.field("field") or field.field("name"), field.field("value")
            if name is not None and value is not None and name.text() in names:
                return _size(code, file, name.text(), value)
    return None


def _size(code: RustCode, file: RustFile, name: str, node: SgNode) -> Setting:
    from advisor.stack.rust.module import around

    amount = 0.0 if node.text() == "None" else number(code, file, node.text(), around(node))
    return Setting(name, node.text()[:60], file.place(node), int(amount) if amount is not None else None, "rust")


def reads_cookies(function: SgNode | None) -> bool:
    """True where a handler asks for a cookie or a session among its parameters."""
    listed = function.field("parameters") if function is not None else None
    return listed is not None and _COOKIE.search(listed.text()) is not None


def listening(code: RustCode, file: RustFile) -> Address:
    """The address that the crate's server binds; several that differ are none. A crate without one asks the whole tree."""
    sign = re.compile(r"\bbind(?:_rustls\w*|_auto_h2c)?\(|\.run\(|TcpListener::new\(")
    for each in (code.crate(file, sign), code.naming(file, "bind")):
        found = [at for other in each for at in _in(code, other)]
        known = list(dict.fromkeys(at for at in found if at != Address()))
        if known:
            return known[0] if len(known) == 1 else Address()
    return Address()


def _in(code: RustCode, file: RustFile) -> list[Address]:
    from advisor.stack.rust.module import around

    found = []
    for call in file.of_kind("call_expression"):
        given, on, name = arguments(call), method(call), called(call)
        last = name.rsplit("::", 2)[-2:]
        served = last in (["TcpListener", "bind"], ["TcpListener", "new"], ["Server", "bind"], ["axum_server", "bind"])
        chained = (
            on is not None and on[1] in ("bind", "bind_auto_h2c") and ("HttpServer" in on[0].text() or "Server" in on[0].text())
        )
        warped = on is not None and on[1] == "run" and "warp::serve" in on[0].text()
        if given and (served or chained or warped or last[-1:] == ["bind_rustls"]):
            found.append(address(code, file, given[0].text(), around(call)))
    return found
