"""The row that each input becomes, whichever engine works."""

from __future__ import annotations

import hashlib
import json
import stat
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from imagecraft.catalog import ModelCard

Kind = Literal["text", "real", "whole", "texts", "scores", "boxes", "classes"]
"""What a column holds: a text, a number, a whole number, texts, [{label, score}], evidence with boxes, or
[{label, share, regions}]."""

MOST_HASHED_BYTES = 64_000_000
"""A file of a model of more than that is told by its size and time alone."""

NESTED: tuple[Kind, ...] = ("texts", "scores", "boxes", "classes")


@dataclass(frozen=True)
class Column:
    """A column of the table."""

    name: str
    kind: Kind = "text"


FIRST = (Column("path"), Column("sha256"))
FILES = ("audio", "overlay", "mask")
"""Columns that name files which were made, in the order of their task's endings."""
LAST = (
    Column("model"),
    Column("revision"),
    Column("seconds", "real"),
    Column("notices", "texts"),
    Column("error"),
    Column("settings"),
)


def columns(own: Sequence[Column]) -> tuple[Column, ...]:
    """All columns of a table whose task has these of its own."""
    return (*FIRST, *own, *LAST)


@dataclass(frozen=True)
class Row:
    """What became of one input.

    Attributes:
        path: The input, as it was named: a path, `archive.zip!member`, or `table.parquet#row`.
        sha256: Of its bytes; None where they could not be read.
        result: The task's own columns; empty after an error.
        model: Id of the model.
        revision: Which state of the model, see `revision`.
        seconds: Time it took the model; None after an error.
        error: Why there is no result, in one or two sentences; None if there is one.
        settings: Key of all that the result depends on beside the input, see `settings_key`.
        notices: What one should know of the result, a sentence each.
    """

    path: str
    sha256: str | None
    result: Mapping[str, Any]
    model: str
    revision: str
    seconds: float | None
    error: str | None
    settings: str
    notices: Sequence[str] = field(default=())

    def to_dict(self, own: Sequence[Column]) -> dict[str, Any]:
        """JSON-ready values in the order of the columns; what a column has no value for is None."""
        known = {
            "path": self.path,
            "sha256": self.sha256,
            **self.result,
            "model": self.model,
            "revision": self.revision,
            "seconds": None if self.seconds is None else round(self.seconds, 4),
            "notices": list(self.notices),
            "error": self.error,
            "settings": self.settings,
        }
        return {column.name: known.get(column.name) for column in columns(own)}


def settings_key(settings: Mapping[str, Any]) -> str:
    """A short key of settings: 16 hexadecimal digits, equal only for equal settings."""
    plain = json.dumps(settings, sort_keys=True, ensure_ascii=True, allow_nan=False)
    return hashlib.sha256(plain.encode("ascii")).hexdigest()[:16]


def revision(card: ModelCard) -> str:
    """Which state of a model made a result.

    The commit that its files are of for a model of the hub; else this program's version, with a digest of the
    model's files where it has any, or of those in the folder of an `ID@FOLDER`.
    """
    from imagecraft import __version__
    from imagecraft.runtime import hub
    from imagecraft.runtime.weights import asset

    if card.folder:
        return f"{__version__}+{_of_folder(Path(card.folder).expanduser())}"
    if card.repo:
        return hub.commit_of(hub.copy_of(card)) or card.revision or __version__
    digest = hashlib.sha256("".join(asset(name).sha256 for name in card.assets).encode("ascii"))
    return f"{__version__}+{digest.hexdigest()[:8]}" if card.assets else __version__


def _of_folder(folder: Path) -> str:
    """A digest of the files in a folder: names and contents; of large files sizes and times instead."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        try:
            found = path.stat()
            if not stat.S_ISREG(found.st_mode):
                continue
            content = f"{found.st_size} {found.st_mtime_ns}"
            if found.st_size <= MOST_HASHED_BYTES:
                content = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError:  # loading the model says what is wrong with it
            continue
        name = path.relative_to(folder).as_posix()
        digest.update(f"{name}\0{content}\0".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()[:8]


def path_key(path: str) -> int:
    """64 bits that stand for an input's name where a million of them are kept in memory.

    Odd bytes of a name count as they are written in tables that hold only UTF-8: CSV and Parquet.
    """
    return _bits(path)


def state_key(sha256: str, settings: str) -> int:
    """64 bits that stand for an input's bytes and the settings it was worked on with; never 0."""
    return _bits(f"{sha256}/{settings}") or 1


def files_key(paths: Iterable[str]) -> int:
    """64 bits that stand for the files that were made of an input; 0 if there are none."""
    joined = "\0".join(paths)
    return _bits(joined) or 1 if joined else 0


def _bits(text: str) -> int:
    digest = hashlib.blake2b(text.encode("utf-8", "backslashreplace"), digest_size=8)
    return int.from_bytes(digest.digest(), "big")
