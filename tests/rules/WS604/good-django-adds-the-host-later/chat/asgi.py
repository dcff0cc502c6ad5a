from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.urls import path

from chat.consumers import Room

application = ProtocolTypeRouter(
    {"websocket": AllowedHostsOriginValidator(URLRouter([path("ws/", Room.as_asgi())]))}
)
