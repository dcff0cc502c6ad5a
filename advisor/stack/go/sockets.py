"""The files around a Go server -> what it does with its sockets: broadcasts, backplane, origins, cookies, message size."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from advisor.model import Place, Setting
from advisor.stack.go.module import GoCode, GoFile, arguments, fields, inner, operand, selected
from advisor.stack.go.values import Given, number, value

if TYPE_CHECKING:
    from ast_grep_py import SgNode

BACKPLANES = {
    "redis": ("redis/go-redis", "go-redis/redis", "gomodule/redigo", "redis/rueidis"),
    "nats": ("nats-io/nats.go",),
    "kafka": ("segmentio/kafka-go", "IBM/sarama", "Shopify/sarama", "confluent-kafka-go", "twmb/franz-go"),
    "rabbitmq": ("rabbitmq/amqp091-go", "streadway/amqp"),
    "postgres": ("lib/pq", "jackc/pgx"),
    "watermill": ("ThreeDotsLabs/watermill",),
    "gocloud-pubsub": ("gocloud.dev/pubsub", "cloud.google.com/go/pubsub"),
}
"""What joins several processes, and the modules through which it is reached."""
_LISTENS = {
    "redis": {"Subscribe", "PSubscribe", "SSubscribe", "XRead", "XReadGroup", "Receive", "PubSub"},
    "nats": {"Subscribe", "QueueSubscribe", "ChanSubscribe", "Consume", "SubscribeSync"},
    "kafka": {"ReadMessage", "FetchMessage", "ConsumePartition", "Consume", "PollFetches", "SubscribeTopics"},
    "rabbitmq": {"Consume", "ConsumeWithContext"},
    "postgres": {"WaitForNotification", "NewListener", "Listen"},
    "watermill": {"Subscribe"},
    "gocloud-pubsub": {"Receive"},
}
WORDS = tuple(word for words in BACKPLANES.values() for word in words)
_SENDS = re.compile(r"^(?:Write\w*|Send\w*|Emit\w*|Push\w*|Publish\w*|Notify\w*|Enqueue\w*|Deliver\w*|Broadcast\w*)$")
_MEMBERS = re.compile(
    r"client|conn|peer|sock|session|subscriber|listener|viewer|player|member|user|room|hub|participant|watcher|stream",
    re.IGNORECASE,
)
LOOPS = re.compile(rf"\brange\s[^\n{{]*(?:{_MEMBERS.pattern})[^\n]*\{{|Broadcast|\.(?:Emit|To|In|New)\(", re.IGNORECASE)
"""What stands in every file that may send to all."""
_SENT = re.compile(
    r"\b(?:BroadcastFilter|BroadcastOthers|BroadcastMultiple|BroadcastBinary|Broadcast|BroadcastToRoom|BroadcastToNamespace)\("
)
_COOKIE = re.compile(
    r"\.(?:Cookie|Cookies|CookieValue)\(|\bsessions?\.(?:Default|Get|Start)\(|[sS]ession(?:Store|Manager|s)?\.(?:Get|GetString|Load)\("
)


def broadcasts(files: Iterable[GoFile], library: str) -> Place | None:
    """Where a loop over connections that this process keeps sends to each of them."""
    for file in files:
        if library in ("melody", "googollee-socketio"):
            for call, _, name in file.calls():
                if _SENT.match(f"{name}("):
                    return file.place(call)
        for loop in file.of_kind("for_statement"):
            clause = next((child for child in loop.children() if child.kind() == "range_clause"), None)
            over = clause.field("right") if clause is not None else None
            if over is None or not _MEMBERS.search(over.text()):
                continue
            left = clause.field("left") if clause is not None else None
            names = {child.text() for child in left.children() if child.is_named()} - {"_"} if left is not None else set()
            sent = _sent_to(loop, names)
            if sent is not None:
                return file.place(sent)
    return None


def _sent_to(loop: SgNode, names: set[str]) -> SgNode | None:
    """A send to a loop variable: ``client.send <- message``, ``conn.WriteJSON(message)``."""
    for node in loop.find_all(kind="send_statement"):
        channel = node.field("channel")
        if channel is not None and _root(channel) in names:
            return node
    for call in loop.find_all(kind="call_expression"):
        parts, on = selected(call.field("function")), operand(call)
        if parts is not None and on is not None and _SENDS.match(parts[1]) and _root(on) in names:
            return call
        if (
            parts is not None
            and re.match(r"^(?:Write|Send)", parts[1])
            and arguments(call)
            and _root(arguments(call)[0]) in names
        ):
            return call
    return None


def _root(node: SgNode) -> str:
    return re.split(r"[.\[(]", node.text().lstrip("(*&"), maxsplit=1)[0]


def backplane(code: GoCode, file: GoFile) -> str | None:
    """What the module subscribes to for news from its other processes."""
    for other in code.beside_of(file, *WORDS):
        called = {name for _, _, name in other.calls()}
        for name, words in BACKPLANES.items():
            if called & _LISTENS[name] and any(word in path for path in other.imports.values() for word in words):
                return name
    return None


def origins(code: GoCode, files: Iterable[GoFile], library: str, site: SgNode) -> tuple[tuple[str, ...] | None, Place | None]:
    """The origins that are allowed and the line that says so; by default as the library does it."""
    near = list(files)
    if library == "coder-websocket":
        return _patterns(code, near[0], site)
    if library == "gofiber-websocket":
        for file in near[:1]:
            for literal in site.find_all(kind="composite_literal"):
                given = fields(literal).get("Origins")
                if given is not None:
                    return _listed(value(code, file, given)), file.place(given)
        return ("*",), None
    if library not in ("gorilla-websocket", "melody", "gqlgen", "centrifuge-go"):
        return None, None
    on = operand(site)
    name = on.text().rpartition(".")[2] if on is not None and library == "gorilla-websocket" else ""
    for file in near:
        made = [fields(inner(node)) for node, _ in file.assigned.get(name, ()) if inner(node).kind() == "composite_literal"]
        late = any(key.endswith(f"{name}.CheckOrigin") for key in file.assigned)
        if made and not late:
            check = made[0].get("CheckOrigin")
            if check is None:
                return ("{same origin}",), None
            return (("*",) if _always(code, file, check) else ("{decided in code}",)), file.place(check)
    for file in near:
        checks = [fields(literal).get("CheckOrigin") for literal in file.of_kind("composite_literal")]
        checks += [node for name, given in file.assigned.items() if name.endswith(".CheckOrigin") for node, _ in given]
        for check in checks:
            if check is not None:
                return (("*",) if _always(code, file, check) else ("{decided in code}",)), file.place(check)
    return ("*",) if library == "melody" else ("{same origin}",), None


def _always(code: GoCode, file: GoFile, check: SgNode) -> bool:
    """True for a function whose only statement is ``return true``, written here or by its name in the package."""
    check = inner(check)
    body = check.field("body") if check.kind() == "func_literal" else None
    if check.kind() == "identifier":
        for other in code.package_of(file, check.text()):
            body = next((each.node.field("body") for each in other.functions if each.name == check.text()), body)
    return body is not None and re.fullmatch(r"\{\s*(?://[^\n]*\s*)*return true\s*(?://[^\n]*\s*)*\}", body.text()) is not None


def _patterns(code: GoCode, file: GoFile, site: SgNode) -> tuple[tuple[str, ...] | None, Place | None]:
    options = next((each for each in site.find_all(kind="composite_literal")), None)
    given = fields(options)
    skipped, listed = given.get("InsecureSkipVerify"), given.get("OriginPatterns")
    if skipped is not None:
        sure = value(code, file, skipped) is True
        return (("*",) if sure else ("{decided in code}",)), file.place(skipped)
    if listed is not None:
        return _listed(value(code, file, listed)), file.place(listed)
    handed = arguments(site)
    named = len(handed) > 2 and handed[2].kind() == "identifier"
    return (("{decided in code}",) if named else ("{same origin}",)), None


def _listed(found: object) -> tuple[str, ...]:
    if isinstance(found, list) and found and all(isinstance(each, str) for each in found):
        return ("*",) if "*" in found else tuple(found)
    return ("{computed}",)


def reads_cookies(function: SgNode | None) -> bool:
    """True where the function that takes the handshake asks for a cookie or a session."""
    return function is not None and _COOKIE.search(function.text()) is not None


def max_message(code: GoCode, files: Iterable[GoFile], key: str | None) -> Setting | None:
    """The size that ``SetReadLimit`` or the library's own option sets; 0 where it takes the limit away."""
    name = (key or "SetReadLimit").rpartition(".")[2]
    for file in files:
        if name not in file.text:
            continue
        for call, _, called in file.calls():
            given = arguments(call)
            if called == name and len(given) == 1:
                return _size(code, file, name, given[0])
        written = [node for target, each in file.assigned.items() if target.endswith(f".{name}") for node, _ in each]
        written += [found for literal in file.of_kind("composite_literal") if (found := fields(literal).get(name)) is not None]
        if written:
            return _size(code, file, name, written[0])
    return None


