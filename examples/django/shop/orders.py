"""Orders, and who hears of them."""

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from instant.producers import publish, publish_to

from shop.models import Order

ITEMS = ("Espresso beans", "Oolong tea", "Drip kettle", "Stoneware cup")
"""What can be ordered."""


def orders_for(user: User) -> QuerySet[Order]:
    """Give the orders that a user may see: their own, and all of them to the staff."""
    orders = Order.objects.select_related("customer")
    return orders if user.is_staff else orders.filter(customer=user)


def describe(order: Order) -> dict[str, Any]:
    """Tell of an order as pages need it."""
    return {
        "number": order.pk,
        "customer": order.customer.get_username(),
        "item": order.item,
        "state": order.state,
        "version": order.version,
        "placed_at": order.placed_at,
    }


@transaction.atomic
def place(customer: User, item: str) -> Order:
    """Take an order."""
    order = Order.objects.create(customer=customer, item=item)
    tell(order, "order-placed")
    return order


@transaction.atomic
def move_on(number: int) -> None:
    """Take an order a step further, if there is one."""
    order = Order.objects.select_for_update().select_related("customer").get(pk=number)
    states = list(Order.State)
    step = states.index(Order.State(order.state)) + 1
    if step == len(states):
        return
    order.state = states[step]
    order.version += 1
    order.save()
    tell(order, "order-changed")


def tell(order: Order, event_class: str) -> None:
    """Publish an order to the staff and to its customer.

    Durable: the events are stored in the transaction of the order itself. There is never one
    without the other, whatever stops in between.
    """
    data = describe(order)
    publish("orders", event_class=event_class, data=data, durable=True)
    publish_to(order.customer, event_class=event_class, data=data, durable=True)
