from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.on_site import on_site, run

pytestmark = pytest.mark.whole

HERE = Path(__file__).parent
OLD = HERE.parent.parent / ".cache" / "django" / "4.2.0"
"""A virtual environment with the last version before ours."""

SHOW = """
import django, json; django.setup()
from django.contrib.auth.models import User
from instant.models import Channel
member = User.objects.get()
print(json.dumps({
    "rows": list(Channel.objects.order_by("pk").values_list("name", "level", "is_active")),
    "seen": [channel.name for channel in Channel.objects.for_user(member)],
}))
"""


@pytest.fixture(scope="module")
def old_python() -> Path:
    python = OLD / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = OLD / "installed.txt"
    wanted = "django-instant==4.2.0 cent<5 Django==4.2.*"
    if not (stamp.exists() and stamp.read_text() == wanted):
        try:
            shutil.rmtree(OLD, ignore_errors=True)
            run([sys.executable, "-m", "venv", str(OLD)])
            pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
            run([*pip, *wanted.split()])
        except subprocess.CalledProcessError as error:
            reason = f"django-instant 4.2.0 cannot be installed: {error.stderr.strip()[-300:]}"
            if os.environ.get("CI") == "true":
                pytest.fail(reason)
            pytest.skip(reason)
        stamp.write_text(wanted)
    return python


@pytest.fixture(scope="module")
def old_database(old_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    database = tmp_path_factory.mktemp("upgrade") / "4.2.0.sqlite3"
    run([str(old_python), str(HERE / "make_old_database.py"), str(database)])
    return database


@pytest.fixture
def database(old_database: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(old_database, tmp_path / "site.sqlite3"))


def on_copy(database: Path, *arguments: str) -> str:
    return on_site("tests.sqlite_site", *arguments, SITE_DATABASE=str(database))


def migrate(database: Path, *arguments: str) -> None:
    on_copy(database, "-m", "django", "migrate", *arguments, "--verbosity=0")


def test_a_site_on_4_2_0_upgrades_in_place(database: Path) -> None:
    migrate(database)
    on_copy(database, "-m", "django", "makemigrations", "--check", "--dry-run")
    site = json.loads(on_copy(database, "-c", SHOW))
    assert site["rows"] == [
        ["public", "public", True],
        ["$users", "staff", True],
        ["$news:sport", "users", True],
        # 4.2.0 had lost the rest of the name.
        ["$news:goals", "users", True],
        ["$deep:$down", "superuser", True],
        ["news:$open", "public", True],
        ["$strange", "groups", True],
        ["$news:team", "groups", True],
        ["$bare", "staff", False],
        ["$staff", "staff", True],
        ["$superuser", "superuser", True],
    ]
    assert site["seen"] == ["$news:goals", "$news:sport", "$news:team", "news:$open", "public"]


def test_two_names_that_would_become_one_stop_the_upgrade_before_it_changes_a_row(
    database: Path,
) -> None:
    insert = (
        "INSERT INTO instant_channel (name, level, is_active) VALUES ('$news:sport', 'users', 1)"
    )
    with sqlite3.connect(database) as connection:
        connection.execute(insert)
    connection.close()
    with pytest.raises(subprocess.CalledProcessError) as failed:
        migrate(database)
    assert 'The channels "news:$sport" and "$news:sport" would become one' in failed.value.stderr
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE instant_channel SET name = '$sport' WHERE name = '$news:sport'")
    connection.close()
    migrate(database)
    names = [row[0] for row in json.loads(on_copy(database, "-c", SHOW))["rows"]]
    assert "$sport" in names
    assert "$news:sport" in names


def test_the_app_alone_migrates_on_an_empty_database(tmp_path: Path) -> None:
    migrate(tmp_path / "site.sqlite3", "instant")


def test_the_migrations_go_back(tmp_path: Path) -> None:
    database = tmp_path / "site.sqlite3"
    migrate(database)
    migrate(database, "instant", "0002")
    migrate(database)
