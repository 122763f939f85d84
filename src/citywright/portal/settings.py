"""Settings of the program; everything a city changes comes from the environment.

CITYWRIGHT_HOME          where data lives (default ~/.local/share/citywright)
CITYWRIGHT_DATABASE_URL  postgresql://user:password@host:port/name (default: SQLite in the home)
CITYWRIGHT_HOSTS         host names served, separated by commas (default: this machine only)
CITYWRIGHT_HTTPS         1 when a proxy in front speaks HTTPS: cookies are then sent over HTTPS only
CITYWRIGHT_SECRET        signing key (default: made once and kept in the home)
CITYWRIGHT_MAX_UPLOAD    largest upload in bytes (default 20 MiB)
CITYWRIGHT_LAKE_ENGINE   who counts indicators: duckdb (default, embedded) or spark
CITYWRIGHT_SPARK_REMOTE  address of a Spark Connect server, sc://host:port (default: Spark on this machine)
"""

from __future__ import annotations

import os
import secrets
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

HOME = Path(os.environ.get("CITYWRIGHT_HOME") or Path.home() / ".local/share/citywright").expanduser()
PACKAGE = Path(__file__).resolve().parent.parent


def secret_key() -> str:
    """The signing key from the environment or the home; made once, readable by its owner only."""
    given = os.environ.get("CITYWRIGHT_SECRET")
    if given:
        return given
    place = HOME / "secret"
    if not place.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(place, os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return place.read_text().strip()


def database() -> dict[str, Any]:
    """SQLite in the home (WAL, immediate transactions) or the PostgreSQL of CITYWRIGHT_DATABASE_URL (pooled)."""
    address = os.environ.get("CITYWRIGHT_DATABASE_URL", "")
    if not address:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": HOME / "citywright.sqlite3",
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
                                "PRAGMA cache_size=-64000;",
            },
        }
    parts = urlsplit(address)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise SystemExit("CITYWRIGHT_DATABASE_URL: 只支持 postgresql://…；不设则用 SQLite。Only postgresql:// works.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 8}, **dict(parse_qsl(parts.query))},
    }


def sample_day() -> date | None:
    """The day a sample home stands on (CITYWRIGHT_TODAY, or the file `sample_day` that `demo` leaves), else None."""
    kept = HOME / "sample_day"
    text = os.environ.get("CITYWRIGHT_TODAY") or (kept.read_text().strip() if kept.exists() else "")
    return date.fromisoformat(text) if text else None


SECRET_KEY = secret_key()
SAMPLE_DAY = sample_day()
DEBUG = os.environ.get("CITYWRIGHT_DEBUG") == "1"
ALLOWED_HOSTS = [h for h in os.environ.get("CITYWRIGHT_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",") if h]
CSRF_TRUSTED_ORIGINS = [f"https://{h}" for h in ALLOWED_HOSTS if h not in {"127.0.0.1", "localhost", "[::1]", "*"}]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "citywright.kernel",
    "citywright.ui",
    "citywright.followup",
    "citywright.projects",
    "citywright.approvals",
    "citywright.indicators",
    "citywright.portal",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "citywright.kernel.http.RefusalMiddleware",
    "citywright.kernel.http.SecurityHeadersMiddleware",
]
ROOT_URLCONF = "citywright.portal.urls"
WSGI_APPLICATION = "citywright.portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "portal/templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "citywright.portal.nav.frame",
            ],
            "builtins": ["citywright.ui.templatetags.ui", "django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]
DATABASES = {"default": database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "kernel.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_ADAPTER = "citywright.portal.signin.ClosedDoor"
ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key,30/m/ip"}
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
SESSION_COOKIE_AGE = 30 * 60
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("CITYWRIGHT_HTTPS") == "1"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
MEDIA_ROOT = HOME / "files"
LAKE_ROOT = HOME / "lake"
LAKE_ENGINE = os.environ.get("CITYWRIGHT_LAKE_ENGINE") or "duckdb"
SPARK_REMOTE = os.environ.get("CITYWRIGHT_SPARK_REMOTE", "")
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
MAX_UPLOAD = int(os.environ.get("CITYWRIGHT_MAX_UPLOAD", 20 * 1024 * 1024))
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
