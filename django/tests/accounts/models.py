import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class Account(AbstractBaseUser):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    email = models.EmailField(unique=True)

    objects = BaseUserManager["Account"]()

    USERNAME_FIELD = "email"


class Clerk(Account):
    class Meta:
        proxy = True


class Customer(Account):
    number = models.CharField(max_length=20)


class Team(models.Model):
    """What this site calls groups, which are not Django's."""

    members = models.ManyToManyField(Account, related_name="groups")
