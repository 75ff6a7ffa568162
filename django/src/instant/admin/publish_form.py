"""The form that publishes an event."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from django import forms
from django.contrib.admin.helpers import AdminForm
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from instant.publishing.envelope import Event


class PublishForm(forms.Form):
    """An event, its data written as JSON. A message, data or both must be given."""

    message = forms.CharField(label=_("Message"), required=False, widget=AdminTextInputWidget)
    event_class = forms.CharField(
        label=_("Event class"),
        required=False,
        widget=AdminTextInputWidget,
        help_text=_("What kind of event it is, as important: handlers may ask for one kind."),
    )
    bucket = forms.CharField(
        label=_("Bucket"),
        required=False,
        widget=AdminTextInputWidget,
        help_text=_("A label to sort events by."),
    )

    def __init__(self, posted: QueryDict | None = None) -> None:
        # It shares a page with the form of the channel.
        super().__init__(posted, auto_id="publish_%s")
        # Not above, as all forms have an attribute of this name.
        self.fields["data"] = forms.CharField(
            label=_("Data"),
            required=False,
            widget=AdminTextareaWidget({"rows": 6, "spellcheck": "false"}),
            help_text=_('JSON, as {"order": 17}'),
        )
        self.order_fields(("message", "event_class", "data", "bucket"))

    def clean_data(self) -> Any:
        """Read the JSON."""
        text = self.cleaned_data["data"]
        if text == "":
            return None
        try:
            return json.loads(text, parse_constant=_refuse)
        except RecursionError:
            raise ValidationError(_("This is nested too deeply.")) from None
        except ValueError as error:
            fault = _("This is not JSON: %(fault)s")
            raise ValidationError(fault, params={"fault": error}) from error

    def clean(self) -> None:
        """See that there is something to publish."""
        nothing = not self.cleaned_data.get("message") and self.cleaned_data.get("data") is None
        if nothing and "data" not in self.errors:
            raise ValidationError(_("Give a message, data or both."))

    def event(self, channel: str) -> Event:
        """Give the event that a valid form asks for."""
        said = self.cleaned_data
        return Event(
            channel,
            message=said["message"] or None,
            event_class=said["event_class"] or None,
            data=said["data"],
            bucket=said["bucket"],
        )

    def as_admin(self) -> AdminForm:
        """Give it as the templates of the admin draw forms."""
        fieldsets = [(None, {"fields": list(self.fields)})]
        return AdminForm(self, fieldsets, {})  # type: ignore[arg-type]  # It draws any form.


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number there")
