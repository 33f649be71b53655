from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("presence", "0007_copy_members")]
    operations = [
        migrations.RemoveField(model_name="systemextension", name="members"),
        migrations.AddField(
            model_name="systemextension",
            name="members",
            field=models.ManyToManyField(
                related_name="system_extensions", through="presence.Membership", to="presence.extension"
            ),
        ),
    ]
