"""Captions brought together by id in a database on disk, for sets that do not fit into memory."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from imagecraft.scoring.base import Corpus
from imagecraft.scoring.columns import Role
from imagecraft.scoring.files import as_list
from imagecraft.scoring.pairing import Findings, Missing, scorable
from imagecraft.scoring.temporary import room

ROWS_AT_ONCE = 5000
ODD = ("utf-8", "surrogatepass")
"""JSON may hold half of a surrogate pair, which is no text that a database takes."""
Progress = Callable[[str, int], None]


class CaptionTable:
    """Predictions and references by id, on disk. References come first, so that items keep their order."""

    def __init__(self, path: Path) -> None:
        with room():
            self._data = sqlite3.connect(path)
            self._data.execute("PRAGMA journal_mode = OFF")
            self._data.execute("PRAGMA synchronous = OFF")
            self._data.execute("CREATE TABLE items (id BLOB PRIMARY KEY, prediction TEXT, texts TEXT)")

    def close(self) -> None:
        self._data.close()

    def fill(self, rows: Iterator[tuple[str, Any]], role: Role, told: Callable[[str, int], None]) -> None:
        """Take in a file. References of an id in several rows add up; of its predictions the first counts.

        Raises:
            ResourceExhausted: if the disk is full.
        """
        if role == "references":
            order = (
                "INSERT INTO items (id, texts) VALUES (?, ?) ON CONFLICT (id) DO UPDATE "
                "SET texts = texts || char(10) || excluded.texts"
            )
        else:
            order = (
                "INSERT INTO items (id, prediction) VALUES (?, ?) ON CONFLICT (id) DO UPDATE "
                "SET prediction = coalesce(prediction, excluded.prediction)"
            )
        done = 0
        while some := list(islice(rows, ROWS_AT_ONCE)):
            values = ((name.encode(*ODD), json.dumps(_kept(said, role))) for name, said in some)
            with room():
                self._data.executemany(order, values)
            done += len(some)
            told("reading", done)
        with room():
            self._data.commit()

    def parts(self, missing: Missing, findings: Findings, size: int) -> Iterator[Corpus]:
        """The items that can be scored, so many at once."""
        rows = self._data.cursor().execute("SELECT id, prediction, texts FROM items ORDER BY rowid")
        items = (item for row in rows if (item := _item(row, missing, findings)) is not None)
        while some := list(islice(items, size)):
            ids, captions, texts = zip(*some, strict=True)
            yield Corpus(ids, captions, texts)


def _kept(said: Any, role: Role) -> Any:
    """All references of a row, or the first of its predictions."""
    if role == "references":
        return as_list(said)
    return said[0] if isinstance(said, list) and said else said


def _item(
    row: tuple[bytes, str | None, str | None], missing: Missing, findings: Findings
) -> tuple[str, str, tuple[str, ...]] | None:
    key, prediction, texts = row
    name = key.decode(*ODD)
    ours = {} if prediction is None else {name: json.loads(prediction)}
    theirs = {} if texts is None else {name: [one for line in texts.split("\n") for one in json.loads(line)]}
    return scorable(name, ours, theirs, missing, findings)
