"""The settings of the app, each read from ``django.conf.settings`` when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, TypeAlias
from urllib.parse import SplitResult, urlsplit

from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

EnvelopeForm: TypeAlias = Literal["object", "string"]
"""How an envelope is published: as a JSON object, or as the text of one for pages of old."""

MAKE_A_KEY = 'python -c "import secrets; print(secrets.token_urlsafe(32))"'
"""How to make a good key, for messages to people."""


class SettingsError(ImproperlyConfigured, ValueError):
    """A setting is missing or can't be used; the message names it and its cure."""


class Settings:
    """The app's settings under their own names; reading a wrong one raises `SettingsError`."""

    @property
    def CENTRIFUGO_URL(self) -> str:
        """Where the engine listens, without a slash at the end.

        Made of ``CENTRIFUGO_HOST`` (``"http://localhost"``) and ``CENTRIFUGO_PORT`` (8427) unless
        it is set. The host may have a path and a port of its own, and the port may be None.
        """
        url = _read("CENTRIFUGO_URL", None)
        if url is not None:
            return _engine_address("CENTRIFUGO_URL", url).geturl()
        address = _engine_address("CENTRIFUGO_HOST", _read("CENTRIFUGO_HOST", "http://localhost"))
        port = _port(_read("CENTRIFUGO_PORT", 8427))
        if port is None or address.port is not None:
            return address.geturl()
        return address._replace(netloc=f"{address.netloc}:{port}").geturl()

    @property
    def CENTRIFUGO_HMAC_KEY(self) -> str:
        """Signs the tokens that clients connect and subscribe with."""
        return _key("CENTRIFUGO_HMAC_KEY", "client.token.hmac_secret_key")

    @property
    def CENTRIFUGO_API_KEY(self) -> str:
        """Opens the engine's HTTP API."""
        return _key("CENTRIFUGO_API_KEY", "http_api.key")

    @property
    def SITE_NAME(self) -> str:
        """The site's name in the envelope of every event, ``"Site"`` unless set."""
        return _text("SITE_NAME", "Site")

    @property
    def INSTANT_TOKEN_LIFETIME(self) -> int:
        """How long tokens are good for, in seconds: 600 unless set. Clients refresh them."""
        value = _read("INSTANT_TOKEN_LIFETIME", 600)
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            return value
        raise _wrong("INSTANT_TOKEN_LIFETIME", value, "a whole number of seconds, at least 1")

    @property
    def INSTANT_ANONYMOUS_ACCESS(self) -> bool:
        """Whether visitors who are not logged in get the public channels, False unless set."""
        return _flag("INSTANT_ANONYMOUS_ACCESS")

    @property
    def INSTANT_ENVELOPE(self) -> EnvelopeForm:
        """``"object"`` unless set; ``"string"`` is for pages with the client 0.5.0."""
        value = _read("INSTANT_ENVELOPE", "object")
        if value == "object":
            return "object"
        if value == "string":
            return "string"
        raise _wrong("INSTANT_ENVELOPE", value, '"object" or "string"')

    @property
    def INSTANT_USER_ID(self) -> str | Callable[[object], object] | None:
        """What a user is called in tokens: a field's name, or a function (or its dotted path).

        None, unless set: the user's ``get_username()``.
        """
        value = _read("INSTANT_USER_ID", None)
        if isinstance(value, str) and "." in value:
            value = _imported("INSTANT_USER_ID", value)
        if value is None or callable(value):
            return value
        if isinstance(value, str) and value.isidentifier():
            return value
        raise _wrong("INSTANT_USER_ID", value, "a field of the user model or a function of a user")

    @property
    def INSTANT_DURABLE(self) -> bool:
        """Whether publishing goes through the outbox, unless a call says otherwise. False."""
        return _flag("INSTANT_DURABLE")

    @property
    def INSTANT_ON_COMMIT(self) -> bool:
        """Whether publishing waits for the commit, unless a call says otherwise. False."""
        return _flag("INSTANT_ON_COMMIT")

    @property
    def INSTANT_TIMEOUT(self) -> float:
        """How long the engine may take to connect and to answer, in seconds: 1 unless set."""
        value = _read("INSTANT_TIMEOUT", 1.0)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0:
            return float(value)
        raise _wrong("INSTANT_TIMEOUT", value, "a number of seconds above 0")

    @property
    def INSTANT_WEBSOCKETS_URL(self) -> str | None:
        """Where browsers open their socket, as ``wss://host``; told by get_token when it is set."""
        value = _read("INSTANT_WEBSOCKETS_URL", None)
        if value is None:
            return None
        if isinstance(value, str) and _is_url(value, "ws", "wss"):
            return value
        raise _wrong("INSTANT_WEBSOCKETS_URL", value, "a URL that begins with ws:// or wss://")

    @property
    def INSTANT_ALLOWED_ORIGINS(self) -> Sequence[str]:
        """Other origins whose pages may log in, as ``https://app.example.com``. None unless set."""
        value = _read("INSTANT_ALLOWED_ORIGINS", ())
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise _wrong("INSTANT_ALLOWED_ORIGINS", value, "a list of origins")
        for origin in value:
            if not _is_origin(origin):
                raise _wrong(
                    "INSTANT_ALLOWED_ORIGINS", origin, 'origins as "https://app.example.com"'
                )
        return value


