"""Where a photo was taken, as far as what was seen in it tells."""

from __future__ import annotations

from dataclasses import dataclass

from imagecraft.assets import vocabulary
from imagecraft.captioning.evidence import Observations
from imagecraft.captioning.weighing import Thing

STATE_FROM = 0.5  # joint probability; stated scenes were named by people on 90 % of the photos it was set on
WEAKEST_WITNESS = 0.25  # a thing less likely than this says nothing of the place


@dataclass(frozen=True)
class Scene:
    """A kind of place.

    Attributes:
        label: Its name in assets/scenes.toml.
        probability: 0 to 1.
        place: Words that end a sentence ("on a beach").
        room: Noun that can begin one ("kitchen"), empty where there is none.
        objects: COCO classes that speak for it and were seen.
    """

    label: str
    probability: float
    place: str
    room: str
    objects: tuple[str, ...]


def scene(seen: Observations, things: list[Thing]) -> Scene | None:
    """The likeliest place, or None where none is likely enough to be stated."""
    likeliest = max(_scenes(seen, things), key=lambda found: found.probability)
    return likeliest if likeliest.probability >= STATE_FROM else None


def _scenes(seen: Observations, things: list[Thing]) -> list[Scene]:
    witnesses = {
        thing.label: max(sighting.score for sighting in thing.sightings)
        for thing in things
        if thing.probability >= WEAKEST_WITNESS
    }
    found = []
    for label, entry in vocabulary("scenes").items():
        mass = sum(seen.classes.get(name, 0.0) for name in entry["classes"])
        doubt = 1 - min(0.95, entry["class_weight"] * mass)
        present = tuple(name for name in entry["objects"] if name in witnesses)
        for name in present:
            doubt *= 1 - entry["objects"][name] * witnesses[name]
        found.append(Scene(label, 1 - doubt, entry["place"], entry.get("room", ""), present))
    return found
