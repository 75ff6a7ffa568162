"""Goes the way of an event, from link to link."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from email.utils import parsedate_to_datetime
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

from django.conf import settings as django_settings

from instant.conf import SETTING_NAMES, SettingsError, settings
from instant.doctor.broken_link import BrokenLinkError, Link
from instant.doctor.live_visitor import LiveVisitor, RefusedCommandError
from instant.doctor.web_socket import ClosedError, HandshakeError, WebSocket
from instant.engine_api import engine
from instant.engine_program.engine_config import site_namespaces
from instant.engine_program.site_origins import site_origins
from instant.errors import PublishError, UnauthorizedError
from instant.pages.websockets_url import websockets_url

Say = Callable[[str], None]
"""Is told of each link that holds, and of what could be better."""

_PATIENCE = 5.0
_CLOCK_TOLERANCE = 30.0
_FORBIDDEN = 403
_TOKEN_EXPIRED = 109
_UNKNOWN_CHANNEL = 102
_INVALID_TOKEN = 3500
_PATH = "/connection/websocket"


def examine(say: Say, origin: str | None = None) -> None:
    """Publish an event, and receive it as a browser of a page at `origin` would.

    Raises `BrokenLinkError` for the first link that is broken. The origins are those by the site's
    settings unless one is given.
    """
    _look_at_settings(say)
    _look_at_engine(say)
    _look_at_clock(say)
    _look_at_proxy(say)
    _look_at_origins(say, origin)
    with _open() as socket:
        visitor = LiveVisitor(socket, f"instant-doctor-{secrets.token_hex(8)}")
        try:
            _look_at_token_key(say, visitor)
            _look_at_namespaces(say, visitor)
            _look_at_delivery(say, visitor)
        except (ClosedError, OSError) as error:
            text = f"The connection to {_endpoint()} ends: {error}"
            raise BrokenLinkError(Link.PROXY, text, _PROXY_CURE) from error


_PROXY_CURE = (
    f"Have what is before the engine pass {_PATH} on as a websocket, as docs/serve.md shows for "
    "nginx, and set INSTANT_WEBSOCKETS_URL to where browsers find it."
)


def _look_at_settings(say: Say) -> None:
    for name in SETTING_NAMES:
        try:
            getattr(settings, name)
        except SettingsError as error:
            raise BrokenLinkError(Link.SETTINGS, str(error)) from error
    say("The settings can be read")


def _look_at_engine(say: Say) -> None:
    try:
        engine.call("info", {})
    except UnauthorizedError as error:
        raise BrokenLinkError(Link.API_KEY, str(error)) from error
    except PublishError as error:
        raise BrokenLinkError(Link.ENGINE, str(error)) from error
    say(f"The engine answers at {settings.CENTRIFUGO_URL}, and takes the API key")


def _look_at_clock(say: Say) -> None:
    """Compare with the time that the engine's answers tell, whatever they are."""
    opener = build_opener(ProxyHandler({}))
    try:
        with opener.open(f"{settings.CENTRIFUGO_URL}/api/info", timeout=_PATIENCE) as response:
            told = response.headers["Date"]
    except HTTPError as error:
        told = error.headers["Date"]
        error.close()
    except OSError:
        told = None
    if told is None:
        say("The engine does not tell its time: its clock was not looked at")
        return
    # It tells whole seconds, those that are over: this one is half over, more or less.
    ahead = round(time.time() - parsedate_to_datetime(told).timestamp() - 0.5)
    if abs(ahead) <= _CLOCK_TOLERANCE:
        say("The clocks of site and engine agree")
        return
    word = "ahead of" if ahead > 0 else "behind"
    raise _clock(f"The site's clock is {abs(ahead)} s {word} the engine's")


def _clock(message: str) -> BrokenLinkError:
    cure = "Have both machines set their clocks by NTP: tokens are good by the engine's clock."
    return BrokenLinkError(Link.CLOCK, message, cure)


def _look_at_proxy(say: Say) -> None:
    _open().close()
    say(f"A websocket opens at {_endpoint()}")


def _look_at_origins(say: Say, origin: str | None) -> None:
    groups = [[origin]] if origin else list(_origins())
    for group in groups:
        if not any(_is_let_in(each) for each in group):
            cure = (
                "Add it to client.allowed_origins of the engine's configuration, and start the "
                "engine again."
            )
            text = f"The engine refuses the pages of {' and '.join(group)}"
            raise BrokenLinkError(Link.ORIGIN, text, cure)
    if groups:
        told = ", ".join(group[0] for group in groups)
        say(f"The engine lets the pages of {told} connect")
    else:
        say("The settings name no host of the site: give --origin to try one")


