from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from instant import engine as engine_api
from tests.publishing.engine_process import EngineProcess
from tests.publishing.live_client import LiveClient

Connect = Callable[..., LiveClient]


@pytest.fixture(scope="session")
def shared_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineProcess]:
    engine = EngineProcess(tmp_path_factory.mktemp("engine"))
    yield engine
    engine.stop()


@pytest.fixture
def engine(shared_engine: EngineProcess, settings: Settings) -> Iterator[EngineProcess]:
    """The engine that all tests share: take other channels than the next test."""
    settings.CENTRIFUGO_URL = shared_engine.url
    yield shared_engine
    engine_api.pool.close()


@pytest.fixture
def own_engine(tmp_path: Path, settings: Settings) -> Iterator[EngineProcess]:
    """An engine for one test, which may do to it what it wants."""
    engine = EngineProcess(tmp_path)
    settings.CENTRIFUGO_URL = engine.url
    yield engine
    engine.stop()
    engine_api.pool.close()


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Connect clients, which are closed at the end."""
    clients: list[LiveClient] = []

    def open_client(url: str, token: str) -> LiveClient:
        client = LiveClient(url, token)
        clients.append(client)
        return client

    yield open_client
    for client in clients:
        client.close()
