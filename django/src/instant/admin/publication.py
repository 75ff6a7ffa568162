"""Publishing from the admin: it is told how it went, and it is kept who did it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from instant.admin.event_row import shorten, to_json
from instant.admin.publish_form import PublishForm
from instant.admin.trouble import tell_trouble
from instant.conf import SettingsError
from instant.errors import EngineUnreachableError, PublishError
from instant.models import Channel
from instant.publishing.delivery import deliver, is_durable
from instant.publishing.envelope import Event, write_publication

if TYPE_CHECKING:
    _Admin = admin.ModelAdmin[Channel]

_LONGEST_ENTRY = 2000


def publish_from_admin(
    model_admin: _Admin, request: HttpRequest, channel: Channel, form: PublishForm
) -> bool:
    """Publish the event of a valid form, and tell whether it was accepted.

    What stands against it becomes a fault of the form. The page waits for the engine, whatever the
    settings say about commits; the outbox takes it when they say so.
    """
    event = form.event(channel.name)
    try:
        durable = is_durable(None)
        # The name is exactly this one, so nothing is looked up.
        deliver([write_publication(event, channel.name)], on_commit=False, durable=durable)
    except (PublishError, SettingsError) as error:
        form.add_error(None, tell_trouble(error, channel.name))
        if isinstance(error, EngineUnreachableError):
            # It may have arrived all the same.
            said = _("Tried to publish %(event)s, but got no answer (%(code)s).")
            told = {"event": _describe(event), "code": error.code}
            model_admin.log_change(request, channel, said % told)
        return False
    model_admin.log_change(
        request, channel, _("Published %(event)s.") % {"event": _describe(event)}
    )
    text = (
        _("The event is in the outbox, and goes to %(channel)s in its turn.")
        if durable
        else _("The event was published to %(channel)s.")
    )
    model_admin.message_user(request, text % {"channel": channel}, messages.SUCCESS)
    return True


def _describe(event: Event) -> str:
    said = {
        "message": event.message,
        "event_class": event.event_class,
        "data": event.data,
        "bucket": event.bucket or None,
    }
    given = {key: value for key, value in said.items() if value is not None}
    return shorten(to_json(given), _LONGEST_ENTRY)
