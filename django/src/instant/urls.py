"""The endpoints: ``path("instant/", include("instant.urls"))``."""

from django.urls import path

from instant import views

urlpatterns = [
    path("login/", views.login, name="instant-login"),
    path("get_token/", views.get_token, name="instant-get-token"),
    path("subscribe/", views.subscribe, name="instant-subscribe"),
    path("logout/", views.logout, name="instant-logout"),
]
