from __future__ import annotations

from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from instant.channels.channel_name import fault_of, possible_names, private_name
from instant.init import ensure_channel_is_private
from instant.models import Channel

pytestmark = pytest.mark.django_db

Level = Channel.Level


@pytest.mark.parametrize(
    ("name", "private"),
    [
        ("chan", "$chan"),
        ("$chan", "$chan"),
        ("ns:chan", "$ns:chan"),
        ("ns:$chan", "$ns:chan"),
        ("$ns:chan", "$ns:chan"),
        ("a:b:c", "$a:b:c"),
        ("a:$b:c", "$a:b:c"),
        ("$a:b", "$a:b"),
        ("a:b$c", "$a:b$c"),
    ],
)
def test_the_name_of_a_private_channel(name: str, private: str) -> None:
    assert private_name(name) == ensure_channel_is_private(name) == private
    assert Channel.objects.create(name=name, level=Level.Users).name == private
    again = Channel(name=f"{name}2", level=Level.Groups)
    Channel.objects.bulk_create([again])
    assert Channel.objects.filter(name=f"{private}2").exists()


@pytest.mark.parametrize("name", ["chan", "$chan", "ns:chan", "ns:$chan"])
def test_a_public_channel_keeps_its_name(name: str) -> None:
    assert Channel.objects.create(name=name, level=Level.Public).name == name


FORMS = pytest.mark.parametrize(
    ("said", "stored"),
    [
        ("orders", "$orders"),
        ("$orders", "$orders"),
        ("ns:x", "$ns:x"),
        ("ns:$x", "$ns:x"),
        ("$ns:x", "$ns:x"),
    ],
)
"""How a private channel may be called, and how it is stored."""


class TestFoundOrAdded:
    @FORMS
    @pytest.mark.parametrize(
        "given",
        [
            {"level": Level.Staff},
            {"defaults": {"level": Level.Staff}},
            {"defaults": {"level": lambda: Level.Staff}},
            {},
        ],
        ids=["level", "default", "function", "none"],
    )
    def test_the_second_call_finds_what_the_first_added(
        self, given: dict[str, Any], said: str, stored: str
    ) -> None:
        channel, is_new = Channel.objects.get_or_create(name=said, **given)
        assert (channel.name, is_new) == (stored, True)
        assert Channel.objects.get_or_create(name=said, **given) == (channel, False)
        assert Channel.objects.get_or_create(name=stored, **given) == (channel, False)

    @FORMS
    def test_the_second_call_updates_what_the_first_added(self, said: str, stored: str) -> None:
        for is_first in (True, False):
            channel, is_new = Channel.objects.update_or_create(
                name=said, level=Level.Staff, defaults={"is_active": not is_first}
            )
            assert (channel.name, channel.is_active, is_new) == (stored, not is_first, is_first)
        channel, is_new = Channel.objects.update_or_create(
            name=said, defaults={"level": Level.Users}
        )
        assert (channel.name, channel.level, is_new) == (stored, "users", False)

    @FORMS
    def test_it_is_so_in_an_event_loop(self, said: str, stored: str) -> None:
        async def find_or_add() -> list[tuple[str, bool]]:
            found = [
                await Channel.objects.aget_or_create(name=said, level=Level.Staff),
                await Channel.objects.aupdate_or_create(
                    name=f"{said}2", defaults={"level": Level.Users}
                ),
            ]
            return [(channel.name, is_new) for channel, is_new in found]

        assert async_to_sync(find_or_add)() == [(stored, True), (f"{stored}2", True)]
        assert async_to_sync(find_or_add)() == [(stored, False), (f"{stored}2", False)]

    @FORMS
    def test_it_is_so_for_the_channels_of_a_group(self, said: str, stored: str) -> None:
        channels = Group.objects.create(name="team").channel_set
        assert channels.get_or_create(name=said, level=Level.Groups)[0].name == stored
        assert channels.get_or_create(name=said, level=Level.Groups)[1] is False

    @pytest.mark.parametrize("name", ["orders", "$orders", "ns:x", "ns:$x"])
    def test_a_public_channel_is_called_as_it_is_said(self, name: str) -> None:
        for is_first in (True, False):
            channel, is_new = Channel.objects.get_or_create(name=name, level=Level.Public)
            assert (channel.name, is_new) == (name, is_first)
            channel, is_new = Channel.objects.update_or_create(
                name=name, defaults={"level": Level.Public}
            )
            assert (channel.name, is_new) == (name, False)

    def test_a_channel_that_is_called_as_it_is_said_comes_first(self) -> None:
        public = Channel.objects.create(name="orders", level=Level.Public)
        staff = {"level": Level.Staff}
        assert Channel.objects.get_or_create(name="orders", defaults=staff) == (public, False)
        channel, is_new = Channel.objects.update_or_create(name="orders", defaults=staff)
        assert (channel, channel.name, is_new) == (public, "$orders", False)

    def test_a_name_of_another_level_is_taken(self) -> None:
        Channel.objects.create(name="orders", level=Level.Users)
        with pytest.raises(IntegrityError), transaction.atomic():
            Channel.objects.get_or_create(name="orders", level=Level.Staff)

    def test_other_questions_than_a_name_are_as_ever(self) -> None:
        channel = Channel.objects.create(name="orders", level=Level.Users)
        assert Channel.objects.get_or_create(pk=channel.pk) == (channel, False)


