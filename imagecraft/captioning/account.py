"""From measurements to what may be said: what is there, what it is about, and how sure that is."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from imagecraft.assets import vocabulary
from imagecraft.captioning.appearance import is_blank
from imagecraft.captioning.evidence import Observations
from imagecraft.captioning.scenes import Scene, scene
from imagecraft.captioning.weighing import Thing, weigh

STATE_FROM = 0.5  # probability from which a thing is simply stated
PROBABLY_FROM = 0.3  # and from which it is stated with "probably", where there is nothing surer
NAME_FROM = 0.6  # classifier's probability for a thing that no detector knows, where nothing else is sure
NAME_BESIDE_THINGS_FROM = 0.7  # and where the detector is sure of something
FINER_FROM = 0.6  # and for calling a detected thing by a finer name
FINER_AREA = 0.08  # share of the picture from which a thing is large enough for a finer name

SURE_DETECTION = 0.8  # detector's score from which the classifier does not overrule it
DENIED_BELOW = 0.1  # classifier's probability for an animal it knows, below which it denies the detection
SUBJECT_AREA = 0.1  # share of the picture from which a detected thing may be what the classifier means
SIZE_POWER = 0.25  # of a thing's share of the picture, in its importance
_WEIGHT_OF_KIND: dict[str, float] = {
    "person": 2.0, "animal": 2.0, "vehicle": 1.5, "food": 1.0, "fixture": 1.0, "street": 1.0, "sport": 1.0,
    "furniture": 0.7, "electronics": 0.9, "indoor": 0.8, "tableware": 0.6, "carried": 0.6, "worn": 0.5,
}  # fmt: skip


@dataclass(frozen=True)
class Name:
    """A subject that only the classifier names.

    Attributes:
        words: With its article ("a lighthouse").
        probability: 0 to 1.
        labels: ImageNet classes that it rests on.
        animal: Whether it is one.
    """

    words: str
    probability: float
    labels: tuple[str, ...]
    animal: bool


@dataclass(frozen=True)
class Account:
    """Everything that a caption of one picture may state.

    Attributes:
        seen: The measurements.
        weighed: Everything the detector saw, most probable first.
        things: What is there, most important first.
        doubtful: What else the detector saw, too unlikely to be stated.
        unsure: Whether even the first of `things` needs a "probably".
        scene: Where it is, or None.
        name: A subject that no detector knows, or None.
    """

    seen: Observations
    weighed: tuple[Thing, ...]
    things: tuple[Thing, ...]
    doubtful: tuple[Thing, ...]
    unsure: bool
    scene: Scene | None
    name: Name | None


def account(seen: Observations) -> Account:
    """Decide what may be stated of a picture."""
    if is_blank(seen):
        return Account(seen, (), (), (), False, None, None)
    weighed = weigh(seen)
    stated = [thing for thing in weighed if thing.probability >= STATE_FROM]
    name = _name(seen)
    if name and name.animal and name.probability >= NAME_BESIDE_THINGS_FROM:
        stated = [thing for thing in stated if not _mistaken_for(thing, seen)]
    if name and not _fits(name, stated):
        name = None
    unsure = not stated and name is None
    if unsure:
        stated = [thing for thing in weighed if thing.probability >= PROBABLY_FROM][:1]
    stated.sort(key=importance, reverse=True)
    doubtful = tuple(t for t in weighed if t not in stated and t.probability >= PROBABLY_FROM)
    return Account(seen, tuple(weighed), tuple(stated), doubtful, unsure, scene(seen, weighed), name)


def kind_of(thing: Thing) -> str:
    """The sort of thing it is, as assets/coco.toml groups them."""
    return str(vocabulary("coco")[thing.label]["kind"])


def importance(thing: Thing) -> float:
    """How early a thing is to be mentioned: likely, large and alive first."""
    size: float = (thing.area + 0.02) ** SIZE_POWER
    return thing.probability * _WEIGHT_OF_KIND[kind_of(thing)] * size


def finer_name(thing: Thing, seen: Observations) -> tuple[str, float] | None:
    """What a large single thing may be called more exactly ("whippet"), with the classifier's probability."""
    if thing.count > 1 or thing.area < FINER_AREA:
        return None
    names: defaultdict[str, float] = defaultdict(float)
    for label, words in vocabulary("imagenet")["finer"].get(thing.label, {}).items():
        names[words] += seen.classes.get(label, 0.0)
    words, probability = max(names.items(), key=lambda item: item[1], default=("", 0.0))
    return (words, probability) if probability >= FINER_FROM else None


def _mistaken_for(thing: Thing, seen: Observations) -> bool:
    """Whether a detected animal is the detector's word for one that only the classifier knows.

    A lion is seen as a dog, a bear and a cat by a detector that knows no lions. The classifier, which knows
    dogs, sees none of them; of animals that it does not know either (a giraffe) it cannot judge.
    """
    known = vocabulary("imagenet")["support"].get(thing.label, ())
    if kind_of(thing) != "animal" or not known:
        return False
    best = max(sighting.score for sighting in thing.sightings)
    return best < SURE_DETECTION and sum(seen.classes.get(label, 0.0) for label in known) < DENIED_BELOW


def _fits(name: Name, stated: list[Thing]) -> bool:
    """Whether a classifier's name adds something beside what the detector is sure of."""
    support = vocabulary("imagenet")["support"]
    if not stated:
        return True
    if name.probability < NAME_BESIDE_THINGS_FROM:
        return False
    if any(label in support.get(thing.label, ()) for thing in stated for label in name.labels):
        return False
    if name.animal:  # an animal on a plate is food, and one beside a sure animal is the same one
        return not any(kind_of(thing) in ("animal", "food", "tableware") for thing in stated)
    is_place = any(
        label in scene["classes"] for scene in vocabulary("scenes").values() for label in name.labels
    )
    return not is_place and all(thing.area < SUBJECT_AREA for thing in stated)


def _name(seen: Observations) -> Name | None:
    candidates: list[Name] = []
    for words, (labels, animal) in _names().items():
        probability = sum(seen.classes.get(label, 0.0) for label in labels)
        if probability >= NAME_FROM:
            candidates.append(Name(words, probability, labels, animal))
    # The most exact name wins: a single class before its family.
    return min(candidates, key=lambda name: (len(name.labels), -name.probability), default=None)


@cache
def _names() -> dict[str, tuple[tuple[str, ...], bool]]:
    """Words -> (ImageNet classes, whether an animal), for single classes and for families."""
    table = vocabulary("imagenet")
    grouped: defaultdict[str, list[str]] = defaultdict(list)
    animals = set(table["alone"]["animal"])
    for labels in table["alone"].values():
        for label, words in labels.items():
            grouped[words].append(label)
    for family, labels in table["family"].items():
        grouped[f"{'an' if family[0] in 'aeiou' else 'a'} {family}"].extend(labels)
    return {words: (tuple(dict.fromkeys(labels)), labels[0] in animals) for words, labels in grouped.items()}
