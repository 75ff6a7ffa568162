from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from instant.channels.channel_name import MAX_LENGTH, private_name

LEVELS = ("public", "users", "groups", "staff", "superuser")


def name_private_channels(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give private channels the name `$ns:x`, also those that were stored without a prefix."""
    channels = apps.get_model("instant", "Channel").objects.using(schema_editor.connection.alias)
    # Nobody reached an unknown level but by a group.
    channels.exclude(level__in=LEVELS).update(level="groups")
    for channel in channels.exclude(level="public").order_by("pk"):
        name = private_name(channel.name)
        if name == channel.name:
            continue
        if channels.filter(name=name).exists():
            raise ValueError(
                f'The channels "{channel.name}" and "{name}" would become one: rename or delete '
                "one of them with the version that you come from, then migrate again."
            )
        if len(name) > MAX_LENGTH:
            raise ValueError(
                f'The channel name "{name}" is longer than {MAX_LENGTH} characters: rename it with '
                "the version that you come from, then migrate again."
            )
        channels.filter(pk=channel.pk).update(name=name)


class Migration(migrations.Migration):
    dependencies = [("instant", "0002_alter_channel_level")]

    operations = [migrations.RunPython(name_private_channels, migrations.RunPython.noop)]
