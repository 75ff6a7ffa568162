"""The endpoints below another path."""

from django.urls import include, path

urlpatterns = [path("shop/instant/", include("instant.urls"))]
