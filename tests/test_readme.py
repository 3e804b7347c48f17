"""What the README tells people to type really works."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]
README = (CHECKOUT / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


LOCAL_PYTHON = [code for code in blocks("python") if "7860" not in code]
HTTP_PYTHON = [code for code in blocks("python") if "7860" in code]
COMMANDS = [
    line for block in blocks("bash") for line in block.splitlines() if line.startswith("python -m imagecraft")
]


@pytest.fixture
def beside_examples(weights, tmp_path):
    """An empty folder from which examples/ can be reached as from a checkout."""
    (tmp_path / "examples").symlink_to(CHECKOUT / "examples")
    return tmp_path


def run(arguments: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    environ = os.environ | {"PYTHONPATH": str(CHECKOUT)}
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environ, capture_output=True, text=True, check=False
    )


def test_there_is_something_to_try():
    assert LOCAL_PYTHON
    assert HTTP_PYTHON
    assert len(COMMANDS) >= 5


@pytest.mark.parametrize("code", LOCAL_PYTHON)
def test_python_examples_run(code, beside_examples):
    done = run(["-c", code], beside_examples)
    assert done.returncode == 0, done.stderr
    assert "cat" in done.stdout.lower()


@pytest.mark.parametrize("line", COMMANDS)
def test_commands_run(line, beside_examples):
    done = run(shlex.split(line)[1:], beside_examples)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    for made in re.findall(r"-o (\S+)", line):
        assert (beside_examples / made).stat().st_size > 1000


@pytest.mark.parametrize("code", HTTP_PYTHON)
def test_http_examples_run(code, beside_examples, app_url):
    shown = "\nprint(caption, details['model'], audio)"
    done = run(["-c", code.replace("http://127.0.0.1:7860", app_url) + shown], beside_examples)
    assert done.returncode == 0, done.stderr
    assert "grounded" in done.stdout


def test_links_lead_somewhere():
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", README):
        assert (CHECKOUT / target).exists(), target
