"""Text files of any usual encoding, within limits."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from imagecraft.errors import InvalidInput

MAX_BYTES = 512_000_000
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
FALLBACK = "cp1252"
_SELDOM = frozenset(bytes(range(0x80, 0xA0)).decode(FALLBACK, "ignore")) - frozenset("€…‘’“”•–—™ŠšŽžŒœŸ")
"""Marks of Windows-1252 that hardly any text has, and that other encodings' letters begin with."""
MOST_SELDOM = 0.2
_ANOTHER = "Save it as UTF-8 text, or name its encoding (such as shift_jis or gb18030)."


def read_text(path: Path, encoding: str | None = None) -> tuple[str, str]:
    """The text of a file and the encoding it was read as.

    Byte order marks are followed; without one it is UTF-8 or else Windows-1252, unless that makes marks of it
    that no text has.

    Args:
        path: The file.
        encoding: How it is encoded, as Python calls it ("shift_jis"); None to recognise it.

    Raises:
        InvalidInput: if it cannot be read, is larger than `MAX_BYTES`, is no text, or in another encoding.
    """
    data = _bytes(path)
    if encoding is not None:
        return _decoded(data, _known(encoding), path), encoding
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decoded(data, encoding, path), encoding.removesuffix("-sig")
    if b"\0" in data:
        raise InvalidInput(f"'{path}' is not a text file.", "Save it as UTF-8 text.")
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        text = _decoded(data, FALLBACK, path)
    beyond = [char for char in text if not char.isascii()]
    if sum(char in _SELDOM for char in beyond) > MOST_SELDOM * len(beyond):
        raise InvalidInput(f"'{path}' is text in no encoding that is known here.", _ANOTHER)
    return text, FALLBACK


def one_line(text: object, longest: int) -> str:
    """Any text as one line fit to be shown: what cannot be printed becomes a space, the end is cut off."""
    printable = "".join(letter if letter.isprintable() else " " for letter in str(text)[: 10 * longest])
    return " ".join(printable.split())[:longest].strip()


def _known(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        raise InvalidInput(
            f"There is no encoding '{encoding}'.", "Give one such as utf-8, shift_jis, gb18030 or cp1251."
        ) from None


def _bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise InvalidInput(f"'{path}' is a folder, not a file.", "Give the file.")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise InvalidInput(f"There is no file '{path}'.", "Check its name.") from None
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise InvalidInput(f"'{path}' cannot be read ({reason}).", "Give a file that can be read.") from error
    if len(data) > MAX_BYTES:
        raise InvalidInput(f"'{path}' is larger than {MAX_BYTES // 1_000_000} MB.", "Split it.")
    return data


def _decoded(data: bytes, encoding: str, path: Path) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InvalidInput(f"'{path}' is text in no encoding that is known here.", _ANOTHER) from error


def parsed_json(text: str) -> Any:
    """What JSON text says. Raises ValueError if it is none, or so deeply nested that it cannot be read."""
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def json_objects(lines: Iterable[str], name: str) -> Iterator[dict[str, Any]]:
    """The objects of JSON lines; empty lines are passed over.

    Args:
        lines: The lines, read as they are asked for.
        name: What the file is called in a sentence, in quotes.

    Raises:
        InvalidInput: at a line that is no JSON object; the error says which.
    """
    hint = "Give one object a line."
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = parsed_json(line)
        except ValueError as error:
            raise InvalidInput(f"Line {number} of {name} is not JSON ({error}).", hint) from error
        if not isinstance(row, dict):
            raise InvalidInput(f"Line {number} of {name} is no JSON object.", hint)
        yield row
