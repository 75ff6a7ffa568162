"""Serves releases of a Centrifugo that is a script."""

from __future__ import annotations

import hashlib
import io
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ARCHIVE = "centrifugo_6.9.1_linux_amd64.tar.gz"
PROGRAM = b"#!/bin/sh\necho Centrifugo of the tests\n" + bytes(range(256)) * 4000


def archive(name: str = "centrifugo") -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz", compresslevel=0) as file:
        for each, content in (("README.md", b"#"), (name, PROGRAM)):
            member = tarfile.TarInfo(each)
            member.size = len(content)
            file.addfile(member, io.BytesIO(content))
    return packed.getvalue()


class ReleaseServer:
    """Has the files of a release; it can cut a download short."""

    def __init__(self, content: bytes | None = None) -> None:
        self.archive = archive() if content is None else content
        self.checksum = hashlib.sha256(self.archive).hexdigest()
        self.cut_at: int | None = None
        """After so many bytes of the archive the line is cut, once."""
        self.knows_ranges = True
        self.asked: list[str] = []
        handler = type("Handler", (_Handler,), {"release": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/centrifugo"

    def files(self) -> dict[str, bytes]:
        sums = f"{'0' * 64}  another.tar.gz\n{self.checksum}  {ARCHIVE}\n"
        place = "/centrifugo/v6.9.1/"
        return {
            f"{place}{ARCHIVE}": self.archive,
            f"{place}centrifugo_6.9.1_checksums.txt": sums.encode(),
        }

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    release: ReleaseServer

    def do_GET(self) -> None:
        content = self.release.files().get(self.path)
        span = self.headers.get("Range")
        self.release.asked.append(f"{self.path.rpartition('/')[2]} {span or 'whole'}")
        if content is None:
            self.send_error(404)
            return
        start = int(span[6:-1]) if span and self.release.knows_ranges else 0
        if start >= len(content):
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        end = len(content)
        if self.path.endswith(ARCHIVE) and self.release.cut_at is not None:
            end, self.release.cut_at = self.release.cut_at, None
        self.wfile.write(content[start:end])

    def log_message(self, format: str, *args: object) -> None:
        pass
