"""What the labels of a picture mean: which thing, place or doing of the vocabularies each of them is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Literal

from imagecraft.assets import vocabulary
from imagecraft.errors import InvalidInput

Box = tuple[float, float, float, float]
Source = Literal["object", "scene", "class", "word"]

WHOLE = 0.92  # a box that covers more of the picture says nothing of size or place
SPLIT_FROM = 0.4  # gap between middles, as a share of the width, from which things stand apart


@dataclass(frozen=True)
class Clue:
    """Something that a picture shows.

    Attributes:
        label: What it is: a class of COCO, Pascal VOC or ImageNet, a scene, or a word of a caption.
        score: How sure it is, 0 to 1.
        box: (left, top, right, bottom) as shares of the picture's width and height; None where not known.
        source: "object" (it has been seen at a place), "class" (what an object or the picture is), "scene"
            (where it is and what goes on), or "word" (a caption says so).

    Raises:
        InvalidInput: A score or box that is not made of numbers; what lies outside of the picture is cut off.
    """

    label: str
    score: float = 1.0
    box: Box | None = None
    source: Source = "object"

    def __post_init__(self) -> None:
        numbers = (self.score, *(self.box or ()))
        if not all(math.isfinite(number) for number in numbers):
            raise InvalidInput(f"The score and box of {self.label[:40]!r} are no numbers.", "Use 0 to 1.")
        if self.box is not None:
            left, top, right, bottom = (min(1.0, max(0.0, edge)) for edge in self.box)
            object.__setattr__(self, "box", (left, top, right, bottom))


@dataclass(frozen=True)
class Group:
    """Things of one kind that are seen near each other.

    Attributes:
        thing: Its name in soundscape_things.toml.
        label: What the picture's clue calls it.
        score: The best of their scores.
        boxes: Where they are, the largest first; none where that is not known.
        count: How many there are.
        seen: How many of the kind the whole picture has.
        told: Whether it is only known from a caption.
    """

    thing: str
    label: str
    score: float
    boxes: tuple[Box, ...]
    count: int
    seen: int
    told: bool = False

    @property
    def largest_share(self) -> float:
        """Share of the picture that the largest covers; 0 where no place is known."""
        return area(self.boxes[0]) if self.boxes else 0.0

    @property
    def pan(self) -> float:
        """Where they are, -1 left to 1 right: the middle of their boxes, larger ones counting more."""
        weights = [area(box) for box in self.boxes]
        total = sum(weights)
        middle = sum((box[0] + box[2]) / 2 * weight for box, weight in zip(self.boxes, weights, strict=True))
        return round(2 * middle / total - 1, 2) if total else 0.0


def area(box: Box) -> float:
    """Share of the picture that a box covers."""
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def thing_of(label: str) -> str | None:
    """The thing of soundscape_things.toml that a label names; None for what is no thing."""
    return things_by_name().get(_plain(label))


def place_of(label: str) -> str | None:
    """The place of soundscapes.toml that a label shows; None for what shows none."""
    return _places().get(_plain(label))


def doing_of(label: str) -> str | None:
    """What goes on, as soundscape_things.toml calls it; None for what is no doing."""
    return _doings().get(_plain(label))


def groups(clues: Sequence[Clue]) -> list[Group]:
    """The things that are seen, each kind once or, where it stands at two sides, twice."""
    found: dict[str, list[Clue]] = {}
    for clue in clues:
        thing = thing_of(clue.label)
        if thing is not None and clue.source != "scene":
            found.setdefault(thing, []).append(clue)
    table = vocabulary("soundscape_things")["things"]
    for thing in list(found):
        wider = table[thing].get("instead_of")
        if wider in found and not any(clue.source == "object" for clue in found[thing]):
            boxes = [clue for clue in found.pop(wider) if clue.source == "object"]
            best = max(found[thing], key=lambda clue: clue.score)
            found[thing] = [Clue(best.label, best.score, clue.box) for clue in boxes] or found[thing]
    return [group for thing, seen in found.items() for group in _sides(thing, seen)]


def _sides(thing: str, clues: Sequence[Clue]) -> list[Group]:
    objects = [clue for clue in clues if clue.source in ("object", "word")]
    counted = objects or clues[:1]
    named = max(clues, key=lambda clue: (clue.source == "class", clue.score))
    placed = sorted(
        (clue.box for clue in counted if clue.box is not None and area(clue.box) < WHOLE),
        key=lambda box: box[0] + box[2],
    )
    score = max(clue.score for clue in clues)
    gaps = [(b[0] + b[2] - a[0] - a[2]) / 2 for a, b in pairwise(placed)]
    if gaps and max(gaps) >= SPLIT_FROM:
        cut = gaps.index(max(gaps)) + 1
        halves = [placed[:cut], placed[cut:]]
        return [Group(thing, named.label, score, _by_size(half), len(half), len(counted)) for half in halves]
    told = all(clue.source == "word" for clue in clues)
    return [Group(thing, named.label, score, _by_size(placed), len(counted), len(counted), told)]


def _by_size(boxes: Sequence[Box]) -> tuple[Box, ...]:
    return tuple(sorted(boxes, key=area, reverse=True))


def _plain(label: str) -> str:
    return " ".join(label.lower().replace("_", " ").split())


@cache
def things_by_name() -> dict[str, str]:
    """Every name of every thing; ImageNet's finer names lead to their COCO class."""
    table = vocabulary("soundscape_things")["things"]
    imagenet, coco = vocabulary("imagenet"), vocabulary("coco")
    names: dict[str, str] = {_plain(name): name for name in table}
    for name, entry in table.items():
        for label in entry.get("labels", ()):
            names.setdefault(_plain(label), name)
    for name, kinds in imagenet["finer"].items():
        for kind, words in kinds.items():
            names.setdefault(_plain(kind), name)
            names.setdefault(_plain(words), name)
    for name, entry in coco.items():
        names.setdefault(_plain(entry["one"]), name)
        names.setdefault(_plain(entry["many"]), name)
    for group in imagenet["alone"].values():
        for kind, words in group.items():
            noun = _plain(words.removeprefix("an ").removeprefix("a "))
            thing = names.get(noun) or names.get(_plain(kind)) or _family(kind, names)
            if thing is not None:
                names.setdefault(noun, thing)
                names.setdefault(_plain(kind), thing)
    for name, kinds in imagenet["support"].items():
        for kind in kinds:
            names.setdefault(_plain(kind), name)
    return names


@cache
def _places() -> dict[str, str]:
    names: dict[str, str] = {}
    for name, entry in vocabulary("soundscapes")["places"].items():
        for label in (name, *entry["labels"]):
            names.setdefault(_plain(label), name)
    for group in vocabulary("imagenet")["alone"].values():
        for kind, words in group.items():
            noun = _plain(words.removeprefix("an ").removeprefix("a "))
            place = names.get(_plain(kind)) or names.get(noun) or _family(kind, names)
            if place is not None:
                names.setdefault(noun, place)
                names.setdefault(_plain(kind), place)
    return names


@cache
def _doings() -> dict[str, str]:
    table = vocabulary("soundscape_things")["doings"]
    return {_plain(word): name for name, words in table.items() for word in (name, *words)}


def _family(kind: str, names: dict[str, str]) -> str | None:
    families = vocabulary("imagenet")["family"].items()
    return next((names[family] for family, kinds in families if kind in kinds and family in names), None)
