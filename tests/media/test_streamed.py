"""Sound that is written while it is made."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
WRITE = """
import resource, signal, sys
import numpy as np
from imagecraft.errors import ResourceExhausted
from imagecraft.media.audio import Audio
from imagecraft.media.streamed import write_blocks

noise = Audio(np.random.default_rng(1).uniform(-1, 1, (2, 96_000)).astype(np.float32), 48_000)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
for name in sys.argv[1:]:
    try:
        write_blocks([noise] * 4, name, 48_000)
    except ResourceExhausted as error:
        print(error.message)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits the size of files as Linux does")
def test_a_full_disk_is_said_to_be_full_and_leaves_nothing(tmp_path: Path) -> None:
    names = [f"long.{ending}" for ending in ("wav", "flac", "ogg", "mp3")]
    done = subprocess.run(
        [sys.executable, "-c", WRITE, *names],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines() == [f"The disk is full: '{name}' was not written." for name in names]
    assert list(tmp_path.iterdir()) == []
