"""The internal site: register, returns and publishing, behind sign-in. Denies by default."""

import os
from pathlib import Path

from django.utils.csp import CSP

from overgang.base.folders import secret_in
from overgang.settings.common import *  # noqa: F403
from overgang.settings.common import HOME
from overgang.settings.database import database
from overgang.settings.mail import mail
from overgang.settings.oidc import oidc_provider

ROOT_URLCONF = "overgang.settings.internal_urls"
WSGI_APPLICATION = "overgang.settings.internal_wsgi.application"
AUTH_USER_MODEL = "access.User"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "overgang.collect.register",
    "overgang.collect.returns",
    "overgang.access",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]
"""The menu follows this order. Our templates stand before allauth's."""
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "overgang.access.gate.Gate",
]
DATABASES = {"default": database(os.environ.get("DATABASE_URL", ""), HOME)}


SECRET_KEY = os.environ.get("OVERGANG_SECRET_KEY") or secret_in(HOME / "secret.key")
"""What signs sessions."""
KEYS = Path(os.environ.get("OVERGANG_KEYS") or HOME)
"""The folder of the key ring: on another disk than the database and its copies where it matters."""

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "overgang.access.frame.frame",
            ]
        },
    },
]

FORM_RENDERER = "overgang.access.forms.Renderer"
CSRF_FAILURE_VIEW = "overgang.access.errors.expired"

USE_I18N = True
LANGUAGE_CODE = "nb"
LANGUAGES = [("nb", "Bokmål"), ("nn", "Nynorsk"), ("en", "English")]
"""Django's own sentences in forms; ours stand in `texts`."""

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 31536000

CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}
"""Counts of failed sign-ins, shared by all processes and machines. `overgang setup` makes its table."""

MAIL = mail(os.environ)
"""The server that takes letters about the annual return; empty: none are sent."""

SYNTHETIC = (HOME / "synthetic").is_dir()
"""Whether the register is invented: `overgang demo` leaves this folder. Every page says so."""

SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = bool(int(os.environ.get("OVERGANG_HSTS_SECONDS", "0")))
SESSION_LONGEST = SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_IDLE = 30 * 60
"""Seconds a session may last, and may lie unused: `access.gate` holds it to both."""
SESSION_SAVE_EVERY_REQUEST = False

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name")},
    },
]
PASSWORD_RESET_TIMEOUT = 3 * 24 * 60 * 60
"""How long the link to set a first password holds."""
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "access:home"

SECOND_FACTOR = not SYNTHETIC or "DATABASE_URL" in os.environ or os.environ.get("OVERGANG_SECOND_FACTOR") == "required"
"""Compulsory where persons are real. The demo's own register in the data folder is opened with a password alone, unless
told otherwise; of a database elsewhere a folder beside this program says nothing."""

ACCOUNT_ADAPTER = "overgang.access.signin.Accounts"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_RATE_LIMITS = {"login": "20/180s/ip", "login_failed": "20/180s/ip,5/60s/key"}
"""Asked before a password is hashed: five a minute for an account, twenty in three minutes for an address."""
ACCOUNT_FORMS = {
    "login": "overgang.access.signin_forms.SignIn",
    "reauthenticate": "overgang.access.signin_forms.Reauthenticate",
    "change_password": "overgang.access.signin_forms.ChangePassword",
}
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("OVERGANG_PROXIES", "0"))

MFA_ADAPTER = "overgang.access.signin.Factors"
MFA_FORMS = {
    "authenticate": "overgang.access.signin_forms.Code",
    "reauthenticate": "overgang.access.signin_forms.CodeAgain",
    "activate_totp": "overgang.access.signin_forms.ActivateApp",
    "add_webauthn": "overgang.access.signin_forms.AddKey",
    "edit_webauthn": "overgang.access.signin_forms.NameKey",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SESSION_COOKIE_SECURE

SOCIALACCOUNT_ADAPTER = "overgang.access.signin.Providers"
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_STORE_TOKENS = False
OIDC_ACR = frozenset(os.environ.get("OVERGANG_OIDC_ACR", "").split())
"""The levels of assurance that are enough, as the provider writes them; empty asks for none."""
OIDC_CLAIM = os.environ.get("OVERGANG_OIDC_CLAIM", "sub")
"""The claim that says who it is: `pid` at ID-porten."""
SOCIALACCOUNT_PROVIDERS = oidc_provider(os.environ)

DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = ["overgang.collect.upload.Limited"]

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
