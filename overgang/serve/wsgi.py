"""The public site for a server: `gunicorn overgang.serve.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "overgang.settings.public")

application = get_wsgi_application()
