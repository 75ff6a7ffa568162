"""What becomes of a request to the engine, whatever the engine does."""

from __future__ import annotations

import ctypes
import os
import socket
import threading
import time
from secrets import token_urlsafe

import pytest
from django.views.debug import ExceptionReporter
from pytest_django import Settings

from instant.engine_api import engine as engine_api
from instant.engine_api.connection_pool import parse_address
from instant.errors import (
    BadAnswerError,
    EngineTimeoutError,
    EngineUnreachableError,
    PublishError,
    RefusedError,
    UnauthorizedError,
    UnknownMethodError,
)
from tests.publishing.engine_process import EngineProcess
from tests.publishing.scripted_server import scripted_server

PUBLICATION = {"channel": "engine-tests", "data": {}}


def ask() -> None:
    engine_api.call("publish", PUBLICATION)


def test_an_engine_that_is_down_is_said_with_the_cure(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        settings.CENTRIFUGO_URL = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(EngineUnreachableError, match=r"manage\.py runws") as raised:
        ask()
    assert raised.value.code == "network"
    assert isinstance(raised.value, PublishError)


def test_a_page_that_tells_of_an_error_does_not_show_the_key(settings: Settings) -> None:
    # Not in a variable, as the page shows those of this function too.
    settings.CENTRIFUGO_API_KEY = token_urlsafe()
    settings.CENTRIFUGO_URL = "http://127.0.0.1:1"
    with pytest.raises(EngineUnreachableError) as raised:
        ask()
    page = ExceptionReporter(None, raised.type, raised.value, raised.tb).get_traceback_html()
    assert "engine_api/engine.py" in page
    # Long texts are broken into lines.
    assert settings.CENTRIFUGO_API_KEY[:10] not in page


def test_an_engine_that_does_not_answer_is_given_up_in_time(
    own_engine: EngineProcess, settings: Settings
) -> None:
    ask()
    own_engine.pause()
    settings.INSTANT_TIMEOUT = 0.2
    with pytest.raises(EngineTimeoutError, match=r"within 0\.2 s") as raised:
        ask()
    assert raised.value.code == "timeout"
    own_engine.resume()
    settings.INSTANT_TIMEOUT = 10
    # The late answer to the first is not taken for the answer to this.
    assert "nodes" in engine_api.call("info", {})


def test_an_engine_that_answers_byte_by_byte_is_given_up_in_time_too(settings: Settings) -> None:
    settings.INSTANT_TIMEOUT = 0.3
    answer = b'HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{"result":{}}'
    with scripted_server(answer, pause=0.05) as server:
        settings.CENTRIFUGO_URL = server.url
        with pytest.raises(EngineTimeoutError):
            ask()


def test_a_wrong_key_is_said_without_the_key(engine: EngineProcess, settings: Settings) -> None:
    settings.CENTRIFUGO_API_KEY = "wrong-key-0123456789"
    with pytest.raises(UnauthorizedError, match="CENTRIFUGO_API_KEY") as raised:
        ask()
    assert raised.value.code == "unauthorized"
    assert "wrong-key" not in str(raised.value)


def test_a_key_that_no_header_can_hold_is_refused_before_it_is_sent(settings: Settings) -> None:
    for key in ("schlüssel", "key\r\nX-Other: 1"):
        settings.CENTRIFUGO_API_KEY = key
        with pytest.raises(UnauthorizedError, match="ASCII"):
            ask()


def test_a_method_that_the_engine_lacks_is_told_apart(engine: EngineProcess) -> None:
    with pytest.raises(UnknownMethodError, match="/api/nonsense"):
        engine_api.call("nonsense", {})


def test_a_request_that_is_too_large_is_refused(engine: EngineProcess) -> None:
    with pytest.raises(RefusedError) as raised:
        engine_api.call("publish", {"channel": "a", "data": "x" * 17 * 1024 * 1024})
    assert raised.value.code == 413
    ask()


ANSWERS = [
    (b"", EngineUnreachableError),
    (b"garbage\r\n\r\n", BadAnswerError),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", EngineUnreachableError),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnull", BadAnswerError),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", BadAnswerError),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n<ht>", BadAnswerError),
    (b'HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{"error":{}}', BadAnswerError),
    (b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 2\r\n\r\n{}", BadAnswerError),
    (b"HTTP/1.1 301 Moved\r\nLocation: /\r\nContent-Length: 0\r\n\r\n", BadAnswerError),
    (b"HTTP/1.1 200 OK\r\nContent-Length: nonsense\r\n\r\n\xff\xfe", BadAnswerError),
    (b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", RefusedError),
]


@pytest.mark.parametrize(("answer", "kind"), ANSWERS)
def test_an_answer_of_another_kind_is_an_error_of_its_kind(
    settings: Settings, answer: bytes, kind: type[PublishError]
) -> None:
    with scripted_server(answer) as server:
        settings.CENTRIFUGO_URL = server.url
        with pytest.raises(PublishError) as raised:
            ask()
        assert type(raised.value) is kind
        # It may have been done: nothing is sent twice.
        assert len(server.requests) == 1


def test_a_batch_with_other_answers_than_commands_is_no_batch(settings: Settings) -> None:
    body = b'{"replies":[{"publish":{}}]}'
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)
    with scripted_server(head + body) as server:
        settings.CENTRIFUGO_URL = server.url
        with pytest.raises(BadAnswerError, match="each of the 2 commands"):
            engine_api.batch([("publish", "{}"), ("publish", "{}")])