def _size(code: GoCode, file: GoFile, name: str, node: SgNode) -> Setting:
    amount = number(code, file, node)
    amount = 0 if node.text().startswith("-") else int(amount) if amount is not None else None
    return Setting(name, node.text()[:60], file.place(node), amount, "go")


def configured(
    code: GoCode, files: Iterable[GoFile], keys: tuple[str, ...]
) -> tuple[bool, tuple[float | None, ...], Place | None]:
    """The durations in seconds that the code gives a library's own options; ``False`` where it gives none of them."""
    found: dict[str, tuple[float | None, Place]] = {}
    for file in files:
        for key in keys:
            written = [node for target, each in file.assigned.items() if target.endswith(f".{key}") for node, _ in each]
            written += [given for literal in file.of_kind("composite_literal") if (given := fields(literal).get(key)) is not None]
            written += [arguments(call)[0] for call, _, name in file.calls() if name == key and len(arguments(call)) == 1]
            if written and key not in found:
                amount = value(code, file, written[0])
                amount = amount.default if isinstance(amount, Given) else amount
                known = isinstance(amount, int | float) and not isinstance(amount, bool)
                found[key] = (float(amount) / 1e9 if known else None, file.place(written[0]))
    places = [place for _, place in found.values()]
    return bool(found), tuple(found[key][0] if key in found else None for key in keys), next(iter(places), None)
