from __future__ import annotations

import hashlib
import time
from base64 import urlsafe_b64decode

import jwt
import pytest
from django.contrib.auth.models import AnonymousUser, User
from pytest_django import Settings

from instant.channels.personal_channel import personal_channel
from instant.conf import SettingsError
from instant.token import channel_token, connection_token
from instant.tokens import user_id

USER = User(pk=7, username="joe", email="joe@example.com")


def mail_of(user: User) -> str:
    return user.email


def claims_of(token: str, settings: Settings) -> dict[str, object]:
    claims: dict[str, object] = jwt.decode(
        token, settings.CENTRIFUGO_HMAC_KEY, algorithms=["HS256"]
    )
    return claims


def test_a_connection_token_has_the_claims_of_the_contract_in_order(settings: Settings) -> None:
    token = connection_token(USER)
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "typ": "JWT"}
    claims = claims_of(token, settings)
    assert list(claims) == ["sub", "exp", "channels", "iat"]
    assert claims["sub"] == "joe"
    assert claims["channels"] == [personal_channel("joe")]


def test_a_channel_token_has_the_claims_of_the_contract_in_order(settings: Settings) -> None:
    claims = claims_of(channel_token("$ours", USER), settings)
    assert list(claims) == ["sub", "channel", "exp", "iat"]
    assert (claims["sub"], claims["channel"]) == ("joe", "$ours")


def test_tokens_are_good_for_ten_minutes_or_as_long_as_the_setting_says(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)

    def lifetime(token: str) -> int:
        return int(str(claims_of(token, settings)["exp"])) - int(now)

    assert lifetime(connection_token(USER)) == lifetime(channel_token("x", USER)) == 600
    settings.INSTANT_TOKEN_LIFETIME = 3
    assert lifetime(connection_token(USER)) == 3


def test_tokens_tell_to_the_millisecond_when_they_were_made(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.123456)
    claims = jwt.decode(connection_token(USER), options={"verify_signature": False})
    assert (claims["iat"], claims["exp"]) == (2_000_000_000.123, 2_000_000_600)


def test_an_anonymous_visitor_has_an_empty_name_and_no_channel_of_their_own(
    settings: Settings,
) -> None:
    claims = claims_of(connection_token(AnonymousUser()), settings)
    assert list(claims) == ["sub", "exp", "iat"]
    assert claims["sub"] == ""


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (None, "joe"),
        ("pk", "7"),
        ("email", "joe@example.com"),
        (mail_of, "joe@example.com"),
        ("tests.test_tokens.mail_of", "joe@example.com"),
    ],
    ids=str,
)
def test_the_setting_says_what_a_user_is_called_in_both_kinds(
    settings: Settings, source: object, name: str
) -> None:
    settings.INSTANT_USER_ID = source
    connection = claims_of(connection_token(USER), settings)
    assert connection["sub"] == claims_of(channel_token("x", USER), settings)["sub"] == name
    assert connection["channels"] == [personal_channel(name)]


@pytest.mark.parametrize("source", ["nickname", lambda _: "", lambda _: None])
def test_a_user_without_an_id_gets_no_token_of_an_anonymous_visitor(
    settings: Settings, source: object
) -> None:
    settings.INSTANT_USER_ID = source
    with pytest.raises(SettingsError, match="INSTANT_USER_ID gives no id for user 7"):
        user_id(USER)


@pytest.mark.parametrize("key", [None, ""])
def test_without_a_key_the_message_says_where_to_provide_it(
    settings: Settings, key: str | None
) -> None:
    settings.CENTRIFUGO_HMAC_KEY = key
    with pytest.raises(ValueError, match=r"^Provide a CENTRIFUGO_HMAC_KEY in settings"):
        connection_token(USER)


def test_a_personal_channel_is_private_and_of_plain_letters() -> None:
    name = personal_channel("jérôme #1")
    assert name.startswith("$@")
    digest = urlsafe_b64decode(name[2:] + "=")
    assert digest == hashlib.sha256("jérôme #1".encode()).digest()
