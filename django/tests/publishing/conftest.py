from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from instant.engine_api import engine as engine_api
from tests.publishing.engine_process import ENGINES, CentrifugoProcess, EngineProcess
from tests.publishing.live_client import LiveClient

Connect = Callable[..., LiveClient]


@pytest.fixture(scope="session")
def shared_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineProcess]:
    engine = EngineProcess(tmp_path_factory.mktemp("engine"))
    yield engine
    engine.stop()


@pytest.fixture(scope="session")
def shared_centrifugo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineProcess]:
    engine = CentrifugoProcess(tmp_path_factory.mktemp("centrifugo"))
    yield engine
    engine.stop()


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, settings: Settings) -> Iterator[EngineProcess]:
    """The engine that all tests share: take other channels than the next test."""
    name = {"instant": "shared_engine", "centrifugo": "shared_centrifugo"}[request.param]
    shared: EngineProcess = request.getfixturevalue(name)
    settings.CENTRIFUGO_URL = shared.url
    yield shared
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
