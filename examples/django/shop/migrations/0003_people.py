from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import migrations


def add(apps, schema_editor):
    if not settings.DEMO:
        return
    users = apps.get_model("auth", "User").objects
    for name, is_staff in (("ada", False), ("ben", False), ("sam", True)):
        # No password opens their accounts.
        told = {"password": make_password(None), "is_staff": is_staff}
        users.get_or_create(username=name, defaults=told)


class Migration(migrations.Migration):
    dependencies = [
        ("shop", "0002_orders_channel"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
