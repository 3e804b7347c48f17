"""A web server on loopback that fails in the ways real ones do, and files to fetch from it."""

from __future__ import annotations

import hashlib
import random
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType

import pytest

from imagecraft.runtime import weights
from imagecraft.runtime.weights import Asset

SIZE = 1_000_000


@dataclass
class Site:
    """What the server has, how it misbehaves, and what it was asked.

    Attributes:
        files: Bytes by path.
        knows_ranges: Whether it can go on from the middle of a file.
        cut_after: Bytes after which each coming answer is cut, one number an answer.
        before_answer: Called with each request's path before it is answered.
        asked: (path, Range header) of every request.
    """

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    knows_ranges: bool = True
    cut_after: list[int] = field(default_factory=list)
    before_answer: Callable[[str], None] = lambda _: None
    asked: list[tuple[str, str]] = field(default_factory=list)


@pytest.fixture
def site() -> Iterator[Site]:
    """A running, empty web site."""
    here = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range", "")
            here.asked.append((self.path, wanted))
            here.before_answer(self.path)
            body = here.files.get(self.path)
            if body is None:
                self.send_error(404)
                return
            start = int(re.sub(r"\D", "", wanted)) if wanted and here.knows_ranges else 0
            if start >= len(body):
                self.send_error(416)
                return
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
            self.send_header("Content-Length", str(len(body) - start))
            self.end_headers()
            end = start + here.cut_after.pop(0) if here.cut_after else len(body)
            self.wfile.write(body[start:end])

        def log_message(self, *_: object) -> None:
            """Keep the tests' output clean."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """A client that hangs up is part of the tests."""

    with Server(("127.0.0.1", 0), Handler) as server:
        here.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield here
        server.shutdown()
        thread.join()


@pytest.fixture
def content() -> bytes:
    """The right bytes of the asset "demo"."""
    return random.Random(7).randbytes(SIZE)


@pytest.fixture
def catalogue(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Replaces the list of assets with the ones given."""

    def use_only(*assets: Asset) -> None:
        monkeypatch.setattr(weights, "assets", lambda: MappingProxyType({item.name: item for item in assets}))

    return use_only


@pytest.fixture
def demo(site: Site, content: bytes, catalogue: Callable[..., None]) -> Asset:
    """An asset "demo" that the site serves."""
    site.files["/demo.bin"] = content
    asset = Asset("demo", "Random bytes", "demo.bin", SIZE, sha256(content), f"{site.url}/demo.bin")
    catalogue(asset)
    return asset


@pytest.fixture(autouse=True)
def empty_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty cache, no local folder, no offline switch, and a temporary folder of one's own.

    Programs that a test starts import the package from this checkout.
    """
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    for name in ("IMAGECRAFT_WEIGHTS", "IMAGECRAFT_OFFLINE", "HF_HUB_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("IMAGECRAFT_CACHE", str(tmp_path / "cache"))
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """The cache folder, not made yet."""
    return tmp_path / "cache"


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
