"""The cast and the tools that every test may use."""

import itertools
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as product
from django.core.cache import cache
from django.db import connection, connections
from django.test import Client, override_settings
from django.utils import translation
from pytest_django import DjangoDbBlocker, Settings

from presence import hub
from presence.models import Extension
from tests.cast import log_in, make_extension
from tests.quick_django import kept_permissions, only_pages_observed
from webclient.fresh_password import CONFIRMED_AT


def pytest_configure(config: pytest.Config) -> None:
    # A thread that outlives its test may not ask whether its connection is to be closed; only psycopg tells.
    config.addinivalue_line("filterwarnings", "ignore:.*BaseConnection.__del__:pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """One for each worker; SQLite in a file, as in the product: in memory it locks whole tables between threads."""
    database = connections["default"].settings_dict
    if database["ENGINE"].endswith("sqlite3"):
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
        # No test cuts the power: its commits need not wait for the disk.
        database["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """PostgreSQL keeps a database that a thread of some test is still connected to."""
    with django_db_blocker.unblock():
        permissions = kept_permissions()
    with permissions:
        yield
    if connection.vendor == "postgresql":
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")


@pytest.fixture(scope="session", autouse=True)
def _quick_settings(django_test_environment: None) -> Iterator[None]:
    """What the product does with care and no test needs, once for all: a change of a setting per test adds up."""
    storages = {
        **product.STORAGES,
        # Tests link the source files: there is nothing collected to hash.
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    with (
        only_pages_observed(),
        override_settings(
            STORAGES=storages,
            STATIC_ROOT=product.BASE_DIR / "static",
            SERVESTATIC_USE_STATIC_ROOT=False,  # each test client would look at every file that there is
            PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],  # the product's is slow on purpose
        ),
    ):
        yield


@pytest.fixture(scope="session")
def _media_of_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A place for each test, by number: pytest's own numbering looks at all the folders of the tests before."""
    folder = tmp_path_factory.mktemp("media")
    return (folder / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def _own_media(settings: Settings, _media_of_tests: Iterator[Path]) -> None:
    settings.MEDIA_ROOT = next(_media_of_tests)
    settings.MEDIA_ROOT.mkdir()


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
    log_in(client, adam.user, **{CONFIRMED_AT: time.time()})  # he has just typed his password
    return client
