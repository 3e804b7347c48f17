"""Inputs out of tables: Parquet or JSON lines with a column of paths or of bytes."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from imagecraft.assets import vocabulary
from imagecraft.batch.items import MAX_ITEM_BYTES, Inline, Item, Location, OnDisk, Refused, too_large
from imagecraft.batch.packages import parquet
from imagecraft.batch.remote import STORES, at, store_of
from imagecraft.errors import InvalidInput

MAX_LINE_BYTES = MAX_ITEM_BYTES * 3 // 2
"""Bytes as base64 take a third more."""
ROWS_AT_ONCE = 32


def tabled(path: Path, kind: str, column: str | None) -> Iterator[Item]:
    """A table's rows as inputs, named by their path or by `table#row`, from 0.

    A table that cannot be read, or no further, becomes a refused input.

    Args:
        path: A .parquet, .jsonl or .ndjson file.
        kind: "picture", "sound", or "record" for the rows as they are, in JSON.
        column: Column of paths or bytes; None for the first with a name that is known for it.

    Raises:
        ModelUnavailable: if a package is missing that opens it.
    """
    try:
        yield from _rows(path, kind, column)
    except InvalidInput as error:
        yield Item(str(path), Refused(error.message, error.hint), path.name)


def _rows(path: Path, kind: str, column: str | None) -> Iterator[Item]:
    rows = _parquet_rows(path, kind, column) if path.suffix.lower() == ".parquet" else _json_rows(path)
    for number, row in enumerate(rows):
        name = f"{path}#{number}"
        if isinstance(row, Refused):
            yield Item(name, row, f"{path.stem}-{number}")
        elif kind == "record":
            yield Item(name, Inline(json.dumps(row, default=str).encode("ascii")), f"{path.stem}-{number}")
        else:
            yield _item(row.get(_column(row, path, kind, column)), name, f"{path.stem}-{number}", path)


def _column(row: Mapping[str, Any], path: Path, kind: str, column: str | None) -> str:
    known: Sequence[str] = [column] if column else vocabulary("batch")["columns"][kind]
    for name in known:
        if name in row:
            return name
    there = ", ".join(f"'{name}'" for name in row)
    raise InvalidInput(
        f"'{path}' has no column of {kind}s that is known here; it has {there or 'none'}.",
        "Name it with --column.",
    )


def _item(cell: Any, name: str, below: str, table: Path) -> Item:
    """The input that a cell holds: a path, bytes, base64, or {"bytes", "path"} as datasets have it."""
    if isinstance(cell, Mapping):
        inner = cell.get("bytes")
        below = str(cell.get("path") or below)
        cell = inner if inner else cell.get("path")
    if isinstance(cell, bytes):
        return Item(name, _inline(cell), below)
    if not isinstance(cell, str) or not cell.strip():
        return Item(name, Refused("The row names no file and holds no bytes."), below)
    if store_of(cell) in STORES:
        return at(cell)
    path = Path(cell)
    for there in (path, table.parent / path):
        if _exists(there):
            return Item(cell, OnDisk(there), path.name)
    data = _from_base64(cell)
    if data is not None:
        return Item(name, _inline(data), below)
    return Item(cell, OnDisk(path), path.name)


def _inline(data: bytes) -> Location:
    if len(data) > MAX_ITEM_BYTES:
        error = too_large("The row's file", len(data))
        return Refused(error.message, error.hint)
    return Inline(data)


def _exists(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # far too long, or a null character in it
        return False


def _from_base64(text: str) -> bytes | None:
    shortest_picture = 40
    if len(text) < shortest_picture:
        return None
    try:
        return base64.b64decode(text.partition("base64,")[2] or text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _json_rows(path: Path) -> Iterator[Mapping[str, Any] | Refused]:
    try:
        with path.open("rb") as file:
            while line := file.readline(MAX_LINE_BYTES):
                if not line.endswith(b"\n") and len(line) == MAX_LINE_BYTES:
                    raise InvalidInput(f"'{path}' has a line that is too long.", "Give JSON lines.")
                if line.strip():
                    yield _json_row(line)
    except OSError as error:
        raise InvalidInput(f"'{path}' cannot be read.", "Check the name and its permissions.") from error


def _json_row(line: bytes) -> Mapping[str, Any] | Refused:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        row = None
    return row if isinstance(row, dict) else Refused("The line is no JSON object.", "Mend the line.")


def _parquet_rows(path: Path, kind: str, column: str | None) -> Iterator[Mapping[str, Any]]:
    reader = parquet()
    try:
        with reader.ParquetFile(path) as file:
            names = file.schema_arrow.names
            wanted = names if kind == "record" else [_column(dict.fromkeys(names), path, kind, column)]
            for batch in file.iter_batches(batch_size=ROWS_AT_ONCE, columns=wanted):
                yield from batch.to_pylist()
    except InvalidInput:
        raise
    except Exception as error:  # pyarrow has many
        raise InvalidInput(f"'{path}' is no Parquet file, or is damaged.", "Write it again.") from error
