"""Check constraints for every Django."""

from __future__ import annotations

import django
from django.db.models import CheckConstraint, Q


def check_constraint(condition: Q, name: str) -> CheckConstraint:
    """Make a check constraint; Django 5.1 gave its condition another keyword."""
    keyword = "condition" if django.VERSION >= (5, 1) else "check"
    arguments: dict[str, Q] = {keyword: condition}
    return CheckConstraint(name=name, **arguments)  # type: ignore[arg-type]  # Either is a Q.
