from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "tests.publishing.shop"
    label = "shop"
