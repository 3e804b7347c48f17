"""A description put into a picture's file; pixels and all other metadata stay as they are, byte for byte.

It is written three times, as programs look in different places: EXIF ImageDescription, XMP dc:description,
and IPTC's alt text for accessibility (in the XMP packet).

References:
    JPEG: ISO 10918-1, annex B; XMP in files: ISO 16684-3; PNG: W3C PNG 3, eXIf and iTXt; WebP: RFC 9649.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable

from imagecraft.media import tiff_tags, xmp
from imagecraft.media.tiff_tags import ASCII, BYTE, IMAGE_DESCRIPTION, XMP_PACKET

EXIF_HEAD = b"Exif\0\0"
XMP_HEAD = b"http://ns.adobe.com/xap/1.0/\0"
MAX_SEGMENT = 65_533
PNG_HEAD = b"\x89PNG\r\n\x1a\n"
PNG_XMP = b"XML:com.adobe.xmp"
WEBP_EXIF, WEBP_XMP, WEBP_ALPHA = 0x08, 0x04, 0x10

Chunk = tuple[bytes, bytes]
Stays = Callable[[str], bool]
"""Tells whether words that are there stay."""


class NotHeld(Exception):
    """The file's format cannot hold a description here, or it is damaged."""


def described(data: bytes, text: str, *, keep: bool = True, ours: Stays = lambda _: False) -> bytes:
    """A picture's file with a description in it.

    Args:
        data: A JPEG, PNG, WebP or TIFF file.
        text: The description.
        keep: Leave a description or an alt text that somebody wrote as it is.
        ours: Tells from such words whether they are ours to replace all the same.

    Raises:
        NotHeld: if the format is another, or the file too damaged to be changed.
    """
    for start, write in _WRITERS:
        if data.startswith(start):
            try:
                return write(data, text, lambda words: keep and not ours(words))
            except (ValueError, struct.error, IndexError, zlib.error) as error:
                raise NotHeld from error
    raise NotHeld


def new_xmp(text: str) -> bytes:
    """An XMP file with a picture's description and alt text."""
    return xmp.with_words(None, text) + b"\n"


def _exif(tiff: bytes | None, text: str, stays: Stays) -> bytes | None:
    """The EXIF structure with the description; None where it had better stay as it is."""
    try:
        there = tiff_tags.value_of(tiff, IMAGE_DESCRIPTION) if tiff else None
        if _stays(there, stays):
            return None
        value = (ASCII, text.replace("\0", "").encode() + b"\0")
        return tiff_tags.with_values(tiff or tiff_tags.EMPTY, {IMAGE_DESCRIPTION: value})
    except ValueError:
        return None  # damaged: the packet beside it carries the words


def _stays(there: bytes | None, stays: Stays) -> bool:
    """Whether a description of EXIF says something that is to stay."""
    words = (there or b"").strip(b"\0 ")
    return bool(words) and stays(words.decode("utf-8", "replace"))


def _jpeg(data: bytes, text: str, stays: Stays) -> bytes:
    segments, rest = _segments(data)
    exif = next((n for n, (mark, body) in enumerate(segments) if _is(mark, body, EXIF_HEAD)), None)
    made = _exif(segments[exif][1][len(EXIF_HEAD) :] if exif is not None else None, text, stays)
    if made is not None and len(made) + len(EXIF_HEAD) <= MAX_SEGMENT:
        if exif is None:
            exif = sum(mark == 0xE0 for mark, _ in segments[:1])  # JFIF's own comes first
            segments.insert(exif, (0xE1, b""))
        segments[exif] = (0xE1, EXIF_HEAD + made)
    packet = next((n for n, (mark, body) in enumerate(segments) if _is(mark, body, XMP_HEAD)), None)
    old = segments[packet][1][len(XMP_HEAD) :] if packet is not None else None
    words = XMP_HEAD + xmp.with_words(old, text, stays=stays)
    if len(words) > MAX_SEGMENT:
        raise ValueError("the packet is too large for a segment")
    if packet is None:
        packet = (exif + 1) if exif is not None else sum(mark == 0xE0 for mark, _ in segments[:1])
        segments.insert(packet, (0xE1, b""))
    segments[packet] = (0xE1, words)
    heads = (struct.pack(">BBH", 0xFF, mark, len(body) + 2) + body for mark, body in segments)
    return data[:2] + b"".join(heads) + rest


