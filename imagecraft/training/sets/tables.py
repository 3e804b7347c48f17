"""Sets as tables: CSV, TSV or JSON lines with a picture and its captions, class, mask or sound a row."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from imagecraft.assets import vocabulary
from imagecraft.errors import InvalidInput
from imagecraft.media.files import quoted
from imagecraft.media.texts import json_objects, read_text
from imagecraft.training.sets.base import Item, Kind, PictureSet, split_named
from imagecraft.training.sets.masks import PngMask, classes_of

SUFFIXES = frozenset([".csv", ".tsv", ".jsonl", ".ndjson"])
Row = Mapping[str, Any]


def read_table(path: Path, kind: Kind | None = None) -> PictureSet:
    """Read a table; names of pictures and sounds are relative to its folder.

    Args:
        path: A .csv, .tsv or .jsonl file. Columns are recognised by the names in assets/training.toml.
        kind: What to take from it; None to see by its columns.

    Raises:
        InvalidInput: if it cannot be read, or a column that is needed is missing.
    """
    rows = list(_rows(path))
    if not rows:
        raise InvalidInput(f"There is nothing in {quoted(str(path))}.", "Give a table with a row a picture.")
    columns = _Columns(rows, path)
    kind = kind or columns.kind()
    columns.require("image", *_NEEDED[kind])
    merged: dict[str, Item] = {}
    noted: defaultdict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(rows, 1):
        item = columns.item(row, path.parent, kind)
        if item is None:
            noted["names no picture and was left out"].append(number)
            continue
        if item.split is None and columns.names_part(row):
            noted["names a part that is none of train, val and test, and counts as unmarked"].append(number)
        if (key := str(item.image)) in merged and kind == "captions":
            earlier = merged[key]
            if item.split and earlier.split and item.split != earlier.split:
                noted["puts a picture into another part than a row before it, where it stays"].append(number)
            merged[key] = Item(
                item.image, earlier.captions + item.captions, split=earlier.split or item.split
            )
        else:
            merged[key if key not in merged else f"{key} {number}"] = item
    items = tuple(merged.values())
    classes = tuple(sorted({item.label for item in items if item.label}))
    if kind == "masks":
        classes = classes_of(path.parent, items)
    remarks = tuple(_remark(what, numbers, path) for what, numbers in noted.items())
    return PictureSet(kind, path, items, classes, remarks)


def _remark(what: str, numbers: list[int], path: Path) -> str:
    more = f" (and {len(numbers) - 1} more rows alike)" if len(numbers) > 1 else ""
    return f"row {numbers[0]} of {path.name} {what}{more}"


_NEEDED: dict[Kind, tuple[str, ...]] = {
    "captions": ("caption",),
    "classes": ("label",),
    "masks": ("mask",),
    "triplets": ("caption", "sound"),
}


class _Columns:
    """Which column has what."""

    def __init__(self, rows: list[Row], path: Path) -> None:
        self._path = path
        names = list(dict.fromkeys(name for row in rows for name in row))
        known: dict[str, list[str]] = vocabulary("training")["columns"]
        self._found: dict[str, list[str]] = {
            role: [name for name in names if _plain(name) in words] for role, words in known.items()
        }
        self._names = names

    def kind(self) -> Kind:
        """What the table has most of."""
        for kind in ("triplets", "masks", "captions", "classes"):
            if all(self._found[role] for role in _NEEDED[kind]):
                return kind
        raise InvalidInput(
            f"{quoted(self._path.name)} has neither captions nor classes, masks or sounds.",
            f"Its columns are {', '.join(self._names)}; call one 'caption', 'label', 'mask' or 'sound'.",
        )

    def require(self, *roles: str) -> None:
        for role in roles:
            if not self._found[role]:
                raise InvalidInput(
                    f"{quoted(self._path.name)} has no column '{role}'.",
                    f"Its columns are {', '.join(map(str, self._names))}.",
                )

    def item(self, row: Row, folder: Path, kind: Kind) -> Item | None:
        image = self._text(row, "image")
        if not image:
            return None
        captions = tuple(text for name in self._found["caption"] for text in _texts(row.get(name)))
        mask, sound = self._text(row, "mask"), self._text(row, "sound")
        return Item(
            folder / image,
            captions if kind in ("captions", "triplets") else (),
            self._text(row, "label") if kind == "classes" else "",
            PngMask(folder / mask) if mask and kind == "masks" else None,
            folder / sound if sound and kind == "triplets" else None,
            split_named(self._text(row, "split")),
        )

    def names_part(self, row: Row) -> bool:
        """Whether a row says which part it belongs to, in whatever words."""
        return bool(self._text(row, "split"))

    def _text(self, row: Row, role: str) -> str:
        return next((text for name in self._found[role] for text in _texts(row.get(name))), "")


def _plain(name: str) -> str:
    return str(name).strip().lower().replace("-", "_").replace(" ", "_").rstrip("0123456789_")


def _texts(value: Any) -> list[str]:
    """Texts of a cell, empty ones too where they stand for a caption that is missing."""
    if value is None:
        return []
    if isinstance(value, list):
        return [str(text).strip() for text in value]
    return [str(value).strip()]


def _rows(path: Path) -> Iterator[Row]:
    text, _ = read_text(path)
    if path.suffix.lower() in (".csv", ".tsv"):
        dialect = "excel-tab" if path.suffix.lower() == ".tsv" else "excel"
        try:
            for row in csv.DictReader(io.StringIO(text), dialect=dialect, strict=True):
                yield {name: value for name, value in row.items() if name is not None}
        except csv.Error as error:
            raise InvalidInput(
                f"{quoted(path.name)} is no proper table ({error}).", "Save it again."
            ) from error
        return
    yield from json_objects(text.splitlines(), quoted(path.name))
