"""How well and how fast pictures are divided, beside the plain way.

    python -m benchmarks.segmentation [--data DATA] [--quick] [--model ID[@FOLDER] ...]

Accuracy is measured on photos with COCO's masks, once with the 20 classes that DeepLab knows and once with
all 80; what is none of them is background, and what nobody labelled is not counted. The weights of the
joining were found on these photos: `benchmarks.fit_segmentation` says how weights found on other photos do.

With `--model`, models of the hub (on this machine, or in a folder) are judged by the same photos: by those of
their classes that are COCO's, all others being background.

The plain way is the category mask of DeepLab (MediaPipe), enlarged by nearest neighbour and laid over the
photo. Every way is timed in a process of its own, from the file of a 1,000-pixel photo to the bytes of the
overlay.
"""

from __future__ import annotations

import argparse
import io
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.photos import DEFAULT_DATA
from imagecraft.runtime.device import hardware

CHECKOUT = Path(__file__).resolve().parents[1]
TIMED_SIDE = 1000
ROUNDS = 20
SCORES = (0.0, 0.5, 0.6, 0.65, 0.7, 0.8)  # beginnings of the classes of scores
RIGHT_SHARE = 0.15  # of a region that shows its class, from which its name is right, if not its outline

Mask = np.ndarray


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA)
    parser.add_argument("--quick", action="store_true", help="time only")
    parser.add_argument("--model", nargs="+", default=[], metavar="ID[@FOLDER]")
    parser.add_argument("--way", choices=tuple(WAYS), help=argparse.SUPPRESS)
    parser.add_argument("--photos", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way:
        print(json.dumps(_timed(WAYS[options.way], sorted(options.photos.glob("*.jpg")))))
        return
    if not options.quick:
        _accuracy(options.data, options.model)
        _sureness(options.data)
    _speed(options.data)


def _accuracy(data: Path, models: Sequence[str]) -> None:
    from benchmarks.segmentation_data import agreement, confusion, mean_iou, merged, photo_iou, photos

    tables: dict[str, list[np.ndarray]] = {}
    for photo in photos(data):
        found = _masks(photo.image) | {name: _mask_by(name, photo.image) for name in models}
        for name, mask in found.items():
            tables.setdefault(name, []).append(confusion(photo, mask))
    count = len(next(iter(tables.values())))
    print(f"{count} photos{'':17}{'20 classes':>22}{'80 classes':>22}{'per photo':>12}")
    print(f"{'':26}{'pixels':>11}{'mIoU':>11}{'pixels':>11}{'mIoU':>11}{'IoU':>12}")
    for name, of_photos in tables.items():
        total = np.sum(of_photos, axis=0)
        small = merged(total)
        print(
            f"{name:26}{agreement(small):11.3f}{mean_iou(small):11.3f}{agreement(total):11.3f}"
            f"{mean_iou(total):11.3f}{statistics.mean(map(photo_iou, of_photos)):12.3f}"
        )


def _sureness(data: Path) -> None:
    """How many regions show what they are called, by their score."""
    import imagecraft
    from benchmarks.segmentation_data import photos

    right: dict[float, list[bool]] = {}
    for photo in photos(data):
        made = imagecraft.segment(photo.image, model="deeplab")
        for region in made.regions:
            inside = made.region_map == region.number
            start = max(start for start in SCORES if start <= region.score)
            right.setdefault(start, []).append(
                bool((photo.truth[inside] == region.index).mean() >= RIGHT_SHARE)
            )
    for start, ones in sorted(right.items()):
        print(f"score from {start:.2f}: {len(ones):4} regions, {statistics.mean(ones):.2f} of them right")


def _masks(image: Image.Image) -> dict[str, Mask]:
    """The same photo divided in growing effort."""
    import cv2

    import imagecraft
    from imagecraft.runtime import vision
    from imagecraft.segmentation import deeplab, fusion
    from imagecraft.segmentation.refine import winners

    classes = _classes_of_voc()
    coarse = vision.segment(image)
    grid, outlines, sightings = deeplab.evidence(image)
    layers = fusion.fuse(grid, outlines, sightings)
    indices = np.array(layers.indices, np.uint8)
    nearest = cv2.INTER_NEAREST
    soft = cv2.resize(np.ascontiguousarray(np.moveaxis(coarse, 0, -1)), image.size)
    return {
        "DeepLab, nearest": cv2.resize(classes[coarse.argmax(0)], image.size, interpolation=nearest),
        "DeepLab, soft": classes[soft.argmax(-1)],
        "+ second looks": classes[cv2.resize(outlines, image.size).argmax(-1)],
        "+ boxes": cv2.resize(indices[layers.scores.argmax(-1)], image.size, interpolation=nearest),
        "+ the photo's edges": indices[winners(layers.scores, grid, np.asarray(image))],
        "ImageCraft": imagecraft.segment(image, model="deeplab").mask,
    }


def _mask_by(model: str, image: Image.Image) -> Mask:
    """What a model sees, by our indices of COCO's classes."""
    import imagecraft
    from imagecraft.segmentation.classes import labels

    made = imagecraft.segment(image, model=model)
    known = {label: index for index, label in enumerate(labels())}
    return np.array([known.get(label, 0) for label in made.labels], np.uint8)[made.mask]


def _classes_of_voc() -> Mask:
    """Our index of each of DeepLab's classes."""
    from imagecraft.runtime.vision import VOC_CLASSES, VOC_OF_COCO
    from imagecraft.segmentation.classes import index_of

    known = {voc: index_of(coco) for coco, voc in VOC_OF_COCO.items()}
    return np.array([known.get(name, 0) for name in VOC_CLASSES], np.uint8)


def _speed(data: Path) -> None:
    sources = sorted((data / "coco/photos").glob("*.jpg"))[:ROUNDS]
    sources = sources or sorted((CHECKOUT / "examples").glob("*.jpg"))
    with tempfile.TemporaryDirectory() as folder:
        for source in sources:
            image = Image.open(source).convert("RGB")
            scale = TIMED_SIDE / max(image.size)
            size = (round(image.width * scale), round(image.height * scale))
            image.resize(size, Image.Resampling.BICUBIC).save(Path(folder, source.name), quality=90)
        print(f"\n{len(sources)} photos of {TIMED_SIDE} pixels, {hardware().cores} cores")
        for way in WAYS:
            command = [sys.executable, "-m", "benchmarks.segmentation", "--way", way, "--photos", folder]
            output = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True)
            print(f"\n{way}")
            for name, value in json.loads(output.stdout.splitlines()[-1]).items():
                print(f"  {name:44}{value:>10}")


