"""The two surfaces of a person in a browser, and which page of each shows the same thing; templates say `pages`."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from presence.domain.vocabulary import Surface


@dataclass(frozen=True, slots=True)
class SurfacePages:
    """The frame around every page with its style sheet, and the names of addresses."""

    surface: Surface
    frame: str
    styles: str
    home: str
    calls: str
    voicemail: str
    settings: str
    status_settings: str

    @property
    def is_app(self) -> bool:
        return self.surface is Surface.DESKTOP_APP


WEB_CLIENT = SurfacePages(
    surface=Surface.WEB_CLIENT,
    frame="base.html",
    styles="css/app.css",
    home="people",
    calls="calls",
    voicemail="voicemail",
    settings="settings",
    status_settings="status-settings",
)
DESKTOP_APP = SurfacePages(
    surface=Surface.DESKTOP_APP,
    frame="app/base.html",
    styles="css/window.css",
    home="app",
    calls="app-calls",
    voicemail="app-voicemail",
    settings="app-settings",
    status_settings="app-status-settings",
)


def pages_of(request: HttpRequest) -> SurfacePages:
    """By the address; a form that both surfaces send to the same address says where it was filled in."""
    is_app = request.path.startswith(reverse(DESKTOP_APP.home)) or request.POST.get("surface") == Surface.DESKTOP_APP
    return DESKTOP_APP if is_app else WEB_CLIENT
