"""Sockets on Cloudflare's runtime: which are a Durable Object's, which a plain Worker's, and what frameworks make of them."""

from __future__ import annotations

import pytest

from .trees import one

PAIR = "const [client, server] = Object.values(new WebSocketPair());\n"
ACCEPT = "server.accept(); for (const s of sockets) s.send('x');\n"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param(f"const sockets = new Set();\nfunction f() {{ {PAIR}{ACCEPT} }}", "workers-websocket-pair", id="worker"),
        pytest.param(
            f"export class R extends DurableObject {{ async fetch() {{ {PAIR}{ACCEPT} }} }}",
            "durable-object-websocket",
            id="extends",
        ),
        pytest.param(
            f"export class R {{ constructor(state, env) {{ this.s = state; }} f() {{ {PAIR}{ACCEPT} }} }}",
            "durable-object-websocket",
            id="older-form",
        ),
        pytest.param(
            f"export class R {{ f() {{ {PAIR} this.ctx.acceptWebSocket(server); }} }}",
            "durable-object-websocket",
            id="hibernates",
        ),
        pytest.param(f"class Room {{ f() {{ {PAIR}{ACCEPT} }} }}", "workers-websocket-pair", id="any-class"),
    ],
)
def test_whose_socket(code: str, expected: str) -> None:
    """A pair belongs to a Durable Object inside its class, and to the Worker elsewhere."""
    assert expected == one(code).library


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('import { Agent } from "agents";\nexport class A extends Agent {}', ("cloudflare-agents", "/agents/")),
        (
            'import { AIChatAgent } from "agents/ai-chat-agent";\nexport class A extends AIChatAgent {}',
            ("cloudflare-agents", "/agents/"),
        ),
        (
            'import type * as Party from "partykit/server";\nexport default class R implements Party.Server {}',
            ("partyserver", "/parties/"),
        ),
        ('import { Server } from "partyserver";\nexport class R extends Server {}', ("partyserver", "/parties/")),
    ],
)
def test_frameworks(code: str, expected: tuple[str, str]) -> None:
    """Agents and parties are servers of the platform's own model, at their own paths, that own what they hold."""
    use = one(code, "src/server.ts")
    assert (*expected, "platform", None) == (use.library, use.endpoints[0].path, use.runs_in, use.broadcasts)
