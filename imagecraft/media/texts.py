"""Text files of any usual encoding, within limits."""

from __future__ import annotations

import codecs
from pathlib import Path

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


def read_text(path: Path) -> tuple[str, str]:
    """The text of a file and the encoding it was read as.

    Byte order marks are followed; without one it is UTF-8 or else Windows-1252.

    Raises:
        InvalidInput: if it cannot be read, is larger than `MAX_BYTES`, or is no text.
    """
    data = _bytes(path)
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decoded(data, encoding, path), encoding.removesuffix("-sig")
    if b"\0" in data:
        raise InvalidInput(f"'{path}' is not a text file.", "Save it as UTF-8 text.")
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _decoded(data, FALLBACK, path), FALLBACK


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
        raise InvalidInput(
            f"'{path}' is text in no encoding that is known here.", "Save it as UTF-8 text."
        ) from error
