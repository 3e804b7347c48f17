"""ZeroGPU on a machine without a GPU: a stand-in for the device API, and the switches `spaces` looks at.

The package's own forking, pickling, streaming and releasing run as on a Space; only the service that lends
the GPU is played. Imports nothing of `spaces` or torch, so that a child process can call `pretend` first.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass
class DeviceService:
    """What lends the one GPU: it grants, refuses, and remembers what it was asked.

    Attributes:
        url: Where it listens.
        refusal: (HTTP status, JSON) for every request for the GPU, None to grant them.
        calls: Every call: its name and its parameters.
        lent: Whether the GPU is lent now.
        worker: Process id of the worker that had the GPU last, None when it failed.
    """

    url: str = ""
    refusal: tuple[int, dict[str, Any]] | None = None
    calls: list[dict[str, str]] = field(default_factory=list)
    lent: bool = False
    worker: str | None = None

    def answer(self, call: str, asked: dict[str, str]) -> tuple[int, Any]:
        """HTTP status and JSON for one call."""
        self.calls.append({"call": call, **asked})
        if call == "schedule":
            return self._schedule()
        if call == "allow":
            self.worker = asked["pid"]
        if call == "release":
            self.lent = False
            if asked["fail"] == "true":
                self.worker = None
        return 200, {}

    def _schedule(self) -> tuple[int, Any]:
        if self.refusal is not None:
            return self.refusal
        if self.lent:
            return 503, {}
        self.lent = True
        token = f"token-{len(self.calls)}"
        grant = {
            "idle": self.worker is not None,
            "nvidiaIndex": 0,
            "nvidiaUUID": "GPU-0",
            "allowToken": token,
        }
        return 200, grant


@contextmanager
def device_service() -> Iterator[DeviceService]:
    """A running service on loopback."""
    service = DeviceService()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = urlsplit(self.path)
            status, body = service.answer(asked.path.strip("/"), dict(parse_qsl(asked.query)))
            packed = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(packed)))
            self.send_header("X-Approve-Result", "quota-exceeded")
            self.end_headers()
            self.wfile.write(packed)

        def log_message(self, *_: object) -> None:
            """Keep the tests' output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        service.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield service
        server.shutdown()
        thread.join()


def pretend(url: str) -> None:
    """Make `spaces`, not imported yet, believe that it is on ZeroGPU.

    torch is hidden from it: it has no CUDA here.
    """
    folder = Path(tempfile.mkdtemp(prefix="zerosim-"))
    (folder / "cgroup").write_text("0::/fake/cgroup\n")
    os.environ |= {
        "SPACES_ZERO_GPU": "true",
        "SPACES_ZERO_DEVICE_API_URL": url,
        "ZEROGPU_PROC_SELF_CGROUP_PATH": str(folder / "cgroup"),
        "ZEROGPU_OFFLOAD_DIR": str(folder / "tensors"),
        "GRADIO_ANALYTICS_ENABLED": "False",
    }
    import gradio  # noqa: F401 - what it imports looks for torch too, and must find it as it is

    real = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "torch"}
    for name in real:
        del sys.modules[name]
    nothing: Any = None
    sys.modules["torch"] = nothing
    import spaces.zero.wrappers  # noqa: F401 - with its torch hooks as no-ops

    del sys.modules["torch"]
    sys.modules.update(real)


def stop() -> None:
    """Leave without orphans: a decorated function keeps its worker alive."""
    for child in multiprocessing.active_children():
        child.terminate()
        child.join(3)
        if child.is_alive():
            child.kill()
    sys.stdout.flush()
    os._exit(0)
