"""What `publish` and its kin send, call by call."""

from __future__ import annotations

import asyncio
import json
import re
import uuid
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext_lazy
from pytest_django import Settings

from instant.channels.channel_level import ChannelLevel
from instant.channels.resolve_name import OldNameWarning
from instant.engine_api import engine as engine_api
from instant.models import Channel
from instant.producers import (
    Event,
    NotEncodableError,
    PartlyRefusedError,
    RefusedError,
    apublish,
    broadcast,
    publish,
    publish_many,
    publish_to,
)
from instant.tokens import channel_token, connection_token
from tests.publishing.conftest import Connect
from tests.publishing.engine_process import EngineProcess
from tests.publishing.run_async import run_async

pytestmark = pytest.mark.django_db


def last_of(channel: str) -> Any:
    """What the engine has published last to a channel."""
    request = {"channel": channel, "limit": 1, "reverse": True}
    publications = engine_api.call("history", request)["publications"]
    return publications[0]["data"] if publications else None


@pytest.fixture
def channel(engine: EngineProcess) -> str:
    """A public channel that nobody has used."""
    name = f"c{uuid.uuid4().hex}"
    Channel.objects.create(name=name, level=ChannelLevel.Public)
    return name


@pytest.mark.parametrize(
    ("arguments", "carried"),
    [
        ({"message": "text"}, {"message": "text"}),
        ({"message": ""}, {"message": ""}),
        ({"message": {"a": [1]}}, {"message": {"a": [1]}}),
        ({"message": 0}, {"message": 0}),
        ({"data": {"a": 1}}, {"data": {"a": 1}}),
        ({"data": {}}, {"data": {}}),
        ({"message": None, "data": []}, {"data": []}),
        (
            {"message": "m", "data": 1, "event_class": ""},
            {"message": "m", "data": 1, "event_class": ""},
        ),
        (
            {"bucket": "b", "event_class": "important", "data": False, "message": "☃"},
            {"message": "☃", "data": False, "event_class": "important", "bucket": "b"},
        ),
    ],
)
def test_an_event_carries_what_it_was_given_in_the_order_of_the_contract(
    channel: str, arguments: dict[str, Any], carried: dict[str, Any]
) -> None:
    assert publish(channel, **arguments) is None  # type: ignore[func-returns-value]  # It is in the table.
    envelope = last_of(channel)
    expected = {"channel": channel, "site": "Site", **carried}
    assert {key: envelope[key] for key in expected} == expected
    assert list(envelope) == [*expected, "id", "date"]


def test_message_may_stand_second_and_nothing_after_it(channel: str) -> None:
    publish(channel, "text")
    assert last_of(channel)["message"] == "text"
    positional: Any = ("text", {"a": 1})
    with pytest.raises(TypeError):
        publish(channel, *positional)


def test_without_message_and_data_is_a_value_error(channel: str) -> None:
    for arguments in ({}, {"message": None}, {"event_class": "x", "bucket": "b"}):
        with pytest.raises(ValueError, match=r"^Provide either a message or data argument$"):
            publish(channel, **arguments)
    assert last_of(channel) is None


def test_a_bucket_that_is_no_text_is_a_type_error(channel: str) -> None:
    with pytest.raises(TypeError, match="bucket is None"):
        publish(channel, "m", bucket=None)  # type: ignore[arg-type]  # It is what is tested.


def test_the_site_is_the_settings_unless_said(channel: str, settings: Settings) -> None:
    settings.SITE_NAME = "Shop"
    publish(channel, "m")
    assert last_of(channel)["site"] == "Shop"
    publish(channel, "m", site="")
    assert last_of(channel)["site"] == ""


def test_an_event_has_an_id_that_sorts_and_its_date(channel: str) -> None:
    before = datetime.now(timezone.utc)
    envelopes = []
    for _ in range(20):
        publish(channel, "m")
        envelopes.append(last_of(channel))
    ids = [uuid.UUID(envelope["id"]) for envelope in envelopes]
    assert {each.version for each in ids} == {7}
    assert {each.variant for each in ids} == {uuid.RFC_4122}
    assert ids == sorted(ids)
    text = envelopes[0]["date"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", text)
    date = datetime.fromisoformat(text.replace("Z", "+00:00"))
    assert abs((date - before).total_seconds()) < 10
    assert ids[0].int >> 80 == round(date.timestamp() * 1000)


def test_the_string_form_is_the_text_of_the_envelope(channel: str, settings: Settings) -> None:
    settings.INSTANT_ENVELOPE = "string"
    publish(channel, "☃", data={"a": 1})
    text = last_of(channel)
    assert isinstance(text, str)
    assert r"\u2603" in text
    assert json.loads(text)["data"] == {"a": 1}


def test_dates_decimals_ids_and_lazy_texts_are_said_as_django_says_them(channel: str) -> None:
    data = {
        "date": date(2026, 1, 2),
        "at": datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=timezone.utc),
        "price": Decimal("1.50"),
        "id": uuid.UUID(int=1),
        "label": gettext_lazy("Name"),
    }
    publish(channel, data=data)
    assert last_of(channel)["data"] == {
        "date": "2026-01-02",
        "at": "2026-01-02T03:04:05.678Z",
        "price": "1.50",
        "id": "00000000-0000-0000-0000-000000000001",
        "label": "Name",
    }