def _timed(way: Callable[[Path, dict[str, list[float]]], None], photos: list[Path]) -> dict[str, str]:
    cold: dict[str, list[float]] = {}
    started = time.perf_counter()
    way(photos[0], cold)
    first = time.perf_counter() - started
    warm: dict[str, list[float]] = {}
    whole, worked = [], []
    for photo in photos:
        started, had_worked = time.perf_counter(), time.process_time()
        way(photo, warm)
        whole.append(time.perf_counter() - started)
        worked.append(time.process_time() - had_worked)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows = {"import and first overlay (cold)": f"{first:.2f} s"}
    rows |= {name: f"{1000 * statistics.median(times):.0f} ms" for name, times in warm.items()}
    rows["file to overlay (median)"] = f"{1000 * statistics.median(whole):.0f} ms"
    rows["file to overlay (slowest)"] = f"{1000 * max(whole):.0f} ms"
    rows["processor time, all cores (median)"] = f"{1000 * statistics.median(worked):.0f} ms"
    return rows | {"peak memory": f"{peak:.0f} MB"}


def _ours(photo: Path, times: dict[str, list[float]]) -> None:
    import imagecraft
    from imagecraft.media.images import open_image
    from imagecraft.segmentation.export import png
    from imagecraft.segmentation.overlay import overlay

    start = time.perf_counter()
    picture = open_image(photo)
    start = _lap(times, "  open", start)
    made = imagecraft.segment(picture, model="deeplab")
    start = _lap(times, "  divide", start)
    drawn = overlay(made)
    start = _lap(times, "  draw", start)
    png(drawn)
    _lap(times, "  write as PNG", start)


_plain: dict[str, Any] = {}


def _deeplab_alone(photo: Path, _times: dict[str, list[float]]) -> None:
    import mediapipe
    from mediapipe.tasks import python as tasks
    from mediapipe.tasks.python import vision

    from imagecraft.runtime.weights import asset_path

    if not _plain:
        base = tasks.BaseOptions(model_asset_path=str(asset_path("deeplab_v3")))
        options = vision.ImageSegmenterOptions(base_options=base, output_category_mask=True)
        _plain["segmenter"] = vision.ImageSegmenter.create_from_options(options)
        _plain["colours"] = np.random.default_rng(0).integers(0, 255, (256, 3), np.uint8)
    image = Image.open(photo).convert("RGB")
    frame = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=np.asarray(image))
    found = _plain["segmenter"].segment(frame).category_mask.numpy_view().squeeze()
    mask = Image.fromarray(found.astype(np.uint8)).resize(image.size, Image.Resampling.NEAREST)
    fills = Image.fromarray(_plain["colours"][np.asarray(mask)])
    Image.blend(image, fills, 0.5).save(io.BytesIO(), "PNG")


def _lap(times: dict[str, list[float]], name: str, start: float) -> float:
    now = time.perf_counter()
    if name:
        times.setdefault(name, []).append(now - start)
    return now


WAYS: dict[str, Callable[[Path, dict[str, list[float]]], None]] = {
    "ImageCraft": _ours,
    "DeepLab, category mask, nearest": _deeplab_alone,
}


if __name__ == "__main__":
    main()
