"""The lists of dependencies say the same thing, and say it in a way a Space understands."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]


def requirements(name: str) -> set[str]:
    lines = (ROOT / name).read_text("utf-8").splitlines()
    wanted = (line.partition("#")[0].strip() for line in lines)
    return {line for line in wanted if line and not line.startswith("-r ")}


def test_the_app_s_requirements_are_those_of_the_package_and_its_free_extras() -> None:
    (own,) = (entry for entry in EXTRAS["dev"] if entry.startswith("imagecraft["))
    free = set(own.removeprefix("imagecraft[").removesuffix("]").split(",")) - {"piper"}
    wanted = {*PROJECT["dependencies"], *(entry for extra in free for entry in EXTRAS[extra])}
    assert requirements("requirements.txt") == wanted


def test_the_developer_s_requirements_are_those_of_the_extra() -> None:
    wanted = {entry for entry in EXTRAS["dev"] if not entry.startswith("imagecraft[")}
    assert requirements("requirements-dev.txt") == wanted | set(EXTRAS["piper"])


def test_what_a_space_brings_itself_is_not_pinned() -> None:
    brought = [line for line in requirements("requirements.txt") if re.match("(gradio|spaces)[^a-z]", line)]
    assert len(brought) == 2
    assert all(re.fullmatch(r"\w+>=[\d.]+", line) for line in brought)


def test_the_app_needs_no_code_under_the_gpl() -> None:
    required = requirements("requirements.txt")
    assert not {line for line in required if re.match("piper|ultralytics|pillow-heif", line)}


def test_system_packages_are_bare_names() -> None:
    """A Space hands packages.txt to apt word by word, so a comment would be taken for packages."""
    lines = (ROOT / "packages.txt").read_text("utf-8").splitlines()
    assert lines == sorted(lines)
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9.+-]+", line) for line in lines)