def _endless() -> dict[str, Any]:
    ring: dict[str, Any] = {}
    ring["self"] = ring
    return ring


def _deep() -> list[Any]:
    value: list[Any] = []
    for _ in range(100_000):
        value = [value]
    return value


@pytest.mark.parametrize(
    "data", [{1, 2}, b"bytes", object(), float("nan"), {(1, 2): 3}, _endless()]
)
def test_what_json_cannot_say_is_a_type_error_and_nothing_is_sent(channel: str, data: Any) -> None:
    with pytest.raises(TypeError) as raised:
        publish(channel, data=data)
    assert isinstance(raised.value, NotEncodableError)
    assert raised.value.code == "not_encodable"
    with pytest.raises(NotEncodableError):
        publish_many([Event(channel, "good"), Event(channel, data=data)])
    assert last_of(channel) is None


def test_data_that_is_nested_without_end_is_a_type_error(channel: str) -> None:
    with pytest.raises(NotEncodableError):
        publish(channel, data=_deep())


def test_a_message_of_a_mebibyte_arrives(
    channel: str, engine: EngineProcess, connect: Connect
) -> None:
    user = User.objects.create_user("reader")
    client = connect(engine.socket_url, connection_token(user))
    client.subscribe(channel, channel_token(channel, user))
    text = "x" * 1024 * 1024
    publish(channel, text)
    assert client.published(1)[0]["message"] == text


def test_a_private_channel_is_found_without_its_sign(engine: EngineProcess) -> None:
    Channel.objects.create(name="lobby", level=ChannelLevel.Users)
    Channel.objects.create(name="ns:lobby", level=ChannelLevel.Users)
    publish("lobby", "a")
    publish("$lobby", "b")
    publish("ns:lobby", "c")
    assert last_of("$lobby")["message"] == "b"
    assert last_of("$lobby")["channel"] == "$lobby"
    assert last_of("$ns:lobby")["message"] == "c"


def test_the_old_name_of_a_private_channel_is_mapped_with_a_warning(engine: EngineProcess) -> None:
    Channel.objects.create(name="ns:room", level=ChannelLevel.Users)
    with pytest.warns(OldNameWarning, match=r'"ns:\$room" is now called "\$ns:room"'):
        publish("ns:$room", "m")
    assert last_of("$ns:room")["channel"] == "$ns:room"


def test_a_name_that_no_channel_has_and_an_inactive_channel_are_published_to(
    engine: EngineProcess,
) -> None:
    Channel.objects.create(name="off", level=ChannelLevel.Users, is_active=False)
    publish("off", "m")
    publish("unheard-of", "m")
    assert last_of("$off")["message"] == "m"
    assert last_of("unheard-of")["channel"] == "unheard-of"


@pytest.mark.parametrize(("name", "code"), [("nowhere:x", 102), ("", 107)])
def test_what_the_engine_refuses_has_its_code(engine: EngineProcess, name: str, code: int) -> None:
    with pytest.raises(RefusedError) as raised:
        publish(name, "m")
    assert raised.value.code == code


@pytest.mark.django_db(transaction=True)
def test_a_plain_publish_does_not_wait_for_the_transaction(channel: str) -> None:
    with transaction.atomic():
        publish(channel, "at once")
        assert last_of(channel)["message"] == "at once"
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("by_setting", [True, False])
def test_on_commit_waits_for_the_commit_and_forgets_at_a_rollback(
    channel: str, settings: Settings, by_setting: bool
) -> None:
    settings.INSTANT_ON_COMMIT = by_setting
    on_commit = None if by_setting else True
    with transaction.atomic():
        publish(channel, "lost", on_commit=on_commit)
        transaction.set_rollback(True)
    with transaction.atomic():
        publish(channel, data={"n": 1}, on_commit=on_commit)
        publish(channel, data={"n": 2}, on_commit=on_commit)
        assert last_of(channel) is None
    history = engine_api.call("history", {"channel": channel, "limit": -1})["publications"]
    assert [each["data"]["data"]["n"] for each in history] == [1, 2]
    publish(channel, "no transaction", on_commit=on_commit)
    assert last_of(channel)["message"] == "no transaction"


