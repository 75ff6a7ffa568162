"""Makes the site's database, with people who have the password "secret"."""

import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()
call_command("migrate", verbosity=0)

from django.contrib.auth.models import Group, User  # noqa: E402  # Only after setup().
from instant.models import Channel  # noqa: E402

team = Group.objects.create(name="team")
User.objects.create_user("ada", password="secret")
User.objects.create_superuser("root", password="secret").groups.add(team)
for name, level in [
    ("public", "public"),
    ("$users", "users"),
    ("$staff", "staff"),
    ("$superuser", "superuser"),
    ("$team", "groups"),
]:
    Channel.objects.get_or_create(name=name, defaults={"level": level})
Channel.objects.get(name="$team").groups.add(team)
