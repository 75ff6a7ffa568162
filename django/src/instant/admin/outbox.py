"""The outbox in Django's admin: to watch, and to have failed entries tried again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from instant.models import OutboxEntry
from instant.outbox import outbox

if TYPE_CHECKING:
    _EntryAdmin = admin.ModelAdmin[OutboxEntry]
else:
    _EntryAdmin = admin.ModelAdmin


@admin.register(OutboxEntry)
class OutboxEntryAdmin(_EntryAdmin):
    """Entries as they are: nobody writes or changes one here, but they may be deleted."""

    list_display = ("id", "channel", "state", "attempts", "trouble", "created_at", "delivered_at")
    list_filter = ("state",)
    search_fields = ("=channel", "=idempotency_key")
    ordering = ("-id",)
    # What was accepted stays as it is.
    readonly_fields = [field.name for field in OutboxEntry._meta.fields]
    actions = ("try_again",)

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """Tell that entries come from publishing alone."""
        return False

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Leave out the buttons that save: there is nothing to."""
        context |= {"show_save": False, "show_save_and_continue": False}
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, *_: object, **__: object) -> None:
        """Write nothing: a dispatcher may have changed the row since it was read."""

    @admin.display(description=_("Last error"))
    def trouble(self, entry: OutboxEntry) -> str:
        """Give the beginning of the last error."""
        return entry.last_error[:80]

    @admin.action(description=_("Try failed ones again"), permissions=["change"])
    def try_again(self, request: HttpRequest, entries: QuerySet[OutboxEntry]) -> None:
        """Put failed entries back among those that wait."""
        count = outbox.retry(entries)
        text = ngettext("%d entry will be tried again.", "%d entries will be tried again.", count)
        self.message_user(request, text % count, messages.SUCCESS)
