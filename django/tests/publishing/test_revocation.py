"""Who loses access is cut off within a second, and nobody else is."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import auth
from django.contrib.auth.models import Group, User
from django.contrib.auth.signals import user_logged_out
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest
from django.test import Client, RequestFactory
from pytest_django import Settings

from instant.engine_api import engine as engine_api
from instant.errors import RefusedError
from instant.models import Channel
from instant.producers import publish, publish_to
from instant.revocation.connect_revocation import _subscribers
from instant.tokens import channel_token, connection_token
from tests.browser import Browser
from tests.publishing.conftest import Connect
from tests.publishing.engine_process import EngineProcess
from tests.publishing.live_client import LiveClient
from tests.publishing.run_async import run_async

pytestmark = pytest.mark.django_db(transaction=True)

SOON = 1.0
"""Seconds."""

Enter = Callable[..., LiveClient]


@pytest.fixture
def enter(engine: EngineProcess, connect: Connect) -> Enter:
    """Connect a user and subscribe to some channels."""

    def enter(user: User, *channels: Channel) -> LiveClient:
        client = connect(engine.socket_url, connection_token(user))
        for channel in channels:
            reply = client.subscribe(channel.name, channel_token(channel.name, user))
            assert "error" not in reply
        return client

    return enter


def make_channel(name: str, level: str = "users", *groups: Group, **fields: Any) -> Channel:
    channel = Channel.objects.create(name=name, level=level, **fields)
    channel.groups.set(groups)
    return channel


def make_user(name: str, *groups: Group, **flags: Any) -> User:
    user = User.objects.create_user(name, **flags)
    user.groups.set(groups)
    return user


def expect_cut(client: LiveClient) -> None:
    client.wait(lambda: client.closed is not None, SOON)
    assert client.closed == (3503, "force disconnect")


def expect_out(client: LiveClient, channel: Channel | str) -> None:
    client.wait(lambda: str(channel) in client.unsubscribed, SOON)


def expect_in(client: LiveClient, channel: Channel | str) -> None:
    """Expect that a client has been told of no end, and hears what is published now."""
    assert client.closed is None
    assert str(channel) not in client.unsubscribed
    count = len(client.publications)
    engine_api.call("publish", {"channel": str(channel), "data": {"message": "still in"}})
    client.wait(lambda: len(client.publications) > count)


def expect_taken_back(engine: EngineProcess, token: str) -> None:
    """Expect that a token is refused, or where the engine can't that it is good until it ends."""
    if not engine.takes_tokens_back:
        LiveClient(engine.socket_url, token).close()
        return
    with pytest.raises(AssertionError, match="token expired"):
        LiveClient(engine.socket_url, token)


def test_logout_ends_the_users_connections_and_tokens(
    engine: EngineProcess, enter: Enter, client: Client
) -> None:
    channel = make_channel("logout")
    joe, ann = make_user("joe"), make_user("ann")
    token = connection_token(joe)
    tabs = [enter(joe, channel), enter(joe)]
    other = enter(ann, channel)
    client.force_login(joe)
    client.logout()
    for tab in tabs:
        expect_cut(tab)
    expect_in(other, channel)
    expect_taken_back(engine, token)
    # Who logs in again has other tokens.
    enter(joe, channel)


@pytest.mark.parametrize("seconds", [-90, 90])
def test_a_logout_is_one_though_the_clocks_of_site_and_engine_differ(
    engine: EngineProcess,
    enter: Enter,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    seconds: float,
) -> None:
    now = time.time
    monkeypatch.setattr("time.time", lambda: now() + seconds)
    joe = make_user(f"skewed{seconds}")
    token = connection_token(joe)
    tab = enter(joe)
    client.force_login(joe)
    client.logout()
    expect_cut(tab)
    expect_taken_back(engine, token)
    enter(joe)


def test_the_endpoint_of_logout_ends_them_too(enter: Enter, browser: Browser) -> None:
    tab = enter(User.objects.get(username="user"))
    assert browser.logout().status_code == 200
    expect_cut(tab)


if hasattr(auth, "alogout"):
    # Django has it from 5.0 on.

    def test_an_asynchronous_logout_ends_the_connections(enter: Enter) -> None:
        joe = make_user("joe")
        tab = enter(joe)
        request = HttpRequest()
        request.session = SessionStore()
        request.session[auth.SESSION_KEY] = str(joe.pk)
        request.user = joe

        async def auser() -> User:
            return joe

        request.auser = auser
        run_async(auth.alogout(request))
        expect_cut(tab)


