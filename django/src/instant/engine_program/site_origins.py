"""The origins from which the site's pages connect."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings as django_settings

from instant.conf import settings


def site_origins() -> list[str]:
    """Give the origins by the site's settings, as the engine takes them: ``*`` is any text.

    Those of ``ALLOWED_HOSTS`` on every port, by https alone where the site is, and those of
    ``INSTANT_ALLOWED_ORIGINS`` and ``CSRF_TRUSTED_ORIGINS``; of this machine while ``DEBUG`` is on.
    """
    origins = [
        *_of_hosts(),
        *settings.INSTANT_ALLOWED_ORIGINS,
        *django_settings.CSRF_TRUSTED_ORIGINS,
    ]
    return ["*"] if "*" in origins else list(dict.fromkeys(origins))


def _of_hosts() -> Iterable[str]:
    has_tls = django_settings.SECURE_SSL_REDIRECT or django_settings.SESSION_COOKIE_SECURE
    schemes = ["https"] if has_tls else ["https", "http"]
    for host in django_settings.ALLOWED_HOSTS:
        if host == "*":
            yield host
            continue
        # A bracket has a meaning of its own in the patterns of Centrifugo.
        names = [f"*{host}", host[1:]] if host.startswith(".") else [host]
        for name in (name for name in names if "[" not in name):
            for scheme in schemes:
                yield from (f"{scheme}://{name}", f"{scheme}://{name}:*")
    if django_settings.DEBUG:
        yield from ("http://localhost:*", "http://127.0.0.1:*")
