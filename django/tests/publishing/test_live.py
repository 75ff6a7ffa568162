"""Models that publish their changes."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from django.core import serializers
from django.core.exceptions import ImproperlyConfigured
from django.db import models, transaction
from django.db.models import F
from pytest_django import Settings

from instant.engine_api import engine as engine_api
from instant.live import LiveOptions, live
from instant.models import OutboxEntry
from instant.outbox.dispatcher import Dispatcher
from tests.on_site import on_site
from tests.publishing.engine_process import EngineProcess
from tests.publishing.shop.models import (
    Item,
    Label,
    Line,
    Message,
    Order,
    PaidOrder,
    Parcel,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _new_histories(engine: EngineProcess) -> None:
    for channel in ("shop-orders", "shop-lines", "shop-items", "shop-room-a", "shop-parcels"):
        engine_api.call("history_remove", {"channel": channel})


def events(channel: str) -> list[tuple[str, Any]]:
    """Give class and data of what was published to a channel."""
    found = engine_api.call("history", {"channel": channel, "limit": -1})["publications"]
    return [(each["data"]["event_class"], each["data"]["data"]) for each in found]


def classes(channel: str) -> list[str]:
    return [event_class for event_class, _ in events(channel)]


def test_what_happens_to_an_object_is_published_with_its_fields() -> None:
    order = Order.objects.create(total=Decimal("9.50"), customer="Ann", receipt="a/b.pdf")
    key = order.pk
    order.customer = "Joe"
    order.save()
    order.delete()
    fields = {"id": key, "total": "9.50", "receipt": "a/b.pdf"}
    ann = {**fields, "customer": "Ann", "label": "order of Ann"}
    joe = {**fields, "customer": "Joe", "label": "order of Joe"}
    assert events("shop-orders") == [
        ("order.create", ann),
        ("order.update", joe),
        ("order.delete", joe),
    ]


def test_changes_are_published_after_the_commit_each_as_it_was_and_in_order() -> None:
    with transaction.atomic():
        order = Order.objects.create(customer="1")
        for customer in "23":
            order.customer = customer
            order.save()
        assert events("shop-orders") == []
    assert [data["customer"] for _, data in events("shop-orders")] == ["1", "2", "3"]
    with transaction.atomic():
        order.delete()
        transaction.set_rollback(True)
    assert len(events("shop-orders")) == 3


def test_only_the_changes_that_are_asked_for_are_published() -> None:
    order = Order.objects.create()
    line = Line.objects.create(order=order)
    line.count = 2
    line.save()
    # It goes with its order.
    order.delete()
    assert classes("shop-lines") == ["line.create", "line.delete"]
    # Nothing but the key is told unless it is named.
    assert set(events("shop-lines")[0][1]) == {"id"}


def test_many_to_many_fields_are_told_by_their_keys() -> None:
    parcel = Parcel.objects.create()
    labels = [Label.objects.create(text=text) for text in ("fragile", "heavy")]
    parcel.labels.set(labels)
    parcel.save()
    told = [sorted(data["labels"]) for _, data in events("shop-parcels")]
    assert told == [[], sorted(label.pk for label in labels)]


if hasattr(models, "GeneratedField"):
    # Django has it from 5.0 on.

    def test_what_the_database_generates_is_told_as_it_is_after_the_change() -> None:
        parcel = Parcel.objects.create()
        parcel.weight = 5
        parcel.save()
        parcel = Parcel.objects.get()
        parcel.delete()
        assert [data["price"] for _, data in events("shop-parcels")] == [2, 10, 10]


def test_an_object_is_deleted_that_was_read_in_part() -> None:
    parcels = [Parcel.objects.create(note=note) for note in ("one", "two")]
    Parcel.objects.only("pk").get(pk=parcels[0].pk).delete()
    Parcel.objects.defer("note").delete()
    deleted = [data["note"] for name, data in events("shop-parcels") if name == "parcel.delete"]
    assert deleted == ["one", "two"]


def test_a_serializer_of_django_rest_framework_makes_the_data() -> None:
    item = Item.objects.create(name="Tea", price=Decimal("3.20"))
    expected = {"id": item.pk, "name": "Tea", "price": "3.20"}
    item.delete()
    assert [data for _, data in events("shop-items")] == [expected, {**expected}]


def test_a_live_model_has_its_options_in_a_class_of_its_own() -> None:
    order = Order.objects.create()
    message = Message.objects.create(room="a", order=order)
    Message.objects.create(room="")
    message.likes = F("likes") + 3
    message.save()
    # Its class says that it is durable.
    assert events("shop-room-a") == []
    assert OutboxEntry.objects.count() == 2
    Dispatcher().deliver_pending()
    assert events("shop-room-a") == [
        ("message.create", {"id": message.pk, "likes": 0, "order": order.pk}),
        ("message.update", {"id": message.pk, "likes": 3, "order": order.pk}),
    ]


def test_the_setting_makes_changes_durable(settings: Settings) -> None:
    settings.INSTANT_DURABLE = True
    with transaction.atomic():
        Order.objects.create()
        transaction.set_rollback(True)
    Order.objects.create()
    assert OutboxEntry.objects.get().channel == "shop-orders"


@pytest.mark.whole
def test_what_is_rolled_back_in_another_database_is_not_in_the_outbox() -> None:
    site = "tests.publishing.two_databases_settings"
    told = on_site(site, "-m", "tests.publishing.change_other_database")
    assert json.loads(told) == ["shop-room-kept"]


def test_a_proxy_is_its_model() -> None:
    PaidOrder.objects.create(customer="Ann")
    assert classes("shop-orders") == ["order.create"]


def test_a_fixture_publishes_nothing() -> None:
    order = Order(pk=5, customer="Ann")
    for loaded in serializers.deserialize("json", serializers.serialize("json", [order])):
        loaded.save()
    assert Order.objects.filter(pk=5).exists()
    assert events("shop-orders") == []


def test_an_object_is_saved_while_the_engine_is_down(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.CENTRIFUGO_URL = "http://127.0.0.1:1"
    Order.objects.create()
    with transaction.atomic():
        Order.objects.create()
    assert Order.objects.count() == 2
    assert caplog.text.count("Not published to shop-orders after the commit") == 2


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"on": ("create", "remove")}, "on is"),
        ({"on": "create"}, "on is"),
        ({"fields": "total"}, "fields is 'total'"),
        ({"fields": ("a",), "serializer": dict}, "Give fields or a serializer"),
    ],
)
def test_options_that_cannot_be_are_said_at_once(options: Any, fault: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=fault):
        live("c", **options)
    with pytest.raises(ImproperlyConfigured, match=fault):
        LiveOptions("c", **options)