def test_levels_are_as_they_were() -> None:
    assert Level.choices == [
        ("public", "Public"),
        ("users", "Users"),
        ("groups", "Groups"),
        ("staff", "Staff"),
        ("superuser", "Superuser"),
    ]
    channel = Channel.objects.create(name="new")
    assert (channel.level, channel.is_active) == ("superuser", True)
    assert str(channel) == "$new"


def test_a_channel_that_becomes_private_gets_its_sign_and_keeps_it() -> None:
    channel = Channel.objects.create(name="chan", level=Level.Public)
    channel.level = Level.Users
    channel.save(update_fields=["level"])
    channel.refresh_from_db()
    assert channel.name == "$chan"
    channel.level = Level.Public
    channel.save()
    assert channel.name == "$chan"


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("", "is empty"),
        ("$", "is empty"),
        ("x" * 120, "is longer than 120"),
        ("smørrebrød", "more than ASCII"),
        ("tab\there", "more than ASCII"),
        (" x", "begins or ends with a space"),
        ("x ", "begins or ends with a space"),
        ("x#1", "holds #"),
        ("@me", "begins with @"),
        ("$@me", "begins with @"),
    ],
)
def test_names_that_cannot_be(name: str, fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        Channel(name=name, level=Level.Users).save()
    with pytest.raises(ValidationError, match=fault):
        Channel.objects.bulk_create([Channel(name=name, level=Level.Users)])
    with pytest.raises(ValidationError) as refused:
        Channel(name=name, level=Level.Users).full_clean()
    assert list(refused.value.message_dict) == ["name"]
    assert len(refused.value.messages) == 1


@pytest.mark.parametrize("name", ["x", "$x", "x y", "ns:x", "x" * 120, "a.b-c_d/e@f"])
def test_names_that_can_be(name: str) -> None:
    assert fault_of(name) is None


def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(ValidationError, match='no level "everyone": take one of public, users'):
        Channel.objects.create(name="x", level="everyone")


def test_the_database_refuses_what_went_past_the_model() -> None:
    Channel.objects.create(name="chan", level=Level.Public)
    for change in ({"level": "users"}, {"level": "everyone"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Channel.objects.filter(name="chan").update(**change)


def test_a_row_with_an_old_name_can_be_deactivated() -> None:
    channel = Channel.objects.create(name="x", level=Level.Public)
    Channel.objects.filter(pk=channel.pk).update(name="smørrebrød")
    channel.refresh_from_db()
    channel.is_active = False
    channel.save(update_fields=["is_active"])
    assert not Channel.objects.get(pk=channel.pk).is_active


@pytest.mark.parametrize("taken", ["chan", "$chan"])
def test_a_name_that_is_taken_is_a_fault_of_the_form(taken: str) -> None:
    Channel.objects.create(name="chan", level=Level.Users)
    with pytest.raises(ValidationError, match="already exists"):
        Channel(name=taken, level=Level.Users).full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        Channel.objects.create(name=taken, level=Level.Users)


def test_the_names_that_may_be_meant() -> None:
    assert possible_names("x") == ("x", "$x", "$x")
    assert possible_names("$x") == ("$x",)
    assert possible_names("ns:$x") == ("ns:$x", "$ns:$x", "$ns:x")


def test_a_group_knows_its_channels() -> None:
    group = Group.objects.create(name="team")
    channel = Channel.objects.create(name="team", level=Level.Groups)
    channel.groups.add(group)
    assert list(group.channel_set.all()) == [channel]
