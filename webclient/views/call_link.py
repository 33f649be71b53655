"""/call/?to=<link>: a `tel:` or `sip:` link of any page in the world. It is asked about, and dials nothing."""

from collections.abc import Mapping

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from django_stubs_ext import StrOrPromise

from presence.domain.call_links import BadCallLinkError, call_link
from presence.selectors import names_of
from webclient.access import AuthenticatedRequest, extension_required
from webclient.rule_words import shown_number

_SHOWN_LENGTH = 60
_REFUSALS: Mapping[str, StrOrPromise] = {
    "empty": _("The link names no number."),
    "too_long": _("The link is too long for a phone number."),
    "code": _("The link holds a dial code. A code does something to a phone, so only you may type one."),
    "not_a_number": _("This is not a phone number. A number is a plus sign and digits."),
}


@require_safe
@extension_required
def call_link_page(request: AuthenticatedRequest) -> HttpResponse:
    text = request.GET.get("to", "")
    try:
        link = call_link(text)
    except BadCallLinkError as refused:
        refusal = {"refusal": _REFUSALS[refused.code], "link_text": text[:_SHOWN_LENGTH]}
        return render(request, "calls/link.html", refusal, status=422)
    question = {
        "number": link.number,
        "shown": shown_number(link.number),
        "name": names_of([link.number]).get(link.number, ""),
        "host": link.host,
        "is_own": link.number == request.extension.number,
        "filter_text": link.number,
    }
    return render(request, "calls/link.html", question)
