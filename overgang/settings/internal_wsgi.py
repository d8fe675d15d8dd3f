"""What a server of the internal site loads."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "overgang.settings.internal")
application = get_wsgi_application()
