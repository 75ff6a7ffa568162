from __future__ import annotations

from django.db import models

from instant.live import LiveModel, live


@live("shop-orders", fields=("total", "customer", "label", "receipt"))
class Order(models.Model):
    total = models.DecimalField(max_digits=8, decimal_places=2, default=0)
    customer = models.CharField(max_length=40, default="")
    secret = models.CharField(max_length=40, default="secret")
    receipt = models.FileField(default="")

    @property
    def label(self) -> str:
        return f"order of {self.customer}"


class PaidOrder(Order):
    class Meta:
        proxy = True


@live("shop-lines", on=("create", "delete"))
class Line(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE)
    count = models.IntegerField(default=1)


@live("shop-items", serializer="tests.publishing.shop.serializers.ItemSerializer")
class Item(models.Model):
    name = models.CharField(max_length=40)
    price = models.DecimalField(max_digits=8, decimal_places=2)


class Label(models.Model):
    text = models.CharField(max_length=40)


@live("shop-parcels", fields=("labels", "note", "price"))
class Parcel(models.Model):
    labels = models.ManyToManyField(Label)
    note = models.TextField(default="")
    weight = models.IntegerField(default=1)
    # Django has it from 5.0 on.
    price = (
        models.GeneratedField(
            expression=models.F("weight") * 2,
            output_field=models.IntegerField(),
            db_persist=True,
        )
        if hasattr(models, "GeneratedField")
        else 0
    )


class Message(LiveModel):
    room = models.CharField(max_length=40)
    likes = models.IntegerField(default=0)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, null=True)

    class Live:
        fields = ("likes", "order")
        durable = True

        @staticmethod
        def channel(message: Message) -> str | None:
            return f"shop-room-{message.room}" if message.room else None
