"""Measures publishing and tokens beside django-instant 4.2.0 with cent 4.1, on the same engine.

    python3 bench/django/publish.py [--rounds 3] [--postgresql HOST]

Makes virtual environments in .cache/django/bench the first time. HOST is where a PostgreSQL lets
the user postgres in, also a socket's folder; its database instant_bench is made anew.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import secrets
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
HOME = REPOSITORY / ".cache" / "django" / "bench"
WHAT = {
    "ours": [str(REPOSITORY / "django"), "Django==5.2.*", "psycopg[binary]"],
    "theirs": ["django-instant==4.2.0", "cent==4.1.0", "Django==5.2.*"],
    "clients": ["cent>=5,<6", "requests", "urllib3"],
}


def main() -> None:
    """Measure, and print tables."""
    parser = argparse.ArgumentParser(description="publishing, beside django-instant 4.2.0")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--postgresql", metavar="HOST")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        site = {"hmac_key": secrets.token_urlsafe(32), "api_key": secrets.token_urlsafe(32)}
        engine, port = start_engine(folder, site)
        try:
            measure_all(folder, {**site, "port": port}, options)
        finally:
            engine.kill()
            engine.wait()


def measure_all(folder: Path, site: dict[str, Any], options: argparse.Namespace) -> None:
    """Measure in turns, so that what the machine does meanwhile meets both."""
    found: dict[str, list[dict[str, float]]] = {"ours": [], "theirs": [], "postgresql": []}
    for number in range(options.rounds):
        for who in ("theirs", "ours"):
            file = str(folder / f"{who}-{number}.sqlite3")
            database = {"ENGINE": "django.db.backends.sqlite3", "NAME": file}
            found[who].append(measure(who, {**site, "database": database}))
        if options.postgresql:
            database = new_postgresql_database(options.postgresql)
            found["postgresql"].append(measure("ours", {**site, "database": database}))
    print_table("events a second, SQLite, the median", found["ours"], found["theirs"])
    if options.postgresql:
        print_table("events a second, PostgreSQL, the median", found["postgresql"], [])
    print_table("requests a second, the median", [measure("clients", site)], [])


def measure(who: str, site: dict[str, Any]) -> dict[str, float]:
    """Run a measurement in the environment of its own."""
    program = {"clients": ["measure_clients.py"], "ours": ["measure.py", "--others"]}
    arguments = program.get(who, ["measure.py"])
    done = subprocess.run(
        [python(who), *arguments],
        cwd=HERE,
        env={**os.environ, "BENCH_SITE": json.dumps(site)},
        stdout=subprocess.PIPE,
        check=True,
        timeout=300,
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def print_table(title: str, ours: list[dict[str, float]], theirs: list[dict[str, float]]) -> None:
    """Print medians, and theirs beside them where they have the same."""
    lines = [f"\n{title}"]
    for name in ours[0]:
        median = statistics.median(each[name] for each in ours)
        line = f"  {name:50}{median:9,.0f}"
        if theirs and name in theirs[0]:
            other = statistics.median(each[name] for each in theirs)
            is_cost = name.endswith("of each")
            better = other / median if is_cost else median / other
            line += f"   4.2.0: {other:,.0f}   {better:.2f} × as good"
        lines.append(line)
    if theirs:
        other = statistics.median(each["publish"] for each in theirs)
        many = statistics.median(each["publish_many of 100, events"] for each in ours)
        lines.append(f"  publish_many of 100, beside their publish: {many / other:.1f} ×")
    sys.stdout.write("\n".join(lines) + "\n")


def python(who: str) -> Path:
    """Give the Python of an environment, which is made if it is not there."""
    place = HOME / who
    program = place / "bin" / "python"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", place], check=True)
        pip = [program, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        editable = ["--editable"] if who == "ours" else []
        subprocess.run([*pip, *editable, *WHAT[who]], check=True)
    return program


def start_engine(folder: Path, site: dict[str, str]) -> tuple[subprocess.Popen[str], int]:
    """Start the engine with history, as a site has it, and tell its port."""
    kept = {"history_size": 100, "history_ttl": "600s", "force_recovery": True}
    config = {
        "client": {"token": {"hmac_secret_key": site["hmac_key"]}},
        "http_api": {"key": site["api_key"]},
        "channel": {"without_namespace": kept},
    }
    (folder / "config.json").write_text(json.dumps(config))
    command = ["node", str(REPOSITORY / "packages/cli/bin/instant.js"), "serve", "--port", "0"]
    engine = subprocess.Popen(
        [*command, "--address", "127.0.0.1"], cwd=folder, stdout=subprocess.PIPE, text=True
    )
    for line in engine.stdout or ():
        found = re.search(r'"url":"http://[^"]*:(\d+)".*"msg":"serving"', line)
        if found:
            return engine, int(found[1])
    raise SystemExit("the engine did not start: npm run build")


def new_postgresql_database(host: str) -> dict[str, str]:
    """Make the bench's database anew."""
    name = "instant_bench"
    for program in (["dropdb", "--if-exists"], ["createdb"]):
        subprocess.run([*program, "-h", host, "-U", "postgres", name], check=True)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": host,
        "USER": "postgres",
        "NAME": name,
    }


if __name__ == "__main__":
    main()
