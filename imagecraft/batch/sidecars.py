"""Words kept with each picture: a text file, an XMP file, or a copy of the picture that carries them."""

from __future__ import annotations

import hashlib
import html
import re
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, get_args

from imagecraft.batch.items import Item
from imagecraft.batch.places import Places, beside
from imagecraft.errors import InvalidInput
from imagecraft.media.described import NotHeld, described, new_xmp
from imagecraft.media.files import replacing

SidecarKind = Literal["txt", "xmp", "metadata"]
_XMP_WORDS = re.compile(r'<rdf:li xml:lang="x-default">(.*?)</rdf:li>', re.DOTALL)


@dataclass(frozen=True)
class Sidecar:
    """How a picture's words are kept with it.

    Attributes:
        kind: "txt": `photo.txt` beside the picture. "xmp": `photo.xmp` beside it, as photo programs read it.
            "metadata": a copy of the picture below `places` that holds the words as EXIF ImageDescription,
            XMP dc:description and IPTC alt text; formats that cannot hold them get the copy and an .xmp.
        places: Where copies, and the words of pictures that are no files on disk, go.
        in_place: With "metadata", change the picture itself in place of a copy.
        overwrite: Replace words that somebody else wrote.
    """

    kind: SidecarKind
    places: Places
    in_place: bool = False
    overwrite: bool = False

    def write(self, item: Item, data: bytes, text: str, said: int = 0) -> bytes | None:
        """Keep the words of a picture.

        Args:
            item: The picture.
            data: Its bytes.
            text: The words.
            said: `words_key` of the caption in the row of an earlier run, 0 if it has none: a file that says
                just that is ours to replace.

        Returns:
            The picture's bytes as they are on disk from now on, where those were changed.

        Raises:
            InvalidInput: if something that somebody else wrote is in the way, or it cannot be written.
            ResourceExhausted: if the disk is full.
        """
        if self.kind == "metadata":
            return self._into_picture(item, data, text, said)
        content = _text_file(text) if self.kind == "txt" else new_xmp(text)
        self._put(self._aside(item), content, said)
        return None

    def file(self, item: Item) -> Path | None:
        """The file that holds a picture's words; None where that is the picture itself."""
        if self.kind != "metadata":
            return self._aside(item)
        return None if self.in_place else self._copy(item)

    def _aside(self, item: Item) -> Path:
        ending = f".{self.kind}"
        return beside(item.path, ending) if item.path is not None else self.places.file(item, ending)

    def _copy(self, item: Item) -> Path:
        return replace(self.places, beside=False).file(item, Path(item.below).suffix)

    def _put(self, path: Path, content: bytes, said: int) -> None:
        if path.exists() and not self.overwrite and not _replaceable(path, content, said):
            raise InvalidInput(
                f"'{path.name}' is there already and says something else.",
                "Move it away, or replace it with --overwrite-beside.",
            )
        with replacing(path) as temporary:
            temporary.write_bytes(content)

    def _into_picture(self, item: Item, data: bytes, text: str, said: int) -> bytes | None:
        try:
            changed = described(
                data, text, keep=not self.overwrite, ours=lambda words: words_key(words) == said
            )
        except NotHeld:
            changed = None
        if self.in_place:
            return self._in_place(item, data, text, changed, said)
        copy = self._copy(item)
        with replacing(copy) as temporary:
            temporary.write_bytes(data if changed is None else changed)
        if item.path is not None:
            shutil.copystat(item.path, copy)
        if changed is None:
            with replacing(copy.with_suffix(".xmp")) as temporary:
                temporary.write_bytes(new_xmp(text))
        return None

    def _in_place(self, item: Item, data: bytes, text: str, changed: bytes | None, said: int) -> bytes | None:
        if item.path is None:
            raise InvalidInput(
                "A picture in an archive or a table cannot be changed.", "Leave --in-place out."
            )
        if changed is None:
            self._put(beside(item.path, ".xmp"), new_xmp(text), said)
            return None
        if changed == data:
            return None
        with replacing(item.path, lasting=True) as temporary:
            temporary.write_bytes(changed)
        return changed


def checked_kind(text: str) -> SidecarKind:
    """A kind of sidecar by its name.

    Raises:
        InvalidInput: if there is none; the error lists those there are.
    """
    for kind in get_args(SidecarKind):
        if kind == text:
            found: SidecarKind = kind
            return found
    raise InvalidInput(
        f"There is no sidecar '{text}'.", f"Choose one of: {', '.join(get_args(SidecarKind))}."
    )


def words_key(text: str) -> int:
    """64 bits that stand for words where those of a million inputs are kept in memory; never 0."""
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8)
    return int.from_bytes(digest.digest(), "big") or 1


def sha256_of(data: bytes) -> str:
    """Of bytes, in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def _text_file(text: str) -> bytes:
    return f"{text}\n".encode()


def _replaceable(path: Path, content: bytes, said: int) -> bool:
    """Whether a file is as it would be written now, or just as it was written for the words `said`."""
    there = path.read_bytes()
    if there == content:
        return True
    try:
        text = there.decode()
    except UnicodeDecodeError:
        return False
    if words_key(text.removesuffix("\n")) == said:
        return _text_file(text.removesuffix("\n")) == there
    found = _XMP_WORDS.search(text)
    words = html.unescape(found[1]) if found else ""
    return words_key(words) == said and new_xmp(words) == there
