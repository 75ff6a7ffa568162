"""A browser that speaks to the endpoints."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

PASSWORD = "correct horse battery staple"


class Browser:
    """Keeps cookies as a browser does; Django's protection against forgery is on."""

    def __init__(self) -> None:
        self.client = Client(enforce_csrf_checks=True)

    @property
    def cookies(self) -> dict[str, str]:
        return {name: morsel.value for name, morsel in self.client.cookies.items() if morsel.value}

    def send(
        self,
        path: str,
        body: object = None,
        *,
        method: str = "POST",
        type: str = "application/json",
        headers: dict[str, str] | None = None,
    ) -> HttpResponse:
        """Send a body as it is when it is bytes, and else its JSON."""
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body)
        # Django's client leaves the type of an empty body out.
        told = {"Content-Type": type, **(headers or {})}
        response = self.client.generic(
            method, f"/instant/{path}/", data, content_type=type, headers=told
        )
        assert isinstance(response, HttpResponse)
        return response

    def login(self, username: object, password: object = PASSWORD) -> HttpResponse:
        return self.send("login", {"username": username, "password": password})

    def tokens(self) -> dict[str, Any]:
        response = self.send("get_token", {})
        assert response.status_code == 200
        answer: dict[str, Any] = json.loads(response.content)
        return answer

    def channels(self) -> list[str]:
        return [channel["name"] for channel in self.tokens()["channels"]]

    def logout(self) -> HttpResponse:
        return self.send("logout", headers={"X-CSRFToken": self.tokens()["csrf_token"]})


def refusal_of(response: HttpResponse) -> str:
    """Give the status and the code of a refusal, whose body is in the form of all of them."""
    assert response["Content-Type"] == "application/json"
    answer = json.loads(response.content)
    assert list(answer) == ["error"]
    assert list(answer["error"]) == ["code", "message"]
    return f"{response.status_code} {answer['error']['code']}"
