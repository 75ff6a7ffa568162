"""Handlers of events that a site has as files, ``templates/instant/handlers/CHANNEL.js``.

A file holds the body of a function. What it can use is in `VARIABLES`; it gets nothing of the page
that it is put into, so that no text of a visitor can become code.
"""

from __future__ import annotations

import re
from typing import Final

from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import select_template

from instant.pages.page_script import js_value

FOLDER: Final = "instant/handlers"
"""Where the files are, below the folders of templates."""

VARIABLES: Final = ("event_class", "channel", "message", "data", "site", "uid", "timestamp")
"""What a handler is called with: of the event, and its id and the time of its publishing."""

_ENDS_A_SCRIPT = re.compile(r"</script|<!--", re.IGNORECASE)

_HANDLER = """(function () {
function handle(%(variables)s) {
%(body)s
}
function take(event) {
  var data = event.data === undefined ? {} : event.data
  var message = event.message === undefined ? "" : event.message
  var name = event.event_class || "default"
  return handle(name, event.channel, message, data, event.site, event.id, event.date)
}
%(registration)s
})()"""


def channel_handler(channel: str) -> str | None:
    """Give the script with which a channel's events go to its own file; None without one."""
    bare = channel.removeprefix("$")
    if ".." in re.split(r"[/\\]", bare):
        # It would lead out of the folder.
        return None
    body = _fragment(f"{bare}.js", f"${bare}.js")
    return (
        None if body is None else _script(body, f"$instant.addHandler({js_value(channel)}, take)")
    )


def channel_default_handler(channel: str) -> str | None:
    """Give the script with which a channel's events go to ``default.js``; None without one."""
    body = _fragment("default.js")
    return (
        None if body is None else _script(body, f"$instant.addHandler({js_value(channel)}, take)")
    )


def default_handler() -> str | None:
    """Give the script with which all other events go to ``default.js``; None without one."""
    body = _fragment("default.js")
    return None if body is None else _script(body, "$instant.onMessage = take")


def _script(body: str, registration: str) -> str:
    variables = ", ".join(VARIABLES)
    return _HANDLER % {"variables": variables, "body": body, "registration": registration}


def _fragment(*names: str) -> str | None:
    """Give the text of the first of some files that is there."""
    try:
        template = select_template([f"{FOLDER}/{name}" for name in names])
    except TemplateDoesNotExist:
        return None
    body: str = template.render()
    found = _ENDS_A_SCRIPT.search(body)
    if found is not None:
        sign = found[0]
        raise TemplateSyntaxError(
            f"{template.origin.name} holds {sign}, at which browsers end a script: write "
            f"{sign[0]}\\{sign[1:]} in its texts"
        )
    return body
