"""What Django does with care for tests that none of ours is, each in a way that is quicker and as good."""

from contextlib import AbstractContextManager
from typing import Any
from unittest.mock import patch

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.template import Context, RequestContext, Template
from django.template.base import NodeList
from django.test.signals import template_rendered
from django.utils.safestring import SafeString


def kept_permissions() -> AbstractContextManager[object]:
    """An emptied database has its permissions again at once; Django would work them out from the models each time."""
    types, permissions = list(ContentType.objects.all()), list(Permission.objects.all())

    def put_back(*_: Any) -> None:
        ContentType.objects.bulk_create(types)
        Permission.objects.bulk_create(permissions)

    return patch("django.core.management.commands.flush.emit_post_migrate_signal", put_back)


def only_pages_observed() -> AbstractContextManager[object]:
    """`response.context` is that of the page: no copy for each of the controls and fragments that it is made of."""
    return patch.object(Template, "_render", _rendered)


def _rendered(self: Template, context: Context) -> SafeString:
    if isinstance(context, RequestContext) and context.template is self:
        template_rendered.send(sender=self, template=self, context=context)
    nodes: NodeList = self.nodelist
    return nodes.render(context)
