"""Scripts in pages."""

from __future__ import annotations

import json
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"}


def js_value(value: object) -> str:
    """Write a value so that it stands as it is in a script of a page."""
    return json.dumps(value).translate(_ESCAPES)


def inline_script(code: str, nonce: str) -> SafeString:
    """Put code into a page. It must not hold what ends a script: see `js_value`."""
    script = mark_safe(code)  # noqa: S308  # Made by this app, with values by js_value.
    if nonce == "":
        return format_html("<script>\n{}\n</script>", script)
    return format_html('<script nonce="{}">\n{}\n</script>', nonce, script)


def nonce_of(context: Any) -> str:
    """Give the nonce of the page's content security policy, by Django or django-csp, or ``""``."""
    request = context.get("request")
    # Each makes one when it is looked at, and only then sends it.
    nonce = context.get("csp_nonce") or getattr(request, "csp_nonce", None)
    return "" if nonce is None else str(nonce)
