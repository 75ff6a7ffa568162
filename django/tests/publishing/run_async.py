"""An event loop for a test."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from asgiref.sync import sync_to_async
from django.db import connections

T = TypeVar("T")


def run_async(work: Coroutine[Any, Any, T]) -> T:
    """Run it in a loop, and close the database connections of the loop's thread after it."""

    async def run() -> T:
        try:
            return await work
        finally:
            await sync_to_async(connections.close_all)()

    return asyncio.run(run())
