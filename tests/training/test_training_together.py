"""Two processes that learn together, as `torchrun` and `accelerate launch` start them."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from pictures_made import SHAPES, draw

pytest.importorskip("accelerate")
pytest.importorskip("onnx")

from imagecraft.training.frame.runs import Run

CHECKOUT = Path(__file__).resolve().parents[2]
SO_MANY = 100_000  # steps: none of these runs ends by itself
LONGEST_SECONDS = 300


def together(words: Sequence[str], folder: Path) -> list[subprocess.Popen[str]]:
    """Start the command in two processes, the first of which writes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    shared = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port, "WORLD_SIZE": "2", "OMP_NUM_THREADS": "1"}
    return [
        subprocess.Popen(
            [sys.executable, "-m", "imagecraft", "train", "classifier", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=folder,
            env=os.environ | shared | {"PYTHONPATH": str(CHECKOUT), "RANK": rank, "LOCAL_RANK": rank},
        )
        for rank in ("0", "1")
    ]


def test_whoever_is_asked_to_stop_all_save_once_and_go_on_together(tmp_path):
    for colour in ("red", "blue"):
        (tmp_path / "data" / colour).mkdir(parents=True)
        for number in range(8):
            draw(tmp_path / "data" / colour / f"{number}.png", colour, SHAPES[number % 2], number)
    options = {
        "data": "data", "out": "run", "base": "none", "side": 32, "width": 0.2, "batch": 3,
        "max_steps": SO_MANY, "evaluate_every": SO_MANY, "precision": "fp32", "log_to": "",
    }  # fmt: skip
    (tmp_path / "settings.json").write_text(json.dumps(options))

    first, second = together(["--settings", "settings.json"], tmp_path)
    assert first.stderr
    heard = [next(line for line in first.stderr if line.startswith("step 1/"))]
    second.send_signal(signal.SIGINT)  # in which the first has to follow, at the same step
    _, said = second.communicate(timeout=LONGEST_SECONDS)
    heard += first.communicate(timeout=LONGEST_SECONDS)[1].splitlines()
    assert (first.returncode, second.returncode) == (0, 0), said
    assert sum("stopped; go on with" in line for line in heard) == 1
    assert "stopped" not in said
    run = Run(tmp_path / "run")
    saved = [path.name for path in run.checkpoints.iterdir()]
    assert len(saved) == 1
    step = int(saved[0].rpartition("-")[2])
    assert step < SO_MANY
    assert not run.model.exists()

    more = ["--resume", "run", "--max-steps", str(step + 3)]
    for process in together(more, tmp_path):
        _, said = process.communicate(timeout=LONGEST_SECONDS)
        assert process.returncode == 0, said
    assert run.model.is_dir()
    assert max(row["step"] for row in run.rows()) == step + 3
