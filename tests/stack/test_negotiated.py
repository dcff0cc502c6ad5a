"""STOMP heartbeats are those that both sides agree on."""

from __future__ import annotations

import pytest

from advisor.stack import detect, words
from advisor.tree import Tree
from tests.stack.jvm.test_spring import SIMPLE, stomp
from tests.stack.jvm.trees import MAIN, POM

_PAGE = 'import { Client } from "@stomp/stompjs";\nconst c = new Client({ brokerURL: "wss://acme.com/ws" });\nc.activate();\n'
_BEATS = 'registry.enableSimpleBroker("/t").setTaskScheduler(s);'
_RELAY = 'registry.enableStompBrokerRelay("/t");'


@pytest.mark.parametrize(
    ("endpoint", "broker", "sender"),
    [
        ('registry.addEndpoint("/ws");', SIMPLE, "none"),
        ('registry.addEndpoint("/ws").withSockJS();', SIMPLE, "none"),
        ('registry.addEndpoint("/ws");', _BEATS, "both"),
        ('registry.addEndpoint("/ws");', _RELAY, "both"),
    ],
    ids=["silent broker", "SockJS beneath", "scheduler", "relay"],
)
def test_client_beside_a_broker(endpoint: str, broker: str, sender: str) -> None:
    """A client that offers 10 s gets nothing from a broker that offers none."""
    page = {"web/package.json": '{"name": "w", "dependencies": {"@stomp/stompjs": "7"}}', "web/app.js": _PAGE}
    stack = detect(Tree.of({"pom.xml": POM, f"{MAIN}W.java": stomp(endpoint, broker), **page}, words()))
    (client,) = (use for use in stack.uses() if use.role == "client")
    assert client.heartbeat is not None
    assert sender == client.heartbeat.sender


def test_client_alone_keeps_its_own() -> None:
    """Without a server in the tree nothing is known of what the other side offers."""
    stack = detect(Tree.of({"package.json": '{"name": "w", "dependencies": {"@stomp/stompjs": "7"}}', "app.js": _PAGE}, words()))
    (client,) = stack.uses()
    assert client.heartbeat is not None
    assert "both" == client.heartbeat.sender
