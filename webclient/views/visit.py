"""/visit/<number>/ and /v/<code>/: a visitor gives a name and calls from the browser; no login, no way further in.

The page of a number is the same whether the number exists or not.
"""

from dataclasses import dataclass

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from presence.models.extension import number_is_digits
from presence.selectors.settings import company
from presence.services.visit_links import extension_by_link
from presence.services.visits import TooManyVisitsError, begin_visit
from webclient.forms.visit import VisitForm
from webclient.visit_token import VisitToken
from webclient.visit_words import visit_words

TOO_MANY, INVALID = 429, 422


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom the visitor wants: a number, or by link a person whose number stays hidden."""

    number: str
    name: str = ""

    @property
    def shown(self) -> str:
        return self.name or self.number


@never_cache
@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def visit(request: HttpRequest, number: str) -> HttpResponse:
    return _call_page(request, Asked(number)) if is_callable(number) else nothing_here(request)


@never_cache
@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def visit_link(request: HttpRequest, code: str) -> HttpResponse:
    person = extension_by_link(code)
    if person is None:
        return nothing_here(request)
    return _call_page(request, Asked(person.number, person.name))


def is_callable(number: str) -> bool:
    """Whether there is a page for this number. Says nothing about whether anybody has it."""
    try:
        number_is_digits(number)
    except ValidationError:
        return False
    return company().takes_visits


def nothing_here(request: HttpRequest) -> HttpResponse:
    return render(request, "visit/nothing_here.html", status=404)


def _call_page(request: HttpRequest, asked: Asked) -> HttpResponse:
    form = VisitForm(request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return _page(request, asked, form)
    if not form.is_valid():
        return _answer(request, asked, form, INVALID, {"errors": form.errors})
    try:
        visit = begin_visit(
            number=asked.number, name=form.cleaned_data["name"], address=get_adapter().get_client_ip(request)
        )
    except TooManyVisitsError as error:
        words = _too_many_words(error.retry_seconds)
        response = _answer(request, asked, form, TOO_MANY, {"message": words}, notice=words)
        response["Retry-After"] = str(error.retry_seconds)
        return response
    token = VisitToken(str(visit.pk), asked.name, get_language() or settings.LANGUAGE_CODE)
    return _answer(request, asked, form, 200, {"token": token.signed})


def _answer(
    request: HttpRequest, asked: Asked, form: VisitForm, status: int, data: dict[str, object], *, notice: str = ""
) -> HttpResponse:
    """Our script asks for data; a browser without it gets the page, which says that calling needs one."""
    if request.accepts("text/html"):
        return _page(request, asked, form, status=status, notice=notice)
    return JsonResponse(data, status=status)


def _page(request: HttpRequest, asked: Asked, form: VisitForm, *, status: int = 200, notice: str = "") -> HttpResponse:
    context = {
        "asked": asked,
        "form": form,
        "notice": notice,
        "visit_words": visit_words(),
        "visit_config": {"shown": asked.shown, "number": "" if asked.name else asked.number, "socket": "/ws/visit/"},
    }
    return render(request, "visit/visit.html", context, status=status)


def _too_many_words(retry_seconds: int) -> str:
    minutes = -(-retry_seconds // 60)
    words = ngettext(
        "Too many calls in a short time. Try again in %(minutes)d minute.",
        "Too many calls in a short time. Try again in %(minutes)d minutes.",
        minutes,
    )
    return words % {"minutes": minutes}
