"""How two things stand to each other, measured from their boxes alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from imagecraft.assets import vocabulary
from imagecraft.captioning.weighing import Thing, overlap
from imagecraft.runtime.vision import Box

MOST_COMPARED = 4  # boxes of a thing
APART = "apart"
STANDINGS = ("astride", "inside", "below", "resting", "above", "beside", "touching", "close", APART)


@dataclass(frozen=True)
class Relation:
    """What joins the subject of a sentence to another thing.

    Attributes:
        other: That thing.
        template: Words with a {} for it ("riding {}", "next to {}").
        loose: Whether it holds for a whole group as well as for one of it.
    """

    other: Thing
    template: str
    loose: bool


def relation(subject: Thing, others: list[Thing]) -> Relation | None:
    """The relation that tells most, among all others: the rules stand in that order. None where none fits."""
    for rule in vocabulary("relations")["rule"]:
        if subject.label in rule["subject"]:
            for other in others:
                if other.label in rule["object"] and _TESTS[rule["when"]](subject.box, other.box):
                    return Relation(other, rule["say"], rule.get("loose", False))
    return None


def holds_between(test: str, subject: Box, other: Box) -> bool:
    """Whether one of the tests that assets/relations.toml names (`when`) holds."""
    return _TESTS[test](subject, other)


def standing(subject: Thing, other: Thing) -> str:
    """How one thing stands to another: the first of `STANDINGS` that holds between any boxes of theirs."""
    pairs = [
        (first.box, second.box)
        for first in subject.sightings[:MOST_COMPARED]
        for second in other.sightings[:MOST_COMPARED]
    ]
    return next(
        (test for test in STANDINGS if test in _TESTS and any(_TESTS[test](*pair) for pair in pairs)), APART
    )


def _width(box: Box) -> float:
    return max(box[2] - box[0], 1e-6)


def _height(box: Box) -> float:
    return max(box[3] - box[1], 1e-6)


def _shared_width(first: Box, second: Box) -> float:
    return max(0.0, min(first[2], second[2]) - max(first[0], second[0]))


def _middle(box: Box) -> float:
    return (box[1] + box[3]) / 2


def _above(subject: Box, other: Box) -> bool:
    """The other lies under the subject's feet: below its middle and within reach of its bottom edge."""
    reach = 0.25 * _height(subject)
    return (
        _middle(other) > subject[1] + 0.7 * _height(subject)
        and other[1] < subject[3] + reach
        and _shared_width(subject, other) > 0.4 * min(_width(other), _width(subject))
    )


def _below(subject: Box, other: Box) -> bool:
    """The other is over the subject's head."""
    return _middle(other) < subject[1] + 0.35 * _height(subject) and _shared_width(
        subject, other
    ) > 0.5 * _width(subject)


def _astride(subject: Box, other: Box) -> bool:
    """The subject starts above the other, ends within it and stands over its middle part."""
    return (
        subject[1] < other[1] + 0.25 * _height(other)
        and other[1] < subject[3] < other[3] + 0.1 * _height(other)
        and subject[3] < other[3] - 0.02 * _height(other)
        and _shared_width(subject, other) > 0.7 * _width(subject)
        and overlap(subject, other) > 0.3 * _width(subject) * _height(subject)
    )


def _inside(subject: Box, other: Box) -> bool:
    """Most of the other lies within the subject's box, and it is much smaller."""
    area = _width(other) * _height(other)
    return overlap(subject, other) > 0.6 * area and area < 0.5 * _width(subject) * _height(subject)


def _resting(subject: Box, other: Box) -> bool:
    """The subject's bottom edge lies within the other, which is wide enough to carry it."""
    return (
        _shared_width(subject, other) > 0.7 * _width(subject)
        and other[1] + 0.1 * _height(other) < subject[3] <= other[3] + 0.05
        and subject[1] < _middle(other)
        and overlap(subject, other) > 0.3 * _width(subject) * _height(subject)
    )


def _beside(subject: Box, other: Box) -> bool:
    """Side by side on about one height, with at most a small gap or overlap."""
    gap = max(subject[0], other[0]) - min(subject[2], other[2])
    shared_height = min(subject[3], other[3]) - max(subject[1], other[1])
    return -0.35 * min(_width(subject), _width(other)) < gap < 0.12 and shared_height > 0.4 * min(
        _height(subject), _height(other)
    )


def _touching(subject: Box, other: Box) -> bool:
    """The boxes overlap."""
    return overlap(subject, other) > 0


def _close(subject: Box, other: Box) -> bool:
    """The boxes overlap or nearly do."""
    reach = 0.05
    return (
        max(subject[0], other[0]) - min(subject[2], other[2]) < reach
        and max(subject[1], other[1]) - min(subject[3], other[3]) < reach
    )


_TESTS: dict[str, Callable[[Box, Box], bool]] = {
    "above": _above,
    "below": _below,
    "astride": _astride,
    "inside": _inside,
    "resting": _resting,
    "beside": _beside,
    "touching": _touching,
    "close": _close,
}
