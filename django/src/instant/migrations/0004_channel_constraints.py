from django.db import migrations
from django.db.models import Q

from instant.channels.check_constraint import check_constraint


class Migration(migrations.Migration):
    dependencies = [("instant", "0003_private_names")]

    operations = [
        migrations.AddConstraint(
            model_name="channel",
            constraint=check_constraint(
                Q(level="public") | Q(name__startswith="$"), name="instant_channel_private_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="channel",
            constraint=check_constraint(
                Q(level__in=["public", "users", "groups", "staff", "superuser"]),
                name="instant_channel_known_level",
            ),
        ),
    ]
