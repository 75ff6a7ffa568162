"""What the stock Python client does with the engine, in JSON and in Protobuf."""

from __future__ import annotations

import cent
from centrifuge import DeltaType, Filter, ReplyError

from clients import Check, Clients


async def gets_what_is_published(made: Clients) -> None:
    channel = made.channel("news:in-order")
    _, heard = await made.subscribed("42", channel)
    await made.publish(channel, *range(30))
    assert [made.unpacked(data) for data in await heard.data(30)] == list(range(30))


async def publishes_and_others_see_who(made: Clients) -> None:
    channel = made.channel("news:chat")
    writer, _ = await made.subscribed("42", channel)
    _, heard = await made.subscribed("43", channel)
    await writer.publish(made.packed({"text": "hello"}))
    publication = (await heard.next("publication")).pub
    assert made.unpacked(publication.data) == {"text": "hello"}
    assert publication.info.user == "42"


async def sees_who_is_there(made: Clients) -> None:
    channel = made.channel("news:room")
    one, _ = await made.subscribed("42", channel)
    await made.subscribed("42", channel)
    await made.subscribed("43", channel)
    present = await one.presence()
    assert sorted(info.user for info in present.clients.values()) == ["42", "42", "43"]
    counts = await one.presence_stats()
    assert (counts.num_clients, counts.num_users) == (3, 2)


async def hears_who_comes_and_goes(made: Clients) -> None:
    channel = made.channel("news:door")
    _, heard = await made.subscribed("42", channel, join_leave=True)
    assert (await heard.next("join")).info.user == "42"
    visitor, _ = await made.subscribed("43", channel)
    assert (await heard.next("join")).info.user == "43"
    await visitor.unsubscribe()
    assert (await heard.next("leave")).info.user == "43"


async def reads_what_was_published(made: Clients) -> None:
    channel = made.channel("kept:history")
    subscription, _ = await made.subscribed("42", channel)
    await made.publish(channel, 1, 2, 3)
    history = await subscription.history(limit=2, reverse=True)
    assert [made.unpacked(each.data) for each in history.publications] == [3, 2]
    assert history.offset == 3


async def recovers_after_a_cut(made: Clients) -> None:
    channel = made.channel("kept:cut")
    _, heard = await made.subscribed("42", channel)
    await made.publish(channel, *range(10))
    read = await heard.data(10)
    made.wire.cut()
    await heard.next("subscribing")
    await made.publish(channel, *range(10, 20))
    made.wire.mend()
    context = await heard.next("subscribed")
    assert context.was_recovering and context.recovered
    await made.publish(channel, *range(20, 30))
    read += await heard.data(20)
    assert [made.unpacked(data) for data in read] == list(range(30))


async def is_told_when_what_it_missed_is_gone(made: Clients) -> None:
    channel = made.channel("short:cut")
    _, heard = await made.subscribed("42", channel)
    made.wire.cut()
    await heard.next("subscribing")
    await made.publish(channel, 1, 2, 3)
    made.wire.mend()
    context = await heard.next("subscribed")
    assert context.was_recovering and not context.recovered


async def makes_whole_publications_out_of_deltas(made: Clients) -> None:
    channel = made.channel("delta:document")
    _, heard = await made.subscribed("42", channel, delta=DeltaType.FOSSIL)
    lines = [f"line {n} stays as it is" for n in range(50)]
    versions = [{"version": n, "lines": lines} for n in range(15)]
    await made.publish(channel, *versions[:5])
    read = await heard.data(5)
    made.wire.cut()
    await heard.next("subscribing")
    await made.publish(channel, *versions[5:10])
    made.wire.mend()
    assert (await heard.next("subscribed")).recovered
    await made.publish(channel, *versions[10:])
    contexts = [await heard.next("publication") for _ in range(10)]
    assert contexts[-1].pub.delta
    read += [context.pub.data for context in contexts]
    assert [made.unpacked(data) for data in read] == versions


async def gets_only_the_tags_that_it_wants(made: Clients) -> None:
    channel = made.channel("tags:news")
    wanted = Filter.all(Filter.eq("kind", "important"), Filter.gte("level", "5"))
    _, heard = await made.subscribed("42", channel, tags_filter=wanted)
    for n, (kind, level) in enumerate([("important", "10"), ("other", "10"), ("important", "4")]):
        await made.publish(channel, n, tags={"kind": kind, "level": level})
    await made.publish(channel, "end", tags={"kind": "important", "level": "5"})
    assert [made.unpacked(data) for data in await heard.data(2)] == [0, "end"]


async def calls_methods_of_the_backend(made: Clients) -> None:
    client, _ = await made.connected("42")
    answer = await client.rpc("echo", made.packed({"n": 1}))
    assert made.unpacked(answer.data) == {"n": 1}


async def is_refused_what_it_may_not_have(made: Clients) -> None:
    client, _ = await made.connected("42")
    try:
        await client.publish(made.channel("kept:closed"), made.packed(1))
    except ReplyError as error:
        assert error.code == 103
    else:
        raise AssertionError("a publication that isn't allowed was taken")


async def is_subscribed_and_disconnected_by_the_server(made: Clients) -> None:
    channel = made.channel("news:own")
    _, heard = await made.connected("44")
    async with made.engine.api() as api:
        await api.subscribe(cent.SubscribeRequest(user="44", channel=channel, data={"n": 1}))
        subscribed = await heard.next("subscribed")
        assert (subscribed.channel, made.unpacked(subscribed.data)) == (channel, {"n": 1})
        await made.publish(channel, "live")
        assert made.unpacked((await heard.next("publication")).pub.data) == "live"
        await api.unsubscribe(cent.UnsubscribeRequest(user="44", channel=channel))
        assert (await heard.next("unsubscribed")).channel == channel
        await api.disconnect(cent.DisconnectRequest(user="44"))
        assert (await heard.next("disconnected")).code == 3503


CHECKS: list[Check] = [
    gets_what_is_published,
    publishes_and_others_see_who,
    sees_who_is_there,
    hears_who_comes_and_goes,
    reads_what_was_published,
    recovers_after_a_cut,
    is_told_when_what_it_missed_is_gone,
    makes_whole_publications_out_of_deltas,
    gets_only_the_tags_that_it_wants,
    calls_methods_of_the_backend,
    is_refused_what_it_may_not_have,
    is_subscribed_and_disconnected_by_the_server,
]
