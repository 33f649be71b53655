from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone


def mark_who_is_here(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Whoever has used the phone until now needs nobody to lead them; Settings does when they want it."""
    apps.get_model("presence", "User").objects.exclude(last_login=None).update(first_steps_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [
        ("presence", "0013_call_quality"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="first_steps_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(mark_who_is_here, migrations.RunPython.noop),
    ]
