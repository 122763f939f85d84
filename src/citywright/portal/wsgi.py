"""The door the server process knocks at."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "citywright.portal.settings")
application = get_wsgi_application()
