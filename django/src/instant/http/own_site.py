"""From whose pages a request comes."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings as django_settings
from django.http import HttpRequest
from django.utils.http import is_same_domain

from instant.conf import settings
from instant.http.refusals import OTHER_SITE, HttpError


def allowed_origin(request: HttpRequest) -> str | None:
    """Give the origin of the sending page when it is one of ``INSTANT_ALLOWED_ORIGINS``."""
    origin = request.headers.get("Origin")
    return origin if origin in settings.INSTANT_ALLOWED_ORIGINS else None


def require_own_site(request: HttpRequest) -> None:
    """Raise `HttpError` 403 when a page of another site sends the request.

    Pages of this host may, those of ``INSTANT_ALLOWED_ORIGINS`` and ``CSRF_TRUSTED_ORIGINS``, and
    programs that are no page.
    """
    if not _is_own_site(request):
        raise HttpError(OTHER_SITE)


def _is_own_site(request: HttpRequest) -> bool:
    origin = request.headers.get("Origin")
    if origin is not None and (allowed_origin(request) or _is_trusted(origin)):
        return True
    # No page can forge this header, and no browser of before 2020 to 2023 sends it.
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None:
        return fetch_site in ("same-origin", "none")
    # Only hosts are compared: behind a proxy the scheme that the browser sees may be unknown.
    return origin is None or _host_of(origin) == request.get_host()


def _is_trusted(origin: str) -> bool:
    scheme, host = origin.partition("://")[0], _host_of(origin)
    for trusted in django_settings.CSRF_TRUSTED_ORIGINS:
        trusted_scheme, _, pattern = trusted.partition("://")
        # "https://*.example.com" trusts every subdomain.
        if scheme == trusted_scheme and is_same_domain(host, pattern.removeprefix("*")):
            return True
    return False


def _host_of(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""
