"""Runs the checks against an engine, and prints as JSON what became of each: null, or what went wrong.

Takes one argument, JSON: {"port": …, "api_key": …, "tokens": {user: token}}.
"""

from __future__ import annotations

import asyncio
import json
import sys
import traceback

import cent_checks
import centrifuge_checks
from clients import Check, clients
from scene import Engine

#: How long one check may take, in seconds.
TIMEOUT = 20.0

#: The checks of each suite, and whether its clients speak Protobuf.
SUITES = {
    "centrifuge-python in JSON": (centrifuge_checks.CHECKS, False),
    "centrifuge-python in Protobuf": (centrifuge_checks.CHECKS, True),
    "cent": (cent_checks.CHECKS, False),
}


async def main() -> None:
    engine = Engine(**json.loads(sys.argv[1]))
    results = {
        suite: {
            check.__name__.replace("_", " "): await outcome(check, engine, use_protobuf=use_protobuf)
            for check in checks
        }
        for suite, (checks, use_protobuf) in SUITES.items()
    }
    print(json.dumps(results))


async def outcome(check: Check, engine: Engine, *, use_protobuf: bool) -> str | None:
    try:
        async with clients(engine, use_protobuf=use_protobuf) as made:
            await asyncio.wait_for(check(made), TIMEOUT)
    except Exception:
        return traceback.format_exc()
    return None


asyncio.run(main())
