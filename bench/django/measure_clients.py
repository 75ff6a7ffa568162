"""Times ways to ask the engine over HTTP; prints a line of JSON. For docs/decisions/0010."""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPResponse
from typing import Any

import cent
import requests
import urllib3

COUNT = 1000
DATA = {"channel": "bench", "site": "Site", "message": "paid", "data": {"order": 17}}


def main() -> None:
    """Measure all."""
    site = json.loads(os.environ["BENCH_SITE"])
    ways = clients(site["port"], site["api_key"])
    found: dict[str, float] = {}
    # One after the other: the engine ends a connection that waits for its turn for 5 s.
    for name, ask in ways.items():
        rates, costs = zip(*(measure(ask) for _ in range(3)), strict=True)
        found[name] = statistics.median(rates)
        found[f"{name}, CPU µs"] = statistics.median(costs)
    sys.stdout.write(json.dumps(found) + "\n")


def measure(ask: Callable[[], Any]) -> tuple[float, float]:
    """Tell requests a second, and the CPU time of one in microseconds."""
    for _ in range(100):
        ask()
    start, cpu = time.perf_counter(), time.process_time()
    for _ in range(COUNT):
        ask()
    cost = (time.process_time() - cpu) / COUNT * 1e6
    return COUNT / (time.perf_counter() - start), cost


def clients(port: int, key: str) -> dict[str, Callable[[], Any]]:
    """Make the ways to publish one event, by name."""
    host, url = f"127.0.0.1:{port}", f"http://127.0.0.1:{port}/api/publish"
    body = json.dumps({"channel": "bench", "data": DATA}).encode()
    headers = {"X-API-Key": key, "Content-Type": "application/json"}
    plain = HTTPConnection(host, timeout=1)
    ours = HTTPConnection(host, timeout=1)
    pool = urllib3.HTTPConnectionPool("127.0.0.1", port)
    session = requests.Session()
    client = cent.Client(f"http://{host}/api", key)
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    request = (
        f"POST /api/publish HTTP/1.1\r\nHost: {host}\r\n{head}Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body

    def by_http_client() -> None:
        plain.request("POST", "/api/publish", body, headers)
        plain.getresponse().read()

    def in_one_piece() -> None:
        if ours.sock is None:
            ours.connect()
        ours.sock.sendall(request)
        with HTTPResponse(ours.sock, method="POST") as response:
            response.begin()
            response.read()

    return {
        "http.client, request in one piece": in_one_piece,
        "http.client": by_http_client,
        "urllib3": lambda: pool.urlopen("POST", "/api/publish", body=body, headers=headers).data,
        "requests, a session": lambda: session.post(url, body, headers=headers).content,
        "requests": lambda: requests.post(url, body, headers=headers, timeout=1).content,
        "cent 5": lambda: client.publish(cent.PublishRequest(channel="bench", data=DATA)),
    }


if __name__ == "__main__":
    main()
