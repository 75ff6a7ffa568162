"""What goes on in a channel now, for a page that opens whatever the engine says."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final, TypeAlias

from django.utils.translation import gettext as _

from instant.admin.event_row import EventRow, event_row
from instant.admin.members import Member, list_members
from instant.admin.trouble import Trouble, tell_trouble
from instant.conf import SettingsError
from instant.engine_api import engine
from instant.errors import PublishError, RefusedError
from instant.history import past_events
from instant.presence import presence_of

EVENTS: Final = 20
"""How many events are asked for."""

MEMBERS: Final = 100
"""How many members are listed."""

CROWD: Final = 10_000
"""Connections above which nobody is listed: the engine serves others while it would tell all."""


@dataclass(frozen=True)
class Attendance:
    """Who is there."""

    connections: int
    users: int
    """All who are anonymous count as one."""
    members: tuple[Member, ...]
    """By name, who is anonymous last; none of a crowd."""
    more: int
    """How many members are left out."""


@dataclass(frozen=True)
class Activity:
    """Who is there, and the last events."""

    attendance: Attendance | Trouble
    past: tuple[EventRow, ...] | Trouble
    """The newest first."""


_Outcome: TypeAlias = engine.Result | RefusedError


def activity_of(name: str) -> Activity | Trouble:
    """Ask the engine what goes on in the channel of exactly this name; raises nothing of it."""
    commands = [
        ("presence_stats", json.dumps({"channel": name})),
        ("history", json.dumps({"channel": name, "limit": EVENTS, "reverse": True})),
    ]
    try:
        # In one request, so that an engine that is silent is waited for once.
        counts, answer = engine.batch(commands)
        attendance, past = _attendance(name, counts), _past(name, answer)
    except (PublishError, SettingsError) as error:
        return Trouble(tell_trouble(error, name))
    except RecursionError:
        return Trouble(_("One of the last events is nested too deeply to be read here."))
    if isinstance(attendance, Trouble) and attendance == past:
        return attendance
    return Activity(attendance, past)


def _attendance(name: str, counts: _Outcome) -> Attendance | Trouble:
    if isinstance(counts, RefusedError):
        return Trouble(tell_trouble(counts, name))
    connections, users = counts.get("num_clients", 0), counts.get("num_users", 0)
    if connections == 0 or connections > CROWD:
        return Attendance(connections, users, (), users)
    try:
        there = [present.user for present in presence_of(name).values()]
    except PublishError as error:
        return Trouble(tell_trouble(error, name))
    members, more = list_members(there, MEMBERS)
    return Attendance(len(there), len(members) + more, members, more)


def _past(name: str, answer: _Outcome) -> tuple[EventRow, ...] | Trouble:
    if isinstance(answer, RefusedError):
        return Trouble(tell_trouble(answer, name))
    return tuple(event_row(event.envelope) for event in past_events(answer))
