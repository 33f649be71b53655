"""Settings > Profile on both surfaces of a person: one's own picture, language, theme and sounds."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from presence.domain.picture_crop import Crop
from presence.services.appearance import set_sounds, set_theme
from presence.services.picture_file import BYTES_MAX, PictureRefusedError
from presence.services.pictures import remove_picture, save_picture
from webclient.access import AuthenticatedRequest, extension_required
from webclient.appearance import remember_theme
from webclient.forms.appearance import SoundsForm, ThemeForm
from webclient.forms.picture import PICTURE_REFUSALS, PictureForm
from webclient.picture_address import LARGE, picture_url
from webclient.surfaces import pages_of


@require_safe
@extension_required
def profile_page(request: AuthenticatedRequest) -> HttpResponse:
    return _page(request)


@require_POST
@extension_required
def choose_picture(request: AuthenticatedRequest) -> HttpResponse:
    form = PictureForm(request.POST, request.FILES)
    if form.is_valid():
        refusal = _save(request, form.cleaned_data["picture"], form.crop)
        if not refusal:
            messages.success(request, _("Your picture is saved. Colleagues see it from now on."))
            return redirect(pages_of(request).profile)
        form.add_error("picture", str(PICTURE_REFUSALS[refusal]))
    return _page(request, picture_form=form, http_status=422)


@require_POST
@extension_required
def remove_own_picture(request: AuthenticatedRequest) -> HttpResponse:
    remove_picture(user=request.user)
    messages.success(request, _("Your picture is removed. Your initials stand in its place."))
    return redirect(pages_of(request).profile)


@require_POST
@extension_required
def choose_theme(request: AuthenticatedRequest) -> HttpResponse:
    form = ThemeForm(request.POST)
    if not form.is_valid():
        return _page(request, theme_form=form, http_status=422)
    theme = form.cleaned_data["theme"]
    set_theme(user=request.user, theme=theme)
    response = redirect(pages_of(request).profile)
    remember_theme(response, theme, is_secure=request.is_secure())
    return response


@require_POST
@extension_required
def choose_sounds(request: AuthenticatedRequest) -> HttpResponse:
    form = SoundsForm(request.POST)
    if not form.is_valid():
        return _page(request, sounds_form=form, http_status=422)
    set_sounds(user=request.user, **form.cleaned_data)
    messages.success(request, _("Saved. These sounds hold from the next call on."), extra_tags="sounds")
    return redirect(pages_of(request).profile)


def _save(request: AuthenticatedRequest, upload: Any, crop: Crop) -> str:
    """Why the picture was refused; empty when it is kept."""
    if upload.size > BYTES_MAX:
        return "too_large"
    try:
        save_picture(user=request.user, sent=upload.read(), crop=crop)
    except PictureRefusedError as error:
        return error.code
    return ""


def _page(
    request: AuthenticatedRequest,
    *,
    picture_form: PictureForm | None = None,
    theme_form: ThemeForm | None = None,
    sounds_form: SoundsForm | None = None,
    http_status: int = 200,
) -> HttpResponse:
    context = {
        "picture_form": picture_form or PictureForm(),
        "picture_refusals": PICTURE_REFUSALS,
        "picture_bytes_max": BYTES_MAX,
        "large_picture": picture_url(request.extension, LARGE),
        "sounds_form": sounds_form or SoundsForm.of(request.user),
        "theme_form": theme_form or ThemeForm(),
        "rail_item": "settings",
    }
    return render(request, "settings/profile.html", context, status=http_status)
