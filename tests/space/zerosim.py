"""ZeroGPU on a machine without a GPU: a stand-in for the device API, and the switches `spaces` looks at.

The package's own forking, pickling, streaming and releasing run as on a Space; only the service that lends
the GPU is played. Imports nothing of `spaces` or torch, so that a child process can call `pretend` or
`emulate` first. `emulate` replaces functions inside `spaces`: it is for the version in `EMULATED` alone.
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

EMULATED = "0.51.3"


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
        """HTTP status and JSON for one call; "scheduled" tells how often the GPU was asked for."""
        if call == "scheduled":
            return 200, sum(each["call"] == "schedule" for each in self.calls)
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

    torch is hidden from it: it has no CUDA here, and the app takes its CPU path.
    """
    _set_switches(url)
    import gradio  # noqa: F401 - what it imports looks for torch too, and must find it as it is

    real = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "torch"}
    for name in real:
        del sys.modules[name]
    nothing: Any = None
    sys.modules["torch"] = nothing
    import spaces.zero.wrappers  # noqa: F401 - with its torch hooks as no-ops

    del sys.modules["torch"]
    sys.modules.update(real)


def emulate(url: str) -> None:
    """As `pretend`, and with the package's own emulation of CUDA, kept on in the worker.

    In the app `.to("cuda")` gives the package's fake tensors, and `pack` writes them to disk as `launch`
    does. In the worker the packs are read back into main memory: the same code runs on the CPU while every
    tensor says that it is on "cuda", and one that is not may not meet it, as on a GPU.
    """
    _set_switches(url)
    import torch

    cuda: Any = torch._C
    torch.version.cuda = torch.version.cuda or "12.8"
    if not hasattr(cuda, "_cuda_init"):
        cuda._cuda_init = _no_cuda
    if not hasattr(cuda, "_cuda_isInBadFork"):
        torch.cuda._is_in_bad_fork = _never  # torch's own is a lambda here, which `spaces` cannot pickle
    import spaces.zero.torch as hooks
    import spaces.zero.wrappers as wrappers
    from spaces.zero.torch import patching

    real_generator = torch.Generator

    class Generator:
        """Random numbers of the CPU, for this torch has none of CUDA; a class, for annotations name it."""

        def __new__(cls, device: Any = "cpu") -> Any:
            return real_generator("cpu")

    class Mode(patching.ZeroGPUFunctionMode):
        """CUDA lets a number from the CPU meet a tensor of the GPU; the package's emulation does not."""

        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            kwargs = kwargs or {}
            if func not in (torch.Tensor.__getitem__, torch.Tensor.__setitem__, torch.Tensor.data.__set__):
                args, kwargs = _lifted(patching, args, kwargs)
            return super().__torch_function__(func, types, args, kwargs)

    def start_worker(uuid: str) -> None:
        os.environ["CUDA_VISIBLE_DEVICES"] = uuid
        patching.function_mode = Mode()
        torch.Generator = Generator  # type: ignore[misc]

    def move(callback: Any = None) -> None:
        for pack in patching.tensor_packs:
            _read_back(patching, pack)

    run_thread = threading.Thread.run

    def run(self: threading.Thread) -> None:
        """Modes of torch are each thread's own: they are entered in every one of the worker."""
        if wrappers.forked:
            patching.enter_mode()
        run_thread(self)

    threading.Thread.run = run  # type: ignore[method-assign]
    hooks.unpatch = lambda: None
    hooks.init = start_worker
    hooks.move = move


def pack() -> int:
    """Write what is on the emulated GPU to disk, as `launch` does; bytes."""
    import spaces.zero.torch as hooks

    return int(hooks.pack())


def _set_switches(url: str) -> None:
    folder = Path(tempfile.mkdtemp(prefix="zerosim-"))
    (folder / "cgroup").write_text("0::/fake/cgroup\n")
    os.environ |= {
        "SPACES_ZERO_GPU": "true",
        "SPACES_ZERO_DEVICE_API_URL": url,
        "ZEROGPU_PROC_SELF_CGROUP_PATH": str(folder / "cgroup"),
        "ZEROGPU_OFFLOAD_DIR": str(folder / "tensors"),
        "GRADIO_ANALYTICS_ENABLED": "False",
    }


def _no_cuda() -> None:
    raise RuntimeError("there is no CUDA here")


def _never() -> bool:
    return False


def _lifted(patching: Any, args: Any, kwargs: Any) -> Any:
    """The arguments, tensors of the CPU with a single number among those of "cuda" made such too."""
    import torch

    aliases = patching.cuda_aliases
    places = set()

    def look(tensor: Any) -> Any:
        places.add(tensor in aliases)
        return tensor

    def lift(tensor: Any) -> Any:
        if tensor in aliases:
            return tensor
        with torch._C.DisableTorchFunction():
            if tensor.dim() != 0:
                return tensor
            fake = patching.empty_fake(tensor)
        aliases[fake] = tensor
        return fake

    patching.tree_map_only(torch.Tensor, look, (args, kwargs))
    if len(places) < 2:
        return args, kwargs
    return patching.tree_map_only(torch.Tensor, lift, (args, kwargs))


def _read_back(patching: Any, packed: Any) -> None:
    """Give each fake tensor of a pack its bytes, in main memory."""
    import torch

    sizes = [(meta, size, stored) for batch in packed.batches for meta, size, stored in batch]
    sizes += [(meta, size, stored) for meta, size, stored in packed.big_tensors]
    with Path(packed.path()).open("rb") as stream:
        position = 0
        for meta, size, stored in sizes:
            stream.seek(position)
            position += stored
            body = bytearray(stream.read(size))
            with torch._C.DisableTorchFunction():
                flat = (
                    torch.frombuffer(body, dtype=torch.uint8) if size else torch.empty(0, dtype=torch.uint8)
                )
                tensor = torch.empty(0, dtype=meta.dtype)
                tensor.set_(flat.untyped_storage(), 0, meta.shape, meta.stride())
            for fake in packed.fakes[meta]:
                patching.cuda_aliases[fake] = tensor


def stop() -> None:
    """Leave without orphans: a decorated function keeps its worker alive."""
    for child in multiprocessing.active_children():
        child.terminate()
        child.join(3)
        if child.is_alive():
            child.kill()
    sys.stdout.flush()
    os._exit(0)
