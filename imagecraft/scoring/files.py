"""Files of captions: COCO results and annotations, {id: text}, JSON lines, CSV, TSV."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from imagecraft.errors import InvalidInput
from imagecraft.media.files import file_sha256
from imagecraft.media.texts import FALLBACK, json_objects, read_text
from imagecraft.scoring.columns import Chosen, Columns, Role, found_in, guess
from imagecraft.scoring.pairing import counted, listed

DELIMITERS = ",;\t|"
SAMPLE_CHARACTERS = 20_000


@dataclass
class CaptionFile:
    """What a file says.

    Attributes:
        captions: {id: caption} of predictions, {id: captions} of references, in the file's order.
        notices: How it was understood, and what is odd about it, one sentence each.
        file: Its name.
        sha256: Of its bytes.
        columns: Columns (or JSON fields) it has; empty for one that has none.
        texts: Those of them that captions were taken from.
        merged: Ids whose references came from more than one row.
    """

    captions: dict[str, Any] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    file: str = ""
    sha256: str = ""
    columns: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    merged: list[str] = field(default_factory=list)


def read_captions(
    path: Path,
    role: Role,
    wanted: Chosen = Chosen(),  # noqa: B008 - frozen
    encoding: str | None = None,
) -> CaptionFile:
    """Read a file of predictions or references.

    Args:
        path: .json, .jsonl, .ndjson, .csv, .tsv or .txt (one caption a line).
        role: "predictions" (one caption an id) or "references" (any number).
        wanted: Columns (or JSON fields) of tables that are not to be guessed.
        encoding: Of its text; None to have it recognised.

    Raises:
        InvalidInput: if it cannot be read or holds no captions.
    """
    text, used = read_text(path, encoding)
    found = CaptionFile(file=path.name, sha256=file_sha256(path))
    if used == FALLBACK and encoding is None:
        found.notices.append(f"{path.name} is not UTF-8; it was read as Windows-1252.")
    suffix = path.suffix.lower()
    try:
        if suffix in (".jsonl", ".ndjson"):
            _records(json_objects(text.splitlines(), f"'{path}'"), role, path, found, wanted)
        elif suffix in (".csv", ".tsv"):
            _table(text, role, path, found, wanted)
        elif suffix == ".txt":
            _collect(((str(n), line) for n, line in enumerate(text.splitlines(), start=1)), role, path, found)
        elif suffix == ".json":
            _json(text, role, path, found, wanted)
        else:
            raise InvalidInput(
                f"'{path}' does not end like a file of captions.",
                "Let it end in .json, .jsonl, .csv, .tsv or .txt.",
            )
    except (csv.Error, RecursionError) as error:
        raise InvalidInput(
            f"'{path}' cannot be understood ({error}).", "Check how it was written."
        ) from error
    if not found.captions:
        raise InvalidInput(f"'{path}' holds no captions.", "Check that it is the right file.")
    return found


def _json(text: str, role: Role, path: Path, found: CaptionFile, wanted: Chosen) -> None:
    twice: list[str] = []

    def whole(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        result = dict(pairs)
        if len(result) < len(pairs):
            times = Counter(name for name, _ in pairs)
            twice.extend(name for name in result if times[name] > 1)
        return result

    try:
        data = json.loads(text, object_pairs_hook=whole)
    except ValueError as error:
        _json_lines_after_all(text, role, path, found, wanted, error)
        return
    if twice:
        found.notices.append(
            f"{path.name}: {counted(len(twice), 'name')} more than once in an object; the last of each is "
            f"used ({listed(twice)})."
        )
    if isinstance(data, Mapping) and isinstance(data.get("annotations"), list):
        data = data["annotations"]
    if isinstance(data, Mapping):
        _collect(((str(name), _texts(value)) for name, value in data.items()), role, path, found)
    elif isinstance(data, list) and data and all(isinstance(one, Mapping) for one in data):
        _records(data, role, path, found, wanted)
    elif isinstance(data, list):
        _collect(((str(n), _texts(one)) for n, one in enumerate(data, start=1)), role, path, found)
    else:
        raise InvalidInput(f"'{path}' holds no captions.", "Give a list of results, or {id: text}.")


def _json_lines_after_all(
    text: str, role: Role, path: Path, found: CaptionFile, wanted: Chosen, error: ValueError
) -> None:
    """A .json file that has one object a line is a common mistake."""
    try:
        rows = list(json_objects(text.splitlines(), f"'{path}'"))
    except InvalidInput:
        raise InvalidInput(f"'{path}' is not JSON ({error}).", "Check how it was written.") from error
    found.notices.append(f"{path.name} has one JSON object a line, and was read as such.")
    _records(rows, role, path, found, wanted)


def _table(text: str, role: Role, path: Path, found: CaptionFile, wanted: Chosen) -> None:
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=_delimiter(text, path), restkey=None)
    names = [name for name in reader.fieldnames or [] if name]
    columns = found_in(names, role, path, wanted)
    found.columns, found.texts = tuple(names), columns.texts
    found.notices.append(f"{path.name}: {_taken(columns, wanted)}.")
    ragged = 0

    def rows() -> Iterable[tuple[str, Any]]:
        nonlocal ragged
        for number, row in enumerate(reader, start=1):
            ragged += None in row or None in row.values()
            name = str(row.get(columns.id) or "") if columns.id else str(number)
            yield name, texts_in_cells(row, columns, role)

    _collect(rows(), role, path, found)
    if ragged:
        found.notices.append(
            f"{path.name}: {counted(ragged, 'row')} with more or fewer cells than the head of the table."
        )


def _taken(columns: Columns, wanted: Chosen) -> str:
    """Which columns were taken, and that the one of ids that was named is not there."""
    said = columns.words()
    return said if wanted.id in (None, columns.id) else f"no column '{wanted.id}'; {said}"


def _delimiter(text: str, path: Path) -> str:
    if path.suffix.lower() == ".tsv":
        return "\t"
    head = text[:SAMPLE_CHARACTERS].splitlines()[:1]
    return max(DELIMITERS, key=lambda mark: head[0].count(mark)) if head else ","


def texts_in_cells(row: Mapping[str, Any], columns: Columns, role: Role) -> Any:
    """What a row of a table says: the cell of a prediction, or a list of references."""
    values = [row[column] for column in columns.texts]
    return values[0] if role == "predictions" else _cells(values)


def texts_in_record(row: Mapping[str, Any], columns: Columns, role: Role) -> Any:
    """What a JSON object says: a prediction, or a list of references; None for nothing."""
    values = [text for column in columns.texts if column in row for text in as_list(_texts(row[column]))]
    return values[0] if role == "predictions" and values else values or None


def _cells(values: Sequence[Any]) -> list[Any]:
    """References of one row; empty cells are only room for more, and a cell may hold a JSON list."""
    texts: list[Any] = []
    for value in values:
        if isinstance(value, str) and value.lstrip().startswith('["'):
            try:
                texts += _texts(json.loads(value))
                continue
            except ValueError:
                pass
        texts.append(value)
    filled = [text for text in texts if text and text.strip()]
    return filled or texts[:1]


def _records(
    rows: Iterable[Mapping[str, Any]], role: Role, path: Path, found: CaptionFile, wanted: Chosen
) -> None:
    rows = list(rows)
    if not rows:
        return
    names = list(dict.fromkeys(name for row in rows[:100] for name in row))
    columns = found_in(names, role, path, wanted)
    found.columns, found.texts = tuple(names), columns.texts
    if guess(["image_id", "caption"], role) != columns or wanted.id not in (None, columns.id):
        found.notices.append(f"{path.name}: {_taken(columns, wanted)}.")

    def pairs() -> Iterable[tuple[str, Any]]:
        for number, row in enumerate(rows, start=1):
            name = str(row.get(columns.id, "")) if columns.id else str(number)
            yield name, texts_in_record(row, columns, role)

    _collect(pairs(), role, path, found)


def _texts(value: Any) -> Any:
    """Texts out of pycocoevalcap's {"caption": text} and lists of them."""
    if isinstance(value, Mapping):
        return value.get("caption", value.get("text"))
    if isinstance(value, list):
        return [_texts(one) for one in value]
    return value


def as_list(value: Any) -> list[Any]:
    """A list as it is, anything else in one."""
    return value if isinstance(value, list) else [value]


def _collect(pairs: Iterable[tuple[str, Any]], role: Role, path: Path, found: CaptionFile) -> None:
    twice: dict[str, int] = {}
    merged: dict[str, None] = {}
    unnamed = several = 0
    for name, value in pairs:
        name = name.strip()
        if not name:
            unnamed += 1
        elif role == "references":
            if name in found.captions:
                merged[name] = None
            found.captions.setdefault(name, []).extend(as_list(value))
        elif name in found.captions:
            twice[name] = twice.get(name, 1) + 1
        else:
            several += isinstance(value, list) and len(value) > 1
            found.captions[name] = value[0] if isinstance(value, list) and value else value
    found.merged = list(merged)
    if unnamed:
        found.notices.append(f"{path.name}: {counted(unnamed, 'row')} without an id: left out.")
    if several:
        found.notices.append(
            f"{path.name}: {counted(several, 'id')} with more than one prediction; the first is scored."
        )
    if twice:
        found.notices.append(
            f"{path.name}: {counted(len(twice), 'id')} more than once; the first caption of each is scored "
            f"({listed(list(twice))})."
        )
