"""What every endpoint does around its answer."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Final, TypeAlias

from django.conf import settings as django_settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from instant.conf import SettingsError
from instant.http.own_site import allowed_origin
from instant.http.refusals import INTERNAL, METHOD, TOO_LARGE, HttpError, Refusal

View: TypeAlias = Callable[[HttpRequest], HttpResponse]
"""What answers a request, or raises `HttpError`."""

PREFLIGHT_LIFETIME: Final = 600
"""How long a browser may remember what a preflight said, in seconds."""

_log = logging.getLogger("instant")


def endpoint(*methods: str) -> Callable[[View], View]:
    """Make an endpoint of a view: it takes some methods, and refuses in JSON.

    Its answers are kept by no cache, and read by the pages of ``INSTANT_ALLOWED_ORIGINS``. Django's
    middleware leaves it alone: what it wants of forgery and of who is logged in it asks itself.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def answer(request: HttpRequest) -> HttpResponse:
            response = _preflight(request, methods) or _answer(request, methods, view)
            response["Cache-Control"] = "no-store"
            patch_vary_headers(response, ("Cookie",))
            return _share(request, response)

        # As csrf_exempt and, from Django 5.1, login_not_required do.
        answer.__dict__.update(csrf_exempt=True, login_required=False)
        return answer

    return decorate


def _answer(request: HttpRequest, methods: tuple[str, ...], view: View) -> HttpResponse:
    if request.method not in methods:
        return HttpError(METHOD, {"Allow": ", ".join(methods)}).response()
    try:
        return view(request)
    except HttpError as error:
        return error.response()
    except RequestDataTooBig:
        return HttpError(TOO_LARGE).response()
    except SettingsError as error:
        _log.exception("%s cannot be answered", request.path)
        return HttpError(_told(error)).response()


def _told(error: SettingsError) -> Refusal:
    """Tell the cure to who develops the site, and to nobody else."""
    if not django_settings.DEBUG:
        return INTERNAL
    return Refusal(INTERNAL.status, INTERNAL.code, str(error))


def _preflight(request: HttpRequest, methods: tuple[str, ...]) -> HttpResponse | None:
    if request.method != "OPTIONS" or _origin_to_tell(request) is None:
        return None
    headers = {
        "Access-Control-Allow-Methods": ", ".join(methods),
        "Access-Control-Allow-Headers": "Content-Type, X-CSRFToken",
        "Access-Control-Max-Age": str(PREFLIGHT_LIFETIME),
    }
    return HttpResponse(status=204, headers=headers)


def _share(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    origin = _origin_to_tell(request)
    if origin is not None:
        response["Access-Control-Allow-Origin"] = origin
        response["Access-Control-Allow-Credentials"] = "true"
    patch_vary_headers(response, ("Origin",))
    return response


def _origin_to_tell(request: HttpRequest) -> str | None:
    try:
        return allowed_origin(request)
    except SettingsError:
        # The answer itself tells of the mistake where it matters.
        return None
