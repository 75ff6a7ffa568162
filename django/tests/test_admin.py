from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from instant.models import Channel
from tests.browser import PASSWORD
from tests.conftest import MakeUser

ADD = "/admin/instant/channel/add/"


@pytest.fixture
def admin(make_user: MakeUser) -> Client:
    make_user("admin", is_staff=True, is_superuser=True)
    client = Client()
    assert client.login(username="admin", password=PASSWORD)
    return client


def add(admin: Client, **fields: Any) -> str:
    response = admin.post(ADD, {"level": "users", "is_active": "on", **fields}, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_shows_level_groups_and_whether_a_channel_is_active(admin: Client) -> None:
    channel = Channel.objects.create(name="orders", level=Channel.Level.Staff)
    channel.groups.set([Group.objects.create(name="sales"), Group.objects.create(name="books")])
    page = admin.get(reverse("admin:instant_channel_changelist")).content.decode()
    assert "$orders" in page
    assert "books, sales" in page


def test_a_channel_is_stored_under_its_private_name(admin: Client) -> None:
    add(admin, name="shop:orders")
    assert Channel.objects.filter(name="$shop:orders", level="users").exists()


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("users", "Channel with this Name already exists"),
        ("", "This field is required"),
        ("a#b", "holds #"),
        ("smørrebrød", "holds more than ASCII"),
        ("@me", "begins with @"),
        ("x" * 120, "has at most 120 characters (it has 121)"),
        ("x" * 121, "has at most 120 characters (it has 121)"),
    ],
)
def test_a_name_that_cannot_be_is_a_fault_of_the_form(admin: Client, name: str, fault: str) -> None:
    count = Channel.objects.count()
    assert fault in add(admin, name=name)
    assert Channel.objects.count() == count


def test_an_unknown_level_is_a_fault_of_the_form(admin: Client) -> None:
    assert "is not one of the available choices" in add(admin, name="x", level="everyone")


def test_groups_that_see_past_a_level_are_told(admin: Client) -> None:
    group = Group.objects.create(name="sales")
    told = "The members of sales see $office, though its level is Staff."
    assert told in add(admin, name="office", level="staff", groups=[group.pk])
    assert "The members of" not in add(admin, name="team", level="groups", groups=[group.pk])


def test_channels_are_deactivated_and_activated_from_the_list(admin: Client) -> None:
    def act(action: str) -> str:
        keys = [str(channel.pk) for channel in Channel.objects.all()]
        data = {"action": action, "_selected_action": keys}
        url = reverse("admin:instant_channel_changelist")
        return admin.post(url, data, follow=True).content.decode()

    assert "4 channels were changed." in act("deactivate")
    assert not Channel.objects.filter(is_active=True).exists()
    assert "4 channels were changed." in act("activate")
    assert "0 channels were changed." in act("activate")
