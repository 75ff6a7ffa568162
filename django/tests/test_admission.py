"""Who a request is from, on a site of the usual kind and on those with ways of their own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient
from django.utils.functional import SimpleLazyObject
from pytest_django import DjangoAssertNumQueries, Settings

from instant.models import Channel
from tests.browser import PASSWORD, Browser, refusal_of
from tests.conftest import MakeUser
from tests.test_endpoints import subject


@pytest.mark.parametrize("path", ["get_token", "subscribe"])
def test_a_visitor_of_the_usual_kind_costs_two_queries(
    browser: Browser, django_assert_num_queries: DjangoAssertNumQueries, path: str
) -> None:
    with django_assert_num_queries(2):
        assert browser.send(path, {}).status_code == 200


def test_a_visitor_without_any_channel_costs_no_more(
    browser: Browser, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Channel.objects.all().delete()
    with django_assert_num_queries(2):
        assert browser.channels() == []


@pytest.mark.parametrize("source", [None, "pk", "username"], ids=str)
def test_so_does_one_who_is_called_by_a_key_or_a_name(
    browser: Browser,
    settings: Settings,
    django_assert_num_queries: DjangoAssertNumQueries,
    source: str | None,
) -> None:
    settings.INSTANT_USER_ID = source
    with django_assert_num_queries(2):
        assert browser.tokens()


@pytest.mark.parametrize("source", ["email", lambda user: user.email], ids=["field", "function"])
def test_a_user_is_called_by_any_other_field(
    browser: Browser, settings: Settings, source: object
) -> None:
    User.objects.update(email="joe@example.com")
    settings.INSTANT_USER_ID = source
    assert subject(browser) == "joe@example.com"


def test_a_function_may_look_at_all_of_a_user_for_one_query(
    browser: Browser, settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.INSTANT_USER_ID = lambda user: f"{user.email}/{user.last_name}/{user.pk}"
    with django_assert_num_queries(3):
        assert browser.tokens()


class Impersonation:
    """A middleware that makes everyone who is logged in the user "other"."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "_auth_user_id" in request.session:
            other = SimpleLazyObject(lambda: User.objects.get(username="other"))
            setattr(request, "user", other)  # noqa: B010  # Typed as a user, which it acts as.
        return self.get_response(request)


def test_a_middleware_that_sets_the_user_is_believed(
    make_user: MakeUser, settings: Settings
) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.test_admission.Impersonation"]
    make_user()
    make_user("other", is_staff=True)
    browser = Browser()
    browser.login("user")
    assert subject(browser) == "other"
    assert "$staff" in browser.channels()


class BackendThatForgets(ModelBackend):
    """A backend that knows nobody of those who have logged in."""

    def get_user(self, user_id: object) -> User | None:
        return None


def test_a_backend_with_a_way_of_its_own_is_asked(make_user: MakeUser, settings: Settings) -> None:
    settings.AUTHENTICATION_BACKENDS = ["tests.test_admission.BackendThatForgets"]
    make_user()
    browser = Browser()
    assert browser.login("user").status_code == 200
    assert refusal_of(browser.send("get_token")) == "403 not_signed_in"


def test_a_backend_that_was_removed_ends_the_sessions_it_began(
    browser: Browser, settings: Settings
) -> None:
    settings.AUTHENTICATION_BACKENDS = ["tests.test_endpoints.BackendOfRequests"]
    assert refusal_of(browser.send("get_token")) == "403 not_signed_in"


def test_a_key_of_the_site_that_was_replaced_is_still_good_as_a_fallback(
    browser: Browser, settings: Settings
) -> None:
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key of the site, long enough for any hash"
    assert subject(browser) == "user"


def test_a_user_who_was_deleted_is_anonymous(browser: Browser) -> None:
    User.objects.all().delete()
    assert refusal_of(browser.send("get_token")) == "403 not_signed_in"


def test_who_is_logged_in_is_nobody_elses_visitor_with_anonymous_access(
    browser: Browser, settings: Settings
) -> None:
    settings.INSTANT_ANONYMOUS_ACCESS = True
    assert subject(browser) == "user"
    User.objects.update(is_active=False)
    assert subject(browser) == ""
    assert browser.channels() == ["public"]


def test_asgi_is_answered_as_wsgi_is(make_user: MakeUser) -> None:
    make_user()

    async def log_in() -> list[str]:
        client = AsyncClient()
        credentials = {"username": "user", "password": PASSWORD}
        for path, body in (("login", credentials), ("get_token", {})):
            response = await client.post(f"/instant/{path}/", body, "application/json")
            assert response.status_code == 200
        return [channel["name"] for channel in response.json()["channels"]]

    assert async_to_sync(log_in)() == ["$users", "public"]
