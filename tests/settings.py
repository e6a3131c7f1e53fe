"""The product's settings, as the tests want them.

Every variable of the environment is given, so that nothing of a developer's
``.env`` or shell reaches a test.
"""

import os

os.environ |= {
    # Programs that a test starts run on the product's own settings.
    "DJANGO_SETTINGS_MODULE": "hrtoolkit.settings",
    # A file, or the live server would share its one connection with the test;
    # the fixtures put a temporary one in its place.
    "DATABASE_URL": os.environ.get(
        "TEST_DATABASE_URL", "sqlite:///never-opened.sqlite3"
    ),
    "SECRET_KEY": "secret key of the tests",
    "AUDIT_HMAC_KEY": "audit key of the tests",
    "REVOCATIONS_FILE": os.devnull,
    "DEBUG": "off",
    "HTTPS": "off",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "CSRF_TRUSTED_ORIGINS": "",
    "TRUSTED_PROXY_HOPS": "0",
    "PUBLIC_URL": "",
    "PORT": "8000",
    "WORKERS": "1",
    "REDIS_URL": "",
    "EMAIL_URL": "memorymail://",
    "ADMINS": "",
    "DEFAULT_FROM_EMAIL": "support@hrtoolkit.example",
    "DEMO_PASSWORD": "",
    # Playwright keeps an event loop running in the thread of the tests.
    "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
}

from hrtoolkit.settings import *  # noqa: F403
from hrtoolkit.settings import STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Static files are served from where they are written, without collecting them.
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
