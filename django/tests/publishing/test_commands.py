from __future__ import annotations

from io import StringIO

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command

from instant.history import history
from instant.models import Channel
from instant.outbox.dispatcher import Dispatcher
from instant.tokens import connection_token
from tests.publishing.conftest import Connect
from tests.publishing.engine_process import EngineProcess

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_an_event_is_published_with_all_that_it_is_given(engine: EngineProcess) -> None:
    Channel.objects.create(name="by-command", level="users")
    options = ["--data", '{"a": 1}', "--event-class", "important", "--bucket", "b", "--site", "S"]
    assert run("instant_publish", "by-command", "hello", *options) == "Published to $by-command\n"
    envelope = history("by-command").events[-1].envelope
    expected = {
        "channel": "$by-command",
        "site": "S",
        "message": "hello",
        "data": {"a": 1},
        "event_class": "important",
        "bucket": "b",
    }
    assert {key: envelope[key] for key in expected} == expected


def test_an_event_is_published_to_a_user_or_into_the_outbox(
    engine: EngineProcess, connect: Connect
) -> None:
    client = connect(engine.socket_url, connection_token(User.objects.create_user("joe")))
    assert run("instant_publish", "joe", "hello", "--user") == "Published to user joe\n"
    assert client.published(1)[0]["message"] == "hello"
    run("instant_publish", "into-outbox", "hello", "--durable")
    assert history("into-outbox").events == ()
    assert Dispatcher().deliver_pending() == 1


def test_a_channel_that_nobody_can_see_is_remarked(
    engine: EngineProcess, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("instant_publish", "unknown", "hello") == "Published to unknown\n"
    told = capsys.readouterr().err
    assert 'no channel "unknown"' in told
    assert "instant_channels add unknown" in told
    Channel.objects.create(name="unknown", level="users")
    run("instant_publish", "unknown", "hello")
    run("instant_publish", "joe", "hello", "--user")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["c"], "Provide either a message or data argument"),
        (["c", "--data", "{"], "--data is no JSON"),
        (["nowhere:x", "m"], "unknown channel. Add the channel's namespace"),
    ],
)
def test_what_cannot_be_published_is_said(
    engine: EngineProcess, arguments: list[str], fault: str
) -> None:
    with pytest.raises(CommandError, match=fault):
        run("instant_publish", *arguments)


def test_channels_are_added_and_listed() -> None:
    Group.objects.create(name="sales")
    added = ["add", "orders", "--level", "groups", "--group", "sales", "--inactive"]
    assert run("instant_channels", *added) == "Added $orders\n"
    run("instant_channels", "add", "lobby", "--level", "public")
    run("instant_channels", "add", "hidden")
    lines = run("instant_channels", "list").splitlines()
    assert [line.split() for line in lines] == [
        ["$hidden", "superuser", "active"],
        ["$orders", "groups", "inactive", "sales"],
        ["$staff", "staff", "active"],
        ["$superuser", "superuser", "active"],
        ["$users", "users", "active"],
        ["lobby", "public", "active"],
        ["public", "public", "active"],
    ]
    assert run("instant_channels").splitlines() == lines


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["a#b"], "holds #"),
        (["users", "--level", "users"], 'There is a channel "\\$users" already'),
        (["x", "--group", "nobody"], 'There is no group "nobody"'),
    ],
)
def test_a_channel_that_cannot_be_is_said(arguments: list[str], fault: str) -> None:
    with pytest.raises(CommandError, match=fault):
        run("instant_channels", "add", *arguments)
    assert Channel.objects.count() == 4
