"""allauth's forms with our labels."""

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateByCode
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm

from overgang.access.texts import word

LABELS = {
    "login": "signin.username",
    "password": "signin.password",
    "code": "factor.code",
    "oldpassword": "password.current",
    "password1": "password.new",
    "password2": "password.again",
    "name": "factor.key_called",
    "passwordless": "factor.key_passwordless",
}
HELP = {"password1": "password.help"}


class Ours:
    """Labels and help texts of ours; no placeholders, which vanish when one begins to type."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            if name in LABELS:
                field.label = word(LABELS[name])
            field.help_text = word(HELP[name]) if name in HELP else ""
            field.widget.attrs.pop("placeholder", None)


class SignIn(Ours, LoginForm):
    pass


class Reauthenticate(Ours, ReauthenticateForm):
    pass


class ChangePassword(Ours, ChangePasswordForm):
    pass


class Code(Ours, AuthenticateForm):
    pass


class CodeAgain(Ours, ReauthenticateByCode):
    pass


class ActivateApp(Ours, ActivateTOTPForm):
    pass


class AddKey(Ours, AddWebAuthnForm):
    pass


class NameKey(Ours, EditWebAuthnForm):
    pass
