import pytest
from django.core.management import call_command

from instant.models import Channel


@pytest.mark.django_db
def test_the_models_are_as_the_migrations_left_them() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.django_db
def test_the_channels_of_broadcast_are_there() -> None:
    levels = dict(Channel.objects.values_list("name", "level"))
    assert levels == {
        "public": "public",
        "$users": "users",
        "$staff": "staff",
        "$superuser": "superuser",
    }
