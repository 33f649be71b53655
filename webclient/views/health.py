"""For whoever watches the server: does it live, is it ready."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from presence.selectors.asterisk import asterisk_trouble


@require_safe
@never_cache
def livez(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and has every migration and a configured Asterisk is linked; else 503 and why."""
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        return HttpResponse("migrations missing\n", status=503, content_type="text/plain")
    if trouble := asterisk_trouble():
        return HttpResponse(f"no link to Asterisk: {trouble}\n", status=503, content_type="text/plain")
    return HttpResponse("ready\n", content_type="text/plain")
