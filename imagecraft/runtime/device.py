"""What hardware there is, and the number format that is fast and safe on it."""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from imagecraft.catalog import Profile
from imagecraft.runtime import cgroups

BFLOAT16_CPU_FLAGS = {"avx512_bf16", "amx_bf16"}
BFLOAT16_CAPABILITY = (8, 0)  # Ampere


@dataclass(frozen=True)
class Hardware:
    """What models can run on here.

    Attributes:
        profile: "cpu", "mps" (Apple's GPU), "cuda" (this machine's GPU) or "zerogpu" (one lent for a call).
        device: torch's name of the device: "cpu", "cuda" or "mps".
        dtype: torch's name of the number format: "bfloat16" where the device computes with it, "float16" on
            older GPUs, else "float32".
        cores: CPU cores this process may use.
        memory_bytes: Main memory this process may use.
        gpu_name: The GPU's name, empty when there is none.
        gpu_memory_bytes: The GPU's memory, 0 when there is none or it is lent.
    """

    profile: Profile
    device: str
    dtype: str
    cores: int
    memory_bytes: int
    gpu_name: str = ""
    gpu_memory_bytes: int = 0


@cache
def hardware() -> Hardware:
    """The hardware of this machine, looked at once. torch is imported only where there is a sign of a GPU."""
    return look(Path("/"), os.environ)


def look(root: Path, environ: Mapping[str, str]) -> Hardware:
    """The hardware as the system's files below `root` and the environment show it.

    IMAGECRAFT_DEVICE=cpu leaves a GPU of this machine to others.
    """
    cores, memory = usable_cores(root), usable_memory(root)
    if environ.get("SPACES_ZERO_GPU", "").lower() in ("1", "t", "true"):
        return Hardware("zerogpu", "cuda", "bfloat16", cores, memory, "ZeroGPU")
    unwanted = environ.get("IMAGECRAFT_DEVICE", "").strip().lower() == "cpu"
    if not unwanted and _sign_of_gpu(root) and importlib.util.find_spec("torch"):
        import torch

        if torch.cuda.is_available():
            gpu = torch.cuda.get_device_properties(0)
            dtype = "bfloat16" if (gpu.major, gpu.minor) >= BFLOAT16_CAPABILITY else "float16"
            return Hardware("cuda", "cuda", dtype, cores, memory, gpu.name, gpu.total_memory)
        if torch.backends.mps.is_available():
            return Hardware("mps", "mps", "float32", cores, memory, "Apple GPU")
    return Hardware("cpu", "cpu", _cpu_dtype(root), cores, memory)


def usable_cores(root: Path = Path("/")) -> int:
    """CPU cores this process may use: its affinity, and the whole cores its control group may spend."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = cgroups.cpu_quota(root)
    return allowed if quota is None else max(1, min(allowed, int(quota)))


def usable_memory(root: Path = Path("/")) -> int:
    """Bytes of main memory this process may use: the machine's, or its control group's lower limit."""
    limit = cgroups.memory_limit(root)
    installed = _installed_memory()
    return installed if limit is None else min(installed, limit)


if sys.platform == "win32":

    def _installed_memory() -> int:
        import ctypes

        class Status(ctypes.Structure):
            """MEMORYSTATUSEX of the Windows API."""

            _fields_ = (
                ("length", ctypes.c_ulong),
                ("load", ctypes.c_ulong),
                *(
                    (name, ctypes.c_ulonglong)
                    for name in ("total", "free", "page", "page_free", "own", "own_free", "ext")
                ),
            )

        status = Status(length=ctypes.sizeof(Status))
        ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))
        return int(status.total)

else:

    def _installed_memory() -> int:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _sign_of_gpu(root: Path) -> bool:
    if sys.platform == "darwin":
        return platform.machine() == "arm64"
    signs = ("dev/nvidia0", "dev/nvidiactl", "dev/dxg", "proc/driver/nvidia/version")
    return any((root / sign).exists() for sign in signs) or shutil.which("nvidia-smi") is not None


def _cpu_dtype(root: Path) -> str:
    try:
        lines = (root / "proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        return "float32"
    flags = next((line.partition(":")[2].split() for line in lines if line.startswith("flags")), [])
    return "float32" if BFLOAT16_CPU_FLAGS.isdisjoint(flags) else "bfloat16"
