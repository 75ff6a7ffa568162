from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

CHANNELS = {
    "public": "public",
    "$users": "users",
    "$staff": "staff",
    "$superuser": "superuser",
}


def add_broadcast_channels(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Add the channels that `broadcast` publishes to; those that are there stay as they are."""
    channels = apps.get_model("instant", "Channel").objects.using(schema_editor.connection.alias)
    for name, level in CHANNELS.items():
        channels.get_or_create(name=name, defaults={"level": level})


class Migration(migrations.Migration):
    dependencies = [("instant", "0004_channel_constraints")]

    operations = [migrations.RunPython(add_broadcast_channels, migrations.RunPython.noop)]
