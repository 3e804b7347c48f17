"""The batch command as tests ask for it, and the tables it leaves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from imagecraft.cli import run

CHECKOUT = Path(__file__).parents[2]
EXAMPLES = CHECKOUT / "examples"
TIMES = ("seconds",)


def rows(path: str | Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(path).read_text("utf-8").splitlines()]


def results(path: str | Path) -> dict[str, dict[str, Any]]:
    """The table without what differs from run to run."""
    return {row["path"]: {name: row[name] for name in row if name not in TIMES} for row in rows(path)}


def batch(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    """The summary of a batch that went well."""
    code = run(["batch", *map(str, arguments), "--json"])
    printed = capsys.readouterr()
    assert code == 0, printed.err
    summary: dict[str, Any] = json.loads(printed.out)
    return summary


def process(*arguments: object, **options: Any) -> subprocess.Popen[str]:
    environ = os.environ | {"PYTHONPATH": str(CHECKOUT)}
    command = [sys.executable, "-m", "imagecraft", "batch", *map(str, arguments)]
    return subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True, **options)
