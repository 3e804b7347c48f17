"""`imagecraft train prepare coco`: captioned photos and caption texts, from COCO's own addresses.

The annotations are one archive, checked against its sha256 and resumed where an earlier download stopped.
Photos come one by one; each is checked to be a picture, and those there already are not asked for again.
"""

from __future__ import annotations

import gzip
import json
import random
import zipfile
from collections.abc import Mapping
from pathlib import Path

from imagecraft.assets import vocabulary
from imagecraft.errors import InvalidInput, ModelUnavailable
from imagecraft.media.files import replacing
from imagecraft.runtime.downloads import Progress, SourceFailed
from imagecraft.training.coco_site import (
    ANOTHER_WAY,
    Archive,
    captions_by_name,
    fetch_annotations,
    fetch_photos,
    write_json,
)

__all__ = ["Archive", "prepare_coco"]

SEED = 2017


def prepare_coco(
    target: Path,
    *,
    training: int = 2000,
    development: int = 500,
    progress: Progress | None = None,
    archive: Archive | None = None,
) -> None:
    """Fill a folder as `imagecraft.training.data` reads it.

    Args:
        target: The folder; what is in it already is kept.
        training: Photos to learn from, of COCO's training set; the captions of its others become texts.
        development: Photos to score on, of COCO's validation set.
        progress: Told how far it is.
        archive: Where the annotations are; COCO's own where None.

    Raises:
        ModelUnavailable: The network does not give the files.
        InvalidInput: The folder cannot be written.
    """
    archive = archive or Archive()
    try:
        (target / "describer" / "photos").mkdir(parents=True, exist_ok=True)
        (target / "coco" / "photos").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidInput(f"{target} cannot be written.", "Choose another folder.") from error
    try:
        with zipfile.ZipFile(fetch_annotations(target, archive, progress)) as annotations:
            _prepare_training(target / "describer", annotations, training, archive.site, progress)
            _prepare_development(target / "coco", annotations, development, archive.site, progress)
    except SourceFailed as error:
        raise ModelUnavailable(f"COCO's files do not come: {error}.", ANOTHER_WAY) from error


def _prepare_training(
    folder: Path, annotations: zipfile.ZipFile, count: int, site: str, progress: Progress | None
) -> None:
    captions = captions_by_name(annotations, "train2017")
    chosen = _chosen(captions, count)
    fetch_photos(folder / "photos", chosen, f"{site}/train2017", progress)
    write_json(folder / "photos.json", [{"file": name, "captions": captions[name]} for name in chosen])
    texts = {Path(name).stem: said for name, said in sorted(captions.items()) if name not in set(chosen)}
    with (
        replacing(folder / "caption_text.json.gz") as path,
        path.open("wb") as raw,
        gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as file,
    ):
        file.write(json.dumps(texts).encode())


def _prepare_development(
    folder: Path, annotations: zipfile.ZipFile, count: int, site: str, progress: Progress | None
) -> None:
    captions = captions_by_name(annotations, "val2017")
    chosen = _chosen(captions, count)
    fetch_photos(folder / "photos", chosen, f"{site}/val2017", progress)
    numbers = {name: number for number, name in enumerate(chosen)}
    table = {
        "images": [{"id": number, "file_name": name} for name, number in numbers.items()],
        "annotations": [
            {"image_id": numbers[name], "caption": caption} for name in chosen for caption in captions[name]
        ],
    }
    write_json(folder / "captions.json", table)
    write_json(folder / "objects.json", _objects(annotations, chosen))


def _objects(annotations: zipfile.ZipFile, chosen: list[str]) -> dict[str, list[list[float]]]:
    """File stem -> [class number of ours, x, y, width, height as shares of the photo]."""
    table = json.loads(annotations.read("annotations/instances_val2017.json"))
    ours = {name: number for number, name in enumerate(vocabulary("coco"))}
    classes = {category["id"]: ours[category["name"]] for category in table["categories"]}
    images = {image["id"]: image for image in table["images"] if image["file_name"] in set(chosen)}
    found: dict[str, list[list[float]]] = {Path(name).stem: [] for name in chosen}
    for item in table["annotations"]:
        image = images.get(item["image_id"])
        if image is not None:
            x, y, width, height = item["bbox"]
            across, down = image["width"], image["height"]
            shares = [x / across, y / down, width / across, height / down]
            found[Path(image["file_name"]).stem].append(
                [classes[item["category_id"]], *(round(share, 4) for share in shares)]
            )
    return found


def _chosen(captions: Mapping[str, list[str]], count: int) -> list[str]:
    """The same photos on every run, and a larger count has those of a smaller one."""
    names = sorted(captions)
    random.Random(SEED).shuffle(names)
    return names[:count]
