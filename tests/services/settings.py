"""The product's settings for the servers that the tests start.

All come from the environment, as in production; but static files need not be
collected first, and a sign-in needn't be slow.
"""

from hrtoolkit.settings import *  # noqa: F403
from hrtoolkit.settings import STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
