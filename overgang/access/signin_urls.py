"""Those of allauth's pages that we use, under addresses of ours. What is not here does not exist: no registration, no
change of e-mail, no password by mail."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.urls import path

urlpatterns = [
    path("", account.login, name="account_login"),
    path("ut", account.logout, name="account_logout"),
    path("stengt", account.account_inactive, name="account_inactive"),
    path("igjen", account.reauthenticate, name="account_reauthenticate"),
    path("passord", account.password_change, name="account_change_password"),
    path("totrinn/", mfa.index, name="mfa_index"),
    path("totrinn/kode", mfa.authenticate, name="mfa_authenticate"),
    path("totrinn/igjen", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("totrinn/app", totp.activate_totp, name="mfa_activate_totp"),
    path("totrinn/app/fjern", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("totrinn/reserve", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("totrinn/reserve/nye", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("totrinn/reserve/fil", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("totrinn/nokler", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("totrinn/nokler/ny", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("totrinn/nokler/igjen", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("totrinn/nokler/inn", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("totrinn/nokler/<int:pk>/fjern", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
    path("totrinn/nokler/<int:pk>/navn", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("leverandor/avbrutt", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("leverandor/feil", social.login_error, name="socialaccount_login_error"),
    path("leverandor/<str:provider_id>", oidc.login, name="openid_connect_login"),
    path("leverandor/<str:provider_id>/tilbake", oidc.callback, name="openid_connect_callback"),
]