def _segments(data: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """The application segments and comments that a JPEG file starts with, and the rest of it."""
    found: list[tuple[int, bytes]] = []
    at = 2
    while data[at] == 0xFF and (0xE0 <= data[at + 1] <= 0xEF or data[at + 1] == 0xFE):
        length = struct.unpack_from(">H", data, at + 2)[0]
        end = at + 2 + length
        if length < 2 or end > len(data):
            raise ValueError("a segment is cut off")
        found.append((data[at + 1], data[at + 4 : end]))
        at = end
    return found, data[at:]


def _is(mark: int, body: bytes, head: bytes) -> bool:
    return mark == 0xE1 and body.startswith(head)


def _png(data: bytes, text: str, stays: Stays) -> bytes:
    chunks: list[Chunk] = []
    at = len(PNG_HEAD)
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        body = data[at + 8 : at + 8 + length]
        if len(body) != length:
            raise ValueError("a chunk is cut off")
        chunks.append((data[at + 4 : at + 8], body))
        at += 12 + length
    if not chunks or chunks[0][0] != b"IHDR":
        raise ValueError("no header")
    made = _exif(_first(chunks, b"eXIf"), text, stays)
    if made is not None:
        _put(chunks, b"eXIf", made, after=1)
    place = next((n for n, (name, body) in enumerate(chunks) if _is_xmp_text(name, body)), None)
    old = _xmp_text(chunks[place][1]) if place is not None else None
    words = PNG_XMP + b"\0\0\0\0\0" + xmp.with_words(old, text, stays=stays)
    if place is None:
        chunks.insert(1, (b"iTXt", words))
    else:
        chunks[place] = (b"iTXt", words)
    return PNG_HEAD + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


def _is_xmp_text(name: bytes, body: bytes) -> bool:
    return name == b"iTXt" and body.startswith(PNG_XMP + b"\0")


def _xmp_text(body: bytes) -> bytes:
    """The packet in an iTXt chunk: after two flags and two texts that end in zero, perhaps compressed."""
    flags = body[len(PNG_XMP) + 1 :]
    text = flags[2:].split(b"\0", 2)[2]
    if not flags[0]:
        return text
    whole: bytes = zlib.decompressobj().decompress(text, xmp.MAX_BYTES + 1)
    if len(whole) > xmp.MAX_BYTES:
        raise ValueError("the packet is too large")
    return whole


def _webp(data: bytes, text: str, stays: Stays) -> bytes:
    if data[8:12] != b"WEBP":
        raise ValueError("no WebP file")
    chunks: list[Chunk] = []
    at = 12
    while at + 8 <= len(data):
        name, length = struct.unpack_from("<4sI", data, at)
        body = data[at + 8 : at + 8 + length]
        if len(body) != length:
            raise ValueError("a chunk is cut off")
        chunks.append((name, body))
        at += 8 + length + length % 2
    if chunks[0][0] != b"VP8X":
        chunks.insert(0, (b"VP8X", _webp_header(*chunks[0])))
    exif = _first(chunks, b"EXIF")
    made = _exif(exif.removeprefix(EXIF_HEAD) if exif else None, text, stays)
    if made is not None:
        _put(chunks, b"EXIF", made, after=len(chunks))
    _put(chunks, b"XMP ", xmp.with_words(_first(chunks, b"XMP "), text, stays=stays), after=len(chunks))
    header = chunks[0][1]
    flags = header[0] | WEBP_XMP | (WEBP_EXIF if _first(chunks, b"EXIF") is not None else 0)
    chunks[0] = (b"VP8X", bytes([flags]) + header[1:])
    body = b"".join(
        struct.pack("<4sI", name, len(part)) + part + b"\0" * (len(part) % 2) for name, part in chunks
    )
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def _webp_header(name: bytes, body: bytes) -> bytes:
    """The header that a file with metadata needs: flags, and width and height less one in 24 bits each."""
    alpha = 0
    width: int
    height: int
    if name == b"VP8 ":
        width, height = (value & 0x3FFF for value in struct.unpack_from("<HH", body, 6))
    elif name == b"VP8L":
        (bits,) = struct.unpack_from("<I", body, 1)
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        alpha = WEBP_ALPHA if bits >> 28 & 1 else 0
    else:
        raise ValueError("no picture")
    return bytes([alpha, 0, 0, 0]) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")


def _tiff(data: bytes, text: str, stays: Stays) -> bytes:
    packet = xmp.with_words(tiff_tags.value_of(data, XMP_PACKET), text, stays=stays)
    values = {XMP_PACKET: (BYTE, packet)}
    there = tiff_tags.value_of(data, IMAGE_DESCRIPTION)
    if not _stays(there, stays):
        values[IMAGE_DESCRIPTION] = (ASCII, text.replace("\0", "").encode() + b"\0")
    return tiff_tags.with_values(data, values)


def _first(chunks: list[Chunk], wanted: bytes) -> bytes | None:
    return next((body for name, body in chunks if name == wanted), None)


def _put(chunks: list[Chunk], name: bytes, body: bytes, *, after: int) -> None:
    """Replace the chunk of that name, or add it."""
    for place, (there, _) in enumerate(chunks):
        if there == name:
            chunks[place] = (name, body)
            return
    chunks.insert(after, (name, body))


_WRITERS: tuple[tuple[bytes, Callable[[bytes, str, Stays], bytes]], ...] = (
    (b"\xff\xd8\xff", _jpeg),
    (PNG_HEAD, _png),
    (b"RIFF", _webp),
    (b"II*\0", _tiff),
    (b"MM\0*", _tiff),
)
