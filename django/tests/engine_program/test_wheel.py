"""What one has after ``pip install 'django-instant[engine]'`` alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from instant.tokens import TokenSigner
from tests.conftest import MakeUser
from tests.engine_program.command_process import API_KEY, HMAC_KEY, CommandProcess
from tests.publishing.live_client import LiveClient

pytestmark = pytest.mark.whole

APP = Path(__file__).resolve().parents[2]
PATIENCE = 300.0


def run(*command: str | Path, **environment: str) -> str:
    clean = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    ran = subprocess.run(  # noqa: S603  # Only our own.
        command,
        capture_output=True,
        check=False,
        env={**clean, **environment},
        text=True,
        timeout=PATIENCE,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python that has the package and what it asks for, and nothing else."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = ["-m", "pip", "--disable-pip-version-check", "--quiet"]
    run(sys.executable, *pip, "wheel", "--no-deps", "--wheel-dir", str(folder), str(APP))
    (wheel,) = folder.glob("django_instant-*.whl")
    run(sys.executable, "-m", "venv", "--without-pip", folder / "venv")
    python = folder / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    run(sys.executable, *pip, "--python", python, "install", "--no-compile", f"{wheel}[engine]")
    return python


@pytest.fixture
def site(program: Path, tmp_path: Path) -> Path:
    """A new site with the lines of the documentation."""
    run(program, "-m", "django", "startproject", "shop", tmp_path)
    lines = [
        'INSTALLED_APPS += ["instant"]',
        f'CENTRIFUGO_HMAC_KEY = "{HMAC_KEY}"',
        f'CENTRIFUGO_API_KEY = "{API_KEY}"',
        "import os",
        'CENTRIFUGO_URL = os.environ.get("SITE_ENGINE_URL", "http://localhost:8427")',
    ]
    with (tmp_path / "shop" / "settings.py").open("a") as settings:
        settings.write("\n".join(lines))
    run(program, tmp_path / "manage.py", "migrate", "--verbosity", "0")
    return tmp_path / "manage.py"


def start_engine(program: Path, manage: Path, port: str) -> CommandProcess:
    # No other Node than that of the package is on the PATH.
    environment = {"PATH": str(program.parent), "DJANGO_SETTINGS_MODULE": "shop.settings"}
    return CommandProcess([str(manage), "runws", "--port", port], environment, [str(program)])


def publish(program: Path, manage: Path, url: str, text: str) -> None:
    code = f"from instant.producers import publish; publish('public', {text!r})"
    run(program, manage, "shell", "-c", code, SITE_ENGINE_URL=url)


@pytest.mark.django_db
def test_a_site_publishes_and_its_visitors_receive_also_after_a_crash(
    program: Path, site: Path, make_user: MakeUser
) -> None:
    signer = TokenSigner(make_user("user"))
    engine = start_engine(program, site, "0")
    try:
        url = engine.serving()
        socket = f"{url.replace('http', 'ws')}/connection/websocket"
        with LiveClient(socket, signer.connection()) as client:
            client.subscribe("public", signer.subscription("public"))
            publish(program, site, url, "first")
            assert [event["message"] for event in client.published(1)] == ["first"]
        engine.kill()
        engine = start_engine(program, site, url.rpartition(":")[2])
        assert engine.serving() == url
        publish(program, site, url, "second")
        code = (
            "from instant.history import history\n"
            "print([event.envelope['message'] for event in history('public', limit=10).events])"
        )
        told = run(program, site, "shell", "-c", code, SITE_ENGINE_URL=url)
        assert told.splitlines()[-1] == "['first', 'second']"
        engine.process.send_signal(signal.SIGTERM)
        assert engine.end() == 0
        assert "ExperimentalWarning" not in engine.text
    finally:
        engine.kill()


def test_it_has_the_client_for_pages_and_the_licences(program: Path) -> None:
    code = (
        "import instant, pathlib; here = pathlib.Path(instant.__file__).parent\n"
        "print(*sorted(str(path.relative_to(here)) for path in here.rglob('*.*')), sep='\\n')"
    )
    files = run(program, "-c", code).splitlines()
    for each in (
        "py.typed",
        "static/instant/index.js",
        "static/instant/index.min.js",
        "static/instant/index.min.json",
        "static/instant/THIRD-PARTY-LICENSES.txt",
        "templates/instant/client.html",
        "engine_program/js/bin/instant.js",
        "engine_program/js/THIRD-PARTY-LICENSES.txt",
    ):
        assert each in files


@pytest.mark.long
def test_no_wheel_is_made_of_a_checkout_that_was_not_built(tmp_path: Path) -> None:
    source = tmp_path / "django"
    (source / "src" / "instant").mkdir(parents=True)
    for name in ("pyproject.toml", "README.md", "LICENSE", "require_parts.py"):
        (source / name).write_bytes((APP / name).read_bytes())
    (source / "src" / "instant" / "__init__.py").touch()
    with pytest.raises(AssertionError, match="run `npm run build` first"):
        run(sys.executable, "-m", "pip", "wheel", "--no-deps", "-w", str(tmp_path), str(source))
