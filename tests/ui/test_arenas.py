"""The server's threads share a few arenas of the allocator."""

from __future__ import annotations

import os
import platform
import subprocess
import sys

import pytest

COUNTED = """
import ctypes, sys, threading
from imagecraft.ui.arenas import use_few
use_few()
together = threading.Barrier(9)
def work():
    held = bytearray(5000)
    together.wait(), together.wait()
threads = [threading.Thread(target=work) for _ in range(8)]
[thread.start() for thread in threads]
together.wait()
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
file = ctypes.c_void_p(libc.fopen(sys.argv[1].encode(), b"w"))
libc.malloc_info(0, file)
libc.fclose(file)
together.wait()
print(open(sys.argv[1]).read().count("<heap nr="))
"""


def _arenas(folder: object, **environ: str) -> int:
    command = [sys.executable, "-c", COUNTED, f"{folder}/arenas.xml"]
    rest = {name: value for name, value in os.environ.items() if name != "MALLOC_ARENA_MAX"}
    done = subprocess.run(command, env=rest | environ, capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other allocators have no arenas")
def test_many_threads_have_few_arenas_unless_someone_asks_for_more(tmp_path: object) -> None:
    assert _arenas(tmp_path) <= 2
    assert _arenas(tmp_path, MALLOC_ARENA_MAX="6") > 2
