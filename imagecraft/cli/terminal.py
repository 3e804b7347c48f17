"""What goes to the terminal: plain lines, JSON lines, errors, progress bars."""

from __future__ import annotations

import json
import os
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from imagecraft.errors import ResourceExhausted
from imagecraft.runtime.downloads import Progress

PIPE_CLOSED = 141  # what a shell reports for a program stopped by a closed pipe

_CONTROLS = frozenset(["Cc", "Cf", "Cs", "Zl", "Zp"])
BYTES = "B"


def print_line(text: str) -> None:
    """One line of a result on stdout, whatever is in the text.

    Raises:
        SystemExit: when nobody reads stdout any more.
    """
    _write(one_line(text))


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Rows under a head, in columns. Raises as `print_line`."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for row in (head, *rows):
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        print_line("  ".join(cells).rstrip())


def print_json(value: dict[str, Any]) -> None:
    """One JSON object on one line of stdout. Raises as `print_line`."""
    plain_ascii = (getattr(sys.stdout, "encoding", None) or "ascii").lower().replace("-", "") != "utf8"
    _write(json.dumps(value, ensure_ascii=plain_ascii))


def print_note(text: str) -> None:
    """Something the user should know, on stderr."""
    print(f"imagecraft: note: {one_line(text)}", file=sys.stderr)


def print_error(message: str, hint: str) -> None:
    """What went wrong on one line of stderr, the way out on the next."""
    print(f"imagecraft: error: {one_line(message)}", file=sys.stderr)
    if hint:
        print(one_line(hint), file=sys.stderr)


def one_line(text: str) -> str:
    """The text with control characters written out: it breaks no line and commands no terminal."""
    return "".join(_escaped(char) if unicodedata.category(char) in _CONTROLS else char for char in text)


@contextmanager
def progress_bar(unit: str = BYTES) -> Iterator[Progress | None]:
    """Progress on stderr, of downloads or of what `unit` says; None when stderr is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from tqdm import tqdm

    bars: dict[str, Any] = {}

    def show(label: str, done: int, total: int) -> None:
        if label not in bars:
            bars[label] = tqdm(
                desc=label, total=total, unit=unit, unit_scale=unit == BYTES, unit_divisor=1000, leave=False
            )
        bars[label].update(done - bars[label].n)

    try:
        yield show
    finally:
        for bar in bars.values():
            bar.close()


def counted(words: str, total: int | None = None) -> Any:
    """A counter on stderr; hidden without a terminal there, or with results on the same one.

    Args:
        words: The line, with {n} for how far it is and {total} for how far it goes.
        total: How far it goes, where that is known.
    """
    from tqdm import tqdm

    hidden = not sys.stderr.isatty() or sys.stdout.isatty()
    return tqdm(total=total, bar_format=words, leave=False, disable=hidden)


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def _write(line: str) -> None:
    try:
        print(line, flush=True)
    except BrokenPipeError:
        _silence()
        raise SystemExit(PIPE_CLOSED) from None
    except OSError as error:
        _silence()
        raise ResourceExhausted(
            f"The result could not be written: {error.strerror}.", "Make room, or send it elsewhere."
        ) from error


def _silence() -> None:
    """Let what is still buffered for stdout go nowhere, so that the program can end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