def _origins() -> Iterable[Sequence[str]]:
    """Give the origins of the site's pages; those of one host, of which one must do, together."""
    by_host: dict[str, list[str]] = {}
    for origin in site_origins():
        if "*" not in origin:
            by_host.setdefault(re.sub(r"^\w+://", "", origin), []).append(origin)
    yield from by_host.values()
    if django_settings.DEBUG:
        yield ["http://localhost:8000", "http://127.0.0.1:8000"]


def _is_let_in(origin: str) -> bool:
    try:
        _open(origin).close()
    except BrokenLinkError as error:
        cause = error.__cause__
        if isinstance(cause, HandshakeError) and cause.status == _FORBIDDEN:
            return False
        raise
    return True


def _look_at_token_key(say: Say, visitor: LiveVisitor) -> None:
    try:
        visitor.connect()
    except RefusedCommandError as error:
        if error.code == _TOKEN_EXPIRED:
            raise _clock(f"A new token has expired by the engine's clock: {error}") from error
        raise _token_key(error) from error
    except ClosedError as error:
        if error.code != _INVALID_TOKEN:
            raise
        raise _token_key(error) from error
    say("The engine takes the site's tokens")


def _token_key(error: Exception) -> BrokenLinkError:
    text = f"The engine refuses the site's tokens: {error}"
    cure = (
        "CENTRIFUGO_HMAC_KEY must be the engine's client.token.hmac_secret_key: have both be the "
        "same."
    )
    return BrokenLinkError(Link.TOKEN_KEY, text, cure)


def _look_at_namespaces(say: Say, visitor: LiveVisitor) -> None:
    names = site_namespaces()
    for name in names:
        try:
            visitor.subscribe(f"${name}:instant-doctor-{secrets.token_hex(8)}")
        except RefusedCommandError as error:
            if error.code != _UNKNOWN_CHANNEL:
                raise _not_delivered(
                    f'Subscribing in the namespace "{name}" is refused: {error}'
                ) from error
            text = f'The engine has no namespace "{name}", which channels of the site are in'
            cure = (
                f'Add {{"name": "{name}"}} to channel.namespaces of the engine\'s configuration, '
                "with history_size, history_ttl and force_recovery, and start the engine again."
            )
            raise BrokenLinkError(Link.NAMESPACE, text, cure) from error
    if names:
        say(f"The engine has the namespaces {', '.join(names)}")


def _look_at_delivery(say: Say, visitor: LiveVisitor) -> None:
    channel = f"$instant-doctor-{secrets.token_hex(8)}"
    event = secrets.token_hex(8)
    try:
        subscription = visitor.subscribe(channel)
        began = time.monotonic()
        engine.call("publish", {"channel": channel, "data": event})
        while visitor.next_event(channel, began + _PATIENCE) != event:
            pass
    except (RefusedCommandError, PublishError) as error:
        raise _not_delivered(f"Publishing and subscribing fail: {error}") from error
    except TimeoutError as error:
        raise _not_delivered(f"What was published did not arrive within {_PATIENCE:g} s") from error
    say(f"What was published arrived, after {1000 * (time.monotonic() - began):.0f} ms")
    if not subscription.get("recoverable"):
        say(
            "What a browser misses in a cut is lost: set history_size, history_ttl and "
            "force_recovery in channel.without_namespace of the engine's configuration"
        )


def _not_delivered(message: str) -> BrokenLinkError:
    cure = "See that CENTRIFUGO_URL and INSTANT_WEBSOCKETS_URL lead to the same engine."
    return BrokenLinkError(Link.DELIVERY, message, cure)


def _endpoint() -> str:
    url = websockets_url()
    return url if url.rstrip("/").endswith(_PATH) else f"{url.rstrip('/')}{_PATH}"


def _open(origin: str | None = None) -> WebSocket:
    try:
        return WebSocket(_endpoint(), _PATIENCE, origin)
    except (HandshakeError, OSError) as error:
        text = f"No websocket opens at {_endpoint()}: {error}"
        raise BrokenLinkError(Link.PROXY, text, _PROXY_CURE) from error
