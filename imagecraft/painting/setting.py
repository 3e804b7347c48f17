"""Where and when a sound takes place, as far as it tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from imagecraft.assets import vocabulary
from imagecraft.painting.base import Thing
from imagecraft.painting.character import Character

WITH_THINGS, WITHOUT_THINGS = "meadow", "waves"
"""Places for sounds that speak for none."""
LOWEST_SCORE = 0.07
DRAWN_SHARE, SCENERY_SHARE = 0.45, 0.4
"""Of the best score among what has a drawing, among weather, and among places: less is left out."""
CLEAR_SHARE, CLEAR_PEAK = 0.25, 0.3
"""Of the best score of all, or the score of a moment, from which a short sound counts beside a steady one."""
TELLING_SHARE = 0.35
"""Of the best score: what is less certain says nothing of the hour and the mood."""

Looks = Sequence[tuple[Thing, Mapping[str, Any]]]


@dataclass(frozen=True)
class Setting:
    """Where and when a sound takes place.

    Attributes:
        scene: Name of the place, out of assets/poster.toml.
        told: Whether something that is heard speaks for that place; else it is only a usual one.
        hour: Name of the light.
        weather: What falls, blows or flashes: how strongly, 0 to 1.
        mood: A word.
    """

    scene: str
    told: bool
    hour: str
    weather: Mapping[str, float]
    mood: str

    @property
    def place(self) -> Mapping[str, Any]:
        """The scene's settings."""
        settings: Mapping[str, Any] = vocabulary("poster")["scenes"][self.scene]
        return settings


def look_of(thing: Thing) -> Mapping[str, Any]:
    """How a thing looks: as its class says, or else the nearest class above it; empty where none does."""
    looks: Mapping[str, Mapping[str, Any]] = vocabulary("pictures")
    return next((looks[kind] for kind in thing.kinds if kind in looks), {})


def certain(things: Sequence[Thing]) -> list[tuple[Thing, Mapping[str, Any]]]:
    """The things that are heard for certain beside the others, and how they look.

    What has a drawing is compared with its like, and so are weather and places: a bark is short, the sea goes
    on, and rain by the sea is fainter than the sea.
    A class is left out where one of its own kinds is there, and where something else looks the same.
    """
    looks = [(thing, look) for thing in things if (look := look_of(thing))]
    loudest = max((thing.score for thing, _ in looks), default=0.0)
    kept: dict[str, tuple[Thing, Mapping[str, Any]]] = {}
    for kind, share in (("draw", DRAWN_SHARE), ("weather", SCENERY_SHARE), ("", SCENERY_SHARE)):
        alike = [(thing, look) for thing, look in looks if _kind(look) == kind]
        least = max(LOWEST_SCORE, share * max((thing.score for thing, _ in alike), default=0.0))
        for thing, look in alike:
            clear = thing.score >= CLEAR_SHARE * loudest or thing.peak >= CLEAR_PEAK
            if thing.score >= least and clear:
                motif = look.get("draw") or look.get("weather") or look.get("scene") or look["says"]
                kept.setdefault(motif, (thing, look))
    covered = {above for thing, _ in kept.values() for above in thing.kinds[1:]}
    return [(thing, look) for thing, look in kept.values() if thing.label not in covered]


def _kind(look: Mapping[str, Any]) -> str:
    return next((kind for kind in ("draw", "weather") if kind in look), "")


def setting_of(things: Sequence[Thing], character: Character, hour: str = "") -> Setting:
    """Judge place, light, weather and mood by what is heard and by what the sound is like.

    Args:
        things: What is heard, the most certain first.
        character: What the sound is like.
        hour: The light, where it is known.
    """
    looks = certain(things)
    weather: dict[str, float] = {}
    for thing, look in looks:
        if "weather" in look:
            weather[look["weather"]] = max(weather.get(look["weather"], 0.0), min(1.0, 0.35 + thing.score))
    told = _most_voted(looks, "scene")
    usual = WITH_THINGS if any("draw" in look for _, look in looks) else WITHOUT_THINGS
    return Setting(
        scene=told or _most_voted(looks, "usual") or usual,
        told=bool(told),
        hour=hour or _hour(looks, weather, character),
        weather=weather,
        mood=_most_voted(looks, "mood", TELLING_SHARE) or _mood(character),
    )


def _most_voted(looks: Looks, what: str, share: float = 0.0) -> str:
    """What those that speak of it agree on, if they have `share` of the best score together; else empty."""
    votes: dict[str, float] = {}
    for thing, look in looks:
        if what in look:
            votes[look[what]] = votes.get(look[what], 0.0) + thing.score
    best = max(votes, key=lambda name: votes[name], default="")
    loudest = max((thing.score for thing, _ in looks), default=0.0)
    return best if best and votes[best] >= share * loudest else ""


def _hour(looks: Looks, weather: Mapping[str, float], character: Character) -> str:
    if "thunder" in weather:
        return "storm"
    told = _most_voted(looks, "hour", TELLING_SHARE)
    if told:
        return told
    if "rain" in weather or "fog" in weather:
        return "rain"
    light = 0.55 * character.brightness + 0.45 * character.loudness
    return "night" if light < 0.2 else "dusk" if light < 0.38 else "dawn" if light < 0.5 else "day"


def _mood(character: Character) -> str:
    levels = ("quiet", "between", "loud")
    words: list[str] = vocabulary("painting")["moods"][levels[min(2, int(3 * character.loudness))]]
    return words[min(2, int(3 * character.brightness))]
