"""What the stock Python library for the server API does with the engine."""

from __future__ import annotations

import asyncio
import time

import cent

from clients import Check, Clients
from scene import Engine


async def publishes(made: Clients) -> None:
    _, heard = await made.subscribed("42", "kept:publish")
    async with made.engine.api() as api:
        request = cent.PublishRequest(channel="kept:publish", data={"n": 1}, tags={"a": "b"})
        published = await api.publish(request)
        assert published.offset == 1 and published.epoch != ""
        publication = (await heard.next("publication")).pub
        assert (publication.data, publication.tags) == ({"n": 1}, {"a": "b"})
        await api.publish(
            cent.PublishRequest(channel="kept:publish", data=None, b64data="eyJuIjoyfQ==")
        )
        assert await heard.data(1) == [{"n": 2}]


async def publishes_once_under_an_idempotency_key(made: Clients) -> None:
    async with made.engine.api() as api:
        request = cent.PublishRequest(channel="kept:once", data=1, idempotency_key="key")
        first, second = await api.publish(request), await api.publish(request)
        assert first == second
        history = await api.history(cent.HistoryRequest(channel="kept:once", limit=-1))
        assert len(history.publications) == 1


async def broadcasts(made: Clients) -> None:
    async with made.engine.api() as api:
        sent = await api.broadcast(cent.BroadcastRequest(channels=["kept:all", "nowhere:a"], data=1))
        kept, unknown = sent.responses
        assert kept.result is not None and kept.result.offset == 1
        assert unknown.error is not None and unknown.error.code == 102


async def reads_and_removes_history(made: Clients) -> None:
    channel = "kept:history"
    await made.publish(channel, 1, 2, 3)
    async with made.engine.api() as api:
        history = await api.history(cent.HistoryRequest(channel=channel, limit=-1))
        assert [(each.offset, each.data) for each in history.publications] == [(1, 1), (2, 2), (3, 3)]
        since = cent.StreamPosition(offset=2, epoch=history.epoch)
        later = await api.history(cent.HistoryRequest(channel=channel, limit=10, since=since))
        assert [each.data for each in later.publications] == [3]
        await api.history_remove(cent.HistoryRemoveRequest(channel=channel))
        rest = await api.history(cent.HistoryRequest(channel=channel, limit=-1))
        assert (rest.publications, rest.offset) == ([], 3)


async def subscribes_and_sees_who_is_there(made: Clients) -> None:
    channel = "news:members"
    _, heard = await made.connected("45")
    async with made.engine.api() as api:
        await api.subscribe(cent.SubscribeRequest(user="45", channel=channel, info={"seat": 3}))
        await heard.next("subscribed")
        present = await api.presence(cent.PresenceRequest(channel=channel))
        [info] = present.presence.values()
        assert (info.user, info.chan_info) == ("45", {"seat": 3})
        channels = await api.channels(cent.ChannelsRequest(pattern="*:members"))
        assert [(name, each.num_clients) for name, each in channels.channels.items()] == [
            (channel, 1)
        ]
        await api.unsubscribe(cent.UnsubscribeRequest(user="45", channel=channel))
        await heard.next("unsubscribed")
        stats = await api.presence_stats(cent.PresenceStatsRequest(channel=channel))
        assert (stats.num_clients, stats.num_users) == (0, 0)


async def refreshes_and_disconnects(made: Clients) -> None:
    _, heard = await made.connected("46")
    async with made.engine.api() as api:
        await api.refresh(cent.RefreshRequest(user="46", expire_at=int(time.time()) + 600))
        reason = cent.Disconnect(code=4500, reason="that's all")
        await api.disconnect(cent.DisconnectRequest(user="46", disconnect=reason))
        disconnected = await heard.next("disconnected")
        assert (disconnected.code, disconnected.reason) == (4500, "that's all")


async def asks_how_the_engine_is(made: Clients) -> None:
    await made.connected("42")
    async with made.engine.api() as api:
        [node] = (await api.info(cent.InfoRequest())).nodes
        assert node.num_clients >= 1 and node.version != "" and node.uid != ""


async def calls_several_methods_in_a_batch(made: Clients) -> None:
    for parallel in (False, True):
        channel = f"kept:batch-{parallel}"
        requests = [
            cent.PublishRequest(channel=channel, data=1),
            cent.BroadcastRequest(channels=[channel, "news:batch"], data=2),
            cent.PresenceStatsRequest(channel="news:batch"),
            cent.InfoRequest(),
        ]
        async with made.engine.api() as api:
            batch = await api.batch(cent.BatchRequest(requests=requests, parallel=parallel))
        published, sent, stats, info = batch.replies
        assert isinstance(published, cent.PublishResult) and published.offset in (1, 2)
        assert isinstance(sent, cent.BroadcastResult) and len(sent.responses) == 2
        assert isinstance(stats, cent.PresenceStatsResult) and stats.num_clients == 0
        assert isinstance(info, cent.InfoResult) and len(info.nodes) == 1


async def is_told_what_is_wrong(made: Clients) -> None:
    async with made.engine.api() as api:
        try:
            await api.publish(cent.PublishRequest(channel="nowhere:a", data=1))
        except cent.CentApiResponseError as error:
            assert (error.code, error.message) == (102, "unknown channel")
        else:
            raise AssertionError("a publication to an unknown namespace was taken")


async def is_refused_with_a_wrong_key(made: Clients) -> None:
    async with cent.AsyncClient(made.engine.api_url, "a wrong key") as api:
        try:
            await api.info(cent.InfoRequest())
        except cent.CentUnauthorizedError:
            return
        raise AssertionError("a wrong API key was taken")


async def works_without_asyncio(made: Clients) -> None:
    await asyncio.to_thread(publish_and_read, made.engine)


def publish_and_read(engine: Engine) -> None:
    with cent.Client(engine.api_url, engine.api_key) as api:
        api.publish(cent.PublishRequest(channel="kept:sync", data={"n": 1}))
        history = api.history(cent.HistoryRequest(channel="kept:sync", limit=1))
        assert [each.data for each in history.publications] == [{"n": 1}]


CHECKS: list[Check] = [
    publishes,
    publishes_once_under_an_idempotency_key,
    broadcasts,
    reads_and_removes_history,
    subscribes_and_sees_who_is_there,
    refreshes_and_disconnects,
    asks_how_the_engine_is,
    calls_several_methods_in_a_batch,
    is_told_what_is_wrong,
    is_refused_with_a_wrong_key,
    works_without_asyncio,
]
