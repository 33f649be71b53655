"""The edge as a Django app."""

from django.apps import AppConfig


class WebclientConfig(AppConfig):
    name = "webclient"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from webclient import checks, metrics, sessions  # noqa: F401 - the others register themselves by being imported

        metrics.install()
