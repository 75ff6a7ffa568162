"""Bodies in JSON."""

from __future__ import annotations

import json
from typing import NoReturn

from django.http import HttpRequest

from instant.http.refusals import MALFORMED, NOT_JSON, HttpError


def read_json(request: HttpRequest) -> object:
    """Read a JSON body. Raises `HttpError`: 415 when it says to be something else, 400 when it is.

    A body over ``DATA_UPLOAD_MAX_MEMORY_SIZE`` raises Django's ``RequestDataTooBig``.
    """
    if request.content_type != "application/json":
        raise HttpError(NOT_JSON)
    try:
        # Django's own choice of encoding would follow the header; JSON is UTF-8.
        value: object = json.loads(request.body.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise HttpError(MALFORMED) from error
    return value


def read_optional_json(request: HttpRequest) -> object:
    """Read the same where no body counts as ``{}``."""
    return read_json(request) if request.body else {}


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
