"""Servers that a framework or platform runs: gateways, route files, functions, Durable Objects."""

from __future__ import annotations

import pytest

from .trees import one, package, uses


@pytest.mark.parametrize(
    ("decorator", "expected"),
    [
        pytest.param("@WebSocketGateway()", ("/socket.io/", 3000, "environment"), id="shared-port"),
        pytest.param(
            "@WebSocketGateway({ namespace: 'chat', cors: true })",
            ("/socket.io/", 3000, "environment"),
            id="namespace-is-no-path",
        ),
        pytest.param("@WebSocketGateway({ path: '/rt' })", ("/rt/", 3000, "environment"), id="path"),
        pytest.param(
            "@WebSocketGateway(parseInt(process.env.WS_PORT || '8000'))", ("/socket.io/", 8000, "environment"), id="computed-port"
        ),
        pytest.param("@WebSocketGateway(8081, { transports: ['websocket'] })", ("/socket.io/", 8081, "literal"), id="own-port"),
    ],
)
def test_nest_gateway(decorator: str, expected: tuple[object, ...]) -> None:
    """A gateway is served where Nest listens, unless its decorator names a port."""
    files = {
        "src/main.ts": "const app = await NestFactory.create(AppModule);\nawait app.listen(process.env.PORT || 3000);",
        "src/chat.gateway.ts": f"import {{ WebSocketGateway }} from '@nestjs/websockets';\n{decorator}\nexport class Chat {{}}",
    }
    endpoint = uses(files)[0].endpoints[0]
    assert expected == (endpoint.path, endpoint.port, endpoint.port_from)


def test_nest_ws_adapter_speaks_plain_websocket() -> None:
    """With ``WsAdapter`` a gateway has no Socket.IO heartbeat, transports or path."""
    files = {
        "src/main.ts": "import { WsAdapter } from '@nestjs/platform-ws';\napp.useWebSocketAdapter(new WsAdapter(app));",
        "src/chat.gateway.ts": "import { WebSocketGateway } from '@nestjs/websockets';\n"
        "@WebSocketGateway({ path: '/rt' })\n"
        "export class Chat {}",
    }
    use = uses(files)[0]
    assert ("nestjs-ws", "/rt", "none") == (use.library, use.endpoints[0].path, use.heartbeat and use.heartbeat.sender)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("server/routes/_ws.ts", ("/_ws", False), id="route"),
        pytest.param("server/api/chat/[room].ts", ("/api/chat/", True), id="parameter"),
    ],
)
def test_nitro_route(path: str, expected: tuple[str, bool]) -> None:
    """Nitro's handler answers at the path of its file."""
    endpoint = one("export default defineWebSocketHandler({ message() {} });", path).endpoints[0]
    assert expected == (endpoint.path, endpoint.prefix)


def test_vercel_function() -> None:
    """The upgrade of a Vercel function runs in a function, at the path of its route file."""
    code = (
        "import { experimental_upgradeWebSocket } from '@vercel/functions';\n"
        "export function GET() { return experimental_upgradeWebSocket(() => {}); }"
    )
    use = one(code, "app/api/ws/route.ts")
    assert ("vercel-functions-websocket", "/api/ws", "function") == (use.library, use.endpoints[0].path, use.runs_in)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param(
            "import { GraphQLModule } from '@nestjs/graphql';\n"
            "const m = GraphQLModule.forRoot({ driver, subscriptions: { 'graphql-ws': true } });",
            [("graphql-ws", "/graphql")],
            id="nest",
        ),
        pytest.param(
            "import { GraphQLModule } from '@nestjs/graphql';\n"
            "const m = GraphQLModule.forRoot({ subscriptions: { 'graphql-ws': false } });",
            [],
            id="nest-off",
        ),
        pytest.param(
            "import { ApolloServer } from 'apollo-server-express';\nconst s = new ApolloServer({});\n"
            "s.installSubscriptionHandlers(http);",
            [("subscriptions-transport-ws", "/graphql")],
            id="apollo-2",
        ),
        pytest.param(
            "import { ApolloServer } from '@apollo/server'; // graphql-ws\nnew ApolloServer({});", [], id="apollo-4-alone"
        ),
        pytest.param(
            "import mercurius from 'mercurius';\napp.register(mercurius, { schema, subscription: true });",
            [("mercurius", "/graphql")],
            id="mercurius",
        ),
        pytest.param("import mercurius from 'mercurius';\napp.register(mercurius, { schema });", [], id="mercurius-without"),
    ],
)
def test_graphql_subscriptions(code: str, expected: list[tuple[str, str]]) -> None:
    """A GraphQL server serves sockets only where its subscriptions are switched on."""
    assert expected == [(use.library, use.endpoints[0].path) for use in uses({"src/app.ts": code})]


def test_durable_object() -> None:
    """A pair whose end a Durable Object accepts is one server of the platform's own, without broadcasts to share."""
    code = (
        "export class Room { async fetch() { const pair = new WebSocketPair(); this.state.acceptWebSocket(pair[1]);\n"
        "return new Response(null, {status: 101}); }\n"
        "broadcast(m) { this.state.getWebSockets().forEach((ws) => ws.send(m)); } }"
    )
    use = one(code, "src/room.mjs")
    assert ("durable-object-websocket", "platform", None) == (use.library, use.runs_in, use.broadcasts)


def test_meteor_by_its_release_file() -> None:
    """A Meteor app serves DDP without a line of socket code."""
    use = uses({".meteor/release": "METEOR@3.0.4\n", "package.json": package()})[0]
    assert ("meteor", "3.0.4", "/sockjs") == (use.library, use.version, use.endpoints[0].path)
