"""Where the shop's pages are."""

from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import include, path

from shop import demo, views

urlpatterns = [
    path("", views.orders, name="orders"),
    path("orders.json", views.orders_json, name="orders-json"),
    path("order/", views.order, name="order"),
    path("orders/<int:number>/advance/", views.advance, name="advance"),
    path("announce/", views.announce, name="announce"),
    path("sign-in/", demo.sign_in, name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("instant/", include("instant.urls")),
    path("admin/", admin.site.urls),
]
