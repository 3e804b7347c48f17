"""How likely it is that what the detector saw is really there: the three models check each other.

A detection's own score is only one witness. A logistic model, fitted by `benchmarks/calibrate.py` on whether
people mention the thing, joins it with what the classifier and the segmenter say of the same place, how large
the thing is, how often photos show such things at all and what else is in this one.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from imagecraft.assets import vocabulary
from imagecraft.captioning.evidence import REGION_SIDE, Observations
from imagecraft.runtime.vision import VOC_CLASSES, VOC_OF_COCO, Box, Sighting

WEAKEST_SCORE = 0.12  # detections below are not weighed at all
# Boxes below these scores do not add to a count: second people are nearly always real, second things are not.
COUNTED_PERSON_SCORE = 0.3
COUNTED_SCORE = 0.45
COMPANION_SCORE = 0.35  # from here up a thing says something of what else is likely
SAME_PLACE_IOU = 0.55

FEATURES = (
    "detector", "area", "classifier", "classifier_knows", "mask", "mask_knows", "mention", "company",
    "person", "off_centre", "small_thing_area",
)  # fmt: skip


@dataclass(frozen=True)
class Thing:
    """A kind of object in the picture, with all its boxes.

    Attributes:
        label: COCO class.
        probability: That a person looking at the photo would agree, 0 to 1.
        sightings: Its detections that count, largest first.
    """

    label: str
    probability: float
    sightings: tuple[Sighting, ...]

    @property
    def count(self) -> int:
        return len(self.sightings)

    @property
    def box(self) -> Box:
        """The largest one's place, as shares of the picture."""
        return self.sightings[0].box

    @property
    def area(self) -> float:
        """Share of the picture that the largest one's box covers."""
        return self.sightings[0].area


def weigh(seen: Observations) -> list[Thing]:
    """Everything the detector saw, most probable first, with calibrated probabilities."""
    groups = _groups(seen)
    if not groups:
        return []
    model = _model()
    rows = np.array([_features(label, groups, seen) for label in groups])
    probabilities = 1 / (1 + np.exp(-(rows @ model.weights + model.bias)))
    things = [
        Thing(label, float(probability), _counted(sightings))
        for (label, sightings), probability in zip(groups.items(), probabilities, strict=True)
    ]
    things.sort(key=lambda thing: -thing.probability)
    return _without_doubles(things)


def features(seen: Observations) -> dict[str, list[float]]:
    """The numbers that `weigh` rests on, by COCO class, in the order of `FEATURES`."""
    groups = _groups(seen)
    return {label: _features(label, groups, seen) for label in groups}


def overlap(first: Box, second: Box) -> float:
    """Area that two boxes share, as a share of the picture."""
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    return max(0.0, width) * max(0.0, height)


def _iou(first: Sighting, second: Sighting) -> float:
    shared = overlap(first.box, second.box)
    return shared / (first.area + second.area - shared + 1e-9)


def _groups(seen: Observations) -> dict[str, list[Sighting]]:
    groups: defaultdict[str, list[Sighting]] = defaultdict(list)
    for sighting in seen.objects:
        if sighting.score >= WEAKEST_SCORE:
            groups[sighting.label].append(sighting)
    return dict(groups)


def _counted(sightings: list[Sighting]) -> tuple[Sighting, ...]:
    lowest = COUNTED_PERSON_SCORE if sightings[0].label == "person" else COUNTED_SCORE
    counted = [sighting for sighting in sightings if sighting.score >= lowest]
    return tuple(sorted(counted or sightings[:1], key=lambda s: -s.area))


def _without_doubles(things: list[Thing]) -> list[Thing]:
    """Drop a thing whose place a likelier one of the same kind already holds (a couch seen as a bed too)."""
    words = vocabulary("coco")
    kept: list[Thing] = []
    for thing in things:
        if not any(
            words[thing.label]["kind"] == words[other.label]["kind"]
            and _iou(thing.sightings[0], other.sightings[0]) > SAME_PLACE_IOU
            for other in kept
        ):
            kept.append(thing)
    return kept


def _features(label: str, groups: Mapping[str, list[Sighting]], seen: Observations) -> list[float]:
    best = groups[label][0]
    area = math.log(max(sighting.area for sighting in groups[label]) + 1e-3)
    supporters = vocabulary("imagenet")["support"].get(label, ())
    mass = sum(seen.classes.get(name, 0.0) for name in supporters)
    masked = VOC_OF_COCO.get(label)
    calibration = vocabulary("weighing")
    return [
        _logit(best.score),
        area,
        math.log(mass / 0.003 + 1) if supporters else 0.0,
        float(bool(supporters)),
        math.log(_mask_share(masked, best.box, seen) + 0.02) if masked else 0.0,
        float(masked is not None),
        math.log(calibration["mention"][label]),
        _company(label, groups, calibration["company"]),
        float(label == "person"),
        abs(best.box[0] + best.box[2] - 1) / 2 + abs(best.box[1] + best.box[3] - 1) / 2,
        area + 3 if label in calibration["small_things"] else 0.0,
    ]


def _mask_share(voc_class: str, box: Box, seen: Observations) -> float:
    """Mean probability that the segmenter gives a class inside a box."""
    left, top, right, bottom = (round(share * REGION_SIDE) for share in box)
    left, top = min(left, REGION_SIDE - 1), min(top, REGION_SIDE - 1)
    region = seen.regions[
        VOC_CLASSES.index(voc_class), top : max(bottom, top + 1), left : max(right, left + 1)
    ]
    return float(region.mean())


def _company(label: str, groups: Mapping[str, list[Sighting]], table: Mapping[str, float]) -> float:
    """How well a thing goes with the others seen: mean pointwise mutual information in people's captions."""
    total = weight = 0.0
    for other, sightings in groups.items():
        score = sightings[0].score
        if other != label and score > COMPANION_SCORE:
            pair = "|".join(sorted((label, other)))
            total += score * table.get(pair, table["otherwise"])
            weight += score
    return total / (weight + 0.3)


def _logit(probability: float) -> float:
    inside = min(max(probability, 1e-3), 1 - 1e-3)
    return math.log(inside / (1 - inside))


@dataclass(frozen=True, eq=False)
class _Model:
    weights: np.ndarray
    bias: float


@cache
def _model() -> _Model:
    calibration = vocabulary("weighing")
    weights = np.array([calibration["weights"][name] for name in FEATURES])
    return _Model(weights, float(calibration["bias"]))
