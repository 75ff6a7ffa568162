from __future__ import annotations

import json

import jwt
import pytest

from tests.on_site import on_site

pytestmark = pytest.mark.whole


def test_a_site_with_users_of_its_own_kind_logs_them_in_by_what_it_knows_them_by() -> None:
    answer = json.loads(on_site("tests.accounts.site", "-m", "tests.accounts.log_in"))
    for tokens in answer["told"]:
        claims = jwt.decode(tokens["ws_token"], options={"verify_signature": False})
        assert claims["sub"] == "joe@example.com"
        assert [channel["name"] for channel in tokens["channels"]] == ["$users", "public"]
    # A proxy and a subclass with a table of its own are renamed, and the proxy is deleted.
    assert answer["asked"] == ["invalidate", "disconnect"] * 3
