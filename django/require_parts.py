"""Sees to it that no package is made without the engine and the client that it carries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PARTS = ("engine_program/js/bundle/main.js", "static/instant/index.min.js")


class RequireParts(BuildHookInterface):
    """Fails a build in a checkout in which ``npm run build`` was not run."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  # By their names.
        """Look for the parts; what is installed as it stands gets them when they are built."""
        app = Path(self.root, "src", "instant")
        missing = [part for part in PARTS if not (app / part).is_file()]
        if missing and version != "editable":
            raise FileNotFoundError(f"{', '.join(missing)} of {app}: run `npm run build` first")
