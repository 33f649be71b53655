"""What the server runs: pages, and the sockets behind one origin check (each looks at its login itself)."""

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webclient.settings")
pages = get_asgi_application()

# Only now: these need the apps.
from presence.calls import housekeeping  # noqa: E402
from webclient import metrics  # noqa: E402
from webclient.origin import SameOriginValidator  # noqa: E402
from webclient.page_threads import on_page_threads  # noqa: E402
from webclient.websocket_urls import websocket_urlpatterns  # noqa: E402

housekeeping.install()
metrics.watch_loop()

application = ProtocolTypeRouter(
    {
        "http": on_page_threads(pages),
        "websocket": SameOriginValidator(URLRouter(websocket_urlpatterns)),  # type: ignore[arg-type]
    }
)
