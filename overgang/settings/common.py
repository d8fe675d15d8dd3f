"""What every process shares: where data lives, which hosts it answers to, and the headers of a careful site."""

import os
from pathlib import Path

from overgang.base import look

CHECKOUT = Path(__file__).resolve().parents[2]

HOME = Path(os.environ.get("OVERGANG_HOME") or CHECKOUT / "var")
"""Everything that is not code: editions, snapshots, databases."""

DEBUG = False
ALLOWED_HOSTS = [host for host in os.environ.get("OVERGANG_HOSTS", "").split(",") if host] or [
    "localhost",
    "127.0.0.1",
    "[::1]",
]

USE_I18N = False
USE_TZ = True
TIME_ZONE = "Europe/Oslo"
DEFAULT_CHARSET = "utf-8"

STATICFILES_DIRS = [look.STATIC]

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = int(os.environ.get("OVERGANG_HSTS_SECONDS", "0"))
"""0 on loopback without TLS; a year (31536000) where the site stands behind TLS."""
X_FRAME_OPTIONS = "DENY"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "class": "overgang.base.discreet.Formatter",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django.request": {"level": "ERROR"}},
}
