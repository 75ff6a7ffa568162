"""An event of a channel's history, as a row of a table."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

SHORT: Final = 100
"""The most characters of a message or of data in the row itself."""

LONGEST: Final = 100_000
"""The most characters that are shown of a whole event: a page must stay one."""


@dataclass(frozen=True)
class EventRow:
    """What a row says; all of it is text that is not escaped yet."""

    time: str
    """When it was published, in the site's time; ``""`` when it doesn't say."""
    event_class: str
    message: str
    data: str
    """JSON, shortened."""
    whole: str
    """The whole event, its JSON on many lines."""


def event_row(envelope: Any) -> EventRow:
    """Make the row of an event. What others published in their own form is a message."""
    whole = _whole(envelope)
    if not isinstance(envelope, dict):
        return EventRow("", "", shorten(plain_text(envelope), SHORT), "", whole)
    event_class, message = (plain_text(envelope.get(key)) for key in ("event_class", "message"))
    data = to_json(envelope["data"]) if "data" in envelope else ""
    return EventRow(
        time=_time(envelope.get("date")),
        event_class=shorten(event_class, SHORT),
        message=shorten(message, SHORT),
        data=shorten(data, SHORT),
        whole=whole,
    )


def to_json(value: Any) -> str:
    """Write JSON for people to read; half a surrogate pair, which no page can hold, is a ``?``."""
    return _printable(json.dumps(value, ensure_ascii=False))


def plain_text(value: Any) -> str:
    """Write a text as it is and all else as JSON; None is nothing."""
    if value is None:
        return ""
    return _printable(value) if isinstance(value, str) else to_json(value)


def shorten(text: str, most: int) -> str:
    """Cut a text that is too long."""
    return text if len(text) <= most else f"{text[:most]}…"


def _whole(value: Any) -> str:
    text = _pretty(value)
    left = len(text) - LONGEST
    if left <= 0:
        return text
    return text[:LONGEST] + "…\n" + _("(and %(count)d more characters)") % {"count": left}


def _pretty(value: Any) -> str:
    try:
        return _printable(json.dumps(value, ensure_ascii=False, indent=2))
    except RecursionError:
        # On one line more depth is possible.
        return to_json(value)


def _printable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _time(date: Any) -> str:
    at = _read_date(date)
    if at is None:
        return shorten(plain_text(date), SHORT)
    return f"{date_format(at, 'DATE_FORMAT')} {at:%H:%M:%S}"


def _read_date(date: Any) -> datetime | None:
    """Read a time with its zone, in the site's zone."""
    try:
        at = parse_datetime(date) if isinstance(date, str) else None
        return None if at is None else localtime(at)
    except (ValueError, OverflowError):
        return None
