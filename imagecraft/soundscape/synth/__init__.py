"""Sounds made by rule: nothing recorded, nothing learned, each built on how the sound arises."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from imagecraft.soundscape.synth import (
    afloat,
    air,
    beasts,
    bells,
    birds,
    clocks,
    cooking,
    doors,
    fire,
    fowl,
    hands_and_feet,
    home,
    kitchen,
    machines,
    mammals,
    music,
    office,
    people,
    pipes_and_drums,
    play,
    plumbing,
    rails,
    rain,
    road,
    signals,
    small_fry,
    water,
    weather,
    wheels,
    workshop,
)
from imagecraft.soundscape.synth.base import Family, Generator, find

FAMILIES: tuple[Family, ...] = (
    rain.sounds,
    weather.sounds,
    water.sounds,
    fire.sounds,
    mammals.sounds,
    beasts.sounds,
    small_fry.sounds,
    people.sounds,
    hands_and_feet.sounds,
    fowl.sounds,
    birds.sounds,
    bells.sounds,
    clocks.sounds,
    road.sounds,
    signals.sounds,
    rails.sounds,
    air.sounds,
    kitchen.sounds,
    cooking.sounds,
    machines.sounds,
    afloat.sounds,
    home.sounds,
    office.sounds,
    workshop.sounds,
    plumbing.sounds,
    wheels.sounds,
    doors.sounds,
    play.sounds,
    music.sounds,
    pipes_and_drums.sounds,
)
"""One line a family module: its `sounds`."""

GENERATORS: Mapping[str, Generator] = MappingProxyType(
    {name: family[name] for family in FAMILIES for name in family}
)


def render(
    name: str, *, seconds: float, sample_rate: int = 44_100, seed: int = 0, intensity: float = 0.5
) -> NDArray[np.float32]:
    """One sound by name.

    Args:
        name: As in assets/sounds.toml.
        seconds: Length of a bed; of an event, which has its own length, the most it may last.
        sample_rate: 44100 or 48000.
        seed: From 0; the same seed gives the same samples.
        intensity: 0 faint or calm, 0.5 normal, 1 strong.

    Returns:
        float32, shape (frames,) or (2, frames), peak at most 0.95.

    Raises:
        InvalidInput: if there is no such sound, or a number is not possible.
    """
    return find(GENERATORS, name).render(np.random.default_rng(seed), seconds, sample_rate, intensity)


__all__ = ["FAMILIES", "GENERATORS", "Family", "Generator", "render"]
