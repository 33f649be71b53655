from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def copy(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Members stood in a table without an order; by their number they keep one that people can follow."""
    membership = apps.get_model("presence", "Membership")
    for system in apps.get_model("presence", "SystemExtension").objects.all():
        members = system.members.order_by("number")
        membership.objects.bulk_create(
            membership(system_extension=system, extension=member, position=position)
            for position, member in enumerate(members)
        )


class Migration(migrations.Migration):
    dependencies = [("presence", "0006_callers_from_outside")]
    operations = [migrations.RunPython(copy, migrations.RunPython.noop)]