SETTING_NAMES = tuple(name for name in vars(Settings) if name.isupper())
"""The names of all settings of the app."""

settings = Settings()
"""The app's settings, each read when it is asked for: they may be overridden in tests."""


def _read(name: str, default: object) -> object:
    value: object = getattr(django_settings, name, default)
    return value


def _wrong(name: str, value: object, wanted: str) -> SettingsError:
    return SettingsError(f"{name} is {value!r} in settings: it must be {wanted}")


def _text(name: str, default: str) -> str:
    value = _read(name, default)
    if isinstance(value, str):
        return value
    raise _wrong(name, value, "a text")


def _flag(name: str) -> bool:
    value = _read(name, False)
    if isinstance(value, bool):
        return value
    raise _wrong(name, value, "True or False")


def _key(name: str, place: str) -> str:
    value = _read(name, None)
    if isinstance(value, str) and value != "":
        return value
    if value is None or value == "":
        raise SettingsError(
            f"Provide a {name} in settings, the same as {place} of the engine: "
            f"`python manage.py installws` writes both, and a new one is made with {MAKE_A_KEY}"
        )
    # Its value stays out of messages, whatever it is.
    raise SettingsError(f"{name} is a {type(value).__name__} in settings: it must be a text")


def _port(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 65_536:
        return value
    raise _wrong("CENTRIFUGO_PORT", value, "a port from 1 to 65535, or None")


def _engine_address(name: str, value: object) -> SplitResult:
    if isinstance(value, str):
        url = value if "://" in value else f"http://{value}"
        if _is_url(url, "http", "https") and _is_sendable(address := urlsplit(url)):
            return address._replace(path=address.path.rstrip("/"))
    raise _wrong(name, value, 'a URL as "http://localhost:8427"')


def _is_url(text: str, *schemes: str) -> bool:
    try:
        parts = urlsplit(text)
        # A port that isn't one raises when it is read.
        is_whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    is_plain = not (parts.query or parts.fragment or parts.username)
    return is_whole and is_plain and parts.scheme in schemes and " " not in text


def _is_sendable(address: SplitResult) -> bool:
    """Tell whether its host can be looked up, as ``a..b`` can't, and a request can name it."""
    try:
        (address.hostname or "").encode("idna")
        address.geturl().encode("latin-1")
    except UnicodeError:
        return False
    return True


def _is_origin(value: object) -> bool:
    if not isinstance(value, str) or not _is_url(value, "http", "https"):
        return False
    parts = urlsplit(value)
    # Browsers write origins in lower case; any other spelling would never be met.
    return value == f"{parts.scheme}://{parts.netloc}".lower() and "*" not in value


def _imported(name: str, path: str) -> object:
    try:
        imported: object = import_string(path)
    except ImportError as error:
        raise SettingsError(f"{name} is {path!r} in settings: {error}") from error
    return imported
