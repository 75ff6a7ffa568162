from __future__ import annotations

import asyncio
import time

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from instant.channels import resolve_name as module
from instant.channels.resolve_name import OldNameWarning, channel_names, resolve_name
from instant.models import Channel

Level = Channel.Level


@pytest.mark.django_db
class TestResolveName:
    def test_finds_the_private_channel_of_a_name_without_its_sign(self) -> None:
        Channel.objects.create(name="lobby", level=Level.Users)
        assert resolve_name("lobby") == resolve_name("$lobby") == "$lobby"

    def test_takes_a_name_as_it_is_before_that(self) -> None:
        Channel.objects.create(name="lobby", level=Level.Users)
        Channel.objects.create(name="lobby", level=Level.Public)
        assert resolve_name("lobby") == "lobby"

    def test_leaves_a_name_that_no_channel_has(self) -> None:
        assert resolve_name("nothing") == "nothing"
        assert resolve_name("ns:$nothing") == "ns:$nothing"

    def test_warns_of_an_old_name(self) -> None:
        Channel.objects.create(name="ns:$x", level=Level.Users)
        with pytest.warns(OldNameWarning, match=r'"ns:\$x" is now called "\$ns:x"'):
            assert resolve_name("ns:$x") == "$ns:x"

    def test_sees_what_this_process_changes_at_once(self) -> None:
        assert resolve_name("lobby") == "lobby"
        channel = Channel.objects.create(name="lobby", level=Level.Users)
        assert resolve_name("lobby") == "$lobby"
        channel.delete()
        assert resolve_name("lobby") == "lobby"

    def test_asks_the_database_once_in_five_seconds(
        self, django_assert_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        now = 1000.0
        monkeypatch.setattr(time, "monotonic", lambda: now)
        with django_assert_num_queries(1):
            resolve_name("public")
            now += 4.9
            resolve_name("users")
        with django_assert_num_queries(1):
            now += 0.2
            resolve_name("public")

    def test_asks_nothing_for_a_private_name(
        self, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        with django_assert_num_queries(0):
            assert resolve_name("$users") == "$users"


@pytest.mark.django_db(transaction=True)
def test_a_change_is_seen_after_its_transaction_whoever_asked_meanwhile() -> None:
    with transaction.atomic():
        Channel.objects.create(name="lobby", level=Level.Users)
        # As another thread sees it, before the commit.
        channel_names._known = (time.monotonic() + 5, frozenset())
    assert resolve_name("lobby") == "$lobby"


@pytest.mark.django_db(transaction=True)
def test_what_was_read_during_a_change_is_not_remembered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def load_during_a_change() -> frozenset[str]:
        Channel.objects.create(name="lobby", level=Level.Users)
        return frozenset()

    monkeypatch.setattr(module, "_load", load_during_a_change)
    assert resolve_name("lobby") == "lobby"
    monkeypatch.undo()
    assert resolve_name("lobby") == "$lobby"


@pytest.mark.django_db(transaction=True)
def test_works_in_an_event_loop() -> None:
    Channel.objects.create(name="lobby", level=Level.Users)
    channel_names.forget()

    async def resolve() -> str:
        return resolve_name("lobby")

    assert asyncio.run(resolve()) == "$lobby"
