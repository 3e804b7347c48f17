"""Each sound by itself: which there are, where each comes from, and how it sounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from imagecraft.assets import vocabulary
from imagecraft.errors import InvalidInput
from imagecraft.media.audio import Audio
from imagecraft.soundscape.library import library
from imagecraft.soundscape.mix import mix
from imagecraft.soundscape.plan import Kind, Layer, Plan, kind_of

SYNTHESIS = "synthesis"
EVENT_SECONDS = 6.0


@dataclass(frozen=True)
class Sound:
    """A sound that soundscapes can be made of.

    Attributes:
        name: What plans call it.
        kind: "bed" goes on all the time, "event" comes and goes.
        says: What a list of what is heard calls it.
        source: "synthesis", or the collection that its recordings are from; empty if there is neither.
        license: SPDX identifier of the recordings' licence, "" where it is not known.
        files: Names of the recordings.
    """

    name: str
    kind: Kind
    says: str
    source: str
    license: str = ""
    files: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {
            "sound": self.name,
            "kind": self.kind,
            "says": self.says,
            "source": self.source,
            "license": self.license,
            "files": list(self.files),
        }


def sounds() -> tuple[list[Sound], tuple[str, ...]]:
    """All sounds in the order of assets/sounds.toml, and what of the user's recordings cannot be used."""
    from imagecraft.soundscape.synth import GENERATORS

    found = library()
    listed = []
    for name, entry in vocabulary("sounds").items():
        takes = found.takes.get(name, ())
        if takes:
            files = tuple(take.path.name for take in takes)
            listed.append(Sound(name, entry["kind"], entry["says"], takes[0].source, takes[0].license, files))
        else:
            made, license = (SYNTHESIS, "Apache-2.0") if name in GENERATORS else ("", "")
            listed.append(Sound(name, entry["kind"], entry["says"], made, license))
    return listed, found.notices


def sound(
    name: str,
    *,
    seconds: float = EVENT_SECONDS,
    seed: int = 0,
    intensity: float = 0.5,
    recordings: bool = True,
) -> Audio:
    """One sound, near and in the middle: a bed for so long, an event once in that time.

    Raises:
        InvalidInput: if there is no such sound, or a number is not possible.
    """
    if not 0 <= intensity <= 1:
        raise InvalidInput(f"An intensity of {intensity} is not possible.", "Give a number from 0 to 1.")
    layer = Layer(name, kind_of(name), distance=0.0, intensity=intensity, jitter=0.0)
    return mix(Plan((layer,)), seconds=seconds, seed=seed, recordings=recordings)
