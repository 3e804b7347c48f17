"""Java programs that the field's reference numbers come from, where they are found."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

from imagecraft.scoring.packages import java_missing

PACKAGE = "pycocoevalcap"


def find_jar(variable: str, name: str, place: str) -> Path | None:
    """A Java archive: the file that an environment variable names, or the one inside pycocoevalcap.

    Args:
        variable: Name of the environment variable.
        name: The archive's file name.
        place: Its folder inside the package.
    """
    named = os.environ.get(variable, "").strip()
    if named:
        path = Path(named).expanduser()
        return path if path.is_file() else None
    spec = importlib.util.find_spec(PACKAGE)
    for folder in (spec.submodule_search_locations if spec else None) or []:
        path = Path(folder) / place / name
        if path.is_file():
            return path
    return None


def why_not(variable: str, name: str, place: str) -> str | None:
    """Why an archive cannot be run, in one sentence; None if it can."""
    if (reason := java_missing()) is not None:
        return reason
    if find_jar(variable, name, place) is None:
        return f"{name} was not found: pip install {PACKAGE}, or set {variable} to the file."
    return None
