"""Texts in the first directory of a TIFF structure (which EXIF is, too), all else left where it is.

The old directory and every value stay at their places, so that offsets that only their maker knows (those in
a camera's notes) still lead somewhere; a new directory at the end takes the old one's place.

References:
    TIFF 6.0, section 2; EXIF 3.0, section 4.6.4 (ImageDescription, 0x010E).
"""

from __future__ import annotations

import struct

IMAGE_DESCRIPTION = 0x010E
XMP_PACKET = 0x02BC
ASCII, BYTE = 2, 1
EMPTY = b"II*\0\x08\0\0\0\0\0\0\0\0\0"

_ENTRY_BYTES = 12
_INLINE_BYTES = 4
_WIDTHS = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}


def value_of(tiff: bytes, tag: int) -> bytes | None:
    """The bytes of a tag in the first directory; None if it is not there.

    Raises:
        ValueError: if this is no TIFF structure, or a damaged one.
    """
    order, entries, _ = _directory(tiff)
    entry = entries.get(tag)
    if entry is None:
        return None
    _, kind, count, place = struct.unpack(f"{order}HHII", entry)
    size = _WIDTHS.get(kind, 0) * count
    if size <= _INLINE_BYTES:
        return entry[8 : 8 + size]
    if place + size > len(tiff):
        raise ValueError("a value lies outside")
    return tiff[place : place + size]


def with_values(tiff: bytes, values: dict[int, tuple[int, bytes]]) -> bytes:
    """The structure with some tags of its first directory set.

    Args:
        tiff: A whole structure; `EMPTY` for a new one.
        values: Tag -> (type, bytes).

    Raises:
        ValueError: as `value_of`.
    """
    order, entries, following = _directory(tiff)
    result = bytearray(tiff)
    for tag, (kind, data) in values.items():
        _even(result)
        count = len(data) // _WIDTHS[kind]
        if len(data) <= _INLINE_BYTES:
            place = data.ljust(_INLINE_BYTES, b"\0")
        else:
            place = struct.pack(f"{order}I", len(result))
            result += data
        entries[tag] = struct.pack(f"{order}HHI", tag, kind, count) + place
    _even(result)
    struct.pack_into(f"{order}I", result, 4, len(result))
    result += struct.pack(f"{order}H", len(entries))
    result += b"".join(entries[tag] for tag in sorted(entries)) + following
    return bytes(result)


def _directory(tiff: bytes) -> tuple[str, dict[int, bytes], bytes]:
    """The byte order, the entries of the first directory by tag, and the pointer to the next directory."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None or len(tiff) < len(EMPTY):
        raise ValueError("no TIFF structure")
    start = int(struct.unpack_from(f"{order}I", tiff, 4)[0])
    if start + 2 > len(tiff):
        raise ValueError("the directory lies outside")
    count = int(struct.unpack_from(f"{order}H", tiff, start)[0])
    end = start + 2 + count * _ENTRY_BYTES
    if end + 4 > len(tiff):
        raise ValueError("the directory is cut off")
    places = range(start + 2, end, _ENTRY_BYTES)
    entries = {struct.unpack_from(f"{order}H", tiff, at)[0]: tiff[at : at + _ENTRY_BYTES] for at in places}
    return order, entries, tiff[end : end + 4]


def _even(data: bytearray) -> None:
    if len(data) % 2:
        data.append(0)
