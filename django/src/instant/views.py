"""The endpoints that a client logs in with and gets its tokens from."""

from __future__ import annotations

import unicodedata

from django.contrib import auth
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token as get_csrf_token
from django.views.decorators.debug import sensitive_variables

from instant.conf import settings
from instant.http.admission import admit, admit_user
from instant.http.csrf_check import require_csrf_token
from instant.http.endpoint import endpoint
from instant.http.json_body import read_json, read_optional_json
from instant.http.own_site import require_own_site
from instant.http.refusals import (
    BAD_CREDENTIALS,
    NOT_SIGNED_IN,
    WRONG_CREDENTIALS,
    HttpError,
)
from instant.http.session_admission import Admission
from instant.tokens import TokenSigner


@endpoint("GET", "POST")
def get_token(request: HttpRequest) -> HttpResponse:
    """Answer what a client needs to connect and to subscribe."""
    return _tokens(request, admit(request))


@endpoint("POST")
def subscribe(request: HttpRequest) -> HttpResponse:
    """Answer the visitor's channels with new tokens.

    The body must be JSON, and says nothing: what a visitor may see is not for the visitor to say.
    """
    admission = admit(request)
    read_optional_json(request)
    return JsonResponse({"channels": _grants(admission, TokenSigner(admission.visitor))})


@endpoint("POST")
@sensitive_variables("password")
def login(request: HttpRequest) -> HttpResponse:
    """Begin a session and answer tokens.

    Who is logged in already becomes the user of these credentials, with a new session, and stays
    who they were when they are wrong.
    """
    require_own_site(request)
    username, password = _read_credentials(request)
    user = auth.authenticate(request, username=username, password=password)
    if user is None:
        raise HttpError(WRONG_CREDENTIALS)
    # Where no token can be made, nobody is logged in either.
    TokenSigner(user)
    auth.login(request, user)
    return _tokens(request, admit_user(user))


@endpoint("POST")
def logout(request: HttpRequest) -> HttpResponse:
    """End the session."""
    require_own_site(request)
    require_csrf_token(request)
    if not request.user.is_authenticated:
        raise HttpError(NOT_SIGNED_IN)
    auth.logout(request)
    return JsonResponse({"response": "ok"})


def _read_credentials(request: HttpRequest) -> tuple[str, str]:
    body = read_json(request)
    if not isinstance(body, dict) or not {"username", "password"} <= body.keys():
        raise HttpError(BAD_CREDENTIALS)
    username, password = body["username"], body["password"]
    for text in (username, password):
        # Null is a wrong name or password; half a surrogate pair is no text.
        if text is not None and not (isinstance(text, str) and _is_text(text)):
            raise HttpError(BAD_CREDENTIALS)
    # PostgreSQL takes no NUL.
    if username is None or password is None or "\0" in username:
        raise HttpError(WRONG_CREDENTIALS)
    # As Django's own form does with what people type.
    return unicodedata.normalize("NFKC", username), password


def _is_text(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _tokens(request: HttpRequest, admission: Admission) -> JsonResponse:
    """Answer the tokens of a visitor, their keys in the order of the contract."""
    signer = TokenSigner(admission.visitor)
    tokens: dict[str, object] = {
        "csrf_token": get_csrf_token(request),
        "ws_token": signer.connection(),
        "channels": _grants(admission, signer),
    }
    url = settings.INSTANT_WEBSOCKETS_URL
    return JsonResponse(tokens if url is None else {**tokens, "ws_url": url})


def _grants(admission: Admission, signer: TokenSigner) -> list[dict[str, str]]:
    return [
        {"name": name, "level": level, "token": signer.subscription(name)}
        for name, level in admission.channels
    ]
