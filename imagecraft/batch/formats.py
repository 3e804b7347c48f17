"""Tables as Parquet and CSV: rows into a file, and back out of it."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from imagecraft.batch.packages import parquet
from imagecraft.batch.rows import NESTED, Column, Kind
from imagecraft.errors import InvalidInput
from imagecraft.media.tables import FORMULA_STARTS, safe_cell

ROWS_IN_GROUP = 10_000


def _write_parquet(rows: Iterable[dict[str, Any]], wanted: Sequence[Column], path: Path) -> None:
    module = parquet()
    schema = _schema(wanted)
    with module.ParquetWriter(path, schema, compression="zstd") as writer:
        rows = iter(rows)
        while group := list(islice(rows, ROWS_IN_GROUP)):
            plain = [{column.name: _utf8(row.get(column.name)) for column in wanted} for row in group]
            writer.write_table(_arrow().Table.from_pylist(plain, schema=schema))


def _read_parquet(path: Path, wanted: Sequence[Column]) -> Iterator[dict[str, Any]]:
    module = parquet()
    try:
        with module.ParquetFile(path) as file:
            if not {column.name for column in wanted} <= set(file.schema_arrow.names):
                raise no_table(path)
            for batch in file.iter_batches(batch_size=ROWS_IN_GROUP):
                yield from batch.to_pylist()
    except InvalidInput:
        raise
    except Exception as error:  # pyarrow has many
        raise no_table(path) from error


def _write_csv(rows: Iterable[dict[str, Any]], wanted: Sequence[Column], path: Path) -> None:
    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([column.name for column in wanted])
        for row in rows:
            writer.writerow([_cell(row.get(column.name), column.kind) for column in wanted])


def _read_csv(path: Path, wanted: Sequence[Column]) -> Iterator[dict[str, Any]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            if not {column.name for column in wanted} <= set(reader.fieldnames or ()):
                raise no_table(path)
            for row in reader:
                yield {column.name: _value(row[column.name], column.kind) for column in wanted}
    except (OSError, ValueError, csv.Error) as error:
        raise no_table(path) from error


def _cell(value: Any, kind: Kind) -> Any:
    if value is None:
        return ""
    if kind in NESTED:
        return json.dumps(value, ensure_ascii=False)
    return safe_cell(value) if kind == "text" else value


def _value(cell: str, kind: Kind) -> Any:
    """What a cell of ours stands for."""
    if not cell:
        return None
    if kind == "text":
        return cell[1:] if cell[0] == "'" and cell[1:].startswith(FORMULA_STARTS) else cell
    return json.loads(cell)


def no_table(path: Path) -> InvalidInput:
    """The error for a file that holds something else."""
    return InvalidInput(
        f"'{path}' is no table that a batch of this task wrote.",
        "Choose another file, or replace it with --overwrite.",
    )


def _utf8(value: Any) -> Any:
    """A text without what Parquet cannot hold: odd bytes of a file's name."""
    return value.encode("utf-8", "backslashreplace").decode("utf-8") if isinstance(value, str) else value


def _schema(wanted: Sequence[Column]) -> Any:
    arrow = _arrow()
    types = {
        "text": arrow.string(),
        "real": arrow.float64(),
        "whole": arrow.int64(),
        "texts": arrow.list_(arrow.string()),
        "scores": arrow.list_(_struct({"label": arrow.string(), "score": arrow.float64()})),
        "boxes": arrow.list_(
            _struct(
                {
                    "label": arrow.string(),
                    "score": arrow.float64(),
                    "box": arrow.list_(arrow.int32()),
                    "source": arrow.string(),
                    "stated": arrow.bool_(),
                }
            )
        ),
        "classes": arrow.list_(
            _struct(
                {
                    "label": arrow.string(),
                    "share": arrow.float64(),
                    "pixels": arrow.int64(),
                    "regions": arrow.int64(),
                }
            )
        ),
    }
    return arrow.schema([(column.name, types[column.kind]) for column in wanted])


def _struct(fields: dict[str, Any]) -> Any:
    return _arrow().struct(list(fields.items()))


def _arrow() -> Any:
    parquet()
    import pyarrow

    return pyarrow


WRITERS: dict[str, Callable[[Iterable[dict[str, Any]], Sequence[Column], Path], None]] = {
    ".parquet": _write_parquet,
    ".csv": _write_csv,
}
READERS: dict[str, Callable[[Path, Sequence[Column]], Iterator[dict[str, Any]]]] = {
    ".parquet": _read_parquet,
    ".csv": _read_csv,
}
