from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import AnonymousUser, Permission, User
from django.db.models.signals import post_save
from django.dispatch import Signal
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from instant.admin import activity
from instant.engine_api import engine as engine_api
from instant.errors import RefusedError
from instant.history import history
from instant.models import Channel, OutboxEntry
from instant.outbox.outbox import add
from instant.producers import publish
from instant.publishing.envelope import Event, write_publication
from instant.tokens import Visitor, channel_token, connection_token
from tests.publishing.conftest import Connect
from tests.publishing.engine_process import CentrifugoProcess, EngineProcess
from tests.publishing.scripted_server import scripted_server

pytestmark = pytest.mark.django_db

Join = Callable[..., None]


@pytest.fixture
def channel() -> Channel:
    return Channel.objects.create(name=f"seen-{uuid.uuid4().hex}", level=Channel.Level.Users)


@pytest.fixture
def admin() -> Client:
    return client_of(User.objects.create_superuser("root"))


@pytest.fixture
def join(engine: EngineProcess, channel: Channel, connect: Connect) -> Join:
    """Subscribe a user to the channel, some times."""

    def subscribe(user: Visitor, times: int = 1) -> None:
        for _ in range(times):
            client = connect(engine.socket_url, connection_token(user))
            client.subscribe(channel.name, channel_token(channel.name, user))

    return subscribe


def client_of(user: User) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    return client


