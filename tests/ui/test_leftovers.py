"""Nothing of a visitor outlives the program, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
from pathlib import Path
from imagecraft.ui.leftovers import own_folder
folder = own_folder()
(folder / "photo.jpg").write_bytes(b"photo")
print(folder, flush=True)
import time
time.sleep(600)
"""
CHECKOUT = Path(__file__).parents[2]


def running(base: Path) -> tuple[subprocess.Popen[str], Path]:
    """A program with visitors' files, and where they lie."""
    environ = os.environ | {"GRADIO_TEMP_DIR": str(base), "PYTHONPATH": str(CHECKOUT)}
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert program.stdout
    folder = Path(program.stdout.readline().strip())
    assert (folder / "photo.jpg").is_file()
    assert folder.parent == base.resolve()
    return program, folder


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_files_leave_with_the_program(tmp_path: Path, number: signal.Signals) -> None:
    program, folder = running(tmp_path)
    program.send_signal(number)
    program.communicate(timeout=60)

    assert not folder.exists()


def test_files_of_a_killed_program_leave_with_the_next_start_and_those_of_a_running_one_stay(
    tmp_path: Path,
) -> None:
    (tmp_path / "someone-elses").mkdir()
    alive, its_folder = running(tmp_path)
    killed, left = running(tmp_path)
    killed.kill()
    killed.communicate(timeout=60)
    assert left.exists()

    following, _ = running(tmp_path)

    assert not left.exists()
    assert (its_folder / "photo.jpg").is_file()
    assert (tmp_path / "someone-elses").is_dir()
    for program in (alive, following):
        program.terminate()
        program.communicate(timeout=60)
