"""A site of our own that stands in for COCO's."""

from __future__ import annotations

import functools
import hashlib
import io
import json
import threading
import zipfile
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from PIL import Image

from imagecraft.training.coco_site import Archive


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Archive, list[str], Path]]:
    """A site with four training photos and two for validation; also what it was asked for, and its folder."""
    root = tmp_path / "site"
    (root / "annotations").mkdir(parents=True)
    asked: list[str] = []
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        for part, numbers in (("train2017", range(4)), ("val2017", range(10, 12))):
            (root / part).mkdir()
            for number in numbers:
                Image.new("RGB", (40, 30), (number, 9, 9)).save(root / part / f"{number:012}.jpg")
            table = {
                "images": [
                    {"id": n, "file_name": f"{n:012}.jpg", "width": 40, "height": 30} for n in numbers
                ],
                "annotations": [{"image_id": n, "caption": f" A dog, number {n}. "} for n in numbers] * 5,
            }
            file.writestr(f"annotations/captions_{part}.json", json.dumps(table))
            objects = [
                {
                    "image_id": numbers[0],
                    "category_id": 18,
                    "bbox": [4, 3, 20, 15],
                    "area": 300,
                    "segmentation": [[4, 3, 24, 3, 24, 18, 4, 18]],
                }
            ]
            categories = [{"id": 18, "name": "dog"}]
            marked = {"images": table["images"], "annotations": objects, "categories": categories}
            file.writestr(f"annotations/instances_{part}.json", json.dumps(marked))
    data = archive.getvalue()
    (root / "annotations" / "all.zip").write_bytes(data)

    class Handler(SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            super().do_GET()

        def log_message(self, *_: object) -> None:
            """Keep the tests' output clean."""

    handler = functools.partial(Handler, directory=str(root))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}"
        yield (
            Archive(address, "annotations/all.zip", len(data), hashlib.sha256(data).hexdigest()),
            asked,
            root,
        )
        server.shutdown()
        thread.join()
