"""Settings, from the environment or a ``.env`` file beside ``manage.py``.

Every variable is described, with its default, in ``.env.example``.
"""

from pathlib import Path

import django_stubs_ext
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from hrtoolkit.variables import Variables

django_stubs_ext.monkeypatch()

HIGHEST_PORT = 65535
BASE_DIR = Path(__file__).resolve().parent.parent

env = Variables()
env.read_env(BASE_DIR / ".env")

DEBUG = env.switch("DEBUG", default=False)
HTTPS = env.switch("HTTPS", default=True)
SECRET_KEY = env.str("SECRET_KEY", default="")
AUDIT_HMAC_KEY = env.str("AUDIT_HMAC_KEY", default="")
REVOCATIONS_FILE = env.str(
    "REVOCATIONS_FILE", default=str(BASE_DIR / "revocations.log")
)
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.names("CSRF_TRUSTED_ORIGINS")
PUBLIC_URL = env.web_address("PUBLIC_URL")
PORT = env.number("PORT", default=8000)
WORKERS = env.number("WORKERS", default=1)
REDIS_URL = env.redis("REDIS_URL")
DEMO_PASSWORD = env.str("DEMO_PASSWORD", default="")
SUPPORT_EMAIL = "support@yourhrtoolkit.com.au"

TRUSTED_PROXY_HOPS = env.number("TRUSTED_PROXY_HOPS", default=0)
if TRUSTED_PROXY_HOPS < 0:
    raise ImproperlyConfigured("TRUSTED_PROXY_HOPS can't be negative.")
if WORKERS < 1:
    raise ImproperlyConfigured("WORKERS has to be 1 or more.")
if not 1 <= PORT <= HIGHEST_PORT:
    raise ImproperlyConfigured(f"PORT has to be from 1 to {HIGHEST_PORT}.")

INSTALLED_APPS = [
    "hrtoolkit.apps.ProductConfig",
    "hrtoolkit.organisations.apps.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.forms",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "import_export",
    "hrtoolkit.organisations.apps.OrganisationsConfig",
    "apikeys",
    "employees",
    "hrtoolkit.demo",
]

MIDDLEWARE = [
    # A load balancer asks by address and over plain HTTP.
    "hrtoolkit.health.HealthMiddleware",
    # The external API answers by itself: what follows is for people.
    "hrtoolkit.api.middleware.ExternalAPIMiddleware",
    "hrtoolkit.access_log.AccessLogMiddleware",
    "hrtoolkit.intake.IntakeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "hrtoolkit.headers.HeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "hrtoolkit.organisations.sign_in.timeouts.SessionTimeoutMiddleware",
    "hrtoolkit.organisations.middleware.SignInMiddleware",
    "hrtoolkit.organisations.middleware.OrganisationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "hrtoolkit.method_not_allowed.MethodNotAllowedMiddleware",
]

ROOT_URLCONF = "hrtoolkit.urls"
WSGI_APPLICATION = "hrtoolkit.wsgi.application"

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
                "hrtoolkit.context_processors.support",
            ],
        },
    },
]
FORM_RENDERER = "hrtoolkit.forms.FormRenderer"

DATABASES = {
    "default": {
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        **env.database("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'db.sqlite3'}"),
    }
}
DATABASE_OPTIONS = DATABASES["default"].setdefault("OPTIONS", {})
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A write transaction takes its lock at the start, so that two of them
    # queue instead of failing half way; readers go on meanwhile (WAL).
    DATABASE_OPTIONS |= {
        "transaction_mode": "IMMEDIATE",
        "timeout": 10,
        "init_command": "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;",
    }
elif DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    DATABASES["default"]["ENGINE"] = "hrtoolkit.postgresql"
    # Django's default, None, would turn off the prepared statements that the
    # external API asks for by name; 0 would prepare every statement.
    DATABASE_OPTIONS |= {"connect_timeout": 2, "prepare_threshold": 1_000_000}

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "organisations.User"
AUTHENTICATION_BACKENDS = [
    # Refuses people who are locked out before anyone looks at the password.
    "axes.backends.AxesStandaloneBackend",
    "hrtoolkit.organisations.backends.UserBackend",
    "apikeys.backends.APIKeyBackend",
]
PASSWORD_MIN_LENGTH = 12
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in {
        "UserAttributeSimilarityValidator": {},
        "MinimumLengthValidator": {"min_length": PASSWORD_MIN_LENGTH},
        "CommonPasswordValidator": {},
        "NumericPasswordValidator": {},
    }.items()
]
PASSWORD_RESET_TIMEOUT = 60 * 60
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"

# Lockouts: the limits are the handler's.
AXES_HANDLER = "hrtoolkit.organisations.sign_in.lockout.LockoutHandler"
# What the form and the backends call it, though the model's field is `email`.
AXES_USERNAME_FORM_FIELD = "username"
AXES_USERNAME_CALLABLE = "hrtoolkit.organisations.sign_in.lockout.account_digest"
AXES_CLIENT_IP_CALLABLE = "hrtoolkit.organisations.sign_in.lockout.counted_address"
AXES_LOCKOUT_CALLABLE = "hrtoolkit.organisations.sign_in.lockout.locked_out"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_ENABLE_ADMIN = AXES_VERBOSE = False
OTP_TOTP_ISSUER = "Your HR Toolkit"

# The external API: who is calling, and what there is to call.
EXTERNAL_API_BACKEND = "apikeys.backends.APIKeyBackend"
EXTERNAL_API_ENDPOINTS = ["apikeys.api.ENDPOINTS", "employees.api.ENDPOINTS"]

SESSION_ENGINE = "hrtoolkit.organisations.sessions"
# Without a click for so long, a session ends, in the database as in the browser.
SESSION_COOKIE_AGE = 2 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
if HTTPS:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    if TRUSTED_PROXY_HOPS:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "en-au"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / ".static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if not DEBUG
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

vars().update(env.mail_server("EMAIL_URL", default="consolemail://"))
# Seconds after which a mail server that says nothing is given up.
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="") or SUPPORT_EMAIL
# Whom errors are mailed to, and from where.
ADMINS = [("", address) for address in env.names("ADMINS")]
SERVER_EMAIL = DEFAULT_FROM_EMAIL

DEFAULT_EXCEPTION_REPORTER = "hrtoolkit.logs.RedactingExceptionReporter"
DEFAULT_EXCEPTION_REPORTER_FILTER = "hrtoolkit.logs.RedactingReporterFilter"
LOGGING_CONFIG = "hrtoolkit.logs.configure"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "hrtoolkit.logs.JSONFormatter"},
        "line": {
            "()": "hrtoolkit.logs.LineFormatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        },
    },
    "filters": {
        "not_debug": {"()": "django.utils.log.RequireDebugFalse"},
        "worth_mailing": {
            "()": "django.utils.log.CallbackFilter",
            "callback": "ext://hrtoolkit.logs.is_worth_mailing",
        },
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "json" if HTTPS else "line",
        },
        "mail_admins": {
            "class": "django.utils.log.AdminEmailHandler",
            "level": "ERROR",
            "formatter": "line",
            "filters": ["not_debug", "worth_mailing"],
        },
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["mail_admins"], "level": "INFO"},
        # What visitors ask for in vain is no warning of ours.
        "django.request": {"level": "ERROR"},
        "hrtoolkit": {"handlers": ["mail_admins"], "level": "INFO"},
    },
}

IMPORT_EXPORT_USE_TRANSACTIONS = True