@pytest.mark.django_db(transaction=True)
def test_an_engine_that_refuses_on_commit_spoils_nothing_else(
    engine: EngineProcess, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []
    with transaction.atomic():
        publish("nowhere:x", "m", on_commit=True)
        transaction.on_commit(lambda: done.append("the site's own"))
    assert done == ["the site's own"]
    assert "Not published to nowhere:x after the commit: The engine refuses" in caplog.text


def test_many_are_published_in_order(channel: str) -> None:
    publish_many(Event(channel, data=n) for n in range(2500))
    publish_many([])
    history = engine_api.call("history", {"channel": channel, "limit": -1})["publications"]
    assert [each["data"]["data"] for each in history] == list(range(1500, 2500))


def test_of_many_those_that_are_refused_are_named_and_the_others_arrive(channel: str) -> None:
    with pytest.raises(PartlyRefusedError, match=r"^2 of 4 events") as raised:
        publish_many([Event(channel, "a"), Event("no:x", "b"), Event("", "c"), Event(channel, "d")])
    codes = {place: error.code for place, error in raised.value.refused.items()}
    assert codes == {1: 102, 2: 107}
    assert raised.value.code == 102
    assert last_of(channel)["message"] == "d"


def test_a_user_is_reached_on_all_connections_and_nobody_else_is(
    engine: EngineProcess, connect: Connect
) -> None:
    joe, ann = User.objects.create_user("joe"), User.objects.create_user("ann")
    first, second = (connect(engine.socket_url, connection_token(joe)) for _ in range(2))
    other = connect(engine.socket_url, connection_token(ann))
    publish_to(joe, "for joe")
    publish_to("ann", "for ann", data={"a": 1})
    for client in (first, second):
        envelope = client.published(1)[0]
        assert (envelope["channel"], envelope["message"]) == ("@me", "for joe")
    assert [data["message"] for data in other.published(1)] == ["for ann"]


def test_nobody_has_no_personal_channel(engine: EngineProcess) -> None:
    with pytest.raises(ValueError, match="publish_to needs a user"):
        publish_to("", "m")


@pytest.mark.parametrize(
    ("target", "channel"),
    [(None, "public"), ("users", "$users"), ("staff", "$staff"), ("superuser", "$superuser")],
)
def test_a_broadcast_goes_to_the_channel_of_its_target(
    engine: EngineProcess, target: Any, channel: str
) -> None:
    broadcast(message="hello", event_class="x", target=target, data={"a": 1})
    envelope = last_of(channel)
    assert (envelope["channel"], envelope["message"]) == (channel, "hello")
    broadcast("again", target=target)
    assert last_of(channel)["message"] == "again"


def test_a_broadcast_to_another_target_is_a_value_error(engine: EngineProcess) -> None:
    with pytest.raises(ValueError, match="There is no target 'admins'"):
        broadcast("m", target="admins")  # type: ignore[arg-type]  # It is what is tested.


@pytest.mark.django_db(transaction=True)
def test_apublish_lets_the_loop_go_on(own_engine: EngineProcess) -> None:
    async def publish_to_a_sleeper() -> int:
        own_engine.pause()
        sending = asyncio.create_task(apublish("slow", "m"))
        turns = 0
        for _ in range(20):
            await asyncio.sleep(0.01)
            turns += 1
        assert not sending.done()
        own_engine.resume()
        await sending
        return turns

    assert run_async(publish_to_a_sleeper()) == 20
    assert last_of("slow")["message"] == "m"


@pytest.mark.django_db(transaction=True)
def test_apublish_publishes_many_at_once_and_refuses_as_publish_does(
    engine: EngineProcess,
) -> None:
    async def all_at_once() -> None:
        await asyncio.gather(*(apublish("async", data=n) for n in range(100)))
        await apublish("async-late", "m", on_commit=True)
        with pytest.raises(RefusedError):
            await apublish("nowhere:x", "m")
        with pytest.raises(ValueError, match="Provide either"):
            await apublish("async")

    run_async(all_at_once())
    history = engine_api.call("history", {"channel": "async", "limit": -1})["publications"]
    assert sorted(each["data"]["data"] for each in history) == list(range(100))
    assert last_of("async-late")["message"] == "m"
