"""How sounds that were asked for, seen, or belong to a place come together as a few layers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Any

from imagecraft.assets import vocabulary
from imagecraft.soundscape.layers import RANGES, Layer, Place, kind_of

MOST_ARRANGED = 8
FALLBACK_DISTANCE = 0.3
USUAL_REACH_METRES = 1_000.0  # from where on a sound is as far as can be
CALM_GAIN_DB, CALM_OFTEN = -5.0, 0.4
WINDOW_GAIN_DB, WINDOW_DISTANCE = -6.0, 0.75
BACKGROUND_GAIN_DB = -8.0
BACKGROUND_WHY = "a quiet background, so that it is never quite silent"
APART_FROM = 0.5  # pan; what is nearer than this to a layer of its sound is part of it
ASIDE_GAIN_DB, ASIDE_DISTANCE = -4.0, 0.6

ASKED, PLACE, EXTRA, TIME, BACKGROUND = 10.0, 8.0, 5.0, 4.5, 1.0  # weights: who goes when there are too many


@dataclass(frozen=True)
class Candidate:
    """A layer that may be heard.

    Attributes:
        layer: The layer.
        weight: How much it matters; the least goes first where there are too many.
        asked: Asked for by name, or seen: not taken away for the sake of harmony.
        placed: Its direction was asked for, so that it may be there beside another of its sound.
    """

    layer: Layer
    weight: float
    asked: bool = False
    placed: bool = False


def usual_layer(spec: Mapping[str, Any], why: str) -> Layer:
    """A layer as the vocabularies write it: `gain` is added to its usual level, `often` multiplies."""
    sound = spec["sound"]
    usual = vocabulary("soundscapes")["usual"][sound]
    return Layer(
        sound=sound,
        kind=kind_of(sound),
        gain_db=_within("gain_db", usual["level"] + spec.get("gain", 0)),
        pan=spec.get("pan", 0.0),
        distance=spec.get("distance", usual.get("distance", FALLBACK_DISTANCE)),
        per_minute=_within("per_minute", usual.get("often", 0) * spec.get("often", 1)),
        jitter=usual.get("jitter", 0.6),
        intensity=spec.get("intensity", 0.5),
        why=why,
    )


def changed(layer: Layer, effect: Mapping[str, Any]) -> Layer:
    """A layer changed as a modifier says: `gain` added, `often` multiplied, `metres` and the rest set."""
    values: dict[str, float] = {
        "gain_db": _within("gain_db", layer.gain_db + effect.get("gain", 0)),
        "per_minute": _within("per_minute", layer.per_minute * effect.get("often", 1)),
    }
    values |= {name: effect[name] for name in ("distance", "intensity") if name in effect}
    if "metres" in effect:
        values["distance"] = distance_at(layer.sound, effect["metres"])
    if "pan" in effect and not is_wide(layer.sound):
        values["pan"] = effect["pan"]
    return layer.replaced(**values)


def distance_at(sound: str, metres: float) -> float:
    """A layer's distance, 0 to 1, for metres: at 1,000 most are as far as can be, but not thunder."""
    reach = vocabulary("soundscapes")["usual"][sound].get("reach", USUAL_REACH_METRES)
    return round(_within("distance", math.log(max(1.0, metres)) / math.log(reach)), 2)


def is_wide(sound: str) -> bool:
    """Whether a sound is all around, so that it has no direction."""
    return bool(vocabulary("soundscapes")["usual"][sound].get("wide", False))


def belongs(sound: str) -> str:
    """Where a sound is at home: "in", "out", or "" for either."""
    return str(vocabulary("soundscapes")["usual"][sound].get("where", ""))


def native_sounds(place: str) -> frozenset[str]:
    """The sounds that a place of soundscapes.toml has itself, wherever they usually belong."""
    return frozenset(spec["sound"] for spec in vocabulary("soundscapes")["places"][place]["layers"])


def place_candidates(name: str, why: str, *, aside: bool = False) -> list[Candidate]:
    """What a place of soundscapes.toml sounds like; of one `aside` only the chief sound is heard."""
    specs = vocabulary("soundscapes")["places"][name]["layers"]
    if aside and specs:
        layer = changed(usual_layer(specs[0], why), {"gain": ASIDE_GAIN_DB})
        return [Candidate(layer.replaced(distance=max(layer.distance, ASIDE_DISTANCE)), EXTRA)]
    return [
        Candidate(usual_layer(spec, why), EXTRA - number / 2 if number else PLACE)
        for number, spec in enumerate(specs)
    ]


