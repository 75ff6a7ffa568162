"""Ids that sort by the time they were made."""

from __future__ import annotations

import os
import uuid


def uuid7(now: int) -> uuid.UUID:
    """Make a UUID of version 7 for a moment, in nanoseconds since 1970.

    Its fraction of a millisecond is kept too, so that ids of one process sort as they were made.
    """
    milliseconds, rest = divmod(now, 1_000_000)
    fraction = rest * 4096 // 1_000_000
    random = int.from_bytes(os.urandom(8), "big") >> 2
    value = (milliseconds & (1 << 48) - 1) << 80 | 7 << 76 | fraction << 64 | 2 << 62 | random
    return uuid.UUID(int=value)
