"""Which keys are easy to guess."""

from __future__ import annotations

import re
from typing import Final

MIN_LENGTH: Final = 32
"""The fewest characters of a good key: as many as HMAC with SHA-256 wants bytes."""

_EXAMPLE = re.compile("change.?me|example|secret|password", re.IGNORECASE)


def weaknesses_of(key: str) -> list[str]:
    """Tell what makes a key easy to guess, as "is shorter than 32 characters"."""
    faults = {
        f"is shorter than {MIN_LENGTH} characters": len(key) < MIN_LENGTH,
        "is taken from an example": _EXAMPLE.search(key) is not None,
    }
    return [fault for fault, has_it in faults.items() if has_it]
