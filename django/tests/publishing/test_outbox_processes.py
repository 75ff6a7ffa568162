"""The outbox in many processes, on real databases: kills, two dispatchers, restarts."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest

from tests.publishing.engine_process import HMAC_KEY, EngineProcess
from tests.publishing.killing_proxy import KillingProxy, When
from tests.publishing.live_client import LiveClient
from tests.publishing.postgres import PostgresCluster
from tests.publishing.site import FOLDER, Site

pytestmark = pytest.mark.whole

MakeSite = Callable[[str, str], Site]
DATABASES = ["sqlite", "postgresql"]
OUTBOX = ("-m", "django", "instant_outbox", "--lease", "1.5", "--interval", "0.05")


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresCluster]:
    cluster = PostgresCluster()
    yield cluster
    cluster.remove()


@pytest.fixture(scope="module")
def databases(
    tmp_path_factory: pytest.TempPathFactory, postgres: PostgresCluster
) -> dict[str, dict[str, Any]]:
    """Migrated databases, which these tests share: each has channels of its own."""
    file = tmp_path_factory.mktemp("site") / "db.sqlite3"
    made: dict[str, dict[str, Any]] = {
        "sqlite": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(file)},
        "postgresql": postgres.make_database("site"),
    }
    for database in made.values():
        Site(database, "http://127.0.0.1:1").run("-m", "django", "migrate", "--verbosity", "0")
    return made


@pytest.fixture
def make_site(databases: dict[str, dict[str, Any]]) -> Iterator[MakeSite]:
    sites: list[Site] = []

    def make(database: str, engine_url: str) -> Site:
        sites.append(Site(databases[database], engine_url))
        return sites[-1]

    yield make
    for site in sites:
        site.close()


@pytest.fixture
def reader(shared_engine: EngineProcess) -> Iterator[LiveClient]:
    with read(shared_engine) as client:
        yield client


def read(engine: EngineProcess) -> LiveClient:
    token = {"sub": "reader", "exp": 4_000_000_000}
    return LiveClient(engine.socket_url, jwt.encode(token, HMAC_KEY, algorithm="HS256"))


def subscribe(client: LiveClient, channel: str) -> None:
    claims = {"sub": "reader", "exp": 4_000_000_000, "channel": channel}
    reply = client.subscribe(channel, jwt.encode(claims, HMAC_KEY, algorithm="HS256"))
    assert "error" not in reply


def ready(dispatcher: subprocess.Popen[str]) -> subprocess.Popen[str]:
    """Wait until a dispatcher says that it delivers."""
    assert dispatcher.stdout is not None
    line = dispatcher.stdout.readline()
    assert line.startswith("Delivering to "), line
    return dispatcher


def received(client: LiveClient) -> dict[str, list[Any]]:
    """Tell the data of what came, by channel, in its order."""
    found: dict[str, list[Any]] = {}
    for channel, envelope in client.publications:
        found.setdefault(channel, []).append(envelope["data"])
    return found


def expect_all(site: Site, client: LiveClient, prefix: str) -> None:
    """Expect each entry of the outbox once, in its order, and nothing else."""
    # What would come twice stands before the last.
    placed = site.placed(prefix, last="the end")
    client.wait(
        lambda: (
            {channel: came[-1] for channel, came in received(client).items()}
            == dict.fromkeys(placed, "the end")
        ),
        30,
    )
    assert received(client) == placed


def test_what_holds_on_sqlite_step_by_step_holds_on_postgresql(postgres: PostgresCluster) -> None:
    steps = "tests/publishing/test_outbox.py"
    ran = subprocess.run(  # noqa: S603  # Only our own.
        [sys.executable, "-m", "pytest", "--quiet", "--ds=tests.postgres_site", steps],
        cwd=FOLDER,
        env={**os.environ, "PGHOST": str(postgres.folder)},
        capture_output=True,
        check=False,
        text=True,
        timeout=300,
    )
    assert ran.returncode == 0, ran.stdout


WHENS: list[When] = ["before", "unanswered", "answered"]
# More of them find what is rare: INSTANT_SEEDS=100 pytest -k killed
SEEDS = [
    # One for each database is enough for a sample.
    pytest.param(seed, marks=pytest.mark.long if seed >= len(DATABASES) else ())
    for seed in range(int(os.environ.get("INSTANT_SEEDS", "10")))
]


@pytest.mark.parametrize("seed", SEEDS)
def test_whoever_is_killed_nothing_is_lost_and_nothing_comes_twice(
    seed: int, shared_engine: EngineProcess, make_site: MakeSite, reader: LiveClient
) -> None:
    chance = random.Random(seed)  # noqa: S311  # The same each time.
    site = make_site(DATABASES[seed % 2], shared_engine.url)
    prefix = f"$kill-{uuid.uuid4().hex[:8]}"
    for channel in range(3):
        subscribe(reader, f"{prefix}-{channel}")
    victims: list[subprocess.Popen[str]] = []

    def kill() -> None:
        victims[0].kill()

    proxy = KillingProxy(shared_engine.url, chance.randint(1, 25), chance.choice(WHENS), kill)
    try:
        victims.append(site.start(*OUTBOX, engine_url=proxy.url))
        placing = site.start("-m", "tests.publishing.place_orders", prefix, "0", "40")
        kill_after_lines(placing, chance.randint(5, 40))
        # As a supervisor would: the next ones, of the site and of the dispatcher.
        site.start("-m", "tests.publishing.place_orders", prefix, "1000", "10").wait(30)
        assert victims[0].wait(30) == -signal.SIGKILL
        for _ in range(chance.randint(1, 2)):
            site.start(*OUTBOX)
        expect_all(site, reader, prefix)
    finally:
        proxy.close()


def kill_after_lines(process: subprocess.Popen[str], count: int) -> None:
    assert process.stdout is not None
    for _ in range(count):
        process.stdout.readline()
    process.kill()
    process.wait(30)


@pytest.mark.parametrize("database", DATABASES)
def test_two_dispatchers_share_the_work_and_keep_the_order(
    database: str, shared_engine: EngineProcess, make_site: MakeSite, reader: LiveClient
) -> None:
    proxy = KillingProxy(shared_engine.url, 0, "before", lambda: None)
    site = make_site(database, proxy.url)
    # Nothing is sent twice because of a machine that is slow.
    site.timeout = 10
    prefix = f"$two-{uuid.uuid4().hex[:8]}"
    for number in range(3):
        subscribe(reader, f"{prefix}-{number}")
    try:
        # All start at once, as that takes longer than what they do.
        dispatchers = [site.start(*OUTBOX, "--lease", "60") for _ in range(2)]
        places = [
            site.start("-m", "tests.publishing.place_orders", prefix, first, "30")
            for first in ("0", "1000")
        ]
        for dispatcher in dispatchers:
            ready(dispatcher)
        assert [process.wait(30) for process in places] == [0, 0]
        placed = site.placed(prefix)
        count = sum(map(len, placed.values()))
        reader.wait(lambda: len(reader.publications) >= count, 30)
        for dispatcher in dispatchers:
            dispatcher.terminate()
        told = [dispatcher.communicate(timeout=30)[0] for dispatcher in dispatchers]
        assert [dispatcher.returncode for dispatcher in dispatchers] == [0, 0]
        assert proxy.count == count, told
    finally:
        proxy.close()
    for channel, came in received(reader).items():
        assert sorted(came) == sorted(placed[channel])
        # Two that publish at once have an order of their own only.
        for is_second in (False, True):
            assert of_one(came, is_second) == of_one(placed[channel], is_second)


def of_one(data: list[str], is_second: bool) -> list[str]:
    return [each for each in data if (float(each) >= 1000) == is_second]


@pytest.mark.parametrize("database", [pytest.param("sqlite", marks=pytest.mark.long), "postgresql"])
def test_while_the_engine_is_down_the_outbox_waits_and_then_all_arrives(
    database: str, make_site: MakeSite, tmp_path: Path
) -> None:
    broker = {"enabled": True, "type": "disk", "disk": {"path": str(tmp_path / "history.sqlite")}}
    engine = EngineProcess(tmp_path, broker=broker)
    try:
        site = make_site(database, engine.url)
        prefix = f"$down-{uuid.uuid4().hex[:8]}"
        engine.kill()
        dispatcher = ready(site.start(*OUTBOX))
        site.run("-m", "tests.publishing.place_orders", prefix, "0", "20")
        assert dispatcher.stdout is not None
        assert "Nothing is delivered now" in dispatcher.stdout.readline()
        engine.start()
        with read(engine) as client:
            for channel in range(3):
                subscribe_from_the_start(client, f"{prefix}-{channel}")
            expect_all(site, client, prefix)
    finally:
        engine.stop()


def subscribe_from_the_start(client: LiveClient, channel: str) -> None:
    """Subscribe, with what was published before."""
    claims = {"sub": "reader", "exp": 4_000_000_000, "channel": channel}
    token = jwt.encode(claims, HMAC_KEY, algorithm="HS256")
    since = {"recover": True, "epoch": "", "offset": 0}
    reply = client.command({"subscribe": {"channel": channel, "token": token, **since}})
    before = [(channel, each["data"]) for each in reply["subscribe"].get("publications", [])]
    client.publications[:0] = before


def test_a_dispatcher_in_a_thread_of_the_site_is_woken_by_what_the_site_publishes(
    shared_engine: EngineProcess, make_site: MakeSite, reader: LiveClient
) -> None:
    site = make_site("sqlite", shared_engine.url)
    channel = f"$thread-{uuid.uuid4().hex[:8]}"
    subscribe(reader, channel)
    # It looks by itself every 60 seconds.
    state = site.execute(
        "import time\n"
        "from instant.outbox.dispatcher import DispatcherOptions, start_thread\n"
        "from instant.models import OutboxEntry\n"
        "from instant.producers import publish\n"
        "stop = start_thread(DispatcherOptions(interval=60))\n"
        "time.sleep(0.3)\n"
        f"publish({channel!r}, data=1, durable=True)\n"
        f"entry = OutboxEntry.objects.get(channel={channel!r})\n"
        "end = time.monotonic() + 10\n"
        "while entry.state == 'pending' and time.monotonic() < end:\n"
        "    time.sleep(0.02)\n"
        "    entry.refresh_from_db()\n"
        "stop.set()\n"
        "print(json.dumps(entry.state))"
    )
    assert state == "delivered"
    assert reader.published(1)[0]["data"] == 1


def test_a_restart_of_the_database_is_survived(
    postgres: PostgresCluster, shared_engine: EngineProcess, make_site: MakeSite, reader: LiveClient
) -> None:
    # While it delivers: what was sent and can't be noted isn't sent again.
    proxy = KillingProxy(shared_engine.url, 5, "meanwhile", postgres.stop)
    site = make_site("postgresql", proxy.url)
    site.timeout = 10
    prefix = f"$restart-{uuid.uuid4().hex[:8]}"
    for channel in range(3):
        subscribe(reader, f"{prefix}-{channel}")
    try:
        site.run("-m", "tests.publishing.place_orders", prefix, "0", "10")
        dispatcher = ready(site.start(*OUTBOX, "--lease", "60"))
        assert dispatcher.stdout is not None
        assert "Nothing is delivered now" in dispatcher.stdout.readline()
        postgres.start()
        site.run("-m", "tests.publishing.place_orders", prefix, "1000", "10")
        expect_all(site, reader, prefix)
        assert proxy.count == len(reader.publications)
    finally:
        proxy.close()
