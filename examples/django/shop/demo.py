"""Ready-made people, who sign in without a password. This is for the demo alone."""

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

PEOPLE = {
    "ada": "A customer, who sees her own orders",
    "ben": "Another customer, who sees his",
    "sam": "Of the staff, who see every order",
}
"""Names, and who each is."""


def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign somebody ready-made in, or show who there is."""
    if not settings.DEMO:
        raise Http404
    if request.method != "POST":
        return render(request, "shop/sign_in.html", {"people": PEOPLE.items()})
    name = request.POST.get("person", "")
    if name not in PEOPLE:
        raise Http404
    user = get_object_or_404(User, username=name)
    login(request, user, "django.contrib.auth.backends.ModelBackend")
    return redirect("orders")
