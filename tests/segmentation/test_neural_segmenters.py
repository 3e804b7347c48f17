"""Segmentation models of the hub, by random-weight models of their classes: what they see means nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from neural_base import BatchTests
from PIL import Image
from segmenter_base import EXAMPLES, adds_up

import imagecraft
from imagecraft.catalog import chosen_card
from imagecraft.cli import run
from imagecraft.errors import ModelUnavailable
from imagecraft.media.images import open_image
from imagecraft.pipelines import segmentation as pipeline
from imagecraft.segmentation import Segmentation
from imagecraft.segmentation.classes import labels
from imagecraft.segmentation.naming import named_kinds
from imagecraft.segmentation.neural import MOST_ASPECT, WORK_SIDE, NeuralSegmenter, seen

PHOTO = EXAMPLES / "chelsea.jpg"


class DividerTests(BatchTests):
    """Tests of one architecture."""

    other = "eomt"
    labels: frozenset[str] = frozenset()
    """What its random-weight model can see."""

    def ask(self, name: str) -> Any:
        made = self.divided(PHOTO, name)
        assert made.size == Image.open(PHOTO).size
        assert {region.label for region in made.regions} <= self.labels
        assert made.model == name
        assert made.labels[0] == "background"
        return made.mask.tobytes(), [region.to_dict() for region in made.regions]

    def command(self, name: str, folder: Path) -> Sequence[str]:
        return ["segment", str(PHOTO), "-o", str(folder / "out.png"), "--model", name, "--json"]

    def divided(self, image: Any, name: str) -> Segmentation:
        made = imagecraft.segment(image, model=name)
        adds_up(made)
        return made

    def test_photos_have_regions(self, name: str) -> None:
        """One of them at least: random weights are near their thresholds, and sums differ in last bits."""
        photos = ("chelsea.jpg", "coffee.jpg", "china.jpg")
        assert any(self.divided(EXAMPLES / photo, name).regions for photo in photos)

    @pytest.mark.parametrize("size", [(1, 1), (3, 2), (2400, 30), (30, 2400), (900, 601)])
    def test_odd_sizes(self, name: str, size: tuple[int, int]) -> None:
        noise = np.random.default_rng(0).integers(0, 255, (size[1], size[0], 3), np.uint8)
        assert self.divided(noise, name).size == size

    def several(self, name: str) -> tuple[list[Any], list[Any]]:
        sources = [PHOTO, EXAMPLES / "coffee.jpg", Image.open(PHOTO).transpose(Image.Transpose.ROTATE_90)]
        pictures = [open_image(source) for source in (*sources, PHOTO)]
        segmenter = NeuralSegmenter(chosen_card(name, "segment"))
        together = [made.mask for made in segmenter.segments(pictures)]
        return together, [segmenter.segment(picture).mask for picture in pictures]

    def equal(self, one: Any, other: Any) -> bool:
        return bool((one == other).mean() > 0.999)

    def test_one_colour_shows_nothing(self, name: str) -> None:
        assert self.divided(Image.new("RGB", (320, 200), "teal"), name).regions == ()


ADE = frozenset({"wall", "sky", "tree", "road", "person", "window", "widget"})
PANOPTIC = frozenset({"person", "cat", "sky", "grass"})
VOC = frozenset({"airplane", "person", "dining table", "couch", "tv"})


class TestSegformer(DividerTests):
    model, tiny, labels = "segformer-b0", "segformer", ADE


class TestMobileVit(DividerTests):
    model, tiny, labels = "deeplab-mobilevit", "mobilevit", VOC


class TestMobileNet(DividerTests):
    model, tiny, labels = "deeplab-mobilenet", "mobilenet", VOC


class TestMask2former(DividerTests):
    model, tiny, labels = "mask2former", "mask2former", PANOPTIC


class TestMask2formerInstances(DividerTests):
    model, tiny, labels = (
        "mask2former-instances",
        "mask2former_instances",
        frozenset({"person", "cat", "dog"}),
    )

    def test_each_thing_is_a_region_of_its_own(self, name: str) -> None:
        """Two cats are two regions; what is no thing stays background."""
        made = self.divided(EXAMPLES / "china.jpg", name)
        labels = [region.label for region in made.regions]
        assert len(labels) > len(set(labels)), "nothing of one kind is told apart"
        assert len(np.unique(made.region_map[made.region_map > 0])) == len(made.regions)


def test_numbered_classes_of_an_instance_model_are_cocos_things() -> None:
    named = named_kinds([f"LABEL_{number}" for number in range(80)], "coco")
    assert [kind.label for kind in named if kind] == list(labels()[1:])


class TestOneformer(DividerTests):
    model, tiny, labels = "oneformer-tiny", "oneformer", ADE


class TestEomt(DividerTests):
    other = "segformer"
    model, tiny, labels = "eomt-small", "eomt", PANOPTIC


class TestEomtByClass(DividerTests):
    other = "segformer"
    model, tiny, labels = "eomt-large", "eomt_semantic", ADE


@pytest.fixture
def segformer(tiny_model: Callable[[str], Path]) -> str:
    return f"segformer-b0@{tiny_model('segformer')}"


@pytest.mark.parametrize("family", ["mask2former", "oneformer", "eomt"])
@pytest.mark.parametrize("result", ["semantic", "instance"])
def test_cards_say_whether_objects_or_classes_are_wanted(
    family: str, result: str, tiny_model: Callable[[str], Path]
) -> None:
    ids = {"mask2former": "mask2former", "oneformer": "oneformer-tiny", "eomt": "eomt-small"}
    card = chosen_card(f"{ids[family]}@{tiny_model(family)}", "segment")
    made = NeuralSegmenter(replace(card, id=f"other-{family}", settings={"result": result})).segment(
        open_image(PHOTO)
    )
    adds_up(made)
    if result == "semantic":
        assert (made.mask > 0).mean() > 0.95, "every pixel has a class"


def test_everything_downstream_works_on_other_classes(segformer: str) -> None:
    made = imagecraft.segment(PHOTO, model=segformer)
    for variant in pipeline.VARIANTS:
        assert pipeline.overlay(made, variant=variant).size == made.size
        assert pipeline.legend(made, variant=variant).width > 50
    rows = pipeline.class_rows(made)
    assert sum(row.share for row in rows) == pytest.approx(1)
    told = pipeline.coco(made, "a.jpg")
    numbers = {category["id"]: category["name"] for category in told["categories"]}
    assert len(numbers) == len(made.kinds)
    for annotation, region in zip(told["annotations"], made.regions, strict=True):
        assert numbers[annotation["category_id"]] == region.label
    assert pipeline.cut_outs(made).startswith(b"PK")
    steps = list(pipeline.divide(PHOTO, model=segformer))
    assert steps[-1].spoken is not None
    assert len(steps[-1].explored) == min(len(made.regions), pipeline.MOST_HEARD)
    assert steps[-1].summary


def test_turned_and_see_through_pictures(segformer: str, tmp_path: Path) -> None:
    photo = Image.open(PHOTO)
    turned = photo.transpose(Image.Transpose.ROTATE_90)
    turned.getexif()[0x0112] = 6
    turned.save(tmp_path / "turned.png", exif=turned.getexif())
    assert imagecraft.segment(tmp_path / "turned.png", model=segformer).size == photo.size
    clear = photo.convert("RGBA")
    clear.putalpha(120)
    made = imagecraft.segment(clear, model=segformer)
    adds_up(made)
    assert made.size == photo.size


def test_a_mask_is_written_and_counted(
    segformer: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mask = tmp_path / "mask.png"
    out = str(tmp_path / "out.png")
    assert run(["segment", str(PHOTO), "-o", out, "--mask", str(mask), "--model", segformer, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["model"] == segformer
    pixels = np.asarray(Image.open(mask))
    for entry in told["classes"]:
        assert (pixels == entry["index"]).sum() == entry["pixels"]


def test_more_classes_than_a_map_can_number(tiny_model: Callable[[str], Path], tmp_path: Path) -> None:
    import torch
    from tiny_dividers import segformer_of

    torch.manual_seed(0)
    segformer_of([f"kind {number}" for number in range(400)], tmp_path)
    made = imagecraft.segment(PHOTO, model=f"segformer-b0@{tmp_path}")
    adds_up(made)
    assert any("more classes" in notice for notice in made.notices)
    assert all(region.label.startswith("kind ") for region in made.regions)


def test_a_network_without_its_head_is_refused(segformer: str, tmp_path: Path) -> None:
    import shutil

    from safetensors.torch import load_file, save_file

    copy = shutil.copytree(segformer.partition("@")[2], tmp_path / "copy")
    weights = load_file(copy / "model.safetensors")
    rest = {name: numbers for name, numbers in weights.items() if "decode_head.classifier" not in name}
    assert len(rest) < len(weights)
    save_file(rest, copy / "model.safetensors", {"format": "pt"})
    with pytest.raises(ModelUnavailable, match="cannot be loaded"):
        imagecraft.segment(PHOTO, model=f"segformer-b0@{copy}")


@pytest.mark.parametrize("size", [(1, 1), (5000, 60), (60, 5000), (4000, 3000), (640, 480)])
def test_networks_are_shown_neither_giants_nor_strips(size: tuple[int, int]) -> None:
    shown = seen(Image.new("RGB", size))
    assert max(shown.size) <= WORK_SIDE
    assert max(shown.size) <= MOST_ASPECT * min(shown.size) + 1
