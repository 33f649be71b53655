"""/help/ and /app/help/: a question and its answers; below them a text with pictures for each topic, as one reads."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from webclient.help_search import QUERY_LENGTH_MAX, search
from webclient.help_sections import topic_template
from webclient.help_topics import QUESTIONS, TOPICS


@require_safe
@login_required
def help_index(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "").strip()[:QUERY_LENGTH_MAX]
    context = {
        "topics": TOPICS.values(),
        "questions": QUESTIONS,
        "query": query,
        "query_length_max": QUERY_LENGTH_MAX,
        "found": search(query, _language()) if query else [],
    }
    return render(request, "help/index.html", context)


@require_safe
@login_required
def help_topic(request: HttpRequest, slug: str) -> HttpResponse:
    if slug not in TOPICS:
        raise Http404
    context = {"topic": TOPICS[slug], "topics": TOPICS.values(), "text": topic_template(slug, _language())}
    return render(request, "help/topic.html", context)


def _language() -> str:
    return get_language() or "en"
