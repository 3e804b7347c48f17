"""A hub on loopback: the few addresses that huggingface_hub asks, and the ways a real one fails."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

COMMIT = "c0ffee" + 34 * "0"
LARGE = (".safetensors", ".bin")


@dataclass
class Hub:
    """What the hub has, how it misbehaves, and what it was asked.

    Attributes:
        url: Where it listens. Large files are served by the same server under another name, as by a CDN.
        repositories: Files by repository and path.
        gated: Repositories that ask for a token.
        token: The token that opens them.
        cut_after: Bytes after which each coming answer of the CDN is cut, one number an answer.
        damaged: Whether the CDN gives other bytes than it should.
        status: What it answers to everything, 0 to behave.
        revisions: Names of the one state of its repositories.
        converted: What the bot that converts weights adds to a repository, in the pull request 7.
        asked: Method, path and Range of every request.
        tokens: Hosts that were sent a token.
    """

    url: str = ""
    repositories: dict[str, dict[str, bytes]] = field(default_factory=dict)
    gated: set[str] = field(default_factory=set)
    token: str = "hf_right"
    cut_after: list[int] = field(default_factory=list)
    damaged: bool = False
    status: int = 0
    revisions: set[str] = field(default_factory=lambda: {"main", COMMIT})
    converted: dict[str, dict[str, bytes]] = field(default_factory=dict)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)

    def fetched(self) -> list[str]:
        """Paths of the files whose bytes were asked for, in order."""
        return [path for method, path, _ in self.asked if method == "GET" and "/api/" not in path]


@contextmanager
def running() -> Iterator[Hub]:
    """A running, empty hub."""
    hub = Hub()

    class Handler(_Handler):
        here = hub

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """A client that hangs up is part of the tests."""

    with Server(("127.0.0.1", 0), Handler) as server:
        hub.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield hub
        server.shutdown()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    here: Hub

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def log_message(self, *_: object) -> None:
        """Keep the tests' output clean."""

    def _answer(self) -> None:
        path = unquote(urlsplit(self.path).path)
        self.here.asked.append((self.command, path, self.headers.get("Range", "")))
        if self.headers.get("Authorization"):
            self.here.tokens.add(self.headers["Host"].partition(":")[0])
        if self.here.status:
            self._send(self.here.status, b"")
        elif found := re.fullmatch(r"/api/models/([^/]+/[^/]+)/discussions", path):
            self._requests(found[1])
        elif found := re.fullmatch(r"/api/models/([^/]+/[^/]+)(?:/revision/(.+))?", path):
            self._about(found[1], found[2] or "main")
        elif found := re.fullmatch(r"/([^/]+/[^/]+)/resolve/([^/]+)/(.+)", path):
            self._file(found[1], found[3])
        elif found := re.fullmatch(r"/cdn/([^/]+/[^/]+)/(.+)", path):
            self._blob(self.here.repositories[found[1]][found[2]])
        else:
            self._send(404, b"", {"X-Error-Code": "EntryNotFound"})

    def _about(self, repo: str, revision: str) -> None:
        files = self.here.repositories.get(repo)
        if revision == "refs/pr/7" and repo in self.here.converted:
            files = self.here.repositories[repo] = self.here.repositories[repo] | self.here.converted[repo]
        if files is None:
            self._send(404, b"", {"X-Error-Code": "RepoNotFound"})
        elif revision not in self.here.revisions | {"refs/pr/7"}:
            self._send(404, b"", {"X-Error-Code": "RevisionNotFound"})
        else:
            siblings = [_listed(name, body) for name, body in files.items()]
            self._send(200, json.dumps({"id": repo, "sha": COMMIT, "siblings": siblings}).encode())

    def _requests(self, repo: str) -> None:
        """Pull requests: one of a stranger's, and the bot's where there is something converted."""
        authors = {9: "a-stranger", **({7: "SFconvertbot"} if repo in self.here.converted else {})}
        plain = {"title": "Adding weights", "createdAt": "2026-01-01T00:00:00.000Z", "status": "open"}
        where = {"repo": {"name": repo, "type": "model"}, "isPullRequest": True}
        told = [plain | where | {"num": number, "author": {"name": who}} for number, who in authors.items()]
        body = {"discussions": told, "count": len(told), "start": 0}
        self._send(200, json.dumps(body).encode())

    def _file(self, repo: str, name: str) -> None:
        body = self.here.repositories[repo].get(name)
        if repo in self.here.gated and self.headers.get("Authorization") != f"Bearer {self.here.token}":
            self._send(403, b"", {"X-Error-Code": "GatedRepo"})
        elif body is None:
            self._send(404, b"", {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": COMMIT})
        elif name.endswith(LARGE):
            address = f"http://localhost:{urlsplit(self.here.url).port}/cdn/{repo}/{name}"
            linked = {"X-Linked-Etag": f'"{sha256(body)}"', "X-Linked-Size": str(len(body))}
            self._send(302, b"", {"Location": address, "X-Repo-Commit": COMMIT} | linked)
        else:
            self._send(200, body, {"ETag": f'"{git_sha1(body)}"', "X-Repo-Commit": COMMIT})

    def _blob(self, body: bytes) -> None:
        if self.here.damaged:
            body = body[::-1]
        wanted = self.headers.get("Range", "")
        start = int(re.sub(r"\D", "", wanted)) if wanted else 0
        end = start + self.here.cut_after.pop(0) if self.here.cut_after else len(body)
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        self.send_header("Content-Length", str(len(body) - start))
        self.end_headers()
        self.wfile.write(body[start:end])

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)


def _listed(name: str, body: bytes) -> dict[str, object]:
    listed: dict[str, object] = {"rfilename": name, "size": len(body), "blobId": git_sha1(body)}
    if name.endswith(LARGE):
        listed["lfs"] = {"sha256": sha256(body), "size": len(body), "pointerSize": 130}
    return listed


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def git_sha1(body: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(body) + body).hexdigest()
