"""Every setting, read once from the environment, typed; `webclient.checks` judges them at start."""

import os
import secrets
from pathlib import Path

import django_stubs_ext
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _
from environs import Env

from webclient import log_lines

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()

DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "data"))).resolve()


def _secret_of_this_installation() -> str:
    """A secret of its own for every data folder, made at the first start: there is no default to forget."""
    path = DATA_DIR / "secret_key"
    if not path.exists():
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(64))
        except FileExistsError:
            pass  # another process of this installation was first
    return path.read_text()


DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or _secret_of_this_installation()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
ALLOWED_ORIGINS: list[str] = env.list("ALLOWED_ORIGINS", default=[])  # beside the server's own, for its sockets
CSRF_TRUSTED_ORIGINS = ALLOWED_ORIGINS
# Browsers always name the origin of a socket; refusing those that name none only shuts out other programs.
REQUIRE_SOCKET_ORIGIN = env.bool("REQUIRE_SOCKET_ORIGIN", default=False)
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)  # trust X-Forwarded-For and X-Forwarded-Proto
# How long a process that is told to end may take to hand its windows and calls over to others; 0: there are none.
DRAIN_SECONDS = env.float("DRAIN_SECONDS", default=0.0)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "csp",
    "django_htmx",
    "allauth",
    "allauth.account",
    "presence",
    "webclient",
]

MIDDLEWARE = [
    "webclient.watched_requests.WatchedRequests",
    "webclient.middleware.Security",
    "servestatic.middleware.ServeStaticMiddleware",
    "webclient.middleware.addresses_are_text",
    "webclient.middleware.compressed_pages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "webclient.middleware.language_of_user",
    "webclient.middleware.private_pages",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "webclient.urls"
ASGI_APPLICATION = "webclient.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "webclient.context.shell",
            ],
        },
    }
]

# One office: SQLite. WAL lets readers go on; IMMEDIATE makes a writer wait instead of failing half-way, and the engine
# makes writers of one process wait for one another.
DATABASES = {"default": env.dj_db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'lampfield.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["ENGINE"] = "webclient.fair_sqlite3"
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16000;",
    }

REDIS_URL = env.str("REDIS_URL", default="")  # empty: one process, nothing between processes
if REDIS_URL:
    # PubSub: the other Redis layer silently drops messages above its capacity.
    CHANNEL_LAYERS = {
        "default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": [REDIS_URL]}}
    }
    CACHES = {"default": {"BACKEND": "webclient.forgiving_cache.ForgivingRedisCache", "LOCATION": REDIS_URL}}
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

AUTH_USER_MODEL = "presence.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "webclient.accounts.ClosedAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/login/"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}

PASSWORD_RESET_TIMEOUT = 7 * 24 * 3600  # seconds; how long an invitation is good for

EMAIL_HOST = env.str("EMAIL_HOST", default="")  # empty: no mail is sent, operators pass invitations on
EMAIL_PORT = env.int("EMAIL_PORT", default=587)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=True)
EMAIL_TIMEOUT = 10  # seconds
SITE_URL = env.str("SITE_URL", default="")  # where people open Lampfield, for links in e-mails it sends by itself
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="lampfield@localhost")

SESSION_COOKIE_AGE = 14 * 24 * 3600  # seconds
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.bool("HTTPS_ONLY", default=False)
SECURE_HSTS_SECONDS = 30 * 24 * 3600 if SESSION_COOKIE_SECURE else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if BEHIND_PROXY:
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # for rate limits: what stands before the last proxy is anybody's claim
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF, "blob:"],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
        "worker-src": [SELF],
    }
}

LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="en")
FORMAT_MODULE_PATH = "webclient.formats"
LANGUAGES = [("en", _("English")), ("pl", _("Polish"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600  # seconds
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="Europe/Warsaw")
PHONE_REGION = env.str("PHONE_REGION", default="PL")  # whose numbers may be typed without a country code

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.str("STATIC_DIR", default=str(DATA_DIR / "static"))).resolve()
MEDIA_ROOT = DATA_DIR / "media"  # never served as files: each request is checked
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "webclient.static_files.HashedStaticFilesStorage"},
}

# WebRTC between browsers: none is needed in one office; a list of URLs, user and password where it is.
STUN_URLS: list[str] = env.list("STUN_URLS", default=[])
TURN_URLS: list[str] = env.list("TURN_URLS", default=[])
TURN_USERNAME = env.str("TURN_USERNAME", default="")
TURN_PASSWORD = env.str("TURN_PASSWORD", default="")

# A company's Asterisk: empty, there is none and browsers call browsers. http://host:8088, without /ari.
ASTERISK_URL = env.str("ASTERISK_URL", default="")
ASTERISK_USER = env.str("ASTERISK_USER", default="lampfield")
ASTERISK_PASSWORD = env.str("ASTERISK_PASSWORD", default="")
ASTERISK_APP = env.str("ASTERISK_APP", default="lampfield")  # as in the dialplan: Stasis(lampfield)
ASTERISK_TRUNK = env.str("ASTERISK_TRUNK", default="")  # the PJSIP endpoint of the line to the outside
# A folder that Asterisk reads too, at the same path: greetings and announcements lie in it.
ASTERISK_SOUNDS_DIR = Path(env.str("ASTERISK_SOUNDS_DIR", default=str(DATA_DIR / "asterisk-sounds"))).resolve()

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOG_FORMAT = env.str("LOG_FORMAT", default=log_lines.LINE)  # or json: an object per line
# Which answered requests have a line of their own: none, pages, or all, with static files and what watches the server.
LOG_REQUESTS = env.str("LOG_REQUESTS", default="pages" if LOG_FORMAT == log_lines.JSON else "none")
LOGGING = log_lines.logging_settings(log_format=LOG_FORMAT, level=LOG_LEVEL)
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")  # empty: /metrics answers on this machine only
