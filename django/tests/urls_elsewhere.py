"""The endpoints where the client doesn't look for them."""

from django.urls import include, path

urlpatterns = [path("live/", include("instant.urls"))]
