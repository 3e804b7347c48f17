"""Captioned photos for the benchmarks: a folder laid out as COCO subsets are handed around.

DATA/coco/photos/*.jpg, captions.json (COCO format), objects.json ({photo: [[class, …box]]})
DATA/describer/photos/*.jpg, photos.json ([{file, captions}]), caption_text.json.gz ({image: captions})
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from pathlib import Path

from imagecraft.assets import vocabulary

DEFAULT_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@dataclass(frozen=True)
class Photo:
    """A photo and what people say of it.

    Attributes:
        path: The file.
        captions: Five descriptions by five people.
        objects: COCO classes that its annotators marked; None where nobody did.
    """

    path: Path
    captions: tuple[str, ...]
    objects: frozenset[str] | None


def development_photos(data: Path = DEFAULT_DATA) -> list[Photo]:
    """The photos that scores are reported on; nothing is fitted to them."""
    folder = data / "coco"
    table = json.loads((folder / "captions.json").read_text("utf-8"))
    files = {image["id"]: image["file_name"] for image in table["images"]}
    captions: dict[str, list[str]] = {name: [] for name in files.values()}
    for annotation in table["annotations"]:
        captions[files[annotation["image_id"]]].append(annotation["caption"])
    names = list(vocabulary("coco"))
    marked = {
        Path(photo).stem: frozenset(names[int(box[0])] for box in boxes)
        for photo, boxes in json.loads((folder / "objects.json").read_text("utf-8")).items()
    }
    return [
        Photo(folder / "photos" / name, tuple(said), marked.get(Path(name).stem))
        for name, said in sorted(captions.items())
    ]


def training_photos(data: Path = DEFAULT_DATA) -> list[Photo]:
    """The photos that constants are fitted to."""
    folder = data / "describer"
    rows = json.loads((folder / "photos.json").read_text("utf-8"))
    return [Photo(folder / "photos" / row["file"], tuple(row["captions"]), None) for row in rows]


def caption_texts(data: Path = DEFAULT_DATA) -> list[list[str]]:
    """Captions without photos: five for each of some forty thousand images, none of them the photos above."""
    with gzip.open(data / "describer" / "caption_text.json.gz", "rt", encoding="utf-8") as file:
        return list(json.load(file).values())