def test_a_logout_of_who_came_by_a_token_is_one_too(enter: Enter, rf: RequestFactory) -> None:
    """Django ends no session then."""
    joe = make_user("joe")
    tab = enter(joe)
    request = rf.post("/api/logout/")
    request.session = SessionStore()
    user_logged_out.send(sender=User, request=request, user=joe)
    expect_cut(tab)


def test_a_session_is_over_before_its_connections_are(
    enter: Enter, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that is cut asks for tokens at once: it must get none."""
    client.force_login(make_user("joe"))
    sessions: list[int] = []

    def look(commands: object) -> list[Any]:
        sessions.append(Session.objects.count())
        return []

    monkeypatch.setattr("instant.revocation.revoke._tell", look)
    client.logout()
    assert sessions == [0]


@pytest.mark.parametrize("end", ["deactivate", "delete", "rename", "delete many"])
def test_a_user_who_is_no_more_is_cut(enter: Enter, end: str) -> None:
    joe, ann = make_user("joe"), make_user("ann")
    hers, his = enter(ann), enter(joe)
    if end == "deactivate":
        joe.is_active = False
        joe.save()
    elif end == "rename":
        joe.username = "joseph"
        joe.save(update_fields=["username"])
    elif end == "delete":
        joe.delete()
    else:
        User.objects.filter(username="joe").delete()
    expect_cut(his)
    publish_to(ann, "still in")
    hers.published(1)


def test_a_user_who_loses_a_flag_loses_its_channels_alone(
    engine: EngineProcess, enter: Enter
) -> None:
    staff, users = make_channel("flag-staff", "staff"), make_channel("flag-users")
    group = Group.objects.create(name="backstage")
    grouped = make_channel("flag-grouped", "staff", group)
    joe, ann = make_user("joe", group, is_staff=True), make_user("ann", is_staff=True)
    his, hers = enter(joe, staff, users, grouped), enter(ann, staff)
    token = channel_token(staff.name, joe)
    joe.is_staff = False
    joe.save()
    expect_out(his, staff)
    expect_in(his, users)
    expect_in(his, grouped)
    expect_in(hers, staff)
    # The old token does not let him in again, where the engine takes it back.
    refusal = his.subscribe(staff.name, token).get("error", {})
    assert refusal.get("code") == (109 if engine.takes_tokens_back else None)


def leave(user: User, group: Group, way: str) -> None:
    if way == "remove":
        user.groups.remove(group)
    elif way == "clear":
        user.groups.clear()
    elif way == "set":
        user.groups.set([])
    elif way == "of the group":
        group.user_set.remove(user)
    elif way == "delete the group":
        group.delete()


@pytest.mark.parametrize("way", ["remove", "clear", "set", "of the group", "delete the group"])
def test_who_leaves_a_group_loses_its_channels_alone(enter: Enter, way: str) -> None:
    group, other = (Group.objects.create(name=name) for name in ("sales", "press"))
    sales, users = make_channel("group-sales", "groups", group), make_channel("group-users")
    both = make_channel("group-both", "users", group)
    press = make_channel("group-press", "groups", other)
    joe, ann = make_user("joe", group), make_user("ann", other)
    his, hers = enter(joe, sales, users, both), enter(ann, press)
    leave(joe, group, way)
    expect_out(his, sales)
    expect_in(his, users)
    expect_in(his, both)
    expect_in(hers, press)


def test_what_is_rolled_back_takes_nothing(enter: Enter) -> None:
    channel = make_channel("rolled-back")
    joe = make_user("joe")
    client = enter(joe, channel)
    with transaction.atomic():
        joe.is_active = False
        joe.save()
        channel.delete()
        transaction.set_rollback(True)
    expect_in(client, channel)


@pytest.mark.parametrize("presence", [True, False])
@pytest.mark.parametrize("end", ["deactivate", "delete", "rename"])
def test_a_channel_that_is_no_more_is_left_by_all(
    end: str, presence: bool, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not presence:
        monkeypatch.setattr(
            "instant.revocation.connect_revocation._subscribers", lambda _: {"joe", "ann"}
        )
    channel, other = make_channel(f"end-{end}-{presence}"), make_channel("end-other")
    clients = [enter(make_user(name), channel, other) for name in ("joe", "ann")]
    name = str(channel)
    if end == "delete":
        channel.delete()
    elif end == "rename":
        channel.name = f"renamed-{presence}"
        channel.save()
    else:
        channel.is_active = False
        channel.save(update_fields=["is_active"])
    for client in clients:
        expect_out(client, name)
        expect_in(client, other)


def test_a_channel_for_fewer_is_left_by_those_who_may_not_see_it(
    enter: Enter, settings: Settings
) -> None:
    group = Group.objects.create(name="friends")
    channel = make_channel("relevelled", "users", group)
    joe, root = make_user("joe"), make_user("root", is_superuser=True)
    staff, friend = make_user("clerk", is_staff=True), make_user("friend", group)
    clients = {user.username: enter(user, channel) for user in (joe, root, staff, friend)}
    channel.level = Channel.Level.Staff
    channel.save()
    expect_out(clients["joe"], channel)
    expect_out(clients["root"], channel)
    expect_in(clients["clerk"], channel)
    expect_in(clients["friend"], channel)
    channel.groups.remove(group)
    expect_out(clients["friend"], channel)
    expect_in(clients["clerk"], channel)


def test_a_group_that_leaves_its_channels_takes_its_members_along(enter: Enter) -> None:
    group, other = (Group.objects.create(name=name) for name in ("in", "out"))
    channel = make_channel("left", "groups", group, other)
    joe, ann = make_user("joe", group), make_user("ann", other)
    his, hers = enter(joe, channel), enter(ann, channel)
    group.channel_set.clear()
    expect_out(his, channel)
    expect_in(hers, channel)


def test_a_function_of_the_users_id_is_asked_for_each(enter: Enter, settings: Settings) -> None:
    settings.INSTANT_USER_ID = lambda user: f"u{user.pk}"
    channel = make_channel("by-function")
    joe, ann = make_user("joe"), make_user("ann", is_staff=True)
    his, hers = enter(joe, channel), enter(ann, channel)
    channel.level = Channel.Level.Staff
    channel.save()
    expect_out(his, channel)
    expect_in(hers, channel)


def test_a_user_without_an_id_is_saved_logged_out_and_deleted(
    engine: EngineProcess, settings: Settings, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    settings.INSTANT_USER_ID = "email"
    joe = make_user("joe")
    client.force_login(joe)
    client.logout()
    joe.is_staff = True
    joe.save()
    joe.groups.set([Group.objects.create(name="sales")])
    joe.groups.clear()
    joe.email = "joe@example.com"
    joe.save()
    joe.email = ""
    joe.save()
    joe.delete()
    assert caplog.text == ""


def test_a_user_without_an_id_leaves_the_others_rights_alone(
    enter: Enter, settings: Settings
) -> None:
    settings.INSTANT_USER_ID = lambda user: user.email
    make_user("nobody", is_staff=True)
    channel = make_channel("with-ids", "users")
    joe, ann = make_user("joe", email="joe@x.org"), make_user("ann", email="a@x.org", is_staff=True)
    his, hers = enter(joe, channel), enter(ann, channel)
    channel.level = Channel.Level.Staff
    channel.save()
    expect_out(his, channel)
    expect_in(hers, channel)


def test_where_presence_is_not_kept_it_may_be_anybody(enter: Enter) -> None:
    make_user("joe")
    assert _subscribers("nowhere:x") == {"", "joe"}


def test_without_an_engine_or_a_key_the_site_goes_on(
    settings: Settings, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    settings.CENTRIFUGO_URL = "http://127.0.0.1:1"
    client.force_login(make_user("joe"))
    client.logout()
    assert "Access was not taken back at the engine, and ends with the tokens" in caplog.text
    settings.CENTRIFUGO_API_KEY = None
    User.objects.get(username="joe").delete()
    assert "Provide a CENTRIFUGO_API_KEY" in caplog.text


@pytest.mark.parametrize("whole", [True, False])
def test_an_engine_that_takes_no_tokens_back_is_told_the_rest(
    settings: Settings, whole: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Centrifugo lacks the method: it refuses it alone, or the batch for it."""
    told: list[list[str]] = []

    def batch(commands: Any) -> list[Any]:
        methods = [method for method, _ in commands]
        told.append(methods)
        if whole and "invalidate" in methods:
            raise RefusedError("Bad Request", 107)
        lacks = RefusedError("method not found", 104)
        return [lacks if method == "invalidate" else {} for method in methods]

    monkeypatch.setattr("instant.engine_api.engine.batch", batch)
    make_user("joe").delete()
    assert told[-1] == (["disconnect"] if whole else ["invalidate", "disconnect"])
    assert len(told) == (2 if whole else 1)


def test_a_login_and_other_changes_ask_nothing(
    settings: Settings, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    settings.CENTRIFUGO_URL = "http://127.0.0.1:1"
    joe = make_user("joe")
    client.force_login(joe)
    joe.first_name = "Joe"
    joe.is_staff = True
    joe.save()
    channel = make_channel("unchanged", "staff")
    channel.level = Channel.Level.Staff
    channel.save()
    assert caplog.text == ""
    with pytest.raises(Exception, match="not reached"):
        publish("unchanged", "m")
