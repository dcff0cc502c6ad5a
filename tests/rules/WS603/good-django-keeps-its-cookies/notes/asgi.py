import os

from channels.auth import AuthMiddlewareStack
from channels.generic.websocket import WebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import path


class Notes(WebsocketConsumer):
    def receive(self, text_data):
        self.send(f"{self.scope['user']}: {text_data}")


application = ProtocolTypeRouter(
    {"http": get_asgi_application(), "websocket": AuthMiddlewareStack(URLRouter([path("ws/notes/", Notes.as_asgi())]))}
)
