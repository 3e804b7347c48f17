"""Several pictures -> captions: find them, describe one after the other, keep what was said as files."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

from PIL import Image

from imagecraft.assets import vocabulary
from imagecraft.batch.archives import archived
from imagecraft.batch.items import Item, OnDisk, Refused
from imagecraft.batch.places import Places
from imagecraft.batch.rows import Row
from imagecraft.batch.tasks import CaptionTask
from imagecraft.batch.work import Prepared, Work
from imagecraft.captioning.base import Length
from imagecraft.errors import InvalidInput
from imagecraft.media.tables import csv_table, safe_cell
from imagecraft.runtime.selection import chosen

THUMBNAIL_SIDE = 160
NEURAL_TOGETHER = 4
"""Pictures that a large model looks at in one step: each takes it less time, and it can still be stopped."""
COLUMNS = ("file", "caption", "edited", "model", "error")
NO_PICTURE = Refused("It is no picture and no ZIP archive.", "Choose pictures, or a ZIP archive with some.")


@dataclass(frozen=True)
class Described:
    """One picture of several.

    Attributes:
        name: Of its file, or of the archive's member.
        caption: What it shows; empty where that could not be said.
        model: Id of the model that said it.
        error: Why nothing could be said, else empty.
        thumbnail: The picture, at most `THUMBNAIL_SIDE` pixels wide and high; None after an error.
        notices: What one should know, a sentence each.
    """

    name: str
    caption: str
    model: str
    error: str
    thumbnail: Image.Image | None
    notices: tuple[str, ...] = ()


def pictures(files: Sequence[tuple[str, Path]], most: int) -> list[Item]:
    """The pictures among files and in ZIP archives. A file of another kind is refused, never followed.

    Args:
        files: (name, path) of each.
        most: How many there may be.

    Raises:
        InvalidInput: if there are none, or more.
    """
    found = list(islice(_found(files), most + 1))
    if not found:
        raise InvalidInput("There is no picture among them.", "Choose pictures, or a ZIP archive with some.")
    if len(found) > most:
        raise InvalidInput(
            f"These are more than {most} pictures.",
            "Choose fewer, or use the command 'imagecraft batch' for whole folders.",
        )
    return found


def describe_each(
    items: Sequence[Item],
    *,
    model: str | None = None,
    length: Length = "short",
    language: str = "en",
    max_chars: int | None = None,
) -> Iterator[Described]:
    """Describe pictures in their order: one at a step with the small model, some together with a large one.

    One that cannot be read is told as such, and the others are described all the same.

    Raises:
        InvalidInput, ModelUnavailable: as `imagecraft.caption` for its options.
    """
    work = Work(CaptionTask(model, length, language, max_chars), Places(Path()))
    together = 1 if chosen(model, "caption").offline else NEURAL_TOGETHER
    left = iter(items)
    while chunk := list(islice(left, together)):
        prepared = [work.prepare(item) for item in chunk]
        for one, row in zip(prepared, work.finish(prepared), strict=True):
            if row is not None:
                yield _described(one, row)


def _described(one: Prepared, row: Row) -> Described:
    thumbnail = None
    if one.opened is not None:
        thumbnail = one.opened.image.copy()
        thumbnail.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    caption = str(row.result.get("caption", ""))
    return Described(one.item.below, caption, row.model, row.error or "", thumbnail, tuple(row.notices))


def saved(rows: Sequence[Mapping[str, Any]]) -> dict[str, bytes]:
    """Captions as files, by name: a CSV table, JSON lines, and a ZIP archive of both with a text for each.

    Args:
        rows: Each with the values of `COLUMNS`.
    """
    plain = [{name: row[name] for name in COLUMNS} for row in rows]
    cells = [[safe_cell(v) if isinstance(v, str) else v for v in row.values()] for row in plain]
    table = csv_table([COLUMNS, *cells]).encode()
    lines = "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in plain).encode("utf-8", "replace")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("captions.csv", table)
        archive.writestr("captions.jsonl", lines)
        for name, row in zip(_text_names(plain), plain, strict=True):
            if row["caption"]:
                archive.writestr(name, f"{row['caption']}\n")
    return {"captions.csv": table, "captions.jsonl": lines, "captions.zip": buffer.getvalue()}


def _found(files: Sequence[tuple[str, Path]]) -> Iterator[Item]:
    for name, path in files:
        if path.suffix.lower() == ".zip":
            for item in archived(path, _is_picture):
                inside = item.name != str(path)
                yield replace(item, below=f"{name}/{item.below}" if inside else name)
        else:
            yield Item(str(path), OnDisk(path) if _is_picture(path.name) else NO_PICTURE, name)


def _is_picture(name: str) -> bool:
    """Whether a name ends like that of a picture."""
    return name.lower().endswith(tuple(vocabulary("batch")["suffixes"]["picture"]))


def _text_names(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """A name for each picture's text that no other has: "beach.txt", "beach 2.txt"."""
    taken: set[str] = set()
    names = []
    for row in rows:
        stem = PurePosixPath(str(row["file"]).replace("\\", "/")).stem.strip(". ") or "picture"
        name, number = stem, 1
        while name.lower() in taken:
            number += 1
            name = f"{stem} {number}"
        taken.add(name.lower())
        names.append(f"{name}.txt")
    return names
