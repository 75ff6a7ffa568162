from __future__ import annotations

import json
import logging
import unicodedata

import jwt
import pytest
from django.contrib.auth.models import AbstractBaseUser, User
from django.http import HttpRequest
from django.urls import reverse
from django.views.debug import ExceptionReporter
from pytest_django import Settings

from tests.browser import PASSWORD, Browser, refusal_of
from tests.conftest import MakeUser

PATHS = ["login", "get_token", "subscribe", "logout"]


def subject(browser: Browser) -> str:
    """Tell who is logged in."""
    claims = jwt.decode(browser.tokens()["ws_token"], options={"verify_signature": False})
    return str(claims["sub"])


@pytest.mark.parametrize("path", PATHS)
def test_urls_have_their_names(path: str) -> None:
    assert reverse(f"instant-{path.replace('_', '-')}") == f"/instant/{path}/"


class TestGetToken:
    def test_answers_tokens_with_their_keys_in_order(self, browser: Browser) -> None:
        response = browser.send("get_token", {})
        assert response.status_code == 200
        assert response["Content-Type"] == "application/json"
        tokens = json.loads(response.content)
        assert list(tokens) == ["csrf_token", "ws_token", "channels"]
        assert len(tokens["csrf_token"]) == 64
        assert [list(channel) for channel in tokens["channels"]] == [["name", "level", "token"]] * 2
        shown = [(channel["name"], channel["level"]) for channel in tokens["channels"]]
        assert shown == [("$users", "users"), ("public", "public")]

    def test_answers_get_as_post(self, browser: Browser) -> None:
        assert browser.send("get_token", method="GET").status_code == 200

    def test_looks_at_no_body(self, browser: Browser) -> None:
        assert browser.send("get_token", b"\xff{", type="text/plain").status_code == 200

    def test_has_a_new_csrf_token_each_time_for_the_same_cookie(self, browser: Browser) -> None:
        first, cookie = browser.tokens(), browser.cookies["csrftoken"]
        assert browser.tokens()["csrf_token"] != first["csrf_token"]
        assert browser.cookies["csrftoken"] == cookie

    def test_tells_the_address_of_the_websocket_when_it_is_set(
        self, browser: Browser, settings: Settings
    ) -> None:
        settings.INSTANT_WEBSOCKETS_URL = "wss://events.example.com"
        tokens = browser.tokens()
        assert list(tokens) == ["csrf_token", "ws_token", "channels", "ws_url"]
        assert tokens["ws_url"] == "wss://events.example.com"


class TestSubscribe:
    @pytest.mark.parametrize(
        "body", [None, {}, [1], {"client": "x", "channels": ["$superuser"]}], ids=str
    )
    def test_answers_the_visitors_channels_whatever_is_asked(
        self, browser: Browser, body: object
    ) -> None:
        response = browser.send("subscribe", body)
        assert response.status_code == 200
        answer = json.loads(response.content)
        assert list(answer) == ["channels"]
        assert [channel["name"] for channel in answer["channels"]] == ["$users", "public"]
        assert list(answer["channels"][0]) == ["name", "level", "token"]
        assert not response.cookies

    def test_refuses_what_is_not_json(self, browser: Browser) -> None:
        assert refusal_of(browser.send("subscribe", b"{")) == "400 bad_request"
        form = "application/x-www-form-urlencoded"
        assert refusal_of(browser.send("subscribe", b"a=b", type=form)) == "415 not_json"


