"""Large tables of captions, read a row at a time: Parquet, JSON lines, CSV and TSV."""

from __future__ import annotations

import csv
import importlib.util
from collections.abc import Iterator, Mapping
from itertools import chain, islice
from pathlib import Path
from typing import Any, TextIO

from imagecraft.errors import InvalidInput, ModelUnavailable
from imagecraft.media.texts import json_objects
from imagecraft.scoring.columns import Chosen, Columns, Role, found_in
from imagecraft.scoring.files import texts_in_cells, texts_in_record

SUFFIXES = (".parquet", ".jsonl", ".ndjson", ".csv", ".tsv")
LOOKED_AT_ROWS = 100
LONGEST_LINE = 4_000_000
ROWS_AT_ONCE = 4096

Row = Mapping[str, Any]


def is_table(path: Path) -> bool:
    """Whether `captions_in` could read it: a file by its ending, or a folder of Parquet files."""
    return path.suffix.lower() in SUFFIXES or (path.is_dir() and any(path.glob("**/*.parquet")))


def is_parquet(path: Path) -> bool:
    """Whether it is a Parquet file, or a folder of them."""
    return path.suffix.lower() == ".parquet" or path.is_dir()


def captions_in(path: Path, role: Role, wanted: Chosen) -> tuple[Columns, Iterator[tuple[str, Any]]]:
    """The columns taken, and id and captions of each row, which is read when it is asked for.

    Args:
        path: .parquet (or a folder of such), .jsonl, .ndjson, .csv or .tsv, in UTF-8.
        role: "predictions" or "references".
        wanted: Columns that are not to be guessed.

    Raises:
        InvalidInput: if it cannot be read, or no column looks like captions.
        ModelUnavailable: if it is a Parquet file and pyarrow is not installed.
    """
    if not is_table(path):
        raise InvalidInput(
            f"'{path}' cannot be read in parts.", f"Let it end in one of: {', '.join(SUFFIXES)}."
        )
    rows = _rows(path)
    head = list(islice(rows, LOOKED_AT_ROWS))
    if not head:
        raise InvalidInput(f"'{path}' holds no captions.", "Check that it is the right file.")
    columns = found_in(list(dict.fromkeys(name for row in head for name in row)), role, path, wanted)
    cells = path.suffix.lower() in (".csv", ".tsv")
    return columns, _captions(chain(head, rows), columns, role, cells)


def _captions(rows: Iterator[Row], columns: Columns, role: Role, cells: bool) -> Iterator[tuple[str, Any]]:
    """Id and captions of each row, as `imagecraft.scoring.files` reads them."""
    said = texts_in_cells if cells else texts_in_record
    for number, row in enumerate(rows, start=1):
        value = row.get(columns.id) if columns.id else number
        name = "" if value is None else str(value).strip()
        if name:
            yield name, said(row, columns, role)


def _rows(path: Path) -> Iterator[Row]:
    if is_parquet(path):
        return _parquet(path)
    return _lines(path) if path.suffix.lower() in (".jsonl", ".ndjson") else _table(path)


def _parquet(path: Path) -> Iterator[Row]:
    if importlib.util.find_spec("pyarrow") is None:
        raise ModelUnavailable(
            "Parquet files need pyarrow.", 'Install it with: pip install "imagecraft[parquet]"'
        )
    import pyarrow
    import pyarrow.dataset

    try:
        table = pyarrow.dataset.dataset(path, format="parquet")
        for batch in table.to_batches(batch_size=ROWS_AT_ONCE, batch_readahead=1, fragment_readahead=1):
            yield from batch.to_pylist()
    except (OSError, pyarrow.ArrowException) as error:
        raise InvalidInput(f"'{path}' cannot be read as Parquet.", "Check that it is whole.") from error


def _lines(path: Path) -> Iterator[Row]:
    with _opened(path) as file:
        yield from json_objects(_bounded(file, path), f"'{path}'")


def _bounded(file: TextIO, path: Path) -> Iterator[str]:
    """The lines of a file, none of which is too long to be kept in memory."""
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise InvalidInput(f"Line {number} of '{path}' is too long.", "Give one object a line.")
        yield line


def _table(path: Path) -> Iterator[Row]:
    with _opened(path, newline="") as file:
        try:
            for row in csv.DictReader(file, delimiter="\t" if path.suffix.lower() == ".tsv" else ","):
                yield {name: value for name, value in row.items() if name is not None}
        except csv.Error as error:
            raise InvalidInput(f"'{path}' cannot be understood ({error}).", "Check it.") from error


class _opened:  # noqa: N801 - used like `open`
    """A text file in UTF-8; what cannot be read is an error of the user's, with a way out."""

    def __init__(self, path: Path, newline: str | None = None) -> None:
        self._path, self._newline = path, newline

    def __enter__(self) -> Any:
        try:
            self._file = self._path.open(encoding="utf-8-sig", newline=self._newline)
        except OSError as error:
            reason = (error.strerror or type(error).__name__).lower()
            raise InvalidInput(f"'{self._path}' cannot be read: {reason}.", "Check the name.") from error
        return self._file

    def __exit__(self, kind: Any, error: BaseException | None, _trace: Any) -> None:
        self._file.close()
        if isinstance(error, UnicodeDecodeError):
            raise InvalidInput(f"'{self._path}' is not UTF-8.", "Save it as UTF-8 text.") from error
