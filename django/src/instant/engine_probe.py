"""Whether the engine is there, for who sets a site up."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from instant.conf import settings


@dataclass(frozen=True)
class EngineFault:
    """Why nothing can be published."""

    kind: Literal["silent", "key", "stranger"]
    """It does not answer, it refuses the key, or something else answers."""
    message: str


def probe_engine() -> EngineFault | None:
    """Ask the engine how it is; None when it is well. Waits ``INSTANT_TIMEOUT`` at most.

    Raises `SettingsError` when the settings don't tell where it is or which key opens it.
    """
    url = settings.CENTRIFUGO_URL
    request = Request(  # noqa: S310  # The settings take http and https only.
        f"{url}/api/info",
        data=b"{}",
        headers={"Content-Type": "application/json", "X-API-Key": settings.CENTRIFUGO_API_KEY},
    )
    # The key is for the engine alone, not for a proxy, nor for where something points to.
    opener = build_opener(ProxyHandler({}), _NoRedirect())
    try:
        with opener.open(request, timeout=settings.INSTANT_TIMEOUT) as response:
            answer = json.load(response)
    except HTTPError as error:
        error.close()
        if error.code == 401:
            return EngineFault("key", f"The engine at {url} refuses the key")
        return EngineFault("stranger", f"What answers at {url} is no engine: HTTP {error.code}")
    except ValueError:
        return EngineFault("stranger", f"What answers at {url} is no engine: it sends no JSON")
    except URLError as error:
        return EngineFault("silent", f"No engine answers at {url}: {error.reason}")
    except OSError as error:
        return EngineFault("silent", f"No engine answers at {url}: {error}")
    if isinstance(answer, dict) and "result" in answer:
        return None
    return EngineFault("stranger", f"What answers at {url} is no engine: {answer!r:.100}")


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None
