from django.db import migrations


def add(apps, schema_editor):
    # A model of a migration has no methods of its own: the name is as it is stored, with its $.
    channels = apps.get_model("instant", "Channel").objects
    channels.get_or_create(name="$orders", defaults={"level": "staff"})


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial"), ("instant", "0006_outbox_entry")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
