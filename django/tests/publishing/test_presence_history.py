from __future__ import annotations

import uuid

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from instant.engine_api import engine as engine_api
from instant.errors import RefusedError
from instant.history import Position, history
from instant.models import Channel
from instant.presence import presence
from instant.producers import publish
from instant.tokens import channel_token, connection_token
from tests.publishing.conftest import Connect
from tests.publishing.engine_process import EngineProcess

pytestmark = pytest.mark.django_db


@pytest.fixture
def channel(engine: EngineProcess) -> Channel:
    return Channel.objects.create(name=f"past-{uuid.uuid4().hex}", level=Channel.Level.Users)


def test_who_is_in_a_channel_is_told_by_connection(
    channel: Channel, engine: EngineProcess, connect: Connect
) -> None:
    bare = channel.name.removeprefix("$")
    assert presence(bare) == {}
    joe = User.objects.create_user("joe")
    clients = [connect(engine.socket_url, connection_token(joe)) for _ in range(2)]
    for client in clients:
        client.subscribe(channel.name, channel_token(channel.name, joe))
    there = presence(bare)
    assert set(there) == {client.connection["client"] for client in clients}
    assert {present.user for present in there.values()} == {"joe"}


def test_history_is_the_newest_or_what_came_after_a_position(
    channel: Channel, settings: Settings
) -> None:
    bare = channel.name.removeprefix("$")
    empty = history(bare)
    assert empty.events == ()
    for number in range(3):
        publish(bare, data=number)
    settings.INSTANT_ENVELOPE = "string"
    publish(bare, data=3)
    engine_api.call("publish", {"channel": channel.name, "data": "another's text"})
    whole = history(bare)
    assert [event.envelope["data"] for event in whole.events[:4]] == [0, 1, 2, 3]
    assert whole.events[4].envelope == "another's text"
    assert whole.position == whole.events[-1].position
    newest = history(bare, limit=2)
    assert newest.events == whole.events[-2:]
    after = history(bare, since=whole.events[1].position, limit=2)
    assert after.events == whole.events[2:4]
    assert history(bare, since=whole.position).events == ()
    assert history(bare, limit=0).position == whole.position


def test_what_history_cannot_answer_is_an_error(channel: Channel) -> None:
    with pytest.raises(ValueError, match="limit is -1"):
        history(channel.name, limit=-1)
    publish(channel.name, "m")
    with pytest.raises(RefusedError) as raised:
        history(channel.name, since=Position(1, "another epoch"))
    assert raised.value.code == 112
    with pytest.raises(RefusedError):
        history("nowhere:x")
    with pytest.raises(RefusedError):
        presence("nowhere:x")
