from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine_program.command_process import CommandSite


@pytest.fixture
def site(tmp_path: Path) -> Iterator[CommandSite]:
    """A site that has keys, and nothing else yet."""
    site = CommandSite(tmp_path)
    yield site
    site.close()
