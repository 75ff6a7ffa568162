from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine_program.command_process import CommandSite
from tests.engine_program.free_port import free_port
from tests.publishing.engine_process import CENTRIFUGO, ENGINES

pytestmark = pytest.mark.whole


@pytest.fixture
def site(tmp_path: Path) -> Iterator[CommandSite]:
    site = CommandSite(tmp_path)
    yield site
    site.close()


@pytest.mark.parametrize("kind", ENGINES)
def test_the_doctor_finds_what_was_installed_and_run_well(site: CommandSite, kind: str) -> None:
    site.environment["SITE_ENGINE_URL"] = f"http://127.0.0.1:{free_port()}"
    site.run("migrate", "--verbosity", "0")
    site.run("instant_channels", "add", "shop:orders", "--level", "staff")
    if CENTRIFUGO and kind == "centrifugo":
        (site.folder / "centrifugo").mkdir()
        shutil.copy(CENTRIFUGO, site.folder / "centrifugo" / "centrifugo")
    site.run("installws", "--engine", kind)
    engine = site.start("runws")
    engine.wait_for("serving")
    told = site.run("instant_doctor")
    assert "The engine has the namespaces shop" in told
    assert "What was published arrived" in told
    assert "is lost" not in told
    site.environment["SITE_HMAC_KEY"] = "another-hmac-key-of-the-tests-0123456789"
    assert "CENTRIFUGO_HMAC_KEY must be" in site.run("instant_doctor", code=16)
    assert "client.allowed_origins" in site.run(
        "instant_doctor", "--origin", "https://other.test", code=15
    )
    engine.process.send_signal(signal.SIGTERM)
    assert engine.end() == 0
