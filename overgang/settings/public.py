"""The public site: reads editions, keeps no state, sets no cookies, needs no secret."""

import secrets

from django.utils.csp import CSP

from overgang.settings.common import *  # noqa: F403
from overgang.settings.common import HOME

EDITIONS = HOME / "editions"

SECRET_KEY = secrets.token_urlsafe(50)
"""Django wants one. Nothing is signed here, so each process makes its own and none is kept."""

ROOT_URLCONF = "overgang.serve.urls"
WSGI_APPLICATION = "overgang.serve.wsgi.application"
INSTALLED_APPS = ["django.contrib.staticfiles", "overgang.serve"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "overgang.serve.headers.CompressText",
    "overgang.serve.headers.Permissions",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",
]
DATABASES: dict[str, object] = {}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "TIMEOUT": None,
        "OPTIONS": {"MAX_ENTRIES": 1000},
    }
}
"""Finished pages of this process, by ETag. A page is about 40 KB: 40 MB at most."""

TEMPLATES = [
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {}},
]

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 31536000
"""A year: addresses of static files carry the hash of their content (`base.look`), so a change has a new address."""

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
"""No script at all. `data:` images: the icons inside Designsystemet's style sheet."""
