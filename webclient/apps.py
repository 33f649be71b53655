"""The edge as a Django app."""

from django.apps import AppConfig


class WebclientConfig(AppConfig):
    name = "webclient"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from webclient import checks, sessions  # noqa: F401 - they register themselves once the apps are there
