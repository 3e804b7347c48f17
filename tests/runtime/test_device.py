"""The hardware is seen as it is, in a container too, and torch is left alone where there is no GPU."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from imagecraft.runtime.device import look, usable_cores, usable_memory

ALLOWED = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def write(root: Path, files: dict[str, str]) -> Path:
    """A file system below `root` that has just these files."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def test_this_machine_is_described():
    here = look(Path("/"), {})
    assert 1 <= here.cores <= ALLOWED
    assert here.memory_bytes > 500_000_000
    assert here.dtype in ("float32", "bfloat16", "float16")


@pytest.mark.parametrize(
    ("flags", "dtype"),
    [
        ("fpu sse2 avx2", "float32"),
        ("fpu avx2 avx512f avx512_bf16", "bfloat16"),
        ("fpu amx_bf16 amx_tile", "bfloat16"),
        ("fpu not_avx512_bf16", "float32"),
    ],
)
def test_a_cpu_computes_in_bfloat16_only_where_it_can(tmp_path, flags, dtype):
    root = write(tmp_path, {"proc/cpuinfo": f"processor\t: 0\nflags\t\t: {flags}\n"})
    here = look(root, {"PATH": ""})
    assert (here.profile, here.device, here.dtype) == ("cpu", "cpu", dtype)


def test_a_machine_that_tells_nothing_is_a_plain_cpu(tmp_path):
    here = look(tmp_path, {})
    assert (here.profile, here.dtype, here.cores, here.gpu_name) == ("cpu", "float32", ALLOWED, "")


def test_zerogpu_is_known_by_its_switch(tmp_path):
    here = look(tmp_path, {"SPACES_ZERO_GPU": "true"})
    assert (here.profile, here.device, here.dtype) == ("zerogpu", "cuda", "bfloat16")


def test_a_quota_of_version_2_limits_cores_and_memory(tmp_path):
    files = {
        "proc/self/cgroup": "0::/box/inner\n",
        "sys/fs/cgroup/box/inner/cpu.max": "max 100000\n",
        "sys/fs/cgroup/box/cpu.max": "150000 100000\n",
        "sys/fs/cgroup/box/memory.max": "300000000\n",
        "sys/fs/cgroup/box/inner/memory.max": "max\n",
    }
    root = write(tmp_path, files)
    assert usable_cores(root) == 1
    assert usable_memory(root) == 300_000_000


def test_a_container_that_sees_only_its_own_group_is_limited(tmp_path):
    files = {
        "proc/self/cgroup": "0::/\n",
        "sys/fs/cgroup/cpu.max": "50000 100000",
        "sys/fs/cgroup/memory.max": "400000000",
    }
    root = write(tmp_path, files)
    assert usable_cores(root) == 1
    assert usable_memory(root) == 400_000_000


def test_a_quota_of_version_1_limits_cores_and_memory(tmp_path):
    files = {
        "proc/self/cgroup": "4:memory:/docker/abc\n3:cpu,cpuacct:/docker/abc\n",
        "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "100000",
        "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000",
        "sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes": "500000000",
        "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712",
    }
    root = write(tmp_path, files)
    assert usable_cores(root) == 1
    assert usable_memory(root) == 500_000_000


@pytest.mark.parametrize("text", ["", "max", "-1", "a b", "100000 0"])
def test_a_quota_that_says_nothing_is_no_limit(tmp_path, text):
    root = write(tmp_path, {"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": text})
    assert usable_cores(root) == ALLOWED


WITHOUT_GPU = """
import os, sys
from pathlib import Path
os.environ["PATH"] = ""
from imagecraft.runtime.device import look
print(look(Path(sys.argv[1]), os.environ).profile, "torch" in sys.modules)
"""


def test_torch_is_not_imported_without_a_sign_of_a_gpu(tmp_path):
    command = [sys.executable, "-c", WITHOUT_GPU, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.stdout == "cpu False\n"


def test_a_sign_without_a_gpu_behind_it_is_a_cpu(tmp_path):
    torch = pytest.importorskip("torch")
    if torch.cuda.is_available():
        pytest.skip("this machine has a GPU")
    root = write(tmp_path, {"proc/driver/nvidia/version": "NVRM version"})
    assert look(root, {}).profile == "cpu"


def test_a_real_gpu_is_described():
    torch = pytest.importorskip("torch")
    if not torch.cuda.is_available():
        pytest.skip("no GPU on this machine")
    here = look(Path("/"), {})
    assert (here.profile, here.device) == ("cuda", "cuda")
    assert here.gpu_name
    assert here.gpu_memory_bytes > 10**9
    assert here.dtype == ("bfloat16" if torch.cuda.get_device_capability() >= (8, 0) else "float16")
