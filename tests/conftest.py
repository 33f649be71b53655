"""The cast and the tools that every test may use."""

import time
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.utils import translation
from pytest_django import Settings

from presence import hub
from presence.models import Extension
from tests.cast import make_extension
from webclient.fresh_password import CONFIRMED_AT


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """SQLite in a file, as in the product: its in-memory form locks whole tables between threads."""
    database = connections["default"].settings_dict
    if database["ENGINE"].endswith("sqlite3"):
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(autouse=True)
def _plain_static_files(settings: Settings) -> None:
    """Tests link the source files: there is nothing collected to hash."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.STATIC_ROOT = settings.BASE_DIR / "static"


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Settings) -> None:
    """The product's hash is slow on purpose; no test needs it to be."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _own_media(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")


@pytest.fixture(autouse=True)
def _fresh_process() -> Iterator[None]:
    """Rate limits, the hub and the language of the last page belong to the process: each test starts with none."""
    cache.clear()
    translation.deactivate()
    hub.reset()
    yield
    hub.reset()


@pytest.fixture
def adam(db: None) -> Extension:
    return make_extension("101", "Adam Nowak")


@pytest.fixture
def piotr(db: None) -> Extension:
    return make_extension("102", "Piotr Adamiak")


@pytest.fixture
def anna(db: None) -> Extension:
    return make_extension("103", "Anna Kowalska", department="Reception")


@pytest.fixture
def adams_browser(adam: Extension, client: Client) -> Client:
    """A test client in which Adam is logged in."""
    assert adam.user is not None
    client.force_login(adam.user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[CONFIRMED_AT] = time.time()  # he has just typed his password
    session.save()
    return client
