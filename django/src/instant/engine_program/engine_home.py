"""Where an engine is installed: the folder of its configuration and its program."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias, get_args

from django.conf import settings as django_settings

EngineKind: TypeAlias = Literal["instant", "centrifugo"]
"""Our own engine, which comes with pip, or Centrifugo."""

ENGINES: Final[tuple[EngineKind, ...]] = get_args(EngineKind)
"""All kinds, the one that is meant unless said first."""

_FOLDERS: Final[dict[EngineKind, str]] = {"instant": ".instant", "centrifugo": "centrifugo"}


@dataclass(frozen=True)
class EngineHome:
    """An engine's folder."""

    kind: EngineKind
    folder: Path

    @property
    def config(self) -> Path:
        """The configuration, in the form of Centrifugo v6."""
        return self.folder / "config.json"

    @property
    def centrifugo(self) -> Path:
        """Centrifugo's program."""
        return self.folder / ("centrifugo.exe" if os.name == "nt" else "centrifugo")


def home_of(kind: EngineKind, folder: str | None = None) -> EngineHome:
    """Give the home of a kind of engine: in the site's folder unless another is said."""
    return EngineHome(kind, Path(folder) if folder else site_folder() / _FOLDERS[kind])


def installed_home(folder: str | None = None) -> EngineHome:
    """Give the engine that was installed last; our own one when none was."""
    homes = [home_of(kind, folder) for kind in ENGINES]
    if not folder:
        # Before 5.0 it went where the command was run.
        homes.append(EngineHome("centrifugo", Path(_FOLDERS["centrifugo"])))
    installed = [home for home in homes if _is_installed(home)]
    # With one folder for both, the program tells which it is.
    return max(installed, key=_installed_at, default=homes[0])


def site_folder() -> Path:
    """Give the site's folder: ``BASE_DIR`` of its settings, else where the command is run."""
    return Path(getattr(django_settings, "BASE_DIR", "."))


def _is_installed(home: EngineHome) -> bool:
    return home.centrifugo.is_file() if home.kind == "centrifugo" else home.config.is_file()


def _installed_at(home: EngineHome) -> tuple[float, bool]:
    config = home.config
    changed = config.stat().st_mtime if config.is_file() else 0.0
    return changed, home.kind == "centrifugo"
