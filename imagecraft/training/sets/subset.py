"""`imagecraft train prepare coco --subset 10%`: a part of COCO with captions and outlines, in three splits.

OUT/photos/*.jpg; OUT/captions_train.json, captions_val.json, captions_test.json; OUT/instances_train.json …
Photos to learn from are of COCO's training set; those to score and to test on are halves of its validation
set. Every split has its share of every kind of picture, and is the same on every run and machine.
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

from imagecraft.errors import InvalidInput, ModelUnavailable
from imagecraft.runtime.downloads import Progress, SourceFailed
from imagecraft.training.coco_site import (
    ANOTHER_WAY,
    Archive,
    captions_by_name,
    fetch_annotations,
    fetch_photos,
    write_json,
)
from imagecraft.training.sets.base import Item
from imagecraft.training.sets.splits import kind_of, stratified

SOURCES = {"train": "train2017", "val": "val2017", "test": "val2017"}


def share_of(text: str) -> float:
    """A share such as "10%" or "0.1".

    Raises:
        InvalidInput: if it is none between 0 and 1.
    """
    number = text.strip().removesuffix("%")
    try:
        share = float(number) / (100 if number != text.strip() else 1)
    except ValueError:
        share = 0.0
    if not 0 < share <= 1:
        raise InvalidInput(f"'{text}' is no share of a set.", "Give one such as 10% or 0.1.")
    return share


def prepare_subset(
    target: Path,
    share: float,
    *,
    seed: int = 1,
    progress: Progress | None = None,
    archive: Archive | None = None,
) -> dict[str, int]:
    """Fetch a part of COCO; what is there already is kept, and a stopped download goes on.

    Args:
        target: Folder to fill.
        share: Of COCO's 123,287 photos with captions, above 0 and up to 1.
        seed: Of the draw.
        progress: Told how far it is.
        archive: Where COCO is; its own site where None.

    Returns:
        Photos in each split.

    Raises:
        ModelUnavailable: if the network does not give the files.
        InvalidInput: if the folder cannot be written.
    """
    archive = archive or Archive()
    try:
        (target / "photos").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidInput(f"{target} cannot be written.", "Choose another folder.") from error
    try:
        with zipfile.ZipFile(fetch_annotations(target, archive, progress)) as annotations:
            chosen = _chosen(annotations, share, seed)
            for split, captions in chosen.items():
                source = SOURCES[split]
                fetch_photos(target / "photos", sorted(captions), f"{archive.site}/{source}", progress)
                write_json(target / f"captions_{split}.json", _captions(captions))
                write_json(target / f"instances_{split}.json", _instances(annotations, source, captions))
    except SourceFailed as error:
        raise ModelUnavailable(f"COCO's files do not come: {error}.", ANOTHER_WAY) from error
    return {split: len(captions) for split, captions in chosen.items()}


def _chosen(annotations: zipfile.ZipFile, share: float, seed: int) -> dict[str, dict[str, list[str]]]:
    """Photos and their captions, by split."""
    result: dict[str, dict[str, list[str]]] = {}
    for source in dict.fromkeys(SOURCES.values()):
        captions = captions_by_name(annotations, source)
        items = [Item(Path(source, name), tuple(said)) for name, said in sorted(captions.items())]
        splits = [split for split, where in SOURCES.items() if where == source]
        drawn = stratified(items, dict.fromkeys(splits, share / len(splits)), seed, kind_of)
        for split, found in drawn.items():
            result[split] = {item.image.name: captions[item.image.name] for item in found}
    return result


def _captions(captions: dict[str, list[str]]) -> dict[str, Any]:
    return {
        "info": {"description": "Part of COCO 2017, annotations CC BY 4.0, photos as on Flickr"},
        "images": [{"id": int(Path(name).stem), "file_name": name} for name in sorted(captions)],
        "annotations": [
            {"image_id": int(Path(name).stem), "caption": caption}
            for name in sorted(captions)
            for caption in captions[name]
        ],
    }


def _instances(annotations: zipfile.ZipFile, source: str, captions: dict[str, list[str]]) -> dict[str, Any]:
    table = json.loads(annotations.read(f"annotations/instances_{source}.json"))
    images = [image for image in table["images"] if image["file_name"] in captions]
    numbers = {image["id"] for image in images}
    return {
        "images": images,
        "annotations": [note for note in table["annotations"] if note["image_id"] in numbers],
        "categories": table["categories"],
    }
