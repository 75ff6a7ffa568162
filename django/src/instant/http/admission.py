"""Who sends a request, and what they may see."""

from __future__ import annotations

from django.http import HttpRequest

from instant.conf import settings
from instant.http.refusals import NOT_SIGNED_IN, HttpError
from instant.http.session_admission import Admission, admit_session
from instant.models import Channel
from instant.tokens import Visitor


def admit(request: HttpRequest) -> Admission:
    """Give who may have tokens, with their channels.

    Raises `HttpError` 403 for an anonymous visitor, unless ``INSTANT_ANONYMOUS_ACCESS`` is on.
    """
    admission = admit_session(request)
    if admission is not None:
        return admission
    user = request.user
    if not (user.is_authenticated or settings.INSTANT_ANONYMOUS_ACCESS):
        raise HttpError(NOT_SIGNED_IN)
    return admit_user(user)


def admit_user(user: Visitor) -> Admission:
    """Give a visitor with their channels."""
    return Admission(user, Channel.objects.for_user(user).values_list("name", "level"))
