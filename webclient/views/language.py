"""The language, chosen here: a cookie for this browser, and the login's own for every browser."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from presence.models import User
from presence.services.language import set_language as keep_language
from webclient.forms.language import LanguageForm
from webclient.page_address import is_own_page


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    form = LanguageForm(request.POST)
    response = redirect(_page_before(request))
    if form.is_valid():
        language = form.cleaned_data["language"]
        if isinstance(request.user, User):
            keep_language(user=request.user, language=language)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
    return response


def _page_before(request: HttpRequest) -> str:
    page = request.POST.get("next", "")
    return page if is_own_page(request, page) else "people"
