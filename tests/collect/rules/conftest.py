"""These tests need the register's models: `pytest --ds=overgang.settings.internal tests/collect/rules`."""

from django.conf import settings

collect_ignore_glob = [] if settings.AUTH_USER_MODEL == "access.User" else ["*.py"]
