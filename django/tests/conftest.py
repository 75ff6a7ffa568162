from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User

from instant.channels.resolve_name import channel_names
from tests.browser import PASSWORD, Browser
from tests.publishing.engine_process import ENGINES


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if "centrifugo" not in ENGINES:
        terminalreporter.write_line("Centrifugo was left out: CENTRIFUGO_BIN names none")


MakeUser = Callable[..., User]


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """Tests undo their changes without a signal."""
    channel_names.forget()
    yield
    channel_names.forget()


@pytest.fixture
def make_user(db: None) -> MakeUser:
    def make(name: str = "user", **fields: Any) -> User:
        return User.objects.create_user(name, password=PASSWORD, **fields)

    return make


@pytest.fixture
def browser(make_user: MakeUser) -> Browser:
    """A browser in which "user" is logged in."""
    make_user("user")
    browser = Browser()
    assert browser.login("user").status_code == 200
    return browser
