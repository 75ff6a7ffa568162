"""The shop's pages."""

from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST
from instant.producers import publish

from shop.models import Order
from shop.orders import ITEMS, describe, move_on, orders_for, place

NEWEST = 50


@login_required
def orders(request: HttpRequest) -> HttpResponse:
    """Show the visitor's orders; the page's script fills it and keeps it up to date."""
    return render(request, "shop/orders.html", {"items": ITEMS})


@login_required
def orders_json(request: HttpRequest) -> JsonResponse:
    """Tell the newest orders that the visitor may see."""
    newest = orders_for(request.user)[:NEWEST]
    return JsonResponse({"orders": [describe(order) for order in newest]})


@login_required
@require_POST
def order(request: HttpRequest) -> HttpResponse:
    """Order something."""
    item = request.POST.get("item")
    if item not in ITEMS:
        return HttpResponseBadRequest("There is no such item")
    return JsonResponse({"number": place(request.user, item).pk}, status=201)


@staff_member_required(login_url="sign-in")
@require_POST
def advance(_request: HttpRequest, number: int) -> HttpResponse:
    """Pack an order, or send it."""
    get_object_or_404(Order, pk=number)
    move_on(number)
    return HttpResponse(status=204)


@staff_member_required(login_url="sign-in")
@require_POST
def announce(request: HttpRequest) -> HttpResponse:
    """Say something to everybody."""
    text = request.POST.get("text", "").strip()[:200]
    if text == "":
        return HttpResponseBadRequest("Say something")
    publish("public", text, event_class="announcement", durable=True)
    return HttpResponse(status=204)
