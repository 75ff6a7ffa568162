from __future__ import annotations

import pytest
from pytest_django import Settings

from tests.browser import PASSWORD, Browser, refusal_of
from tests.conftest import MakeUser

APP = "https://app.example.com"
PATHS = ["login", "get_token", "subscribe", "logout"]


@pytest.fixture
def _app_is_allowed(settings: Settings) -> None:
    settings.INSTANT_ALLOWED_ORIGINS = [APP]


def login(headers: dict[str, str]) -> str:
    response = Browser().send("login", {"username": "user", "password": PASSWORD}, headers=headers)
    return "200" if response.status_code == 200 else refusal_of(response)


@pytest.mark.usefixtures("_app_is_allowed")
class TestAnAllowedOrigin:
    @pytest.mark.parametrize("path", PATHS)
    def test_gets_an_answer_to_its_preflight(self, db: None, path: str) -> None:
        asked = {"Access-Control-Request-Method": "POST"}
        response = Browser().send(path, method="OPTIONS", headers={"Origin": APP, **asked})
        assert response.status_code == 204
        assert response["Access-Control-Allow-Origin"] == APP
        assert response["Access-Control-Allow-Credentials"] == "true"
        assert "POST" in response["Access-Control-Allow-Methods"]
        assert response["Access-Control-Allow-Headers"] == "Content-Type, X-CSRFToken"
        assert response["Access-Control-Max-Age"] == "600"

    def test_may_log_in_and_out(self, make_user: MakeUser) -> None:
        make_user()
        browser = Browser()
        headers = {"Origin": APP, "Sec-Fetch-Site": "cross-site"}
        body = {"username": "user", "password": PASSWORD}
        response = browser.send("login", body, headers=headers)
        assert response.status_code == 200
        assert response["Access-Control-Allow-Origin"] == APP
        assert response["Access-Control-Allow-Credentials"] == "true"
        assert "Origin" in response["Vary"]
        csrf = {"X-CSRFToken": browser.tokens()["csrf_token"]}
        assert browser.send("logout", headers={**headers, **csrf}).status_code == 200

    def test_reads_refusals_too(self, db: None) -> None:
        response = Browser().send("get_token", headers={"Origin": APP})
        assert refusal_of(response) == "403 not_signed_in"
        assert response["Access-Control-Allow-Origin"] == APP


@pytest.mark.usefixtures("_app_is_allowed")
class TestAnotherOrigin:
    @pytest.mark.parametrize("method", ["OPTIONS", "GET", "POST"])
    def test_is_told_nothing(self, db: None, method: str) -> None:
        headers = {"Origin": "https://evil.example"}
        response = Browser().send("get_token", method=method, headers=headers)
        assert "Access-Control-Allow-Origin" not in response
        assert "Origin" in response["Vary"]

    def test_is_told_so_when_it_logs_out(self, browser: Browser) -> None:
        csrf = {"X-CSRFToken": browser.tokens()["csrf_token"]}
        headers = {"Origin": "https://evil.example", **csrf}
        assert refusal_of(browser.send("logout", headers=headers)) == "403 other_site"
        assert browser.tokens()


@pytest.mark.parametrize(
    ("headers", "answer"),
    [
        ({}, "200"),
        ({"Origin": "http://testserver"}, "200"),
        ({"Origin": "https://testserver"}, "200"),
        ({"Sec-Fetch-Site": "same-origin"}, "200"),
        ({"Sec-Fetch-Site": "none"}, "200"),
        ({"Origin": "https://trusted.example"}, "200"),
        ({"Origin": "https://shop.site.example", "Sec-Fetch-Site": "cross-site"}, "200"),
        ({"Origin": "http://shop.site.example"}, "403 other_site"),
        ({"Origin": "https://site.example.evil.example"}, "403 other_site"),
        ({"Origin": "https://evil.example"}, "403 other_site"),
        ({"Origin": "http://testserver:8000"}, "403 other_site"),
        ({"Origin": "null"}, "403 other_site"),
        ({"Origin": "http://[evil"}, "403 other_site"),
        ({"Sec-Fetch-Site": "same-site"}, "403 other_site"),
        ({"Sec-Fetch-Site": "cross-site"}, "403 other_site"),
        ({"Origin": "http://testserver", "Sec-Fetch-Site": "cross-site"}, "403 other_site"),
    ],
    ids=str,
)
def test_whose_pages_may_log_in(
    make_user: MakeUser, settings: Settings, headers: dict[str, str], answer: str
) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://trusted.example", "https://*.site.example"]
    make_user()
    assert login(headers) == answer


def test_a_wrong_list_of_origins_is_logged_and_lets_nobody_in(
    make_user: MakeUser, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.INSTANT_ALLOWED_ORIGINS = ["*"]
    make_user()
    assert login({"Origin": "https://evil.example"}) == "500 internal"
    assert "INSTANT_ALLOWED_ORIGINS" in caplog.text
