"""`imagecraft train prepare coco`: captioned photos and caption texts, from COCO's own addresses.

The annotations are one archive, checked against its sha256 and resumed where an earlier download stopped.
Photos come one by one; each is checked to be a picture, and those there already are not asked for again.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import random
import urllib.request
import zipfile
from collections import defaultdict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from imagecraft.assets import vocabulary
from imagecraft.errors import InvalidInput, ModelUnavailable
from imagecraft.media.files import replacing
from imagecraft.runtime.downloads import Progress, SourceFailed, download, refuse_offline

SEED = 2017
CONNECTIONS = 8
ANSWER_SECONDS = 30.0
LARGEST_PHOTO_BYTES = 20_000_000
ANOTHER_WAY = "Try again later, or put the folder together on a machine with a network and copy it here."


@dataclass(frozen=True)
class Archive:
    """COCO's captions and object lists.

    Attributes:
        site: Address that everything lies under.
        path: Of the archive, below it.
        size: Bytes.
        sha256: Hexadecimal digest.
    """

    site: str = "http://images.cocodataset.org"
    path: str = "annotations/annotations_trainval2017.zip"
    size: int = 252_907_541
    sha256: str = "113a836d90195ee1f884e704da6304dfaaecff1f023f49b6ca93c4aaae470268"


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
        with zipfile.ZipFile(_annotations(target, archive, progress)) as annotations:
            _prepare_training(target / "describer", annotations, training, archive.site, progress)
            _prepare_development(target / "coco", annotations, development, archive.site, progress)
    except SourceFailed as error:
        raise ModelUnavailable(f"COCO's files do not come: {error}.", ANOTHER_WAY) from error


def _annotations(target: Path, archive: Archive, progress: Progress | None) -> Path:
    """The archive, fetched and verified."""
    path = target / Path(archive.path).name
    if not path.exists():
        part = path.with_name(path.name + ".part")
        download(f"{archive.site}/{archive.path}", part, archive.size, label="annotations", progress=progress)
        if _sha256(part) != archive.sha256:
            part.unlink()
            raise SourceFailed("the annotations that came are not those that are expected")
        part.replace(path)
    return path


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _prepare_training(
    folder: Path, annotations: zipfile.ZipFile, count: int, site: str, progress: Progress | None
) -> None:
    captions = _captions(annotations, "train2017")
    chosen = _chosen(captions, count)
    _photos(folder / "photos", chosen, f"{site}/train2017", progress)
    _write_json(folder / "photos.json", [{"file": name, "captions": captions[name]} for name in chosen])
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
    captions = _captions(annotations, "val2017")
    chosen = _chosen(captions, count)
    _photos(folder / "photos", chosen, f"{site}/val2017", progress)
    numbers = {name: number for number, name in enumerate(chosen)}
    table = {
        "images": [{"id": number, "file_name": name} for name, number in numbers.items()],
        "annotations": [
            {"image_id": numbers[name], "caption": caption} for name in chosen for caption in captions[name]
        ],
    }
    _write_json(folder / "captions.json", table)
    _write_json(folder / "objects.json", _objects(annotations, chosen))


def _captions(annotations: zipfile.ZipFile, part: str) -> dict[str, list[str]]:
    """File name -> its captions."""
    table = json.loads(annotations.read(f"annotations/captions_{part}.json"))
    names = {image["id"]: str(image["file_name"]) for image in table["images"]}
    captions: defaultdict[str, list[str]] = defaultdict(list)
    for annotation in table["annotations"]:
        captions[names[annotation["image_id"]]].append(str(annotation["caption"]).strip())
    return dict(captions)


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


def _photos(folder: Path, names: list[str], address: str, progress: Progress | None) -> None:
    missing = [name for name in names if not (folder / name).exists()]

    def fetch(name: str) -> None:
        data = _picture(f"{address}/{name}")
        with replacing(folder / name) as path:
            path.write_bytes(data)

    with ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="photos") as pool:
        try:
            for done, _ in enumerate(pool.map(fetch, missing), 1):
                if progress is not None:
                    progress("photos", len(names) - len(missing) + done, len(names))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _picture(url: str) -> bytes:
    from PIL import Image

    refuse_offline()
    try:
        with urllib.request.urlopen(url, timeout=ANSWER_SECONDS) as answer:
            data: bytes = answer.read(LARGEST_PHOTO_BYTES)
        with Image.open(io.BytesIO(data)) as image:
            image.load()
    except (OSError, ValueError, SyntaxError) as error:
        raise SourceFailed(f"{url} gave no picture ({error})") from error
    return data


def _write_json(target: Path, table: Any) -> None:
    with replacing(target) as path:
        path.write_text(json.dumps(table), "utf-8")
