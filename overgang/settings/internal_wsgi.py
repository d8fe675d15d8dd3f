"""What a server of the internal site loads."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from overgang.access.texts import texts
from overgang.base.places import gazetteer

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "overgang.settings.internal")
application = get_wsgi_application()
# Views, texts and places are read now: in the first requests all threads would wait for them.
get_resolver().url_patterns  # noqa: B018
texts()
gazetteer()
