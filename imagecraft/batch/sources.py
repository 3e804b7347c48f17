"""Where inputs come from: files, folders, patterns, lists, archives and tables, one input at a time."""

from __future__ import annotations

import glob
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

from imagecraft.assets import vocabulary
from imagecraft.batch.archives import archived
from imagecraft.batch.items import Item, OnDisk, Refused
from imagecraft.batch.remote import STORES, at, is_plain, remote, store_of
from imagecraft.batch.remote import check as check_address
from imagecraft.batch.rows import path_key
from imagecraft.batch.tables_in import tabled
from imagecraft.errors import InvalidInput
from imagecraft.media.texts import read_text

InputKind = Literal["picture", "sound", "record"]

STANDARD_INPUT = "-"


@dataclass(frozen=True)
class Sources:
    """What to work through.

    Attributes:
        names: Files, folders, patterns ("photos/**/*.jpg"), lists (a .txt file, "@FILE", or "-" for standard
            input), archives (.zip, .tar and compressed ones) and tables (.parquet, .jsonl).
        kind: What the inputs are: "picture", "sound", or "record" (a row of a table as it is).
        recursive: Whether folders are searched with all that is below them.
        column: Column of tables that holds paths or bytes; None to recognise it.
        shard: (i, n): only the i-th of n parts, i from 1; which part an input is in depends on its name only.
        limit: At most so many inputs.
        leave_out: A folder that is not searched: results go there.
        made: Endings of files in folders and archives that are results themselves.
        written: Tables that are written meanwhile, with links followed: they are left out.
    """

    names: tuple[str, ...]
    kind: InputKind = "picture"
    recursive: bool = False
    column: str | None = None
    shard: tuple[int, int] | None = None
    limit: int | None = None
    leave_out: Path | None = None
    made: tuple[str, ...] = ()
    written: tuple[Path, ...] = ()

    def check(self) -> None:
        """Refuse what can never be worked through, before any work is done.

        Raises:
            InvalidInput: a source that is not there, or a part or limit that is not possible.
        """
        if not self.names:
            raise InvalidInput("There is nothing to work on.", "Name files, folders, archives or tables.")
        if self.limit is not None and self.limit < 1:
            raise InvalidInput(f"A limit of {self.limit} leaves nothing.", "Give at least 1.")
        if self.shard is not None and not 1 <= self.shard[0] <= self.shard[1]:
            raise InvalidInput(
                f"There is no part {self.shard[0]} of {self.shard[1]}.", "Give 1/4, 2/4, 3/4 or 4/4."
            )
        for name in self.names:
            _check(name)

    def items(self) -> Iterator[Item]:
        """The inputs, each name once, found as they are asked for; folders in the order of names.

        Raises:
            InvalidInput: if a table or list cannot be read. What is wrong with a single input is told when
                that is read.
        """
        return islice(self._chosen(), self.limit)

    def count(self) -> int | None:
        """How many there are; None where finding out would mean reading them."""
        if any(_suffix(name, "table") or _is_tar(name) or name == STANDARD_INPUT for name in self.names):
            return None
        return sum(1 for _ in self.items())

    def _chosen(self) -> Iterator[Item]:
        met: set[int] = set()
        for name in self.names:
            for item in self._found(name):
                key = path_key(item.name)
                if key in met or (self.shard and key % self.shard[1] != self.shard[0] - 1):
                    continue
                met.add(key)
                yield item

    def _found(self, name: str) -> Iterator[Item]:
        if store_of(name):
            if is_plain(name) and self._wanted(name):
                yield at(name)
            else:
                yield from remote(name, self._wanted, self.recursive)
        elif name == STANDARD_INPUT:
            yield from self._listed(_standard_input(), Path())
        elif name.startswith("@") or (_suffix(name, "list") and Path(name).is_file()):
            path = Path(name.removeprefix("@"))
            yield from self._listed(read_text(path)[0].splitlines(), path.parent)
        elif Path(name).is_dir():
            yield from self._folder(Path(name), Path(name))
        elif Path(name).exists() or not glob.has_magic(name):
            yield from self._file(Path(name))
        else:
            for match in sorted(_matches(name)):
                if not Path(match).is_dir():
                    yield from self._file(Path(match))

    def _file(self, path: Path) -> Iterator[Item]:
        if _suffix(path.name, "archive"):
            yield from archived(path, self._wanted)
        elif _suffix(path.name, "table"):
            if path.resolve() not in self.written:
                yield from tabled(path, self.kind, self.column)
        elif self.kind == "record":
            yield Item(str(path), Refused("It is no table.", "Give a .parquet or .jsonl file."), path.name)
        else:
            yield Item(str(path), OnDisk(path), path.name)

    def _folder(self, folder: Path, root: Path) -> Iterator[Item]:
        """Wanted files of a folder, then its folders; links to folders and hidden things are left alone."""
        try:
            with os.scandir(folder) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            refused = Refused(f"The folder cannot be read ({reason}).", "Check its permissions.")
            yield Item(str(folder), refused, str(folder.relative_to(root)))
            return
        shown = [entry for entry in found if not entry.name.startswith(".")]
        for entry in shown:
            path = folder / entry.name
            if self._wanted(entry.name) and not _answered(entry.is_dir):
                if self.kind == "record" and _answered(entry.is_file):
                    yield from self._file(path)
                else:
                    yield Item(str(path), OnDisk(path), str(path.relative_to(root)))
        for entry in shown:
            if self.recursive and entry.is_dir(follow_symlinks=False) and not self._left_out(folder, entry):
                yield from self._folder(folder / entry.name, root)

    def _left_out(self, folder: Path, entry: os.DirEntry[str]) -> bool:
        return self.leave_out is not None and (folder / entry.name).resolve() == self.leave_out.resolve()

    def _listed(self, lines: Iterable[str], beside: Path) -> Iterator[Item]:
        """Files that a list names, from here or from the list's own folder."""
        for line in lines:
            name = line.strip()
            if store_of(name) in STORES and is_plain(name):
                yield at(name)
            elif store_of(name) in STORES:
                yield from remote(name, self._wanted, self.recursive)
            elif name:
                path = Path(name)
                there = path if path.is_absolute() or _answered(path.exists) else beside / path
                yield Item(name, OnDisk(there if _answered(there.exists) else path), path.name)

    def _wanted(self, name: str) -> bool:
        wanted = _suffix(name, "table" if self.kind == "record" else self.kind)
        return wanted and not name.lower().endswith(self.made)


