"""How an endpoint says no."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.http import JsonResponse


@dataclass(frozen=True)
class Refusal:
    """An HTTP status, and a body that programs and people can read."""

    status: int
    code: str
    """Stays the same when the message is put in better words."""
    message: str


MALFORMED: Final = Refusal(400, "bad_request", "The body is not valid JSON in UTF-8")
BAD_CREDENTIALS: Final = Refusal(
    400, "bad_request", 'Send a JSON object with the texts "username" and "password"'
)
NOT_SIGNED_IN: Final = Refusal(403, "not_signed_in", "Sign in first")
WRONG_CREDENTIALS: Final = Refusal(
    403, "wrong_credentials", "There is no active user with this name and password"
)
OTHER_SITE: Final = Refusal(
    403,
    "other_site",
    "The page that sent this is of another site: add its origin to INSTANT_ALLOWED_ORIGINS",
)
CSRF: Final = Refusal(
    403, "csrf", "Send the csrf_token of the last tokens in X-CSRFToken, with the csrftoken cookie"
)
METHOD: Final = Refusal(405, "method_not_allowed", "Use another method: see Allow")
TOO_LARGE: Final = Refusal(
    413, "too_large", "The body is larger than DATA_UPLOAD_MAX_MEMORY_SIZE allows"
)
NOT_JSON: Final = Refusal(415, "not_json", "Send JSON, with Content-Type: application/json")
INTERNAL: Final = Refusal(500, "internal", "The server failed: see its log")


class HttpError(Exception):
    """Ends a request with a refusal."""

    def __init__(self, refusal: Refusal, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal
        self.headers = dict(headers or {})

    def response(self) -> JsonResponse:
        """Answer ``{"error": {"code", "message"}}`` with the refusal's status."""
        error = {"code": self.refusal.code, "message": self.refusal.message}
        return JsonResponse({"error": error}, status=self.refusal.status, headers=self.headers)
