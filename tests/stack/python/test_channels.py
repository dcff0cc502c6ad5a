"""Django Channels: routes, layers, origin validators."""

from __future__ import annotations

import pytest

from tests.stack.python.trees import only, paths, uses

_CONSUMER = (
    "from channels.generic.websocket import AsyncWebsocketConsumer\n"
    "class Chat(AsyncWebsocketConsumer):\n"
    "    async def receive(self, text_data):\n"
    "        await self.channel_layer.group_send('room', {})\n"
)
_ROUTING = (
    "from django.urls import path, re_path\nfrom . import consumers\n"
    "websocket_urlpatterns = [{}(r'{}', consumers.Chat.as_asgi())]\n"
)


def _site(settings: str = "", routing: str = _ROUTING.format("path", "ws/chat/"), asgi: str = "") -> dict[str, str]:
    return {
        "requirements.txt": "channels==4.1.0\n",
        "manage.py": "",
        "chat/consumers.py": _CONSUMER,
        "chat/routing.py": routing,
        "site/settings.py": settings,
        "site/asgi.py": asgi,
    }


@pytest.mark.parametrize(
    ("function", "pattern", "expected"),
    [
        ("path", "ws/chat/", ("/ws/chat/", False)),
        ("path", "ws/chat/<str:room>/", ("/ws/chat/", True)),
        ("path", "<int:id>/ws/", (None, False)),
        ("re_path", "ws/chat/$", ("/ws/chat/", False)),
        ("re_path", "^ws/chat/$", ("/ws/chat/", False)),
        ("re_path", r"ws/chat/(?P<room>\w+)/$", ("/ws/chat/", True)),
        ("re_path", "ws/chat/", ("/ws/chat/", True)),
        ("re_path", "ws/chat/?$", ("/ws/chat", True)),
        ("re_path", r"ws/v1\.0/x$", ("/ws/v1.0/x", False)),
        ("re_path", r"(?P<room>\w+)/ws$", (None, False)),
    ],
)
def test_routes(function: str, pattern: str, expected: tuple[str | None, bool]) -> None:
    """Django's patterns and regular expressions give the path before their first parameter."""
    assert [expected] == paths(only(_site(routing=_ROUTING.format(function, pattern))))


def test_place_and_version() -> None:
    """The use stands at its route, with the pinned version, and ASGI must serve it."""
    use = only(_site())
    assert ("django-channels", "4.1.0", "asgi", "chat/routing.py:3") == (use.library, use.version, use.runs_in, str(use.place))


def test_consumer_class_as_the_view() -> None:
    """Before Channels 3 the class itself stands in the route."""
    routing = (
        "from django.conf.urls import url\nfrom chat import consumers\nwebsocket_urlpatterns = [url(r'^ws$', consumers.Chat)]\n"
    )
    assert [("/ws", False)] == paths(only(_site(routing=routing)))


def test_nested_router() -> None:
    """``path("ws/", URLRouter(...))`` puts its prefix before the routes of the list."""
    asgi = (
        "from channels.routing import ProtocolTypeRouter, URLRouter\nfrom django.urls import path\n"
        "from chat.routing import websocket_urlpatterns\n"
        "inner = [path('live/', URLRouter(websocket_urlpatterns))]\n"
        "application = ProtocolTypeRouter({'websocket': URLRouter(inner)})\n"
    )
    assert [("/live/ws/chat/", False)] == paths(only(_site(asgi=asgi)))


@pytest.mark.parametrize(
    ("settings", "backplane", "place"),
    [
        pytest.param(
            "CHANNEL_LAYERS = {'default': {\n  'BACKEND': 'channels.layers.InMemoryChannelLayer'}}\n",
            None,
            "site/settings.py:2",
            id="memory",
        ),
        pytest.param(
            "CHANNEL_LAYERS = {'default': {'BACKEND': 'channels_redis.core.RedisChannelLayer'}}\n",
            "channels-redis",
            "chat/consumers.py:4",
            id="redis",
        ),
        pytest.param(
            "if DEBUG:\n  CHANNEL_LAYERS = {'default': {'BACKEND': 'channels.layers.InMemoryChannelLayer'}}\n"
            "else:\n  CHANNEL_LAYERS = {'default': {'BACKEND': 'channels_redis.pubsub.RedisPubSubChannelLayer'}}\n",
            "channels-redis",
            "chat/consumers.py:4",
            id="memory-only-while-developing",
        ),
        pytest.param(
            "CHANNEL_LAYERS = {'default': {'BACKEND': 'asgiref.inmemory.ChannelLayer'}}\n",
            None,
            "site/settings.py:1",
            id="old-memory",
        ),
        pytest.param("CHANNEL_LAYERS = {'default': {'BACKEND': BACKEND}}\n", None, None, id="computed"),
        pytest.param("", None, "chat/consumers.py:4", id="none"),
    ],
)
def test_layer(settings: str, backplane: str | None, place: str | None) -> None:
    """The layer joins processes only where it goes over a network; a computed one is left open."""
    (use,) = (use for use in uses(_site(settings)) if use.role == "server")
    assert backplane == use.backplane
    assert place == (str(use.broadcasts) if use.broadcasts else None)


@pytest.mark.parametrize(
    ("wrapper", "hosts", "expected"),
    [
        ("AllowedHostsOriginValidator(r)", "ALLOWED_HOSTS = ['example.com']\n", ("example.com",)),
        ("AllowedHostsOriginValidator(r)", "ALLOWED_HOSTS = ['*']\n", ("*",)),
        ("AllowedHostsOriginValidator(r)", "ALLOWED_HOSTS = hosts()\n", ("{computed}",)),
        ("OriginValidator(r, ['https://a.example'])", "", ("https://a.example",)),
        ("r", "ALLOWED_HOSTS = ['example.com']\n", None),
    ],
)
def test_origins(wrapper: str, hosts: str, expected: tuple[str, ...] | None) -> None:
    """Only a validator around the router checks origins."""
    asgi = (
        "from channels.routing import ProtocolTypeRouter\nfrom channels.security.websocket import *\n"
        f"application = ProtocolTypeRouter({{'websocket': {wrapper}}})\n"
    )
    assert expected == only(_site(hosts, asgi=asgi)).origins


def test_session_cookies() -> None:
    """AuthMiddlewareStack takes the session cookie for the socket's identity."""
    asgi = (
        "from channels.auth import AuthMiddlewareStack\nfrom channels.routing import ProtocolTypeRouter\n"
        "application = ProtocolTypeRouter({'websocket': AuthMiddlewareStack(r)})\n"
    )
    assert [True, False] == [only(_site(asgi=asgi)).cookies, only(_site()).cookies]


@pytest.mark.parametrize(
    "files",
    [
        {"settings.py": "INSTALLED_APPS = ['daphne', 'channels']\nCHANNEL_LAYERS = {}\nASGI_APPLICATION = 'a.asgi'\n"},
        {"urls.py": "from django.urls import path\nurlpatterns = [path('ws/', view.as_view())]\n# as_asgi WebsocketConsumer\n"},
        {"requirements.txt": "channels\ndaphne\n"},
    ],
)
def test_mentions_are_no_use(files: dict[str, str]) -> None:
    """Channels in the settings or the requirements, without a consumer, serves nothing."""
    assert () == uses(files)


def test_consumer_without_a_route() -> None:
    """A consumer whose routing is not seen is still a server, at a path that is not known."""
    use = only({"consumers.py": _CONSUMER})
    assert ("strong", [(None, False)]) == (use.certainty, paths(use))
