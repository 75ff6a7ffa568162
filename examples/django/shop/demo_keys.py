"""Keys for a demo, made when it is first started.

A site of your own has them in its environment.
"""

import json
import os
import secrets
from contextlib import suppress
from pathlib import Path

NAMES = ("SECRET_KEY", "CENTRIFUGO_HMAC_KEY", "CENTRIFUGO_API_KEY")


def demo_keys(path: Path) -> dict[str, str]:
    """Read the keys from a file, which is made if it isn't there."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        mine = path.with_name(f"{path.name}.{os.getpid()}")
        mine.touch(mode=0o600)
        mine.write_text(json.dumps({name: secrets.token_urlsafe(32) for name in NAMES}, indent=2))
        # Site and engine may be started at once: the first one's keys stay.
        with suppress(FileExistsError):
            os.link(mine, path)
        mine.unlink()
    keys: dict[str, str] = json.loads(path.read_text())
    return keys
