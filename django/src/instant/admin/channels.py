"""The channels in Django's admin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from instant.admin.activity import activity_of
from instant.admin.publication import publish_from_admin
from instant.admin.publish_form import PublishForm
from instant.models import Channel

if TYPE_CHECKING:
    _ChannelAdmin = admin.ModelAdmin[Channel]
    _ChannelForm = ModelForm[Channel]
else:
    _ChannelAdmin = admin.ModelAdmin
    _ChannelForm = ModelForm


class ChannelForm(_ChannelForm):
    """A channel, its name as it will be stored."""

    class Meta:
        model = Channel
        fields = ("name", "level", "is_active", "groups")
        help_texts = {
            "level": _("Superusers are not staff here, and staff are not superusers."),
            "is_active": _("A channel that is not active is in nobody's list."),
            "groups": _("Members see the channel whatever its level."),
        }


@admin.register(Channel)
class ChannelAdmin(_ChannelAdmin):
    """Channels: who each is for, whether it is active, and what goes on in it."""

    form = ChannelForm
    change_form_template = "admin/instant/channel/change_form.html"
    list_display = ("name", "level", "is_active", "group_names")
    list_filter = ("level", "is_active", "groups")
    search_fields = ("name",)
    ordering = ("name",)
    filter_horizontal = ("groups",)
    actions = ("activate", "deactivate")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Channel]:
        """Read the groups with the channels."""
        return super().get_queryset(request).prefetch_related("groups")

    def get_urls(self) -> list[URLPattern]:
        """Add the page that publishes to a channel."""
        view = self.admin_site.admin_view(self.publish_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_publish"
        return [path("<path:object_id>/publish/", view, name=name), *super().get_urls()]

    def render_change_form(  # noqa: PLR0913  # As Django calls it.
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Channel | None = None,
    ) -> HttpResponse:
        """Show what goes on in a channel below its form."""
        if obj is not None and not context.get("is_popup"):
            # A form with faults has changed the name of the object, but not of the channel.
            name = self.get_queryset(request).values_list("name", flat=True).get(pk=obj.pk)
            context["activity"] = activity_of(name)
            if self.has_change_permission(request, obj):
                context["publish_form"] = PublishForm()
        return super().render_change_form(request, context, add, change, form_url, obj)

    def publish_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Publish an event to a channel, or show the form with its faults."""
        channel = self.get_object(request, unquote(object_id))
        if not self.has_change_permission(request, channel):
            raise PermissionDenied
        if channel is None:
            raise Http404
        form = PublishForm(request.POST if request.method == "POST" else None)
        if form.is_valid() and publish_from_admin(self, request, channel, form):
            name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
            args = [quote(channel.pk)]
            return HttpResponseRedirect(reverse(name, args=args, current_app=self.admin_site.name))
        context = {
            **self.admin_site.each_context(request),
            "has_view_permission": self.has_view_permission(request, channel),
            "opts": self.opts,
            "original": channel,
            "publish_form": form,
            "title": _("Publish to %(channel)s") % {"channel": channel},
        }
        return TemplateResponse(request, "admin/instant/channel/publish.html", context)

    @admin.display(description=_("Groups"))
    def group_names(self, channel: Channel) -> str:
        """Give the names of the groups, by comma."""
        return ", ".join(sorted(group.name for group in channel.groups.all()))

    @admin.action(description=_("Activate"), permissions=["change"])
    def activate(self, request: HttpRequest, channels: QuerySet[Channel]) -> None:
        """Put channels back into the lists of those who may see them."""
        self._set_active(request, channels, is_active=True)

    @admin.action(description=_("Deactivate"), permissions=["change"])
    def deactivate(self, request: HttpRequest, channels: QuerySet[Channel]) -> None:
        """Take channels out of everybody's list."""
        self._set_active(request, channels, is_active=False)

    def save_related(
        self, request: HttpRequest, form: ModelForm[Channel], formsets: object, change: bool
    ) -> None:
        """Save the groups, and warn of those that see more than the level says."""
        super().save_related(request, form, formsets, change)
        channel = form.instance
        names = self.group_names(channel)
        if names and channel.level in (Channel.Level.Staff, Channel.Level.Superuser):
            level = channel.get_level_display()
            text = _("The members of %(names)s see %(channel)s, though its level is %(level)s.")
            said = text % {"names": names, "channel": channel, "level": level}
            self.message_user(request, said, messages.WARNING)

    def _set_active(
        self, request: HttpRequest, channels: QuerySet[Channel], *, is_active: bool
    ) -> None:
        changed = channels.exclude(is_active=is_active)
        for channel in changed:
            channel.is_active = is_active
            # One by one, so that who listens to the model hears of each.
            channel.save(update_fields=["is_active"])
        count = len(changed)
        text = ngettext("%d channel was changed.", "%d channels were changed.", count)
        self.message_user(request, text % count, messages.SUCCESS)
