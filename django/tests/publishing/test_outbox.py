"""Durable publishing and its dispatcher, step by step."""

from __future__ import annotations

import json
import uuid
from contextlib import ExitStack
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from instant.engine_api import engine as engine_api
from instant.errors import EngineUnreachableError, PublishError
from instant.models import Channel, OutboxEntry, OutboxState
from instant.outbox import outbox
from instant.outbox.dispatcher import Dispatcher, DispatcherOptions
from instant.outbox.outbox_claim import claim, release
from instant.producers import Event, broadcast, publish, publish_many, publish_to
from tests.publishing.engine_process import API_KEY, EngineProcess
from tests.publishing.killing_proxy import KillingProxy
from tests.publishing.scripted_server import scripted_server

pytestmark = pytest.mark.django_db(transaction=True)

LEASE = timedelta(seconds=60)


def history(channel: str) -> list[Any]:
    """Give the data of what the engine has published to a channel."""
    answer = engine_api.call("history", {"channel": channel, "limit": -1})
    return [each["data"]["data"] for each in answer["publications"]]


def place(channel: str, *data: object) -> None:
    for each in data:
        publish(channel, data=each, durable=True)


def claimed(worker: str, most: int = 100) -> list[tuple[str, Any]]:
    found = claim(worker, LEASE, most)
    return [(entry.channel, json.loads(entry.envelope)["data"]) for entry in found]


@pytest.fixture
def channel() -> str:
    return f"outbox-{uuid.uuid4().hex}"


def test_a_durable_event_is_part_of_the_transaction(engine: EngineProcess, channel: str) -> None:
    with transaction.atomic():
        place(channel, "lost")
        transaction.set_rollback(True)
    with transaction.atomic():
        place(channel, 1, 2)
    assert history(channel) == []
    assert Dispatcher().deliver_pending() == 2
    assert history(channel) == [1, 2]
    assert Dispatcher().deliver_pending() == 0


def test_the_setting_makes_every_publish_durable(
    settings: Settings, engine: EngineProcess, channel: str
) -> None:
    settings.INSTANT_DURABLE = True
    publish(channel, data=1)
    publish_many([Event(channel, data=2), Event(channel, data=3)])
    publish_to("joe", "m")
    broadcast("m")
    publish(channel, data="at once", durable=False)
    assert history(channel) == ["at once"]
    assert Dispatcher().deliver_pending() == 5
    assert history(channel) == ["at once", 1, 2, 3]


def test_what_cannot_be_encoded_or_delivered_is_not_accepted(channel: str) -> None:
    with pytest.raises(TypeError):
        publish(channel, data={1, 2}, durable=True)
    with pytest.raises(ValueError, match="longer than 255"):
        publish("x" * 256, "m", durable=True)
    assert not OutboxEntry.objects.exists()


def test_an_entry_that_was_delivered_says_so(engine: EngineProcess, channel: str) -> None:
    place(channel, 1)
    Dispatcher().deliver_pending()
    entry = OutboxEntry.objects.get()
    assert entry.state == OutboxState.Delivered
    assert entry.delivered_at is not None
    assert entry.idempotency_key == json.loads(entry.envelope)["id"]


def test_what_was_sent_and_not_noted_is_not_published_again(
    engine: EngineProcess, channel: str
) -> None:
    place(channel, 1, 2)
    Dispatcher().deliver_pending()
    OutboxEntry.objects.update(state=OutboxState.Pending, claimed_until=None)
    place(channel, 3)
    assert Dispatcher().deliver_pending() == 3
    assert history(channel) == [1, 2, 3]


def test_an_engine_that_is_down_costs_an_entry_no_try(
    own_engine: EngineProcess, channel: str
) -> None:
    own_engine.kill()
    place(channel, 1)
    for _ in range(10):
        with pytest.raises(EngineUnreachableError):
            Dispatcher().deliver_pending()
    entry = OutboxEntry.objects.get()
    assert (entry.state, entry.attempts, entry.claimed_by) == (OutboxState.Pending, 0, "")
    assert "manage.py runws" in entry.last_error
    own_engine.start()
    assert Dispatcher().deliver_pending() == 1
    assert history(channel) == [1]


