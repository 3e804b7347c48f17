"""Does requirements.txt resolve together with what ZeroGPU installs itself? python tests/space/resolve.py

pip is asked for Linux and Python 3.12, wheels only; nothing is downloaded to stay or installed. Where the
index lacks the CUDA packages that torch names, a stand-in of torch without them is resolved instead. What was
shown and what was not is printed first, then the packages.

Exit status: 0 it resolves; 1 it does not, with pip's words; 2 no index can be reached.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PYTHON = "3.12"
PLATFORM_LINE = ("gradio[oauth]==6.31.0", "uvicorn>=0.14.0", "websockets>=10.4", "spaces")
"""What a Space with the Gradio SDK adds to the same pip call."""

WITHOUT_A_WHEEL = {"rouge-score": ("absl-py", "nltk", "numpy", "six>=1.14.0")}
"""Packages that are published as source alone, which pip does not resolve for another Python."""

TAGS = ("manylinux_2_28_x86_64", "manylinux_2_27_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64")
OF_CUDA = re.compile(r"No matching distribution found for (nvidia-|cuda-|triton)")
TORCH_NEEDS = (
    "filelock",
    "typing-extensions>=4.10.0",
    "setuptools>=77.0.3",
    "sympy>=1.13.3",
    "networkx>=2.5.1",
    "jinja2",
    "fsspec>=0.8.5",
)
"""What torch 2.13 names beside CUDA's packages."""


class NoIndex(Exception):
    """No package index can be reached."""


@dataclass(frozen=True)
class Resolution:
    """What pip would install.

    Attributes:
        versions: By the name of each package.
        with_cuda: Whether torch was resolved with the CUDA packages that it names.
    """

    versions: dict[str, str]
    with_cuda: bool

    def told(self) -> str:
        """What was shown, in words."""
        shown = f"requirements.txt resolves with {' '.join(PLATFORM_LINE)} on Python {PYTHON} for Linux: "
        shown += f"{len(self.versions)} packages, each with a wheel"
        shown += f", but for {', '.join(WITHOUT_A_WHEEL)}, whose own needs were resolved in its place."
        if self.with_cuda:
            return shown
        return f"{shown}\nNot shown: this index lacks CUDA packages that torch names; they were left out."


def resolved() -> Resolution:
    """Ask pip.

    Raises:
        NoIndex: if no package index can be reached.
        RuntimeError: with pip's words, if the requirements contradict each other.
    """
    if not _index_is_there():
        raise NoIndex
    with tempfile.TemporaryDirectory() as folder:
        try:
            return Resolution(_asked(Path(folder)), with_cuda=True)
        except RuntimeError as failure:
            if not OF_CUDA.search(str(failure)):
                raise
        _write_stand_in(Path(folder))
        return Resolution(_asked(Path(folder)), with_cuda=False)


def _asked(folder: Path) -> dict[str, str]:
    """Versions by name; wheels in `folder` count beside the index's."""
    report = folder / "report.json"
    tags = [word for tag in TAGS for word in ("--platform", tag)]
    where = ["--find-links", str(folder), "--target", str(folder / "target"), *tags]
    for_the_space = ["--python-version", PYTHON, "--only-binary", ":all:", *where]
    options = ["--dry-run", "--ignore-installed", "--quiet", "--report", str(report), *for_the_space]
    done = _pip("install", *options, *_requirements(), *PLATFORM_LINE)
    if done.returncode:
        raise RuntimeError("\n".join(line for line in done.stderr.splitlines() if "WARNING" not in line))
    found: dict[str, Any] = json.loads(report.read_text("utf-8"))
    return {item["metadata"]["name"].lower(): item["metadata"]["version"] for item in found["install"]}


def _requirements() -> list[str]:
    """The lines of requirements.txt, those without a wheel replaced by what they need."""
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    wanted = [line.partition("#")[0].strip() for line in lines]
    named = [(line, WITHOUT_A_WHEEL.get(re.split("[<>=]", line)[0])) for line in wanted if line]
    return [each for line, instead in named for each in (instead or (line,))]


def _write_stand_in(folder: Path) -> None:
    """A wheel of the torch that is asked for, with nothing in it, that names no package of CUDA.

    Its local version makes pip prefer it.
    """
    pinned = next(line for line in _requirements() if line.startswith("torch=="))
    version = f"{pinned.removeprefix('torch==')}+standin"
    about = f"torch-{version}.dist-info"
    needs = "".join(f"Requires-Dist: {need}\n" for need in TORCH_NEEDS)
    files = {
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: torch\nVersion: {version}\n{needs}",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{name},sha256={_digest(text)},{len(text)}\n" for name, text in files.items())
    with zipfile.ZipFile(folder / f"torch-{version}-py3-none-any.whl", "w") as wheel:
        for name, text in (files | {f"{about}/RECORD": f"{record}{about}/RECORD,,\n"}).items():
            wheel.writestr(name, text)


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def _index_is_there() -> bool:
    with tempfile.TemporaryDirectory() as folder:
        return _pip("download", "--no-deps", "--dest", folder, "--retries", "0", "filelock").returncode == 0


def _pip(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pip", *words, "--disable-pip-version-check", "--no-input"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def main() -> int:
    try:
        found = resolved()
    except NoIndex:
        print("No package index can be reached, so nothing was shown.", file=sys.stderr)
        return 2
    except RuntimeError as failure:
        print(f"requirements.txt does not resolve on Python {PYTHON}:\n{failure}", file=sys.stderr)
        return 1
    print(found.told())
    for name, version in sorted(found.versions.items()):
        print(f"{name}=={version}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
