"""Centrifugo's program, from a release of it."""

from __future__ import annotations

import hashlib
import os
import platform
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import IO, Final
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from instant.engine_program.errors import EngineProgramError

RELEASE: Final = "6.9.1"
"""The release that is taken unless another is asked for."""

BASE_URL: Final = "https://github.com/centrifugal/centrifugo/releases/download"
"""Where the releases are."""

_SYSTEMS = {"linux": "linux", "darwin": "darwin", "win32": "windows", "freebsd": "freebsd"}
_MACHINES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
_PATIENCE = 30.0
_PIECE = 256 * 1024
_MOST_BYTES = 1024 * 1024

_PARTIAL = 206
_BEYOND_THE_END = 416


@dataclass(frozen=True)
class Release:
    """A release of Centrifugo at some place."""

    version: str = RELEASE
    base_url: str = BASE_URL

    @property
    def archive(self) -> str:
        """Give the name of the archive for this machine; `EngineProgramError` when none is made."""
        system = next((_SYSTEMS[key] for key in _SYSTEMS if sys.platform.startswith(key)), None)
        machine = _MACHINES.get(platform.machine().lower())
        if system is None or machine is None:
            raise EngineProgramError(
                f"There is no Centrifugo for {sys.platform} on {platform.machine()}: build it, and "
                "put it where --dir says"
            )
        end = "zip" if system == "windows" else "tar.gz"
        return f"centrifugo_{self.version}_{system}_{machine}.{end}"

    def url_of(self, file: str) -> str:
        """Give the address of one of its files."""
        return f"{self.base_url.rstrip('/')}/v{self.version}/{file}"


def install_release(release: Release, program: Path, say: Callable[[str], None]) -> None:
    """Download a release, check it, and put its program in its place.

    A download that broke off goes on where it was the next time. `say` is told what is done.
    Raises `EngineProgramError` when it can't be had, or is not what its checksum says.
    """
    name = release.archive
    wanted = _checksum(release, name)
    part = program.parent / f"{name}.part"
    try:
        program.parent.mkdir(parents=True, exist_ok=True)
        say(f"Downloading {release.url_of(name)}")
        _download(release.url_of(name), part)
        if _sha256(part) != wanted:
            part.unlink()
            raise EngineProgramError(
                f"{release.url_of(name)} is not what its SHA-256 says: it was thrown away. Try "
                "again, and if it stays so take another --base-url"
            )
        try:
            _extract(part, program)
        except (KeyError, EOFError, tarfile.TarError, zipfile.BadZipFile) as error:
            raise EngineProgramError(
                f"{release.url_of(name)} is no archive with a {program.name} in it: take another "
                "--base-url"
            ) from error
        finally:
            part.unlink()
    except OSError as error:
        raise EngineProgramError(f"{program} can't be written: {error}") from error


def _checksum(release: Release, name: str) -> str:
    url = release.url_of(f"centrifugo_{release.version}_checksums.txt")
    with _open(url) as response:
        lines = response.read(_MOST_BYTES).decode("utf-8", "replace").splitlines()
    told = [line.split() for line in lines]
    for words in told:
        if len(words) == 2 and words[1].lstrip("*") == name:
            return words[0].lower()
    raise EngineProgramError(
        f"{url} has no checksum of {name}: does release {release.version} exist?"
    )


def _download(url: str, part: Path) -> None:
    """Fetch what is missing of a file; after a break it stays, and the rest is fetched later."""
    there = part.stat().st_size if part.is_file() else 0
    try:
        response = _open(url, there)
    except _BeyondTheEndError:
        # It was whole already.
        return
    with response, part.open("ab" if response.status == _PARTIAL else "wb") as file:
        wanted = file.tell() + int(response.headers.get("Content-Length") or 0)
        try:
            while piece := response.read(_PIECE):
                file.write(piece)
        except (HTTPException, OSError) as error:
            raise _broken(url, error) from error
        if file.tell() < wanted:
            raise _broken(url, f"{file.tell()} of {wanted} bytes came")


class _BeyondTheEndError(Exception):
    """What is asked for begins where the file ends."""


def _open(url: str, start: int = 0) -> HTTPResponse:
    if not url.startswith(("https://", "http://")):
        raise EngineProgramError(f"{url} is no address of the web: see --base-url")
    headers = {"User-Agent": "django-instant", **({"Range": f"bytes={start}-"} if start else {})}
    try:
        response: HTTPResponse = urlopen(Request(url, headers=headers), timeout=_PATIENCE)  # noqa: S310  # Looked at above.
    except HTTPError as error:
        error.close()
        if start and error.code == _BEYOND_THE_END:
            raise _BeyondTheEndError from error
        raise EngineProgramError(f"{url} can't be had: HTTP {error.code}") from error
    except (HTTPException, OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise EngineProgramError(f"{url} can't be had: {reason}") from error
    return response


def _broken(url: str, why: object) -> EngineProgramError:
    return EngineProgramError(
        f"{url} broke off: {why}. Run the command again, and it goes on there"
    )


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _extract(archive: Path, program: Path) -> None:
    """Take the program alone out of an archive, and put it in its place when it is whole."""
    if ".zip" in archive.suffixes:
        with zipfile.ZipFile(archive) as zipped, zipped.open(program.name) as content:
            _write_program(content, program)
        return
    with tarfile.open(archive, "r:gz") as packed:
        member = packed.getmember(program.name)
        unpacked = packed.extractfile(member)
        if unpacked is None:
            raise tarfile.TarError(f"{program.name} is no file in {archive.name}")
        with unpacked:
            _write_program(unpacked, program)


def _write_program(content: IO[bytes], program: Path) -> None:
    handle, name = tempfile.mkstemp(dir=program.parent, prefix=".centrifugo.")
    with os.fdopen(handle, "wb") as file:
        while piece := content.read(_PIECE):
            file.write(piece)
    whole = Path(name)
    whole.chmod(0o755)
    whole.replace(program)
