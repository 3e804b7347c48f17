"""COCO's own site: its annotations, checked and resumed, and its photos, one by one."""

from __future__ import annotations

import io
import json
import urllib.request
import zipfile
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from imagecraft.media.files import file_sha256, replacing
from imagecraft.runtime.downloads import Progress, SourceFailed, download, refuse_offline

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


def fetch_annotations(target: Path, archive: Archive, progress: Progress | None) -> Path:
    """The archive of annotations, fetched into a folder and verified. Raises SourceFailed."""
    path = target / Path(archive.path).name
    if not path.exists():
        part = path.with_name(path.name + ".part")
        download(f"{archive.site}/{archive.path}", part, archive.size, label="annotations", progress=progress)
        if file_sha256(part) != archive.sha256:
            part.unlink()
            raise SourceFailed("the annotations that came are not those that are expected")
        part.replace(path)
    return path


def captions_by_name(annotations: zipfile.ZipFile, part: str) -> dict[str, list[str]]:
    """File name -> its captions."""
    table = json.loads(annotations.read(f"annotations/captions_{part}.json"))
    names = {image["id"]: str(image["file_name"]) for image in table["images"]}
    captions: defaultdict[str, list[str]] = defaultdict(list)
    for annotation in table["annotations"]:
        captions[names[annotation["image_id"]]].append(str(annotation["caption"]).strip())
    return dict(captions)


def fetch_photos(folder: Path, names: list[str], address: str, progress: Progress | None) -> None:
    """Fetch photos into a folder; those there already are not asked for again. Raises SourceFailed."""
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


def write_json(target: Path, table: Any) -> None:
    """Write a table, whole or not at all."""
    with replacing(target) as path:
        path.write_text(json.dumps(table), "utf-8")
