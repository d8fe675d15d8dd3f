"""What a server of the internal site loads."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "overgang.settings.internal")
application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018 - views are imported now: in the first requests all threads would wait for them