def test_a_chunked_answer_and_a_path_before_the_api_are_understood(settings: Settings) -> None:
    chunks = b'd\r\n{"result":{}}\r\n0\r\n\r\n'
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    with scripted_server(head + chunks) as server:
        settings.CENTRIFUGO_URL = f"{server.url}/live/"
        for _ in range(2):
            ask()
            # The server ends each connection, and may do so in the midst of another request.
            engine_api.pool.close()
        assert [request.split(b"\r\n")[0] for request in server.requests] == [
            b"POST /live/api/publish HTTP/1.1"
        ] * 2


def connections() -> int:
    return sum(len(waiting) for waiting in engine_api.pool._idle.values())


def test_requests_share_a_connection_and_threads_have_one_each(engine: EngineProcess) -> None:
    engine_api.pool.close()
    for _ in range(20):
        ask()
    assert connections() == 1
    barrier = threading.Barrier(4)

    def ask_at_once() -> None:
        barrier.wait(5)
        for _ in range(50):
            ask()

    threads = [threading.Thread(target=ask_at_once) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert 1 <= connections() <= 4


def test_after_a_restart_of_the_engine_the_next_request_arrives(own_engine: EngineProcess) -> None:
    ask()
    own_engine.kill()
    with pytest.raises(EngineUnreachableError):
        ask()
    own_engine.start()
    ask()


def test_a_restart_between_two_requests_is_not_noticed(own_engine: EngineProcess) -> None:
    ask()
    own_engine.kill()
    own_engine.start()
    ask()


def test_a_connection_that_was_unused_for_long_is_not_trusted(
    engine: EngineProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine_api.pool.close()
    ask()
    now = time.monotonic()
    monkeypatch.setattr("instant.engine_api.connection_pool.time.monotonic", lambda: now + 5)
    address = parse_address(engine.url)
    assert engine_api.pool._take(address) is None


def fork_as_servers_in_c() -> int:
    """Fork as uWSGI does by default: nothing that Python does after a fork is done."""
    child: int = ctypes.PyDLL(None).fork()
    return child


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.parametrize("by", ["Python", "a server"])
def test_a_forked_process_has_connections_of_its_own(engine: EngineProcess, by: str) -> None:
    ask()
    assert connections() > 0
    reading, writing = os.pipe()
    child = os.fork() if by == "Python" else fork_as_servers_in_c()
    if child == 0:
        try:
            taken = engine_api.pool._take(parse_address(engine.url))
            ask()
            os.write(writing, f"{taken} {connections()}".encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        assert told.read() == "None 1"
    assert os.waitpid(child, 0)[1] == 0
    ask()
