"""Captioned photos and caption texts, in the folder that `imagecraft train prepare coco` fills.

DATA/describer/photos/*.jpg, photos.json ([{file, captions}]), caption_text.json.gz ({image: captions})
DATA/coco/photos/*.jpg, captions.json (COCO format), objects.json ({photo: [[class, …box]]}): scores only
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from pathlib import Path

from imagecraft.assets import vocabulary
from imagecraft.errors import InvalidInput


@dataclass(frozen=True)
class Photo:
    """A photo and what people say of it.

    Attributes:
        path: The file.
        captions: What each person said.
        objects: COCO classes that its annotators marked; None where nobody did.
    """

    path: Path
    captions: tuple[str, ...]
    objects: frozenset[str] | None


def training_photos(data: Path) -> list[Photo]:
    """The photos that the describer learns from."""
    folder = data / "describer"
    rows = json.loads(_text(folder / "photos.json"))
    return [Photo(folder / "photos" / row["file"], tuple(row["captions"]), None) for row in rows]


def development_photos(data: Path) -> list[Photo]:
    """The photos that scores are reported on; nothing is learnt from them."""
    folder = data / "coco"
    table = json.loads(_text(folder / "captions.json"))
    files = {image["id"]: image["file_name"] for image in table["images"]}
    captions: dict[str, list[str]] = {name: [] for name in files.values()}
    for annotation in table["annotations"]:
        captions[files[annotation["image_id"]]].append(annotation["caption"])
    names = list(vocabulary("coco"))
    marked = {
        Path(photo).stem: frozenset(names[int(box[0])] for box in boxes)
        for photo, boxes in json.loads(_text(folder / "objects.json")).items()
    }
    return [
        Photo(folder / "photos" / name, tuple(said), marked.get(Path(name).stem))
        for name, said in sorted(captions.items())
    ]


def caption_texts(data: Path) -> list[list[str]]:
    """Captions without photos, by image; none of the photos above is among them."""
    path = data / "describer" / "caption_text.json.gz"
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            table = json.load(file)
    except (OSError, ValueError) as error:
        raise _missing(path) from error
    return [table[image] for image in sorted(table)]


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise _missing(path) from error


def _missing(path: Path) -> InvalidInput:
    return InvalidInput(
        f"{path} cannot be read.",
        "Run `imagecraft train prepare coco` first, or name its folder with --data.",
    )
