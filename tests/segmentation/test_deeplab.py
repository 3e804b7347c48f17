"""The offline segmenter on real photos."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from itertools import combinations
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
    person, dog, table = index_of("person"), index_of("dog"), index_of("dining table")
    mask = np.zeros((100, 200), np.uint8)
    mask[20:80, 40:160] = person
    left, right = Sighting("person", 0.8, (0.2, 0.2, 0.5, 0.8)), Sighting("person", 0.7, (0.5, 0.2, 0.8, 0.8))
    numbers, classes = numbered(mask, [left, right])
    assert classes == [person, person]
    assert numbers[50, 50] != numbers[50, 150]

    mask = np.zeros((100, 200), np.uint8)
    mask[60:90, 10:80] = dog
    mask[60:90, 120:190] = dog
    assert len(numbered(mask, [])[1]) == 2
    assert len(numbered(mask, [Sighting("dog", 0.8, (0.05, 0.6, 0.95, 0.9))])[1]) == 1
    assert len(numbered(np.where(mask, table, 0).astype(np.uint8), [])[1]) == 1


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


def test_colours_are_told_apart_without_full_colour_vision() -> None:
    """Simulated after Machado, Oliveira and Fernandes (2009)."""
    red_blind = [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ]
    green_blind = [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.01182, 0.04294, 0.968881],
    ]
    colours = sorted({kind.colour for kind in kinds()})
    assert len(colours) == 12
    for vision in (np.eye(3), np.array(red_blind), np.array(green_blind)):
        seen = [lab(np.clip(vision @ linear(colour), 0, 1)) for colour in colours]
        assert min(np.linalg.norm(one - other) for one, other in combinations(seen, 2)) > 15


def linear(colour: str) -> np.ndarray:
    channels = np.array(list(bytes.fromhex(colour[1:]))) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    relative = to_xyz @ rgb / np.array([0.9505, 1, 1.089])
    x, y, z = np.where(relative > 0.008856, np.cbrt(relative), 7.787 * relative + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def remembered_styles() -> Mapping[str, tuple[str, str]]:
    """How each class was drawn when the first pictures were made."""
    return {label: tuple(style) for label, style in json.loads(STYLES.read_text()).items()}


STYLES = Path(__file__).with_name("styles.json")
