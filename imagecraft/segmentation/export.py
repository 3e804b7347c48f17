"""A segmentation as files for other programs: label map, cut-outs, COCO's JSON."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import numpy as np
from PIL import Image

from imagecraft.segmentation.base import Region, Segmentation


def png(image: Image.Image) -> bytes:
    """The bytes of a PNG file of an 8-bit picture in L, RGB or RGBA."""
    import cv2

    pixels = np.asarray(image)
    order = {3: cv2.COLOR_RGB2BGR, 4: cv2.COLOR_RGBA2BGRA}.get(pixels.shape[2] if pixels.ndim == 3 else 1)
    ordered = pixels if order is None else cv2.cvtColor(pixels, order)
    runs = [cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_RLE]  # as small for photos, in half the time
    return bytes(cv2.imencode(".png", ordered, runs)[1])


def label_map(segmentation: Segmentation) -> Image.Image:
    """The class of each pixel as an 8-bit grey picture; 0 is the background."""
    return Image.fromarray(segmentation.mask)


def cut_out(segmentation: Segmentation, region: Region) -> Image.Image:
    """A region alone, in its box, all around it transparent: RGBA."""
    x0, y0, x1, y1 = region.box
    cut = segmentation.image.crop(region.box).convert("RGBA")
    inside = segmentation.region_map[y0:y1, x0:x1] == region.number
    cut.putalpha(Image.fromarray(inside.astype(np.uint8) * 255))
    return cut


def cut_outs(segmentation: Segmentation) -> bytes:
    """Every region alone, as PNG files with transparency in a ZIP archive: "01 dog.png"."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for region in segmentation.regions:
            name = re.sub(r"[^\w ]", "", region.label)
            archive.writestr(f"{region.number:02d} {name}.png", png(cut_out(segmentation, region)))
    return buffer.getvalue()


def coco(segmentation: Segmentation, file: str) -> dict[str, Any]:
    """The regions as COCO's object detection data: one image, one annotation a region, masks as RLE.

    Args:
        segmentation: What to tell of.
        file: Name of the picture.

    References:
        https://cocodataset.org/#format-data: "segmentation" holds run lengths down the columns, from a run
        of zeros; categories have COCO's own numbers where all of the model's classes are COCO's, else
        their numbers in the label map.
    """
    width, height = segmentation.size
    numbers = {kind.index: kind.coco_id for kind in segmentation.kinds}
    annotations = [
        {
            "id": region.number,
            "image_id": 1,
            "category_id": numbers[region.index],
            "segmentation": {"size": [height, width], "counts": _run_lengths(segmentation, region)},
            "area": region.pixels,
            "bbox": [
                region.box[0],
                region.box[1],
                region.box[2] - region.box[0],
                region.box[3] - region.box[1],
            ],
            "iscrowd": 0,
            "score": round(region.score, 4),
        }
        for region in segmentation.regions
    ]
    return {
        "info": {"description": "Made by ImageCraft", "model": segmentation.model},
        "images": [{"id": 1, "file_name": file, "width": width, "height": height}],
        "annotations": annotations,
        "categories": [{"id": kind.coco_id, "name": kind.label} for kind in segmentation.kinds],
    }


def _run_lengths(segmentation: Segmentation, region: Region) -> list[int]:
    """Lengths of the runs of zeros and ones, in turn, down the columns of the whole picture."""
    inside = (segmentation.region_map == region.number).T.ravel()
    turns = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    lengths = np.diff(np.concatenate([[0], turns, [inside.size]])).tolist()
    return [0, *lengths] if inside[0] else lengths
