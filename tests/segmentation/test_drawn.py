"""Overlays, tables and files of a segmentation."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import imagecraft
from imagecraft.errors import InvalidInput
from imagecraft.segmentation import Segmentation
from imagecraft.segmentation.classes import kinds, surfaces
from imagecraft.segmentation.export import coco, cut_outs, label_map, png
from imagecraft.segmentation.legend import legend
from imagecraft.segmentation.overlay import VARIANTS, Variant, overlay, rgb
from imagecraft.segmentation.patterns import PATTERNS, marked
from imagecraft.segmentation.shapes import path, target
from imagecraft.segmentation.statistics import class_rows, to_csv, to_json
from imagecraft.segmentation.tags import laid_out

EXAMPLES = Path(__file__).parents[2] / "examples"

pytestmark = pytest.mark.usefixtures("weights")


@pytest.fixture(scope="module")
def coffee() -> Segmentation:
    """A cup on a table, in several regions."""
    made = imagecraft.segment(EXAMPLES / "coffee.jpg")
    assert len(made.regions) >= 3
    return made


@pytest.fixture(scope="module")
def nothing() -> Segmentation:
    """A picture that shows nothing."""
    return imagecraft.segment(Image.new("RGB", (90, 60), "white"))


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_overlay_has_the_pictures_size_and_shows_its_regions(
    coffee: Segmentation, nothing: Segmentation, variant: Variant
) -> None:
    drawn = overlay(coffee, variant=variant, names=False)
    assert drawn.size == coffee.size
    before, after = np.asarray(coffee.image, int), np.asarray(drawn, int)
    inside = coffee.region_map > 0
    assert np.abs(after - before)[inside].mean() > 15
    assert overlay(nothing, variant=variant).size == nothing.size


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_legend_has_every_class_in_its_colour(
    coffee: Segmentation, nothing: Segmentation, variant: Variant
) -> None:
    drawn = legend(coffee, variant=variant)
    classes = {region.index for region in coffee.regions}
    colours = {colour for _, colour in drawn.getcolors(drawn.width * drawn.height) or ()}
    assert {rgb(coffee.kind_of(index).colour) for index in classes} <= colours
    background_alone = legend(nothing, variant=variant).height
    assert drawn.height > background_alone + 30 * (len(classes) - 1)


def test_fillings_are_as_opaque_as_asked(coffee: Segmentation) -> None:
    region = coffee.regions[0]
    x, y = region.centre
    own = coffee.image.getpixel((x, y))
    assert overlay(coffee, opacity=0, names=False).getpixel((x, y)) == own
    assert overlay(coffee, opacity=1, names=False).getpixel((x, y)) == rgb(
        coffee.kind_of(region.index).colour
    )
    for wrong in (-0.1, 1.1, float("nan"), "half", True):
        with pytest.raises(InvalidInput, match="opacity"):
            overlay(coffee, opacity=wrong)  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="no variant 'neon'"):
        overlay(coffee, variant="neon")  # type: ignore[arg-type]


def test_names_stand_apart_and_in_the_picture(shared_data: Path) -> None:
    crowd = imagecraft.segment(shared_data / "data/coco/photos/000000001000.jpg")
    assert len(crowd.regions) >= 6
    frames = [tag.frame for tag in laid_out(crowd.regions, crowd.size)]
    assert len(frames) >= 6
    for number, (left, top, right, bottom) in enumerate(frames):
        assert left >= 0
        assert top >= 0
        assert right <= crowd.size[0]
        assert bottom <= crowd.size[1]
        for other in frames[:number]:
            assert left >= other[2] or other[0] >= right or top >= other[3] or other[1] >= bottom


def test_patterns_differ() -> None:
    assert {kind.pattern for kind in (*kinds(), *surfaces())} == set(PATTERNS)
    tiles = [marked(name, slice(0, 48), slice(0, 48), (600, 400)) for name in PATTERNS]
    for number, tile in enumerate(tiles):
        assert 0.15 < tile.mean() < 0.65
        assert all((tile != other).mean() > 0.1 for other in tiles[:number])


def test_the_table_adds_up_and_is_no_formula(coffee: Segmentation) -> None:
    rows = list(csv.DictReader(io.StringIO(to_csv(class_rows(coffee)))))
    assert sum(int(row["pixels"]) for row in rows) == coffee.mask.size
    assert sum(float(row["share"]) for row in rows) == pytest.approx(1, abs=1e-5)
    assert sum(int(row["regions"]) for row in rows) == len(coffee.regions)
    assert rows[0]["class"] == "background"
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    told = json.loads(to_json(coffee, file="=1+1.jpg"))
    assert told["file"] == "=1+1.jpg"
    assert [row["label"] for row in told["classes"]] == [row["class"] for row in rows]


def test_the_label_map_is_read_back_as_it_was(coffee: Segmentation) -> None:
    read = Image.open(io.BytesIO(png(label_map(coffee))))
    assert read.mode == "L"
    assert (np.asarray(read) == coffee.mask).all()


def test_cut_outs_show_the_region_and_nothing_else(coffee: Segmentation, nothing: Segmentation) -> None:
    with zipfile.ZipFile(io.BytesIO(cut_outs(coffee))) as archive:
        names = archive.namelist()
        assert len(names) == len(coffee.regions)
        for name, region in zip(names, coffee.regions, strict=True):
            cut = Image.open(io.BytesIO(archive.read(name)))
            assert region.label in name
            pixels = np.asarray(cut)
            x0, y0, x1, y1 = region.box
            assert pixels.shape == (y1 - y0, x1 - x0, 4)
            assert (pixels[..., 3] > 0).sum() == region.pixels
            original = np.asarray(coffee.image)[y0:y1, x0:x1]
            assert (pixels[..., :3] == original)[pixels[..., 3] > 0].all()
    assert zipfile.ZipFile(io.BytesIO(cut_outs(nothing))).namelist() == []


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_coco_tools_read_the_same_masks(coffee: Segmentation, tmp_path: Path) -> None:
    tools = pytest.importorskip("pycocotools.coco")
    file = tmp_path / "coffee.json"
    file.write_text(json.dumps(coco(coffee, "coffee.jpg")))
    read = tools.COCO(str(file))
    annotations = read.loadAnns(read.getAnnIds(imgIds=[1]))
    assert len(annotations) == len(coffee.regions)
    for annotation, region in zip(annotations, coffee.regions, strict=True):
        assert read.cats[annotation["category_id"]]["name"] == region.label
        assert (read.annToMask(annotation).astype(bool) == (coffee.region_map == region.number)).all()
        x, y, width, height = annotation["bbox"]
        assert (x, y, x + width, y + height) == region.box


def test_shapes_are_the_regions(coffee: Segmentation) -> None:
    import cv2

    for region in coffee.regions:
        drawn = np.zeros(coffee.mask.shape, np.uint8)
        parts = [part.rstrip("Z").split("L") for part in path(coffee, region).split("M")[1:]]
        edges = [np.array([[int(n) for n in point.split()] for point in part]) for part in parts]
        cv2.fillPoly(drawn, edges, 1)
        inside = coffee.region_map == region.number
        assert (drawn.astype(bool) & inside).sum() / (drawn.astype(bool) | inside).sum() > 0.85
        x, y, width, height = target(region)
        assert inside[y + height // 2, x + width // 2]
        assert region.box[0] <= x
        assert region.box[1] <= y
        assert x + width <= region.box[2]
        assert y + height <= region.box[3]
