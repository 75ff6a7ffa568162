"""``{% load instant %}``: the client in a page, and the site's handlers of events."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.template import Context
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from instant.channels.personal_channel import PERSONAL
from instant.conf import settings
from instant.models import Channel
from instant.pages.client_script import CLIENT, client_script
from instant.pages.handler_fragments import (
    channel_default_handler,
    channel_handler,
    default_handler,
)
from instant.pages.page_script import inline_script, js_value, nonce_of
from instant.pages.websockets_url import websockets_url

register = template.Library()

_MOUNTED = "instant/get_token/"

register.simple_tag(websockets_url, name="instant_websockets_url")


@register.simple_tag(takes_context=True)
def instant_client(context: Context) -> SafeString:
    """Load the client, which defines ``$instant``; browsers run no other script in its place."""
    script = client_script()
    nonce = nonce_of(context)
    return format_html(
        '<script src="{}" integrity="{}" crossorigin="anonymous" data-version="{}"{}></script>',
        static(CLIENT),
        script.integrity,
        script.version,
        format_html(' nonce="{}"', nonce) if nonce else "",
    )


@register.simple_tag(takes_context=True)
def instant_connect(context: Context) -> SafeString:
    """Connect ``$instant`` and subscribe to the visitor's channels; nothing for nobody."""
    if not _may_connect(_request(context)):
        return mark_safe("")
    where = f"{js_value(_backend())}, {js_value(websockets_url())}"
    # What goes wrong is told to onStatus and onError of `$instant.instant`.
    code = f"$instant.init({where})\n$instant.connect().catch(function () {{}})"
    return inline_script(code, nonce_of(context))


@register.simple_tag(takes_context=True)
def instant_handlers(context: Context, *channels: str) -> SafeString:
    """Give events on ``$instant`` to the site's files ``instant/handlers/CHANNEL.js``.

    To those of the channels that are named, or else of all that the visitor may see; what has no
    file of its own goes to ``instant/handlers/default.js``.
    """
    nonce = nonce_of(context)
    # A mistake in one of them leaves the others.
    scripts = [inline_script(code, nonce) for code in _handlers(context, channels)]
    return mark_safe("\n".join(scripts))  # noqa: S308  # Safe as each of them.


def _handlers(context: Context, channels: tuple[str, ...]) -> Iterable[str]:
    if channels:
        found = [channel_handler(name) or channel_default_handler(name) for name in channels]
    else:
        names = _visible(_request(context))
        found = [default_handler(), *map(channel_handler, names)]
    return [code for code in found if code is not None]


def _visible(request: HttpRequest) -> list[str]:
    if not _may_connect(request):
        return []
    names = Channel.objects.for_user(request.user).values_list("name", flat=True)
    return [*names, PERSONAL]


def _may_connect(request: HttpRequest) -> bool:
    return request.user.is_authenticated or settings.INSTANT_ANONYMOUS_ACCESS


def _request(context: Context) -> HttpRequest:
    request = context.get("request")
    if isinstance(request, HttpRequest):
        return request
    raise ImproperlyConfigured(
        "The tags of instant need the page's request: render with it, and have "
        "django.template.context_processors.request among the context processors"
    )


def _backend() -> str:
    """Give what the client puts before ``/instant/``."""
    try:
        path = reverse("instant-get-token")
    except NoReverseMatch:
        path = "(nowhere)"
    if path.endswith(f"/{_MOUNTED}"):
        return path.removesuffix(f"/{_MOUNTED}")
    raise ImproperlyConfigured(
        f"The client asks below /instant/, and instant.urls are at {path}: mount them as "
        '`path("instant/", include("instant.urls"))`'
    )
