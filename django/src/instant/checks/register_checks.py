"""What ``manage.py check`` says of the app; ``--deploy`` looks at the keys and the engine too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as CheckWarning
from django.db import DatabaseError, router

from instant.channels.channel_name import fault_of, is_old_private_name
from instant.checks.key_strength import weaknesses_of
from instant.checks.old_settings import OLD_SETTINGS
from instant.conf import MAKE_A_KEY, SETTING_NAMES, SettingsError, settings
from instant.engine_api import engine
from instant.errors import PublishError, UnauthorizedError
from instant.models import Channel
from instant.pages.websockets_url import websockets_url

KEYS = ("CENTRIFUGO_HMAC_KEY", "CENTRIFUGO_API_KEY")
KNOWN_SETTINGS = {*SETTING_NAMES, *OLD_SETTINGS, "CENTRIFUGO_HOST", "CENTRIFUGO_PORT"}


def register_checks() -> None:
    """Make the checks known to Django."""
    register(check_settings)
    register(check_keys, Tags.security, deploy=True)
    register(check_websockets_url, Tags.security, deploy=True)
    register(check_engine, deploy=True)
    register(check_names, Tags.database)
    register(check_names_before_deployment, deploy=True)


def check_settings(**_: object) -> list[CheckMessage]:
    """Read every setting: ``instant.E001`` is a wrong one, ``instant.W001`` a missing key.

    ``instant.W006`` is one that only versions before 4 read, ``instant.W007`` a misspelt one.
    """
    found: list[CheckMessage] = []
    for name in SETTING_NAMES:
        try:
            getattr(settings, name)
        except SettingsError as error:
            is_missing = name in KEYS and getattr(django_settings, name, None) in (None, "")
            # A site must pass without keys: it gets them from a command of ours.
            kind, code = (CheckWarning, "W001") if is_missing else (Error, "E001")
            found.append(kind(str(error), id=f"instant.{code}"))
    return [*found, *_check_user_id(), *_check_old_settings(), *_check_spelling()]


def _check_user_id() -> Iterable[CheckMessage]:
    source = getattr(django_settings, "INSTANT_USER_ID", None)
    if isinstance(source, str) and source.isidentifier() and not hasattr(get_user_model(), source):
        model = get_user_model().__name__
        text = f"INSTANT_USER_ID is {source!r} in settings: {model} has no such field"
        yield Error(text, hint="Name a field that all users have.", id="instant.E001")


def _check_old_settings() -> Iterable[CheckMessage]:
    for name, cure in OLD_SETTINGS.items():
        if hasattr(django_settings, name):
            text = f"{name} in settings is not read any more: {cure}."
            yield CheckWarning(text, id="instant.W006")


def _check_spelling() -> Iterable[CheckMessage]:
    for name in dir(django_settings):
        if not name.startswith(("CENTRIFUGO_", "INSTANT_")) or name in KNOWN_SETTINGS:
            continue
        for meant in get_close_matches(name, SETTING_NAMES, 1, 0.85):
            text = f"{name} in settings is not read: is {meant} meant?"
            yield CheckWarning(text, id="instant.W007")


def check_keys(**_: object) -> list[CheckMessage]:
    """Look for keys that are easy to guess: ``instant.W002``."""
    keys = {name: _key_or_none(name) for name in KEYS}
    hint = f"Make a new one with {MAKE_A_KEY}, and give it to the engine too."
    found: list[CheckMessage] = [
        CheckWarning(f"{name} {weakness}.", hint=hint, id="instant.W002")
        for name, key in keys.items()
        if key is not None
        for weakness in weaknesses_of(key)
    ]
    told = [key for key in (*keys.values(), django_settings.SECRET_KEY) if key is not None]
    if len(set(told)) < len(told):
        names = f"Two of {', '.join(KEYS)} and SECRET_KEY are the same."
        found.append(CheckWarning(names, hint=hint, id="instant.W002"))
    return found


def _key_or_none(name: str) -> str | None:
    try:
        key: str = getattr(settings, name)
    except SettingsError:
        return None
    return key


def check_websockets_url(**_: object) -> list[CheckMessage]:
    """Look for a socket that visitors' browsers can't open: ``instant.W003``."""
    try:
        url = websockets_url()
    except SettingsError:
        # The check of the settings tells of it.
        return []
    hint = "Set INSTANT_WEBSOCKETS_URL to where browsers find the engine, as wss://shop.example."
    host = urlsplit(url).hostname or ""
    if host in ("localhost", "::1") or host.startswith("127."):
        text = f"Pages look for the socket at {url}, which is the visitor's own machine."
        return [CheckWarning(text, hint=hint, id="instant.W003")]
    has_tls = django_settings.SECURE_SSL_REDIRECT or django_settings.SESSION_COOKIE_SECURE
    if has_tls and url.startswith("ws://"):
        text = f"Pages come by https, and browsers open no socket at {url} from them."
        return [CheckWarning(text, hint=hint, id="instant.W003")]
    return []


def check_engine(**_: object) -> list[CheckMessage]:
    """Ask the engine: ``instant.E002`` is a key that it refuses, ``instant.W004`` no answer."""
    try:
        engine.call("info", {})
    except SettingsError:
        # The check of the settings tells of it.
        return []
    except UnauthorizedError as error:
        return [Error(f"{error}.", id="instant.E002")]
    except PublishError as error:
        return [CheckWarning(f"{error}.", id="instant.W004")]
    return []


def check_names(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Look for channels with names that can't be: ``instant.W005``. Needs a database to look in."""
    alias = router.db_for_read(Channel)
    if alias not in (databases or ()):
        return []
    try:
        rows = list(Channel.objects.using(alias).order_by("name").values_list("name", "level"))
    except DatabaseError:
        # Before the first migration there is no table.
        return []
    return [
        CheckWarning(f'The channel name "{name}" {fault}.', hint=hint, id="instant.W005")
        for name, level in rows
        for fault, hint in _faults_of_row(name, level)
    ]


def check_names_before_deployment(**_: object) -> list[CheckMessage]:
    """Do the same where nobody names a database."""
    return check_names([router.db_for_read(Channel)])


def _faults_of_row(name: str, level: str) -> Iterable[tuple[str, str]]:
    fault = fault_of(name)
    if fault is not None:
        yield fault, "Rename the channel: nobody can subscribe to it, or more than you think can."
    if is_old_private_name(name):
        yield (
            "has its $ after the namespace, where engines do not hold it private",
            "Rename it to be without $: it is public."
            if level == Channel.Level.Public
            else "Run `python manage.py migrate instant`, which renames it.",
        )
