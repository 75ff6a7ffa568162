from __future__ import annotations

from rest_framework import serializers

from tests.publishing.shop.models import Item


class ItemSerializer(serializers.ModelSerializer[Item]):
    class Meta:
        model = Item
        fields = ("id", "name", "price")
