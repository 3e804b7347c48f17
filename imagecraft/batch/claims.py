"""Which files beside inputs are a table's own before their rows are there: said before each is written."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from imagecraft.batch.rows import FILES, files_key
from imagecraft.media.files import replacing


def claims_path(table: Path) -> Path:
    """Where a table's claims are: a hidden file beside it, a JSON object {"path", "file"} a line."""
    return table.with_name(f".{table.name}.claims")


def claim(claims: Path, item: str, file: Path) -> None:
    """Say that a file is going to be made of an input; several processes may say so at once.

    Where it cannot be said, the file only counts as somebody else's after a kill.
    """
    line = json.dumps({"path": item, "file": str(file)}).encode() + b"\n"
    with suppress(OSError):
        handle = os.open(claims, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
        try:
            os.write(handle, line)
        finally:
            os.close(handle)


def claimed(claims: Path, rows: Iterable[Mapping[str, Any]]) -> set[int]:
    """Keys (`claim_key`) of the files that were claimed, are there, and are named by no row."""
    left = {claim_key(one["path"], one["file"]) for one in _read(claims) if Path(one["file"]).exists()}
    return left - _named(left, rows)


def keep_open(claims: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Keep only the claims that are still needed.

    Raises:
        InvalidInput, ResourceExhausted: if it cannot be written.
    """
    if not claims.exists():
        return
    left = claimed(claims, rows)
    if not left:
        claims.unlink()
        return
    with replacing(claims) as temporary, temporary.open("w", encoding="ascii") as file:
        for one in _read(claims):
            if claim_key(one["path"], one["file"]) in left:
                file.write(json.dumps(one) + "\n")


def claim_key(item: str, file: str) -> int:
    """64 bits that stand for a file that was claimed for an input."""
    return files_key((item, file))


def _named(left: set[int], rows: Iterable[Mapping[str, Any]]) -> set[int]:
    if not left:
        return set()
    return {
        key
        for row in rows
        for name in FILES
        if row.get(name) and (key := claim_key(row["path"], str(row[name]))) in left
    }


def _read(claims: Path) -> Iterator[dict[str, str]]:
    """The claims; lines that a crash cut off are left out."""
    with suppress(FileNotFoundError), claims.open("rb") as file:
        for line in file:
            with suppress(ValueError):
                one = json.loads(line)
                if isinstance(one, dict) and all(isinstance(one.get(name), str) for name in ("path", "file")):
                    yield one