def timed(candidates: Sequence[Candidate], land: str, times: Mapping[str, str]) -> list[Candidate]:
    """Candidates at certain times of the day and the year.

    Args:
        candidates: What would be heard at any time.
        land: What the place is, as soundscapes.toml's places say; empty indoors.
        times: Names of soundscapes.toml's times, with the reason for each.
    """
    table = vocabulary("soundscapes")["times"]
    drops = {sound for name in times for sound in table[name]["drops"]}
    calms = {sound for name in times for sound in table[name]["calms"]}
    kept = []
    for candidate in candidates:
        if candidate.asked or candidate.layer.sound not in drops | calms:
            kept.append(candidate)
        elif candidate.layer.sound not in drops:
            calm = changed(candidate.layer, {"gain": CALM_GAIN_DB, "often": CALM_OFTEN})
            kept.append(replace(candidate, layer=calm))
    for name, why in times.items():
        specs = [spec for spec in table[name].get(land, ()) if spec["sound"] not in drops]
        kept += [Candidate(usual_layer(spec, why), TIME - number / 10) for number, spec in enumerate(specs)]
    return kept


def arrange(
    candidates: Iterable[Candidate],
    place: Place,
    *,
    native: AbstractSet[str] = frozenset(),
    most: int = MOST_ARRANGED,
) -> tuple[Layer, ...]:
    """The layers to be heard, the most important first, with a quiet bed where there would be none.

    Args:
        candidates: All that may be heard.
        place: Where it is; indoors, what belongs outdoors is heard through the window.
        native: What `native_sounds` says of the place.
        most: How many layers there may be.
    """
    ranked = sorted(candidates, key=lambda candidate: -candidate.weight)
    chosen: list[Candidate] = []
    for candidate in _in_harmony(_swapped(ranked)):
        sound = candidate.layer.sound
        if place == "outdoor" and sound in ("room", "hall") and sound not in native:
            continue
        twin = next((at for at, other in enumerate(chosen) if other.layer.sound == sound), None)
        if twin is None or (
            candidate.placed and chosen[twin].placed and not _together(candidate, chosen[twin])
        ):
            chosen.append(candidate)
        elif candidate.placed and not chosen[twin].placed:
            chosen[twin] = candidate
    layers = [candidate.layer for candidate in chosen[:most]]
    if place == "indoor":
        layers = [layer if layer.sound in native else _through_window(layer) for layer in layers]
    return tuple(layers)


def background(
    layers: Sequence[Layer], place: Place, unwanted: AbstractSet[str] = frozenset()
) -> Layer | None:
    """The quiet bed that events need, so that it is not dead silent between them; None where there is one."""
    if any(layer.kind == "bed" for layer in layers):
        return None
    company = {layer.sound for layer in layers}
    table = vocabulary("soundscapes")["ground"]
    fitting = [bed for bed, sounds in table.items() if company.intersection(sounds)] + list(table)[::-1]
    if place == "indoor":
        fitting = ["room"]
    bed = next((bed for bed in fitting if bed not in unwanted), None)
    return usual_layer({"sound": bed, "gain": BACKGROUND_GAIN_DB}, BACKGROUND_WHY) if bed else None


def _together(one: Candidate, other: Candidate) -> bool:
    return is_wide(one.layer.sound) or abs(one.layer.pan - other.layer.pan) < APART_FROM


def _in_harmony(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Without what is not heard beside another sound, unless it was asked for."""
    clashes = vocabulary("soundscapes")["clashes"]
    present = {candidate.layer.sound for candidate in candidates}
    out = {sound for other in present for sound in clashes.get(other, ())}
    return [candidate for candidate in candidates if candidate.asked or candidate.layer.sound not in out]


def _swapped(candidates: Sequence[Candidate]) -> list[Candidate]:
    """With footsteps in the snow where snow lies, and the like."""
    present = {candidate.layer.sound for candidate in candidates}
    swaps: dict[str, str] = {}
    for cause, exchanged in vocabulary("soundscapes")["swaps"].items():
        swaps |= exchanged if cause in present else {}
    return [
        replace(candidate, layer=candidate.layer.replaced(sound=swaps[candidate.layer.sound]))
        if candidate.layer.sound in swaps
        else candidate
        for candidate in candidates
    ]


def _through_window(layer: Layer) -> Layer:
    if belongs(layer.sound) != "out":
        return layer
    return layer.replaced(
        gain_db=_within("gain_db", layer.gain_db + WINDOW_GAIN_DB),
        distance=max(layer.distance, WINDOW_DISTANCE),
        why=f"{layer.why}, through the window",
    )


def _within(name: str, value: float) -> float:
    lowest, highest = RANGES[name]
    return min(highest, max(lowest, value))
