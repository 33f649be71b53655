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
    status_end: str
    devices: str
    desk_phone: str
    profile: str
    profile_picture: str
    profile_picture_remove: str
    profile_theme: str
    profile_sounds: str
    help: str
    help_topic: str

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
    status_end="status-end",
    devices="devices",
    desk_phone="desk-phone",
    profile="profile",
    profile_picture="profile-picture",
    profile_picture_remove="profile-picture-remove",
    profile_theme="profile-theme",
    profile_sounds="profile-sounds",
    help="help",
    help_topic="help-topic",
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
    status_end="app-status-end",
    devices="app-devices",
    desk_phone="app-desk-phone",
    profile="app-profile",
    profile_picture="app-profile-picture",
    profile_picture_remove="app-profile-picture-remove",
    profile_theme="app-profile-theme",
    profile_sounds="app-profile-sounds",
    help="app-help",
    help_topic="app-help-topic",
)


def pages_of(request: HttpRequest) -> SurfacePages:
    """By the address; what both surfaces ask of the same address says which of them it is."""
    said = request.POST.get("surface") or request.GET.get("surface")
    is_app = request.path.startswith(reverse(DESKTOP_APP.home)) or said == Surface.DESKTOP_APP
    return DESKTOP_APP if is_app else WEB_CLIENT