def parse_shard(text: str) -> tuple[int, int]:
    """The numbers of "2/4".

    Raises:
        InvalidInput: if it is not two numbers.
    """
    part, _, parts = text.partition("/")
    try:
        return int(part), int(parts)
    except ValueError:
        raise InvalidInput(f"'{text}' names no part.", "Give it as 1/4: the first of four.") from None


def _check(name: str) -> None:
    if store_of(name):
        check_address(name)
        return
    if name == STANDARD_INPUT:
        return
    path = Path(name.removeprefix("@"))
    try:
        there = path.exists() or (glob.has_magic(name) and next(_matches(name), None))
    except (OSError, ValueError, re.error) as error:
        raise InvalidInput(f"'{name}' cannot be looked for.", "Check the name.") from error
    if not there:
        raise InvalidInput(f"There is no file or folder '{name}'.", "Check the name.")


def _answered(question: Callable[[], bool]) -> bool:
    """What the disk answers; no where it cannot say: links in a circle, a name far too long."""
    try:
        return question()
    except OSError:
        return False


def _matches(pattern: str) -> Iterator[str]:
    return glob.iglob(pattern, recursive=True)  # noqa: PTH207 - pathlib takes no absolute patterns


def _suffix(name: str, kind: str) -> bool:
    """Whether a name ends like files of a kind."""
    endings: Sequence[str] = vocabulary("batch")["suffixes"][kind]
    return name.lower().endswith(tuple(endings))


def _is_tar(name: str) -> bool:
    return _suffix(name, "archive") and not name.lower().endswith(".zip")


def _standard_input() -> Iterator[str]:
    return iter(sys.stdin) if sys.stdin else iter(())
