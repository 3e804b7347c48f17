"""Does requirements.txt resolve together with what ZeroGPU installs itself? python tests/space/resolve.py

pip is asked for Linux and Python 3.12, wheels only; nothing is downloaded to stay or installed.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PLATFORM_LINE = ("gradio[oauth]==6.31.0", "uvicorn>=0.14.0", "websockets>=10.4", "spaces")
"""What a Space with the Gradio SDK adds to the same pip call."""

WITHOUT_A_WHEEL = {"rouge-score": ("absl-py", "nltk", "numpy", "six>=1.14.0")}
"""Packages that are published as source alone, which pip does not resolve for another Python."""

TAGS = ("manylinux_2_28_x86_64", "manylinux_2_27_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64")


class NoIndex(Exception):
    """No package index can be reached."""


def resolved() -> dict[str, str]:
    """Version by name of everything that would be installed.

    Raises:
        NoIndex: if no package index can be reached.
        RuntimeError: with pip's words, if the requirements contradict each other.
    """
    if not _index_is_there():
        raise NoIndex
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        tags = [word for tag in TAGS for word in ("--platform", tag)]
        for_the_space = ["--python-version", "3.12", "--only-binary", ":all:", "--target", folder, *tags]
        options = ["--dry-run", "--ignore-installed", "--quiet", "--report", str(report), *for_the_space]
        done = _pip("install", *options, *_requirements(), *PLATFORM_LINE)
        if done.returncode:
            raise RuntimeError(done.stderr)
        found: dict[str, Any] = json.loads(report.read_text("utf-8"))
    return {item["metadata"]["name"].lower(): item["metadata"]["version"] for item in found["install"]}


def _requirements() -> list[str]:
    """The lines of requirements.txt, those without a wheel replaced by what they need."""
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    wanted = [line.partition("#")[0].strip() for line in lines]
    named = [(line, WITHOUT_A_WHEEL.get(re.split("[<>=]", line)[0])) for line in wanted if line]
    return [each for line, instead in named for each in (instead or (line,))]


def _index_is_there() -> bool:
    return (
        _pip("download", "--no-deps", "--dest", tempfile.mkdtemp(), "--retries", "0", "filelock").returncode
        == 0
    )


def _pip(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pip", *words, "--disable-pip-version-check", "--no-input"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


if __name__ == "__main__":
    for name, version in sorted(resolved().items()):
        print(f"{name}=={version}")
