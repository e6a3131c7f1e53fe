"""The WSGI application: any WSGI server can serve it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hrtoolkit.settings")

application = get_wsgi_application()
