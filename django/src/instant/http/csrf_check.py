"""Django's protection against forgery, for endpoints that answer in JSON."""

from __future__ import annotations

from django.conf import settings as django_settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware

from instant.http.own_site import allowed_origin
from instant.http.refusals import CSRF, HttpError


def require_csrf_token(request: HttpRequest) -> None:
    """Raise `HttpError` 403 unless ``X-CSRFToken`` holds a token for the ``csrftoken`` cookie."""
    given = request.META.get("HTTP_X_CSRFTOKEN")
    if given is not None:
        # The client sends this header, whatever the site's own pages call theirs.
        request.META.setdefault(django_settings.CSRF_HEADER_NAME, given)
    check = _Check(_nothing)
    check.process_request(request)
    if check.process_view(request, _nothing, (), {}) is not None:
        raise HttpError(CSRF)


class _Check(CsrfViewMiddleware):
    """The site's rules, and the origins of ``INSTANT_ALLOWED_ORIGINS`` besides."""

    def _origin_verified(self, request: HttpRequest) -> bool:
        if allowed_origin(request) is not None:
            return True
        # Django has it since 4.0, and its stubs do not.
        return bool(super()._origin_verified(request))  # type: ignore[misc]


def _nothing(_request: HttpRequest) -> HttpResponseBase:
    return HttpResponse()
