"""Data that ships with the package: vocabularies, label maps, styles and icons."""

from __future__ import annotations

import json
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def vocabulary(name: str) -> dict[str, Any]:
    """The table `name` from `name.toml` or `name.json` of this folder, parsed once. Treat it as read-only."""
    folder = files(__name__)
    table = folder / f"{name}.toml"
    if table.is_file():
        return tomllib.loads(table.read_text(encoding="utf-8"))
    parsed: dict[str, Any] = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return parsed