def staff(*permissions: str) -> Client:
    user = User.objects.create_user(f"staff-{'-'.join(permissions)}", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return client_of(user)


def page_of(channel: Channel) -> str:
    return reverse("admin:instant_channel_change", args=[channel.pk])


def publish_url(channel: Channel) -> str:
    return reverse("admin:instant_channel_publish", args=[channel.pk])


def look(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def text_of(html: str) -> str:
    """What a browser would show, roughly: spaces as one, without tags."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def rows(html: str, table: str) -> list[str]:
    found = re.search(rf'<table class="instant-{table}">.*?<tbody>(.*?)</tbody>', html, re.DOTALL)
    return [text_of(row) for row in found[1].split("</tr>")][:-1] if found else []


def send(client: Client, channel: Channel, **fields: str) -> str:
    """Publish with the token of the page, as a browser does; give the page that comes of it."""
    look(client, publish_url(channel))
    token = client.cookies["csrftoken"].value
    said = {"csrfmiddlewaretoken": token, **fields}
    response = client.post(publish_url(channel), said, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def events(channel: Channel) -> list[dict[str, object]]:
    kept = ("message", "event_class", "data", "bucket")
    envelopes = [event.envelope for event in history(channel.name).events]
    return [{key: each[key] for key in kept if key in each} for each in envelopes]


def test_who_is_there_is_told_by_user(channel: Channel, admin: Client, join: Join) -> None:
    assert "Nobody." in look(admin, page_of(channel))
    join(User.objects.create_user("joe"), 2)
    join(User.objects.create_user("<b>ann</b>"))
    join(AnonymousUser(), 2)
    html = look(admin, page_of(channel))
    assert "5 connections, 3 users." in text_of(html)
    assert rows(html, "members") == ["<b>ann</b> 1", "joe 2", "not logged in 2"]
    assert "<b>ann</b>" not in html


def test_a_channel_that_is_not_active_says_why_it_is_empty(
    engine: EngineProcess, channel: Channel, admin: Client
) -> None:
    Channel.objects.filter(pk=channel.pk).update(is_active=False)
    assert "Nobody. The channel is not active" in look(admin, page_of(channel))


@pytest.mark.parametrize("source", ["pk", "id"])
def test_users_are_shown_by_name_where_their_id_is_a_field(
    channel: Channel, admin: Client, join: Join, settings: Settings, source: str
) -> None:
    settings.INSTANT_USER_ID = source
    joe = User.objects.create_user("joe")
    join(joe)
    assert rows(look(admin, page_of(channel)), "members") == [f"joe ({joe.pk}) 1"]


@pytest.mark.parametrize("source", ["first_name", "is_anonymous", lambda user: user.first_name])
def test_an_id_that_no_user_is_found_by_is_shown_itself(
    channel: Channel, admin: Client, join: Join, settings: Settings, source: object
) -> None:
    joe = User.objects.create_user("joe", first_name="False")
    settings.INSTANT_USER_ID = source
    join(joe)
    assert rows(look(admin, page_of(channel)), "members") == ["False 1"]


def test_a_user_whom_the_site_does_not_know_is_an_id(
    channel: Channel, admin: Client, join: Join, settings: Settings
) -> None:
    join(User.objects.create_user("joe"))
    settings.INSTANT_USER_ID = "pk"
    assert rows(look(admin, page_of(channel)), "members") == ["joe 1"]


def test_many_members_are_counted(
    channel: Channel, admin: Client, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activity, "MEMBERS", 2)
    for name in ("joe", "ann", "bob"):
        join(User.objects.create_user(name))
    html = look(admin, page_of(channel))
    assert rows(html, "members") == ["ann 1", "bob 1"]
    assert "3 connections, 3 users." in text_of(html)
    assert "and 1 more" in html
    monkeypatch.setattr(activity, "CROWD", 2)
    html = look(admin, page_of(channel))
    assert rows(html, "members") == []
    assert "3 connections, 3 users. They are too many to be listed." in text_of(html)


def test_the_last_events_are_shown_the_newest_first(
    engine: EngineProcess, channel: Channel, admin: Client
) -> None:
    assert "None, as far as the engine remembers." in look(admin, page_of(channel))
    for number in range(21):
        publish(channel.name, f"number {number}")
    publish(channel.name, "<i>paid</i>", event_class="important", data={"text": "☃" * 500})
    html = look(admin, page_of(channel))
    shown = rows(html, "past")
    assert len(shown) == 20
    assert re.match(r"\w+\.? \d+, \d{4} \d\d:\d\d:\d\d important <i>paid</i> ", shown[0])
    assert [row for row in shown if "number 20" in row] == shown[1:2]
    assert "<i>paid" not in html
    # In the row shortened, and whole on demand.
    assert f'{{"text": "{"☃" * 90}… {{' in shown[0]
    assert f'"text": "{"☃" * 500}"' in unescape(html)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("another's text", "another's text whole event"),
        ([1, None], "[1, null] whole event"),
        ({"message": {"a": 1}, "date": "tomorrow"}, 'tomorrow {"a": 1} whole event'),
        ({"message": "m", "date": "2026-02-30T10:00:00Z"}, "2026-02-30T10:00:00Z m whole event"),
        ({"message": "m", "date": "0001-01-01T00:00:00Z"}, "0001-01-01T00:00:00Z m whole event"),
        ({"message": "m", "date": 17, "data": None}, "17 m null"),
        ({"message": "half \ud83d"}, "half ? whole event"),
        ({"event_class": ["a"]}, '["a"] whole event'),
    ],
)
def test_events_of_other_publishers_are_shown_too(
    engine: EngineProcess, channel: Channel, admin: Client, said: object, shown: str
) -> None:
    engine_api.call("publish", {"channel": channel.name, "data": said})
    assert rows(look(admin, page_of(channel)), "past")[0].startswith(shown)


@pytest.mark.parametrize("depth", [800, 3000, 200_000])
def test_an_event_that_is_nested_deeply_leaves_the_page_whole(
    engine: EngineProcess, channel: Channel, admin: Client, depth: int
) -> None:
    nested = "[" * depth + "]" * depth
    request = f'{{"channel":"{channel.name}","data":{nested}}}'
    if depth > 10_000 and isinstance(engine, CentrifugoProcess):
        with pytest.raises(RefusedError):
            engine_api.call("publish", request)
        return
    engine_api.call("publish", request)
    html = look(admin, page_of(channel))
    assert "[[[[" in html or "nested too deeply" in html


def test_a_large_event_is_cut(engine: EngineProcess, channel: Channel, admin: Client) -> None:
    publish(channel.name, data="x" * 1_000_000)
    html = look(admin, page_of(channel))
    assert len(html) < 200_000
    assert re.search(r"\(and 90\d,?\d{3} more characters\)", html)


def test_an_event_is_published_from_the_page(
    engine: EngineProcess, channel: Channel, admin: Client
) -> None:
    assert f'action="{publish_url(channel)}"' in look(admin, page_of(channel))
    html = send(
        admin, channel, message="paid", event_class="important", data='{"order": 17}', bucket="b"
    )
    assert f"The event was published to {channel.name}." in html
    # It is on the page that it comes back to.
    assert "important paid" in rows(html, "past")[0]
    send(admin, channel, message="m")
    send(admin, channel, data="[]")
    assert events(channel) == [
        {"message": "paid", "event_class": "important", "data": {"order": 17}, "bucket": "b"},
        {"message": "m"},
        {"data": []},
    ]


def test_who_published_what_is_kept(engine: EngineProcess, channel: Channel, admin: Client) -> None:
    send(admin, channel, message="smørrebrød", data='{"order": "\\ud83d"}')
    entry = LogEntry.objects.get()
    assert (entry.user.get_username(), entry.object_id) == ("root", str(channel.pk))
    assert entry.get_change_message() == (
        'Published {"message": "smørrebrød", "data": {"order": "?"}}.'
    )
    assert "smørrebrød" in look(admin, reverse("admin:instant_channel_history", args=[channel.pk]))


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({}, "Give a message, data or both."),
        ({"event_class": "x", "data": "null"}, "Give a message, data or both."),
        ({"data": "{'a': 1}"}, "This is not JSON: Expecting property name"),
        ({"data": '{"a": NaN}'}, "This is not JSON: NaN is no number there"),
        ({"data": "1" * 5000}, "This is not JSON: Exceeds the limit"),
        ({"data": "[" * 200_000}, "This is nested too deeply."),
        ({"data": "1e999"}, "can't be said in JSON"),
        ({"data": '"\x00"'}, "Null characters are not allowed."),
    ],
)
def test_what_cannot_be_published_is_a_fault_of_the_form(
    engine: EngineProcess, channel: Channel, admin: Client, fields: dict[str, str], fault: str
) -> None:
    html = send(admin, channel, **fields, bucket="typed <before>")
    assert fault in text_of(html)
    assert 'value="typed &lt;before&gt;"' in html
    assert events(channel) == []
    assert not LogEntry.objects.exists()


def test_who_may_only_look_gets_no_form(engine: EngineProcess, channel: Channel) -> None:
    publish(channel.name, "a secret")
    viewer = staff("view_channel")
    html = look(viewer, page_of(channel))
    assert "Who is there now" in html
    assert "a secret" in html
    assert "Publish an event" not in html
    assert viewer.get(publish_url(channel)).status_code == 403
    changer = staff("change_channel")
    assert "Publish an event" in look(changer, page_of(channel))
    send(changer, channel, message="m")
    nobody = staff()
    assert nobody.get(page_of(channel)).status_code == 403
    for client in (viewer, nobody):
        client.cookies["csrftoken"] = token = "t" * 32
        said = {"csrfmiddlewaretoken": token, "message": "m"}
        assert client.post(publish_url(channel), said).status_code == 403
    assert [event["message"] for event in events(channel)] == ["a secret", "m"]


def test_another_site_cannot_publish(
    engine: EngineProcess, channel: Channel, admin: Client
) -> None:
    assert admin.post(publish_url(channel), {"message": "m"}).status_code == 403
    assert Client().post(publish_url(channel), {"message": "m"}).status_code == 302
    assert events(channel) == []


def test_a_channel_that_is_gone_is_not_found(admin: Client) -> None:
    assert admin.get(reverse("admin:instant_channel_publish", args=[0])).status_code == 404


def test_the_channel_of_exactly_this_name_is_meant(engine: EngineProcess, admin: Client) -> None:
    name = f"twin-{uuid.uuid4().hex}"
    private = Channel.objects.create(name=f"${name}", level=Channel.Level.Staff)
    publish(private.name, "for staff")
    # Made elsewhere, so that this process doesn't know of it yet.
    Channel.objects.bulk_create([Channel(name=name, level=Channel.Level.Public)])
    public = Channel.objects.get(name=name)
    html = send(admin, public, message="for all")
    assert [row.split(" ", 4)[4].split(" whole")[0] for row in rows(html, "past")] == ["for all"]
    assert [event["message"] for event in events(private)] == ["for staff"]


def test_the_name_that_is_stored_is_asked_for_while_the_form_has_faults(
    engine: EngineProcess, channel: Channel, admin: Client
) -> None:
    publish(channel.name, "of this channel")
    look(admin, page_of(channel))
    said = {"csrfmiddlewaretoken": admin.cookies["csrftoken"].value, "name": "a#b"}
    response = admin.post(page_of(channel), {**said, "level": "users"})
    html = response.content.decode()
    assert "holds #" in html
    assert "of this channel" in html


def test_with_the_outbox_it_is_accepted_without_an_engine(
    own_engine: EngineProcess, channel: Channel, admin: Client, settings: Settings
) -> None:
    settings.INSTANT_DURABLE = True
    own_engine.kill()
    assert "The event is in the outbox" in send(admin, channel, message="m")
    assert OutboxEntry.objects.get().channel == channel.name
    assert "Published" in LogEntry.objects.get().get_change_message()


def test_an_engine_that_is_down_leaves_the_page_whole(
    own_engine: EngineProcess, channel: Channel, admin: Client
) -> None:
    own_engine.kill()
    html = look(admin, page_of(channel))
    assert html.count("Start it with `python manage.py runws`") == 1
    assert "Publish an event" in html
    html = send(admin, channel, message="typed")
    assert "Start it with `python manage.py runws`" in html
    assert 'value="typed"' in html


def test_an_engine_that_is_silent_leaves_the_page_whole(
    own_engine: EngineProcess, channel: Channel, admin: Client, settings: Settings
) -> None:
    settings.INSTANT_TIMEOUT = 0.2
    own_engine.pause()
    assert look(admin, page_of(channel)).count("does not answer within 0.2 s") == 1
    assert "does not answer within 0.2 s" in send(admin, channel, message="m")
    # Perhaps it was published.
    assert "Tried to publish" in LogEntry.objects.get().get_change_message()


def test_a_wrong_key_or_setting_is_told(
    engine: EngineProcess, channel: Channel, admin: Client, settings: Settings
) -> None:
    settings.CENTRIFUGO_API_KEY = "another key"
    assert "CENTRIFUGO_API_KEY must be its http_api.key" in look(admin, page_of(channel))
    settings.CENTRIFUGO_API_KEY = ""
    assert "Provide a CENTRIFUGO_API_KEY in settings" in look(admin, page_of(channel))
    assert "Provide a CENTRIFUGO_API_KEY in settings" in send(admin, channel, message="m")
    assert not LogEntry.objects.exists()


def test_an_unknown_namespace_is_told_with_its_cure(engine: EngineProcess, admin: Client) -> None:
    channel = Channel.objects.create(name="nowhere:x", level=Channel.Level.Users)
    told = 'The engine knows no namespace "nowhere": add it to channel.namespaces'
    assert text_of(look(admin, page_of(channel))).count(told) == 1
    assert told in text_of(send(admin, channel, message="m"))


@pytest.fixture
def forgetful(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Iterator[None]:
    """An engine that keeps presence, and no history."""
    kept = {"without_namespace": {"presence": True}}
    engine = EngineProcess(tmp_path_factory.mktemp("forgetful"), channel=kept)
    settings.CENTRIFUGO_URL = engine.url
    yield
    engine.stop()
    engine_api.pool.close()


@pytest.mark.usefixtures("forgetful")
def test_what_the_engine_does_not_keep_is_told_in_its_place(
    channel: Channel, admin: Client
) -> None:
    text = text_of(look(admin, page_of(channel)))
    assert "Who is there now Nobody." in text
    assert "Last events The engine's configuration does not keep this." in text


@pytest.mark.parametrize(
    "answer",
    [b"", b"SSH-2.0\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnull"],
)
def test_what_is_no_engine_leaves_the_page_whole(
    channel: Channel, admin: Client, settings: Settings, answer: bytes
) -> None:
    with scripted_server(answer) as server:
        settings.CENTRIFUGO_URL = server.url
        assert 'class="warning"' in look(admin, page_of(channel))


def test_the_page_that_adds_a_channel_asks_no_engine(admin: Client, settings: Settings) -> None:
    with scripted_server(b"") as server:
        settings.CENTRIFUGO_URL = server.url
        html = look(admin, reverse("admin:instant_channel_add"))
        assert server.requests == []
    assert "Last events" not in html
    assert "Publish an event" not in html


@contextmanager
def listening(signal: Signal, receiver: Callable[..., None]) -> Iterator[None]:
    signal.connect(receiver)
    yield
    signal.disconnect(receiver)


def test_an_outbox_entry_is_shown_and_not_saved(admin: Client) -> None:
    add([write_publication(Event("c", "m"), "c")])
    url = reverse("admin:instant_outboxentry_change", args=[OutboxEntry.objects.get().pk])
    assert 'type="submit"' not in look(admin, url).partition('id="outboxentry_form"')[2]
    # Who has the page of another version open may still send it.
    saved: list[object] = []
    with listening(post_save, lambda instance, **_: saved.append(instance)):
        token = admin.cookies["csrftoken"].value
        assert admin.post(url, {"csrfmiddlewaretoken": token}).status_code == 302
    assert [type(each) for each in saved] == [LogEntry]
