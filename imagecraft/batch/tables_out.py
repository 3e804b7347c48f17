"""The table that a batch leaves: JSON lines as they were written, or Parquet or CSV made of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from imagecraft.batch import journal
from imagecraft.batch.claims import claimed, claims_path, keep_open
from imagecraft.batch.formats import READERS, WRITERS, no_table
from imagecraft.batch.journal import Journal, states_of
from imagecraft.batch.packages import parquet
from imagecraft.batch.rows import Column, Row, columns
from imagecraft.errors import InvalidInput
from imagecraft.media.files import replacing

FORMATS = (".jsonl", ".parquet", ".csv")
JOURNAL_ENDING = ".rows.jsonl"


class Table:
    """The output file of a batch while rows are added to it.

    Rows are JSON lines at all times: in the file itself, or for Parquet and CSV in a journal beside it
    (`OUT.parquet.rows.jsonl`), out of which `finish` makes the file. Only one process may add rows.

    Args:
        path: The file: .jsonl, .parquet or .csv.
        own: The task's columns.

    Raises:
        InvalidInput: if it does not end like a table, cannot be written, or another batch is writing it.
    """

    def __init__(self, path: Path, own: Sequence[Column]) -> None:
        check_name(path)
        self.path = path
        self._own = tuple(own)
        self._columns = columns(own)
        self._rows_path = rows_path(path)
        self._lock = FileLock(path.with_name(f".{path.name}.lock"))
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise InvalidInput(
                f"Another batch is writing '{path}'.", "Wait for it, or choose another file."
            ) from None
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise InvalidInput(f"'{path}' cannot be written ({reason}).", "Choose another folder.") from error
        self._journal: Journal | None = None
        self._new = False
        self._outdated = False

    def check(self, *, resume: bool, overwrite: bool) -> list[Path]:
        """The files of the table that are there: itself, its journal.

        Raises:
            InvalidInput: if there are some, and neither going on nor beginning anew was asked for.
        """
        there = [path for path in dict.fromkeys((self.path, self._rows_path)) if path.exists()]
        if there and not resume and not overwrite:
            raise InvalidInput(
                f"'{there[0]}' is there already.", "Go on with --resume, or begin anew with --overwrite."
            )
        return there

    def begin(self, *, resume: bool, overwrite: bool) -> dict[int, int]:
        """Open the table for more rows.

        Args:
            resume: Go on with what is there.
            overwrite: Begin anew, whatever is there; it stays until the first row is added.

        Returns:
            What each input's row says that is there: see `journal.states_of`.

        Raises:
            InvalidInput: if there is a table and neither was asked for, or it is no table of a batch.
        """
        there = self.check(resume=resume, overwrite=overwrite)
        known: dict[int, int] = {}
        if not resume and not overwrite:
            claims_path(self.path).unlink(missing_ok=True)  # of a table that is gone
        if overwrite and there:
            self._outdated = True
            return known
        if there:
            if self._rows_path.exists():
                journal.repair(self._rows_path)
            known = states_of(self.rows())
        self._new = not self._rows_path.exists()
        self._journal = Journal(self._rows_path)
        return known

    def claims(self) -> set[int]:
        """Keys of files that an earlier run was about to make, and that no row names: see `batch.claims`."""
        return claimed(claims_path(self.path), self.rows())

    def add(self, row: Row) -> None:
        """Add a row. Raises ResourceExhausted if the disk is full."""
        if self._outdated:
            self._begin_anew([row.to_dict(self._own)])
        elif self._journal is not None:
            self._journal.append(row.to_dict(self._own))

    def finish(self, *, stopped: bool = False) -> None:
        """Leave the file with one row for each input.

        Args:
            stopped: Whether inputs are left: a table that was to be begun anew stays if there is no row yet.

        Raises:
            InvalidInput, ResourceExhausted: if it cannot be written; what was added is still there then.
        """
        if self._outdated and not stopped:
            self._begin_anew([])
        if self._journal is None:
            return
        self._journal.close()
        self._journal = None
        self._complete()
        keep_open(claims_path(self.path), self.rows())

    def close(self) -> None:
        """Let go of the file. One that was begun now and has no row, for all ended before, is taken away."""
        if self._journal is not None:
            self._journal.close()
            self._journal = None
            if self._new and not self._rows_path.stat().st_size:
                self._rows_path.unlink()
        Path(self._lock.lock_file).unlink(missing_ok=True)
        self._lock.release()

    def rows(self) -> Iterator[dict[str, Any]]:
        """All rows: those of an earlier run's file, then those since; of an input the last one counts.

        Raises:
            InvalidInput: if they are not rows of this task.
        """
        finished: Iterable[dict[str, Any]] = ()
        if self._rows_path != self.path and self.path.exists():
            finished = READERS[self.path.suffix.lower()](self.path, self._columns)
        since = self._since() if self._rows_path.exists() else ()
        return chain(finished, since)

    def _complete(self) -> None:
        if self._rows_path == self.path:
            journal.compact(self.path)
            return
        last, _ = journal.places_of(self.rows())
        rows = journal.last_rows(self.rows(), last)
        with replacing(self.path, lasting=True) as temporary:
            WRITERS[self.path.suffix.lower()](rows, self._columns, temporary)
        self._rows_path.unlink()

    def _begin_anew(self, rows: Iterable[dict[str, Any]]) -> None:
        """Put the first rows in the place of the table that was there."""
        with replacing(self._rows_path, lasting=True) as temporary, temporary.open("wb") as file:
            file.writelines(map(journal.json_line, rows))
        if self._rows_path != self.path:
            self.path.unlink(missing_ok=True)
        self._journal = Journal(self._rows_path)
        self._outdated = False

    def _since(self) -> Iterator[dict[str, Any]]:
        names = {column.name for column in self._columns}
        for row in journal.read(self._rows_path):
            if not names <= row.keys():
                raise no_table(self.path)
            yield row


def rows_path(path: Path) -> Path:
    """Where a table's rows grow: itself, or the journal beside it."""
    return path if path.suffix.lower() == ".jsonl" else path.with_name(path.name + JOURNAL_ENDING)


def check_name(path: Path) -> None:
    """Refuse what could not be written before any work is done for it.

    Raises:
        InvalidInput: if the name does not end like a table, or its folder is not there.
        ModelUnavailable: if pyarrow is needed and not installed.
    """
    if path.suffix.lower() not in FORMATS:
        raise InvalidInput(
            f"'{path}' does not end like a table.", f"Let it end in one of: {', '.join(FORMATS)}."
        )
    if not path.parent.is_dir():
        raise InvalidInput(
            f"There is no folder '{path.parent}'.", "Make the folder first, or choose another."
        )
    if path.is_dir():
        raise InvalidInput(f"'{path}' is a folder, not a file.", "Give the name of a file in it.")
    if path.suffix.lower() == ".parquet":
        parquet()
