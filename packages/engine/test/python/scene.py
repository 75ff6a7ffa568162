"""What the checks share: where the engine is, a wire that can be cut, and what clients hear."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import cent
import centrifuge

#: How long what must come may take, in seconds.
DEADLINE = 10.0


@dataclass(frozen=True)
class Engine:
    """A running engine."""

    port: int
    api_key: str
    #: A connection token for each user.
    tokens: dict[str, str]

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api"

    def api(self) -> cent.AsyncClient:
        return cent.AsyncClient(self.api_url, self.api_key)


class Wire:
    """The wire between clients and the engine, which a check can cut and mend."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writers: set[asyncio.StreamWriter] = set()
        self._is_cut = False
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Wire:
        self._server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.cut()
        self._server.close()

    @property
    def url(self) -> str:
        port = self._server.sockets[0].getsockname()[1]
        return f"ws://127.0.0.1:{port}/connection/websocket"

    def cut(self) -> None:
        """Aborts every connection, and every new one until it is mended."""
        self._is_cut = True
        for writer in self._writers:
            writer.transport.abort()

    def mend(self) -> None:
        self._is_cut = False

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            writer.transport.abort()
            return
        engine_reader, engine_writer = await asyncio.open_connection("127.0.0.1", self._engine.port)
        self._writers |= {writer, engine_writer}
        await asyncio.gather(_pipe(reader, engine_writer), _pipe(engine_reader, writer))


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.transport.abort()


@dataclass
class Heard:
    """What a client or a subscription was told, in order."""

    events: asyncio.Queue[tuple[str, Any]] = field(default_factory=asyncio.Queue)

    async def next(self, name: str) -> Any:
        """The context of the next event, which must be of this name."""
        heard, context = await asyncio.wait_for(self.events.get(), DEADLINE)
        assert heard == name, f"{heard} came where {name} was awaited: {context}"
        return context

    async def data(self, count: int) -> list[Any]:
        """The data of the next publications."""
        return [(await self.next("publication")).pub.data for _ in range(count)]

    async def on_subscribed(self, ctx: Any) -> None:
        await self.events.put(("subscribed", ctx))

    async def on_unsubscribed(self, ctx: Any) -> None:
        await self.events.put(("unsubscribed", ctx))

    async def on_publication(self, ctx: Any) -> None:
        await self.events.put(("publication", ctx))


class ClientEvents(Heard, centrifuge.ClientEventHandler):
    """Listens to a client and to its server-side subscriptions."""

    async def on_connecting(self, ctx: Any) -> None:
        await self.events.put(("connecting", ctx))

    async def on_connected(self, ctx: Any) -> None:
        await self.events.put(("connected", ctx))

    async def on_disconnected(self, ctx: Any) -> None:
        await self.events.put(("disconnected", ctx))


class SubscriptionEvents(Heard, centrifuge.SubscriptionEventHandler):
    """Listens to a subscription."""

    async def on_subscribing(self, ctx: Any) -> None:
        await self.events.put(("subscribing", ctx))

    async def on_join(self, ctx: Any) -> None:
        await self.events.put(("join", ctx))

    async def on_leave(self, ctx: Any) -> None:
        await self.events.put(("leave", ctx))
