"""Segmenters that learn where made shapes are, and are used by the product's own verb."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from pictures_made import masked
from PIL import ExifTags, Image

pytest.importorskip("accelerate")
pytest.importorskip("onnx")

import imagecraft
from imagecraft.errors import InvalidInput
from imagecraft.media.images import open_image
from imagecraft.training.frame.story import Outcome, train
from imagecraft.training.segmenter.job import SegmenterJob
from imagecraft.training.segmenter.lessons import MaskLessons
from imagecraft.training.segmenter.overlaps import Overlaps
from imagecraft.training.segmenter.settings import SegmenterSettings
from imagecraft.training.sets.base import IGNORED, Item, PictureSet
from imagecraft.training.sets.check import check
from imagecraft.training.sets.masks import PngMask
from imagecraft.training.sets.samples import sample_sheet
from imagecraft.training.sets.upright import drawn_as_stored


@pytest.fixture(scope="module")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return masked(tmp_path_factory.mktemp("shapes") / "data")


def run_of(data: Path, out: Path, *, dry_run: bool = False, **more: object) -> Outcome:
    options = {
        "data": str(data), "out": str(out), "base": "none", "side": 64, "rate": 3e-3, "batch": 4,
        "max_steps": 30, "epochs": 100, "evaluate_every": 30, "augment": "none", "precision": "fp32",
        "log_to": "", "validation_share": 0.25,
    }  # fmt: skip
    settings = SegmenterSettings.read(None, options | more)
    return train(settings, SegmenterJob, dry_run=dry_run, log=lambda _: None)


def test_saving_memory_is_foretold(shapes, tmp_path):
    usual, saving = (
        run_of(shapes, tmp_path / "run", dry_run=True, width=0.25, gradient_checkpointing=saves)
        for saves in (False, True)
    )
    assert saving.estimate.memory_bytes < 0.9 * usual.estimate.memory_bytes


@pytest.mark.parametrize(("architecture", "width"), [("segformer", 0.25), ("deeplab", 0.35)])
def test_shapes_are_found_and_the_folder_works_at_once(shapes, tmp_path, architecture, width):
    outcome = run_of(shapes, tmp_path / "run", architecture=architecture, width=width)
    assert outcome.scores["mean_iou"] > 0.6
    assert {"iou_background", "iou_square", "iou_circle"} <= outcome.scores.keys()
    info = json.loads((tmp_path / "run" / "model" / "model_info.json").read_text())
    assert info["classes"] == ["background", "square", "circle"]
    assert info["mean_iou"] == pytest.approx(outcome.scores["mean_iou"], abs=1e-6)
    assert info["epochs"] == 30 / 2  # 9 pictures by fours, no single one: not the 100 that were asked for
    assert info["onnx_largest_difference"] < 1e-3

    model = outcome.use.rpartition(" --model ")[2]
    divided = imagecraft.segment(shapes / "images" / "00.png", model=model)
    with Image.open(shapes / "masks" / "00.png") as mask:
        square = np.asarray(mask) == 1
    found = divided.mask == divided.labels.index("square")
    assert (found & square).sum() > 0.6 * (found | square).sum()


def test_a_mask_is_turned_with_its_photo_and_never_squashed(tmp_path):
    stored = np.zeros((40, 60, 3), np.uint8)
    stored[:10, :20] = 255
    mask = (stored[:, :, 0] > 0).astype(np.uint8)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    for name, drawn in (("turned", mask), ("upright", np.rot90(mask, -1)), ("other", mask[:, :30])):
        Image.fromarray(stored).save(tmp_path / f"{name}.png", exif=exif)
        Image.fromarray(np.ascontiguousarray(drawn)).save(tmp_path / f"{name}-mask.png")
    items = [
        Item(tmp_path / f"{name}.png", mask=PngMask(tmp_path / f"{name}-mask.png"))
        for name in ("turned", "upright", "other")
    ]
    lessons = MaskLessons(items, 2, SegmenterSettings(side=64, augment="none"), learning=False)
    for place in range(2):
        picture, laid = lessons.whole(place)
        assert picture.size == (40, 60)
        assert np.array_equal(laid, np.asarray(picture)[:, :, 0] > 128)
    with pytest.raises(InvalidInput, match=r"'other\.png' has another shape than the photo: 30 x 40"):
        lessons.whole(2)
    found = PictureSet("masks", tmp_path, tuple(items), ("background", "thing"))
    words = " / ".join(finding.line() for finding in check(found).findings)
    assert "odd: 1 masks lie as the camera held the photo, and are turned with it (turned.png)" in words
    assert "wrong: 1 masks have another size than their pictures (other.png)" in words


@pytest.mark.parametrize("told", [True, False, None])
@pytest.mark.parametrize("orientation", [3, 6])
def test_where_a_shape_does_not_tell_how_a_mask_lies_the_rest_of_the_set_does(tmp_path, told, orientation):
    """Square photos, turned or upside down; another one of another shape tells what masks are of."""
    stored = np.zeros((48, 48, 3), np.uint8)
    stored[:12, :24] = 255
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    Image.fromarray(stored).save(tmp_path / "square.png", exif=exif)
    shown = np.asarray(open_image(tmp_path / "square.png").image)[:, :, 0] > 128
    mask = (stored[:, :, 0] > 128) if told else shown
    Image.fromarray(mask.astype(np.uint8)).save(tmp_path / "square-mask.png")
    items = [Item(tmp_path / "square.png", mask=PngMask(tmp_path / "square-mask.png"))]
    if told is not None:
        exif[ExifTags.Base.Orientation] = 6
        Image.fromarray(stored[:, :30]).save(tmp_path / "telling.png", exif=exif)
        size = (48, 30) if told else (30, 48)
        Image.fromarray(np.ones(size, np.uint8)).save(tmp_path / "telling-mask.png")
        items.append(Item(tmp_path / "telling.png", mask=PngMask(tmp_path / "telling-mask.png")))
    as_stored = drawn_as_stored(items)
    assert as_stored is told
    settings = SegmenterSettings(side=64, augment="none")
    lessons = MaskLessons(items, 2, settings, learning=False, as_stored=bool(as_stored))
    assert np.array_equal(lessons.whole(0)[1], shown)
    found = PictureSet("masks", tmp_path, tuple(items), ("background", "thing"))
    words = " / ".join(finding.line() for finding in check(found).findings)
    assert ("nothing tells whether their masks are, too" in words) == (told is None)
    assert ("masks lie as the camera held the photo" in words) == (told is True)
    sample_sheet(found, tmp_path / "sheet.png")


def test_masks_of_background_alone_are_refused(tmp_path):
    for name in ("images", "masks"):
        (tmp_path / name).mkdir()
    for number in range(3):
        Image.new("RGB", (64, 64), (number, 0, 0)).save(tmp_path / "images" / f"{number}.png")
        Image.new("L", (64, 64)).save(tmp_path / "masks" / f"{number}.png")
    with pytest.raises(InvalidInput, match="The masks have 1 class"):
        run_of(tmp_path, tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_overlaps_are_counted_by_class_and_unknown_pixels_are_left_out():
    overlaps = Overlaps(3)
    overlaps.add(np.array([[0, 0, 1, IGNORED]]), np.array([[0, 1, 1, 2]]))
    scores = overlaps.scores(["a", "b", "c"])
    assert scores["iou_a"] == pytest.approx(1 / 2)
    assert scores["iou_b"] == pytest.approx(1 / 2)
    assert "iou_c" not in scores
    assert scores["mean_iou"] == pytest.approx(1 / 2)
    assert scores["pixel_accuracy"] == pytest.approx(2 / 3)
