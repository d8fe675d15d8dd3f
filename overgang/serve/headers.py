"""Two small middlewares: compressed text, and features of the browser that no page of ours uses."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.deprecation import MiddlewareMixin

TEXT = ("text/", "application/json", "application/problem+json", "image/svg+xml")


class CompressText(GZipMiddleware):
    """Gzips whole text answers. Fonts and Parquet are compressed already; a part of a file must stay as it is."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        whole = response.status_code != 206
        if whole and response.headers.get("Content-Type", "").startswith(TEXT):
            return super().process_response(request, response)
        return response


class Permissions(MiddlewareMixin):
    """No page uses the camera, the microphone, the position or payment: say so."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:  # noqa: ARG002
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        return response
