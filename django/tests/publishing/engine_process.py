"""A real engine in a process of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

from instant.engine_program.bundled_engine import engine_command
from tests.engine_program.free_port import free_port

HMAC_KEY = "hmac-key-of-the-tests-0123456789abcdef"
API_KEY = "api-key-of-the-tests-0123456789abcdef"
DEADLINE = 20.0

KEPT = {
    "history_size": 1000,
    "history_ttl": "600s",
    "force_recovery": True,
    "presence": True,
}


def configuration(**sections: Any) -> dict[str, Any]:
    """What the tests' engine does: keys of the tests' settings, history and presence."""
    return {
        "client": {"token": {"hmac_secret_key": HMAC_KEY}, "allowed_origins": []},
        "http_api": {"key": API_KEY},
        "channel": {"without_namespace": KEPT, "namespaces": [{"name": "ns", **KEPT}]},
        **sections,
    }


class EngineProcess:
    """An engine that can be killed and comes back at the same port."""

    takes_tokens_back = True
    _SERVING = r'"url":"http://[^"]*:(\d+)".*"msg":"serving"'

    def __init__(self, folder: Path, **sections: Any) -> None:
        self._config = folder / "config.json"
        self._config.write_text(json.dumps(configuration(**sections)))
        self._port = 0
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def socket_url(self) -> str:
        return f"ws://127.0.0.1:{self._port}/connection/websocket"

    def start(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603  # Only an engine.
            self._command(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._output: list[str] = []
        serving = threading.Event()
        self._reader = threading.Thread(target=self._read, args=(serving,), daemon=True)
        self._reader.start()
        assert serving.wait(DEADLINE), f"the engine did not start: {''.join(self._output)}"
        assert self._port, f"the engine did not start: {''.join(self._output)}"

    def _command(self) -> list[str]:
        arguments = ["serve", "--config", str(self._config), "--port", str(self._port)]
        return [*engine_command(), *arguments, "--address", "127.0.0.1"]

    def _read(self, serving: threading.Event) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as output:
            for line in output:
                self._output.append(line)
                found = re.search(self._SERVING, line)
                if found:
                    self._port = int(found[1])
                    serving.set()
        serving.set()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(DEADLINE)
        self._reader.join(DEADLINE)

    def pause(self) -> None:
        """Have it answer nothing, with its sockets open."""
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        self.resume()
        self.kill()


class CentrifugoProcess(EngineProcess):
    """A Centrifugo, where there is one."""

    takes_tokens_back = False
    _SERVING = r"serving websocket, api .*:(\d+)"

    def start(self) -> None:
        super().start()
        # It says that it serves before it listens.
        end = time.monotonic() + DEADLINE
        while not self._listens():
            assert time.monotonic() < end, "".join(self._output)
            time.sleep(0.01)

    def _listens(self) -> bool:
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", self._port)) == 0

    def _command(self) -> list[str]:
        assert CENTRIFUGO
        port = self._port or free_port()
        arguments = ["--config", str(self._config), "--http_server.port", str(port)]
        return [CENTRIFUGO, *arguments, "--http_server.address", "127.0.0.1"]


CENTRIFUGO = os.environ.get("CENTRIFUGO_BIN")
ENGINES = ["instant", "centrifugo"] if CENTRIFUGO else ["instant"]
"""What there is to run live tests against."""
