"""Makes the database of a site on django-instant 4.2.0, which runs this, in the file it is told."""

import sys

import django
from django.conf import settings
from django.core.management import call_command

settings.configure(
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "instant"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": sys.argv[1]}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    USE_TZ=True,
)
django.setup()
call_command("migrate", verbosity=0)

from django.contrib.auth.models import Group, User  # noqa: E402  # Only after setup().

from instant.models import Channel  # noqa: E402

team = Group.objects.create(name="team")
User.objects.create_user("member", password="x").groups.add(team)
for name, level in [
    ("public", "public"),
    ("users", "staff"),
    ("news:sport", "users"),
    ("news:goals:today", "users"),
    ("$deep:down", "superuser"),
    ("news:$open", "public"),
    ("strange", "everyone"),
]:
    Channel.objects.create(name=name, level=level)
Channel.objects.create(name="news:team", level="groups").groups.add(team)
Channel.objects.bulk_create([Channel(name="bare", level="staff", is_active=False)])