def test_what_was_sent_when_the_database_took_nothing_is_noted_later_and_not_sent_again(
    engine: EngineProcess, settings: Settings, channel: str
) -> None:
    """A lock that was waited for in vain, as SQLite has them."""

    def refuse_to_note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if OutboxState.Delivered.value in (params or ()):
            raise OperationalError("database is locked")
        return execute(sql, params, many, context)

    counting = KillingProxy(engine.url, 0, "before", lambda: None)
    settings.CENTRIFUGO_URL = counting.url
    try:
        place(channel, 1, 2)
        dispatcher = Dispatcher()
        with connection.execute_wrapper(refuse_to_note), pytest.raises(OperationalError):
            dispatcher.deliver_pending()
        place(channel, 3)
        assert dispatcher.deliver_pending() == 1
        assert counting.count == 3
    finally:
        engine_api.pool.close()
        counting.close()
    assert not OutboxEntry.objects.exclude(state=OutboxState.Delivered).exists()


def test_two_dispatchers_whose_clocks_differ_deliver_each_event_once_in_its_order(
    engine: EngineProcess, channel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place(channel, 1, 2, 3)
    slow, fast = Dispatcher(), Dispatcher()
    claimed_by_slow = slow._claim()
    place(channel, 4)
    now = timezone.now
    with monkeypatch.context() as patch:
        patch.setattr("django.utils.timezone.now", lambda: now() + LEASE)
        assert fast.deliver_pending() == 4
    slow._deliver(claimed_by_slow)
    assert history(channel) == [1, 2, 3, 4]


GARBAGE = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n<ht>"


@pytest.mark.parametrize("fault", ["a wrong key", "garbage", "no answer"])
def test_an_engine_in_trouble_costs_an_entry_no_try_either(
    own_engine: EngineProcess, settings: Settings, channel: str, fault: str
) -> None:
    place(channel, 1)
    settings.INSTANT_TIMEOUT = 0.2
    with ExitStack() as undo:
        if fault == "a wrong key":
            settings.CENTRIFUGO_API_KEY = "another-key-of-the-tests-0123456789"
        elif fault == "garbage":
            settings.CENTRIFUGO_URL = undo.enter_context(scripted_server(GARBAGE)).url
        else:
            own_engine.pause()
            undo.callback(own_engine.resume)
        for _ in range(6):
            with pytest.raises(PublishError) as raised:
                Dispatcher().deliver_pending()
    entry = OutboxEntry.objects.get()
    assert (entry.state, entry.attempts, entry.claimed_by) == (OutboxState.Pending, 0, "")
    assert entry.last_error == str(raised.value)
    settings.INSTANT_TIMEOUT = 2
    settings.CENTRIFUGO_API_KEY, settings.CENTRIFUGO_URL = API_KEY, own_engine.url
    assert Dispatcher().deliver_pending() == 1
    assert history(channel) == [1]


def test_a_message_of_a_mebibyte_goes_through_the_outbox(
    engine: EngineProcess, channel: str
) -> None:
    text = "x" * 1024 * 1024
    place(channel, text)
    assert Dispatcher().deliver_pending() == 1
    assert history(channel) == [text]


def make_due() -> None:
    OutboxEntry.objects.update(due_at=timezone.now())


def test_what_the_engine_refuses_fails_after_some_tries_and_holds_up_its_channel_alone(
    engine: EngineProcess, channel: str
) -> None:
    place("nowhere:x", "refused", "behind it")
    place(channel, "good")
    dispatcher = Dispatcher(DispatcherOptions(tries=3))
    assert dispatcher.deliver_pending() == 1
    assert history(channel) == ["good"]
    first, second = OutboxEntry.objects.filter(channel="nowhere:x").order_by("pk")
    assert (first.state, first.attempts) == (OutboxState.Pending, 1)
    assert first.due_at > timezone.now()
    assert second.attempts == 0
    assert dispatcher.deliver_pending() == 0
    for _ in range(2):
        make_due()
        dispatcher.deliver_pending()
    first.refresh_from_db()
    assert (first.state, first.attempts) == (OutboxState.Failed, 3)
    assert "unknown channel" in first.last_error
    second.refresh_from_db()
    assert second.attempts == 1


def test_an_entry_that_is_no_json_fails_and_what_follows_it_arrives(
    engine: EngineProcess, channel: str
) -> None:
    OutboxEntry.objects.create(channel=channel, envelope='{"data": broken')
    place(channel, "after")
    dispatcher = Dispatcher(DispatcherOptions(tries=1))
    assert dispatcher.deliver_pending() == 1
    assert history(channel) == ["after"]
    assert OutboxEntry.objects.get(state=OutboxState.Failed).attempts == 1


def test_an_entry_that_is_too_large_for_the_engine_fails(
    engine: EngineProcess, channel: str
) -> None:
    place(channel, "x" * 17 * 1024 * 1024, "after")
    assert Dispatcher(DispatcherOptions(tries=1)).deliver_pending() == 1
    assert history(channel) == ["after"]


def test_a_channel_that_was_deleted_meanwhile_holds_nothing_up(engine: EngineProcess) -> None:
    channel = Channel.objects.create(name="gone", level=Channel.Level.Users)
    place("gone", 1)
    channel.delete()
    assert Dispatcher().deliver_pending() == 1
    assert OutboxEntry.objects.get().channel == "$gone"


def test_a_channel_is_one_dispatchers_at_a_time(channel: str) -> None:
    first, second = f"{channel}-1", f"{channel}-2"
    place(first, 1, 2, 3)
    assert claimed("one", most=2) == [(first, 1), (first, 2)]
    place(second, 4)
    place(first, 5)
    assert claimed("two") == [(second, 4)]
    assert claimed("one") == [(first, 1), (first, 2), (first, 3), (first, 5)]
    release("one")
    assert claimed("two") == [(first, 1), (first, 2), (first, 3), (second, 4), (first, 5)]


def test_a_claim_ends_with_its_lease(channel: str) -> None:
    place(channel, 1, 2)
    assert len(claimed("one")) == 2
    OutboxEntry.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert claimed("two") == [(channel, 1), (channel, 2)]
    release("one")
    assert claimed("three") == []


def test_an_entry_that_comes_late_waits_for_what_another_has_of_its_channel(channel: str) -> None:
    place(channel, "late", "next", "last")
    late = OutboxEntry.objects.order_by("pk")[0]
    # A transaction that took its id first, and is committed last.
    OutboxEntry.objects.filter(pk=late.pk).update(state=OutboxState.Failed)
    assert claimed("one", most=1) == [(channel, "next")]
    OutboxEntry.objects.filter(pk=late.pk).update(state=OutboxState.Pending)
    assert claimed("two") == []
    release("one")
    assert claimed("two") == [(channel, each) for each in ("late", "next", "last")]


def test_an_entry_that_waits_for_its_next_try_keeps_those_behind_it(channel: str) -> None:
    place(channel, 1, 2)
    first = OutboxEntry.objects.order_by("pk")[0]
    later = timezone.now() + LEASE
    OutboxEntry.objects.filter(pk=first.pk).update(due_at=later, attempts=1)
    assert claimed("one") == []


def test_a_clock_that_is_fast_where_events_are_published_holds_nothing_up(channel: str) -> None:
    place(channel, 1)
    OutboxEntry.objects.update(due_at=timezone.now() + LEASE)
    assert claimed("one") == [(channel, 1)]


def test_a_lease_must_outlast_what_is_under_way(settings: Settings) -> None:
    settings.INSTANT_TIMEOUT = 5
    with pytest.raises(ValueError, match="at least three times INSTANT_TIMEOUT, which is 5 s"):
        Dispatcher()


def test_delivered_entries_are_kept_for_a_while(engine: EngineProcess, channel: str) -> None:
    place(channel, 1, 2)
    Dispatcher().deliver_pending()
    old = OutboxEntry.objects.order_by("pk")[0]
    OutboxEntry.objects.filter(pk=old.pk).update(delivered_at=timezone.now() - 2 * LEASE)
    place(channel, 3)
    assert outbox.prune(LEASE) == 1
    assert OutboxEntry.objects.count() == 2


def test_the_command_delivers_once_or_says_why_not(own_engine: EngineProcess, channel: str) -> None:
    place(channel, 1)
    out = StringIO()
    call_command("instant_outbox", "--once", stdout=out)
    assert out.getvalue() == "1 delivered\n"
    own_engine.kill()
    place(channel, 2)
    with pytest.raises(CommandError, match="is not reached"):
        call_command("instant_outbox", "--once")
    with pytest.raises(CommandError, match=r"The lease is 0\.5 s"):
        call_command("instant_outbox", "--lease", "0.5")


def test_failed_entries_are_seen_in_the_admin_and_tried_again(
    engine: EngineProcess, client: Client, channel: str
) -> None:
    client.force_login(User.objects.create_superuser("root"))
    place("nowhere:x", "refused")
    Dispatcher(DispatcherOptions(tries=1)).deliver_pending()
    entry = OutboxEntry.objects.get()
    listed = reverse("admin:instant_outboxentry_changelist")
    assert "unknown channel" in client.get(listed).content.decode()
    one = reverse("admin:instant_outboxentry_change", args=[entry.pk])
    assert "refused" in client.get(one).content.decode()
    assert client.get(reverse("admin:instant_outboxentry_add")).status_code == 403
    client.post(listed, {"action": "try_again", "_selected_action": [entry.pk]})
    entry.refresh_from_db()
    assert (entry.state, entry.attempts) == (OutboxState.Pending, 0)
