"""The sockets; any other is refused at the handshake."""

from channels.security.websocket import WebsocketDenier
from django.urls import path, re_path

from webclient.consumers.operator import OperatorConsumer
from webclient.consumers.phone import PhoneConsumer
from webclient.consumers.presence import PresenceConsumer
from webclient.consumers.sip_proxy import SipProxy, VisitorsSipProxy
from webclient.consumers.visit import VisitConsumer

websocket_urlpatterns = [
    path("ws/presence/", PresenceConsumer.as_asgi()),  # type: ignore[arg-type] # the stubs know pages only
    path("ws/phone/", PhoneConsumer.as_asgi()),  # type: ignore[arg-type]
    path("ws/operator/", OperatorConsumer.as_asgi()),  # type: ignore[arg-type]
    path("ws/visit/", VisitConsumer.as_asgi()),  # type: ignore[arg-type]
    path("ws/sip/", SipProxy.as_asgi()),  # type: ignore[arg-type]
    path("ws/visit/sip/", VisitorsSipProxy.as_asgi()),  # type: ignore[arg-type]
    re_path("", WebsocketDenier.as_asgi()),  # type: ignore[arg-type]
]
