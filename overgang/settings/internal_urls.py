"""The addresses of the internal site."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("inn/", include("overgang.access.signin_urls")),
    path("", include("overgang.collect.register.urls")),
    path("", include("overgang.collect.register.batches.urls")),
    path("", include("overgang.collect.returns.urls")),
    path("", include("overgang.access.urls")),
]

handler400 = "overgang.access.errors.bad_request"
handler403 = "overgang.access.errors.forbidden"
handler404 = "overgang.access.errors.not_found"
handler500 = "overgang.access.errors.broken"
