"""Java, Kotlin or C# code -> whether what it sends to its own sockets also reaches those of other instances, over a broker.

Seen is a subscription that every instance gets (Redis pub/sub, an anonymous queue), in the file that sends to the sockets or in
one that names its class. A consumer group of Kafka or a shared queue hands each message to one instance and joins nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from advisor.model import Place
from advisor.stack.curly.syntax import Unit

WORDS = (
    "MessageListener",
    "JedisPubSub",
    "RedisPubSub",
    "listenToChannel",
    "ReactiveRedis",
    "RTopic",
    "GetSubscriber",
    "ISubscriber",
    "AnonymousQueue",
)
_HEARS = re.compile(
    r"\b(?:implements|extends|:)\s[^{\n]{0,120}\b(?:MessageListener|JedisPubSub|RedisPubSubAdapter|RedisPubSubListener)\b"
    r"|\bMessageListenerAdapter\s*\(|\blistenTo(?:Channel|Pattern|Later)?\s*\(|\bRTopic\b|\bnew\s+JedisPubSub\b|\.GetSubscriber\s*\("
    r"|\bISubscriber\b|\bAnonymousQueue\b"
)
_REDIS = re.compile(r"[Rr]edis|[Jj]edis|[Ll]ettuce|AnonymousQueue|GetSubscriber|ISubscriber")
_SENDS = re.compile(r"\b(?:convertAndSend|[sS]end\w{0,40}|broadcast\w{0,40}|Broadcast\w{0,40})\s*\(")
BROKER = "redis"


def relayed(sends: Place, sender: Unit | None, units: Iterable[Unit]) -> bool:
    """True where a file that hears from a broker leads to the line that sends to sockets, which stands in ``sender``."""
    names = {each.name for each in sender.classes if each.name} if sender is not None else set()
    for unit in units:
        if not _HEARS.search(unit.text) or not _REDIS.search(unit.text) or not _SENDS.search(unit.text):
            continue
        if unit.path == sends.file or any(re.search(rf"\b{re.escape(name)}\b", unit.text) for name in names):
            return True
        if re.search(r"\bSimpMessag\w+|\bIHubContext\b", unit.text):
            return True
    return False