class TestLogin:
    def test_answers_tokens_and_sets_both_cookies(self, make_user: MakeUser) -> None:
        make_user()
        response = Browser().login("user")
        assert response.status_code == 200
        assert list(json.loads(response.content)) == ["csrf_token", "ws_token", "channels"]
        session, csrf = response.cookies["sessionid"], response.cookies["csrftoken"]
        assert (session["httponly"], session["samesite"]) == (True, "Lax")
        assert session["max-age"] == 14 * 24 * 3600
        assert (csrf["httponly"], csrf["samesite"]) == ("", "Lax")

    @pytest.mark.parametrize(
        ("username", "password"),
        [
            ("user", "wrong"),
            ("nobody", PASSWORD),
            ("retired", PASSWORD),
            ("user", None),
            (None, PASSWORD),
            ("us\0er", PASSWORD),
        ],
    )
    def test_refuses_wrong_credentials(
        self, make_user: MakeUser, username: object, password: object
    ) -> None:
        make_user()
        make_user("retired", is_active=False)
        response = Browser().login(username, password)
        assert refusal_of(response) == "403 wrong_credentials"
        assert not response.cookies

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"username=user",
            b"{\xff}",
            b"\xff\xfe{\x00}\x00",
            b"[" * 100_000 + b"]" * 100_000,
            b'{"username": "user", "password": NaN}',
            [],
            "user",
            {},
            {"username": "user"},
            {"password": PASSWORD},
            {"username": 1, "password": PASSWORD},
            {"username": "user", "password": 1},
            {"username": "user", "password": ["x"]},
            {"username": "\ud800", "password": PASSWORD},
            {"username": "user", "password": "\udfff"},
        ],
        ids=lambda body: str(body)[:30],
    )
    def test_answers_400_to_a_body_that_cannot_be(self, make_user: MakeUser, body: object) -> None:
        make_user()
        assert refusal_of(Browser().send("login", body)) == "400 bad_request"

    @pytest.mark.parametrize(
        "type", ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data", ""]
    )
    def test_answers_415_to_what_a_form_could_send(self, make_user: MakeUser, type: str) -> None:
        make_user()
        body = json.dumps({"username": "user", "password": PASSWORD}).encode()
        assert refusal_of(Browser().send("login", body, type=type)) == "415 not_json"

    def test_takes_a_content_type_with_a_charset(self, make_user: MakeUser) -> None:
        make_user("jérôme")
        body = {"username": "jérôme", "password": PASSWORD}
        response = Browser().send("login", body, type="application/json; charset=latin-1")
        assert response.status_code == 200

    def test_takes_a_name_however_its_letters_are_composed(self, make_user: MakeUser) -> None:
        make_user("jérôme")
        assert Browser().login(unicodedata.normalize("NFD", "jérôme")).status_code == 200

    def test_ignores_other_keys(self, make_user: MakeUser) -> None:
        make_user()
        body = {"username": "user", "password": PASSWORD, "next": "/"}
        assert Browser().send("login", body).status_code == 200

    def test_answers_413_to_a_body_over_djangos_limit(self, make_user: MakeUser) -> None:
        make_user()
        assert refusal_of(Browser().login("user", "x" * 2_621_440)) == "413 too_large"

    def test_switches_to_another_user_with_a_new_session(
        self, browser: Browser, make_user: MakeUser
    ) -> None:
        make_user("member")
        old = dict(browser.cookies)
        assert browser.login("member").status_code == 200
        assert subject(browser) == "member"
        assert browser.cookies["csrftoken"] != old["csrftoken"]
        thief = Browser()
        thief.client.cookies["sessionid"] = old["sessionid"]
        assert refusal_of(thief.send("get_token")) == "403 not_signed_in"

    def test_leaves_who_is_logged_in_when_the_new_credentials_are_wrong(
        self, browser: Browser, make_user: MakeUser
    ) -> None:
        make_user("root")
        assert refusal_of(browser.login("root", "wrong")) == "403 wrong_credentials"
        assert subject(browser) == "user"

    def test_shows_the_request_to_the_sites_backends(
        self, make_user: MakeUser, settings: Settings
    ) -> None:
        make_user()
        settings.AUTHENTICATION_BACKENDS = ["tests.test_endpoints.BackendOfRequests"]
        BackendOfRequests.paths = []
        assert Browser().login("user", "wrong").status_code == 403
        assert BackendOfRequests.paths == ["/instant/login/"]

    def test_a_mail_that_tells_of_its_failure_does_not_show_the_password(
        self,
        make_user: MakeUser,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        def fail(*_: object) -> None:
            raise RuntimeError("no sessions today")

        monkeypatch.setattr("django.contrib.auth.login", fail)
        make_user()
        browser = Browser()
        browser.client.raise_request_exception = False
        assert browser.login("user").status_code == 500
        [record] = [record for record in caplog.records if record.exc_info]
        assert record.exc_info is not None
        reporter = ExceptionReporter(record.__dict__["request"], *record.exc_info)
        mail = reporter.get_traceback_html()
        assert "no sessions today" in mail
        assert PASSWORD not in mail


class BackendOfRequests:
    """Lets nobody in, and remembers where they came."""

    paths: list[str] = []

    def authenticate(self, request: HttpRequest, **_: object) -> AbstractBaseUser | None:
        self.paths.append(request.path)
        return None


class TestLogout:
    def test_ends_the_session_and_leaves_the_cookie_against_forgery(self, browser: Browser) -> None:
        session = browser.cookies["sessionid"]
        response = browser.logout()
        assert response.status_code == 200
        assert json.loads(response.content) == {"response": "ok"}
        assert list(browser.cookies) == ["csrftoken"]
        browser.client.cookies["sessionid"] = session
        assert refusal_of(browser.send("get_token")) == "403 not_signed_in"

    def test_takes_the_token_of_the_login(self, make_user: MakeUser) -> None:
        make_user()
        browser = Browser()
        token = json.loads(browser.login("user").content)["csrf_token"]
        assert browser.send("logout", headers={"X-CSRFToken": token}).status_code == 200

    def test_refuses_who_has_no_token_or_anothers(
        self, browser: Browser, make_user: MakeUser
    ) -> None:
        assert refusal_of(browser.send("logout")) == "403 csrf"
        make_user("member")
        other = Browser()
        other.login("member")
        headers = {"X-CSRFToken": other.tokens()["csrf_token"]}
        assert refusal_of(browser.send("logout", headers=headers)) == "403 csrf"
        assert subject(browser) == "user"

    def test_takes_the_clients_header_where_the_sites_own_has_another_name(
        self, make_user: MakeUser, settings: Settings
    ) -> None:
        settings.CSRF_HEADER_NAME = "HTTP_X_XSRF_TOKEN"
        make_user()
        browser = Browser()
        browser.login("user")
        assert refusal_of(browser.send("logout")) == "403 csrf"
        headers = {"X-XSRF-Token": "another", "X-CSRFToken": browser.tokens()["csrf_token"]}
        assert refusal_of(browser.send("logout", headers=headers)) == "403 csrf"
        assert browser.logout().status_code == 200

    def test_takes_a_token_that_is_kept_in_the_session(
        self, make_user: MakeUser, settings: Settings
    ) -> None:
        settings.CSRF_USE_SESSIONS = True
        make_user()
        browser = Browser()
        browser.login("user")
        assert "csrftoken" not in browser.cookies
        assert refusal_of(browser.send("logout")) == "403 csrf"
        assert browser.logout().status_code == 200

    def test_asks_who_is_not_logged_in_to_do_so(self, browser: Browser) -> None:
        csrf_token = browser.tokens()["csrf_token"]
        browser.logout()
        response = browser.send("logout", headers={"X-CSRFToken": csrf_token})
        assert refusal_of(response) == "403 not_signed_in"


class TestEveryEndpoint:
    @pytest.mark.parametrize("path", PATHS)
    def test_is_kept_by_no_cache_errors_included(self, browser: Browser, path: str) -> None:
        for sender in (browser, Browser()):
            response = sender.send(path, b"{")
            assert response["Cache-Control"] == "no-store"
            assert "Cookie" in response["Vary"]

    @pytest.mark.parametrize(
        ("path", "method"), [("get_token", "GET"), ("get_token", "POST"), ("subscribe", "POST")]
    )
    def test_asks_who_is_not_logged_in_to_do_so(self, db: None, path: str, method: str) -> None:
        assert refusal_of(Browser().send(path, method=method)) == "403 not_signed_in"

    @pytest.mark.parametrize(
        ("path", "methods", "allow"),
        [
            ("login", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"], "POST"),
            ("get_token", ["HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"], "GET, POST"),
            ("subscribe", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"], "POST"),
            ("logout", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"], "POST"),
        ],
    )
    def test_says_which_methods_it_takes(
        self, browser: Browser, path: str, methods: list[str], allow: str
    ) -> None:
        for method in methods:
            response = browser.send(path, method=method)
            assert response.status_code == 405
            assert response["Allow"] == allow
            assert method == "HEAD" or refusal_of(response) == "405 method_not_allowed"
        assert subject(browser) == "user"

    def test_answers_itself_behind_the_middleware_that_requires_login(
        self, make_user: MakeUser, settings: Settings
    ) -> None:
        middleware = "tests.login_required.LoginRequiredMiddleware"
        settings.MIDDLEWARE = [*settings.MIDDLEWARE, middleware]
        make_user()
        browser = Browser()
        assert browser.client.get("/admin/").status_code == 302
        for path in ("get_token", "subscribe"):
            assert refusal_of(browser.send(path)) == "403 not_signed_in"
        assert browser.login("user").status_code == 200

    @pytest.mark.parametrize("path", ["get_token", "subscribe"])
    def test_answers_500_without_a_key_and_logs_why(
        self,
        browser: Browser,
        settings: Settings,
        caplog: pytest.LogCaptureFixture,
        path: str,
    ) -> None:
        settings.CENTRIFUGO_HMAC_KEY = None
        assert refusal_of(browser.send(path)) == "500 internal"
        assert "Provide a CENTRIFUGO_HMAC_KEY in settings" in caplog.text

    def test_tells_developers_what_is_missing(self, browser: Browser, settings: Settings) -> None:
        settings.CENTRIFUGO_HMAC_KEY = None
        settings.DEBUG = True
        response = browser.send("get_token")
        assert "CENTRIFUGO_HMAC_KEY" in json.loads(response.content)["error"]["message"]

    def test_logs_nobody_in_without_a_key(self, make_user: MakeUser, settings: Settings) -> None:
        make_user()
        settings.CENTRIFUGO_HMAC_KEY = None
        browser = Browser()
        assert refusal_of(browser.login("user", "wrong")) == "403 wrong_credentials"
        assert refusal_of(browser.login("user")) == "500 internal"
        assert User.objects.get().last_login is None
        settings.CENTRIFUGO_HMAC_KEY = "x" * 32
        assert refusal_of(browser.send("get_token")) == "403 not_signed_in"

    def test_logs_no_token_password_or_cookie(
        self, browser: Browser, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        tokens = browser.tokens()
        browser.login("user", "a wrong password")
        browser.send("subscribe", b"{")
        browser.logout()
        secrets = [PASSWORD, "a wrong password", tokens["ws_token"], *browser.cookies.values()]
        assert not [secret for secret in secrets if secret in caplog.text]


class TestAnonymousAccess:
    def test_gives_the_public_channels_to_a_visitor_without_a_name(
        self, db: None, settings: Settings
    ) -> None:
        settings.INSTANT_ANONYMOUS_ACCESS = True
        browser = Browser()
        assert browser.channels() == ["public"]
        assert subject(browser) == ""
        response = browser.send("subscribe")
        assert [each["name"] for each in json.loads(response.content)["channels"]] == ["public"]


def test_a_deactivated_user_gets_nothing(browser: Browser) -> None:
    User.objects.update(is_active=False)
    assert refusal_of(browser.send("get_token")) == "403 not_signed_in"


def test_a_new_password_ends_the_other_sessions(browser: Browser) -> None:
    user = User.objects.get(username="user")
    user.set_password("another")
    user.save()
    assert refusal_of(browser.send("get_token")) == "403 not_signed_in"
