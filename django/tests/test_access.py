from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group

from instant.channels.channel_level import ChannelLevel
from instant.models import Channel
from tests.browser import Browser
from tests.conftest import MakeUser

Level = Channel.Level


@pytest.fixture(autouse=True)
def _channels(make_user: MakeUser) -> None:
    Channel.objects.all().delete()
    groups = {name: Group.objects.create(name=name) for name in ("team", "friends", "others")}

    def add(name: str, level: ChannelLevel, *members: str, **fields: Any) -> None:
        channel = Channel.objects.create(name=name, level=level, **fields)
        channel.groups.set(groups[member] for member in members)

    add("all", Level.Public)
    add("ours", Level.Users, "team", "friends")
    add("team", Level.Groups, "team", "friends")
    add("others", Level.Groups, "others")
    add("nobody", Level.Groups)
    add("office", Level.Staff, "others")
    add("root", Level.Superuser)
    add("off", Level.Public, "team", is_active=False)
    # What another user is makes no difference.
    make_user("other", is_staff=True, is_superuser=True).groups.set(groups.values())


WHO = [
    ("a plain user", {}, [], ["$ours", "all"]),
    ("a member of a group", {}, ["team"], ["$ours", "$team", "all"]),
    ("a member twice over", {}, ["team", "friends"], ["$ours", "$team", "all"]),
    ("a member of a staff channel's group", {}, ["others"], ["$office", "$others", "$ours", "all"]),
    ("staff", {"is_staff": True}, [], ["$office", "$ours", "all"]),
    ("a superuser", {"is_superuser": True}, [], ["$ours", "$root", "all"]),
    (
        "a superuser of the staff",
        {"is_staff": True, "is_superuser": True},
        [],
        ["$office", "$ours", "$root", "all"],
    ),
]


@pytest.mark.parametrize(
    ("flags", "groups", "channels"), [row[1:] for row in WHO], ids=[row[0] for row in WHO]
)
def test_who_sees_which_channels(
    make_user: MakeUser, flags: dict[str, bool], groups: list[str], channels: list[str]
) -> None:
    user = make_user(**flags)
    user.groups.set(Group.objects.filter(name__in=groups))
    assert [channel.name for channel in Channel.objects.for_user(user)] == channels
    browser = Browser()
    browser.login("user")
    assert browser.channels() == channels


def test_who_is_not_logged_in_sees_the_public_channels() -> None:
    assert [channel.name for channel in Channel.objects.for_user(AnonymousUser())] == ["all"]


def test_the_answer_is_a_queryset(make_user: MakeUser) -> None:
    found = Channel.objects.filter(name__startswith="$").for_user(make_user())
    assert found.exclude(name="$root").values_list("name", "level").get() == ("$ours", "users")


def test_a_user_without_any_channel_gets_an_empty_list(browser: Browser) -> None:
    Channel.objects.update(is_active=False)
    assert browser.channels() == []


def test_a_change_shows_in_the_next_list(browser: Browser) -> None:
    channel = Channel.objects.create(name="new", level=Level.Users)
    assert "$new" in browser.channels()
    channel.is_active = False
    channel.save()
    assert "$new" not in browser.channels()
    channel.is_active, channel.level = True, Level.Staff
    channel.save()
    assert "$new" not in browser.channels()
