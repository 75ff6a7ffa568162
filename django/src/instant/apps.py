"""The app as Django knows it."""

from django.apps import AppConfig


class InstantConfig(AppConfig):
    """The app ``instant``: channels, who may see them, and what is published to them."""

    name = "instant"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what ``manage.py check`` looks at, and listen to what takes access away."""
        # It reads models, which are there only now.
        from instant.checks.register_checks import register_checks
        from instant.revocation.connect_revocation import connect_revocation

        register_checks()
        connect_revocation()
