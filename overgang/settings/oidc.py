"""A provider of sign-in by OpenID Connect, from the environment: OVERGANG_OIDC_ISSUER, _CLIENT_ID, _CLIENT_SECRET,
_NAME and _ACR. None of them, no provider."""

from collections.abc import Mapping
from typing import Any

from overgang.base.errors import BadInput

ID = "oidc"


def oidc_provider(environ: Mapping[str, str]) -> dict[str, Any]:
    """allauth's settings of the provider. Raises BadInput where only a part is given."""
    given = {key: environ.get(f"OVERGANG_OIDC_{key}", "") for key in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET")}
    if not any(given.values()):
        return {}
    if missing := [f"OVERGANG_OIDC_{key}" for key, value in given.items() if not value]:
        raise BadInput(f"Sign-in by OpenID Connect lacks {', '.join(missing)}: set it, or none of them.")
    acr = environ.get("OVERGANG_OIDC_ACR", "")
    app = {
        "provider_id": ID,
        "name": environ.get("OVERGANG_OIDC_NAME") or "OpenID Connect",
        "client_id": given["CLIENT_ID"],
        "secret": given["CLIENT_SECRET"],
        "settings": {
            "server_url": given["ISSUER"],
            "fetch_userinfo": False,
            "oauth_pkce_enabled": True,
            "auth_params": {"acr_values": acr} if acr else {},
        },
    }
    return {"openid_connect": {"APPS": [app], "SCOPE": ["openid"], "OAUTH_PKCE_ENABLED": True}}
