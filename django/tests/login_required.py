"""The middleware that requires login, also for a Django before 5.1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

try:
    from django.contrib.auth.middleware import LoginRequiredMiddleware
except ImportError:

    class LoginRequiredMiddleware(MiddlewareMixin):  # type: ignore[no-redef]
        """Asks a view for `login_required`, as Django's own does."""

        def process_view(
            self, request: HttpRequest, view: Callable[..., HttpResponse], *_: Any
        ) -> HttpResponse | None:
            if request.user.is_authenticated or not getattr(view, "login_required", True):
                return None
            return redirect_to_login(request.get_full_path())


__all__ = ["LoginRequiredMiddleware"]
