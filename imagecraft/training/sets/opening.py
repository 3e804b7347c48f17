"""Finding out what a set is, and opening it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from imagecraft.errors import InvalidInput
from imagecraft.media.files import quoted
from imagecraft.training.sets.base import Kind, PictureSet, is_image, split_named
from imagecraft.training.sets.coco import is_coco, read_coco
from imagecraft.training.sets.folders import read_folders
from imagecraft.training.sets.masks import IMAGE_FOLDERS, MASK_FOLDERS, read_masks
from imagecraft.training.sets.polygons import read_labelme
from imagecraft.training.sets.tables import SUFFIXES, read_table

WANTED: dict[Kind, str] = {
    "captions": "pictures with captions (COCO's JSON, or a table with the columns image and caption)",
    "classes": "a folder for each class (or a table with the columns image and label)",
    "masks": "images/ and masks/ (or LabelMe's files, or COCO's instances)",
    "triplets": "a table with the columns image, caption and sound",
}
_COCO_NAMES: dict[Kind, str] = {"captions": "captions*.json", "masks": "instances*.json"}


def open_set(source: str | Path, kind: Kind | None = None) -> PictureSet:
    """Open pictures to learn from, whatever format they are in.

    Args:
        source: A folder or a file.
        kind: What is wanted of them; None takes what there is.

    Raises:
        InvalidInput: if there is nothing of that kind.
    """
    path = Path(source).expanduser()
    if not path.exists():
        raise InvalidInput(
            f"There is no {quoted(str(source))}.", "Check the name of the data's folder or file."
        )
    found = _of_file(path, kind) if path.is_file() else _of_folder(path, kind)
    if kind is not None and found.kind != kind:
        raise InvalidInput(
            f"{quoted(str(source))} has {found.kind}, and {kind} are needed.", f"Give {WANTED[kind]}."
        )
    if not found.items:
        raise InvalidInput(f"There are no pictures in {quoted(str(source))}.", f"Give {WANTED[found.kind]}.")
    return found


def _of_file(path: Path, kind: Kind | None) -> PictureSet:
    if path.suffix.lower() in SUFFIXES:
        return read_table(path, kind)
    if path.suffix.lower() == ".json":
        return read_coco(path)
    raise InvalidInput(
        f"{quoted(path.name)} is no set of pictures.", "Give a folder, or a .json, .jsonl, .csv or .tsv file."
    )


def _of_folder(folder: Path, kind: Kind | None) -> PictureSet:
    """By what lies in it, the most telling first: tables, COCO's files, masks, outlines, classes."""
    files, problem = _tables(folder, kind)
    if files:
        return _together(folder, [_of_file(path, kind) for path in files])
    try:
        return _without_tables(folder, kind)
    except InvalidInput as nothing:
        raise problem or nothing from None


def _without_tables(folder: Path, kind: Kind | None) -> PictureSet:
    for name, pattern in _COCO_NAMES.items():
        files = [path for path in sorted(folder.glob(pattern)) if is_coco(path)]
        if files and kind in (None, name):
            return _together(folder, [read_coco(path) for path in files])
    if kind in (None, "masks"):
        if _has_masks(folder):
            return read_masks(folder)
        if kind == "masks" or any(folder.glob("*.json")) or any(folder.glob("train/*.json")):
            return read_labelme(folder)
    if kind == "classes" or (kind is None and any(path.is_dir() for path in folder.iterdir())):
        return read_folders(folder)
    wanted = WANTED[kind] if kind else "; or ".join(WANTED.values())
    raise InvalidInput(f"Nothing in {quoted(str(folder))} can be learnt from as it is.", f"Give {wanted}.")


def _tables(folder: Path, kind: Kind | None) -> tuple[list[Path], InvalidInput | None]:
    """Tables of a folder that fit; several must be called after their parts (train.csv, val.csv).

    Also what was wrong with the first of those that do not.
    """
    problem = None
    files = [path for path in sorted(folder.iterdir()) if path.suffix.lower() in SUFFIXES]
    fitting = []
    for path in files:
        try:
            read_table(path, kind)
        except InvalidInput as error:
            problem = problem or error
            continue
        fitting.append(path)
    named = [path for path in fitting if split_named(path.stem)]
    return named or fitting[:1], problem


def _together(folder: Path, sets: list[PictureSet]) -> PictureSet:
    """Several files of one kind as one set, each its own part where its name says so."""
    kind = sets[0].kind
    same = [found for found in sets if found.kind == kind]
    items = [
        item if item.split else replace(item, split=split_named(found.source.stem))
        for found in same
        for item in found.items
    ]
    classes = max((found.classes for found in same), key=len)
    if kind == "classes":
        classes = tuple(sorted({name for found in same for name in found.classes}))
    remarks = tuple(remark for found in same for remark in found.remarks)
    return PictureSet(kind, folder, tuple(items), classes, remarks)


def _has_masks(folder: Path) -> bool:
    places = [folder, *(path for path in folder.iterdir() if path.is_dir() and split_named(path.name))]
    return any(
        any((place / name).is_dir() for name in IMAGE_FOLDERS)
        and any((place / name).is_dir() for name in MASK_FOLDERS)
        for place in places
    )


def pictures_below(folder: Path) -> int:
    """How many pictures lie in a folder and below it."""
    return sum(is_image(path) for path in folder.rglob("*"))
