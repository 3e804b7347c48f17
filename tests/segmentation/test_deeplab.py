"""The offline segmenter on real photos."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from segmenter_base import EXAMPLES, SegmenterTests

import imagecraft
from imagecraft.runtime.vision import Sighting
from imagecraft.segmentation.classes import index_of, kinds
from imagecraft.segmentation.regions import cleaned, numbered

pytestmark = pytest.mark.usefixtures("weights")


class TestDeeplab(SegmenterTests):
    model = "deeplab"


def test_what_the_network_has_no_class_for_is_outlined_by_its_box() -> None:
    made = imagecraft.segment(EXAMPLES / "coffee.jpg")
    cup = next(region for region in made.regions if region.label == "cup")
    assert cup.source == "box"
    assert made.mask[130, 290] == cup.index  # the coffee in it
    assert made.mask[380, 590] != cup.index  # the table


def test_masks_overlap_with_those_of_cocos_annotators(shared_data: Path) -> None:
    names = (shared_data / "data/coco/mask_classes.yaml").read_text()
    numbers = {name.strip(): int(number) for number, name in re.findall(r"^\s*(\d+): (.+)$", names, re.M)}
    known = {
        "000000000285": "bear",
        "000000002006": "bus",
        "000000007108": "elephant",
        "000000000785": "person",
    }
    for photo, label in known.items():
        truth = np.asarray(Image.open(shared_data / f"data/coco/masks/{photo}.png")) == numbers[label]
        found = imagecraft.segment(shared_data / f"data/coco/photos/{photo}.jpg").mask == index_of(label)
        assert (truth & found).sum() / (truth | found).sum() > 0.7, label


def test_two_who_touch_are_told_apart_and_one_behind_another_is_one() -> None:
    person, table = index_of("person"), index_of("dining table")
    mask = np.zeros((100, 200), np.uint8)
    mask[20:80, 40:160] = person
    left, right = Sighting("person", 0.8, (0.2, 0.2, 0.5, 0.8)), Sighting("person", 0.7, (0.5, 0.2, 0.8, 0.8))
    numbers, classes = numbered(mask, [left, right])
    assert classes == [person, person]
    assert numbers[50, 50] != numbers[50, 150]

    mask = np.zeros((100, 200), np.uint8)
    mask[60:90, 10:80] = table
    mask[60:90, 120:190] = table
    assert len(numbered(mask, [])[1]) == 2
    assert len(numbered(mask, [Sighting("dining table", 0.8, (0.05, 0.6, 0.95, 0.9))])[1]) == 1


def test_specks_go_and_small_holes_close() -> None:
    dog = index_of("dog")
    mask = np.zeros((300, 300), np.uint8)
    mask[100:200, 100:200] = dog
    mask[150:153, 150:153] = 0
    mask[20:22, 20:22] = dog
    expected = np.zeros_like(mask)
    expected[100:200, 100:200] = dog
    assert (cleaned(mask) == expected).all()


def test_indices_and_colours_never_change() -> None:
    assert len(kinds()) == 80
    assert [(kind.index, kind.label, kind.coco_id) for kind in (kinds()[0], kinds()[15], kinds()[79])] == [
        (1, "person", 1), (16, "cat", 17), (80, "toothbrush", 90),
    ]  # fmt: skip
    assert {kind.label: (kind.colour, kind.pattern) for kind in kinds()} == remembered_styles()
    assert len({(kind.colour, kind.pattern) for kind in kinds()}) == 80


def remembered_styles() -> Mapping[str, tuple[str, str]]:
    """How each class was drawn when the first pictures were made."""
    return {label: tuple(style) for label, style in json.loads(STYLES.read_text()).items()}


STYLES = Path(__file__).with_name("styles.json")
