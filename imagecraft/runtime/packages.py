"""Model files that come inside installed Python packages."""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import importlib.util
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Literal


@cache
def size_bytes(package: str) -> int:
    """Bytes a package takes without what Python compiled; 0 when not installed. It is not imported."""
    spec = importlib.util.find_spec(package)
    folders = spec.submodule_search_locations if spec else None
    paths = [path for folder in folders or [] for path in Path(folder).rglob("*") if path.is_file()]
    return sum(path.stat().st_size for path in paths if path.suffix != ".pyc")


def check_files(package: str) -> Iterator[tuple[Path, Literal["verified", "damaged", "missing"]]]:
    """Each data file of an installed package that its wheel lists a hash for, and how its bytes compare.

    Args:
        package: Import name.
    """
    for distribution in set(importlib.metadata.packages_distributions().get(package, [])):
        for file in importlib.metadata.files(distribution) or []:
            if file.hash is not None and file.parts[0] == package and file.suffix != ".py":
                path = Path(str(file.locate()))
                if not path.is_file():
                    yield path, "missing"
                else:
                    intact = _digest(path, file.hash.mode) == file.hash.value
                    yield path, "verified" if intact else "damaged"


def _digest(path: Path, algorithm: str) -> str:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, algorithm).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
