"""Stock Python clients at the other end of a wire that can be cut."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import cent
from centrifuge import Client, Subscription

from scene import ClientEvents, Engine, SubscriptionEvents, Wire


class Clients:
    """Makes clients at the other end of a wire, and packs their data as they want it."""

    def __init__(self, engine: Engine, wire: Wire, *, use_protobuf: bool) -> None:
        self.engine = engine
        self.wire = wire
        self._use_protobuf = use_protobuf
        self._clients: list[Client] = []

    async def connected(self, user: str) -> tuple[Client, ClientEvents]:
        heard = ClientEvents()
        client = Client(
            self.wire.url,
            events=heard,
            token=self.engine.tokens[user],
            use_protobuf=self._use_protobuf,
            min_reconnect_delay=0.01,
            max_reconnect_delay=0.05,
            proxy=None,
        )
        self._clients.append(client)
        await client.connect()
        await heard.next("connecting")
        await heard.next("connected")
        return client, heard

    async def subscribed(
        self, user: str, channel: str, **options: Any
    ) -> tuple[Subscription, SubscriptionEvents]:
        client, _ = await self.connected(user)
        heard = SubscriptionEvents()
        subscription = client.new_subscription(
            channel, heard, min_resubscribe_delay=0.01, max_resubscribe_delay=0.05, **options
        )
        await subscription.subscribe()
        await heard.next("subscribing")
        await heard.next("subscribed")
        return subscription, heard

    def channel(self, name: str) -> str:
        """A channel of this name that no client of another kind has used."""
        return f"{name}-{'protobuf' if self._use_protobuf else 'json'}"

    async def publish(self, channel: str, *values: Any, **options: Any) -> None:
        """Publishes JSON by the server API."""
        async with self.engine.api() as api:
            for value in values:
                await api.publish(cent.PublishRequest(channel=channel, data=value, **options))

    def packed(self, value: Any) -> Any:
        return json.dumps(value).encode() if self._use_protobuf else value

    def unpacked(self, data: Any) -> Any:
        return json.loads(data) if self._use_protobuf else data

    async def close(self) -> None:
        for client in self._clients:
            await client.disconnect()


@asynccontextmanager
async def clients(engine: Engine, *, use_protobuf: bool) -> AsyncIterator[Clients]:
    async with Wire(engine) as wire:
        made = Clients(engine, wire, use_protobuf=use_protobuf)
        try:
            yield made
        finally:
            await made.close()


Check = Callable[[Clients], Awaitable[None]]
