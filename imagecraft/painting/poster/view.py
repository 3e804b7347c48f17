"""What all layers of a poster share: its frame, its light, its place and what the sound is like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagecraft.assets import vocabulary
from imagecraft.painting.base import Subject
from imagecraft.painting.character import Character
from imagecraft.painting.poster.svg import outline, shifted
from imagecraft.painting.setting import Setting, setting_of

WIDTH = 1000.0
HUE_SWING = 16.0
"""Degrees the colours turn from the darkest sound to the brightest: warmer or cooler than the palette."""

Palette = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class View:
    """A poster's frame, light and place.

    Attributes:
        height: Of the drawing, whose width is 1000.
        scene: Name of the place.
        hour: Name of the light.
        weather: What falls, blows or flashes: how strongly, 0 to 1.
        setting: Place, light and mood, as far as the sound tells.
        palette: The hour's colours, turned by the sound.
        horizon: Where sky and land meet.
        mirrored: Whether time runs from right to left.
        scale: Of the things.
        frame: "none", "paper" or "round".
        character: What the sound is like.
        rng: Chance.
    """

    height: float
    scene: str
    hour: str
    weather: Mapping[str, float]
    setting: Setting
    palette: Palette
    horizon: float
    mirrored: bool
    scale: float
    frame: str
    character: Character
    rng: np.random.Generator

    @property
    def place(self) -> Mapping[str, Any]:
        """The scene's settings."""
        return self.setting.place

    def line(self, band: int, count: int, *, smooth: float = 1.5) -> NDArray[np.float64]:
        """The level of a band over time as `count` numbers from 0 to 1, in the direction of the picture."""
        bands = self.character.bands
        values = outline(bands[min(band, len(bands) - 1)], count, smooth=smooth)
        spread = float(values.max() - values.min())
        values = (values - values.min()) / spread if spread > 0.05 else np.full(count, 0.5)
        return values[::-1] if self.mirrored else values

    def x(self, share: float) -> float:
        """Where a moment of the sound is: `share` of its length."""
        inside = 0.13 + 0.74 * share
        return WIDTH * (1 - inside if self.mirrored else inside)


def view_of(subject: Subject, seed: int, shape: float) -> View:
    """Choose place, light and composition for a subject.

    Args:
        subject: What is to be painted.
        seed: Chance, and the composition: seeds that follow each other give different ones.
        shape: Height over width.
    """
    rng = np.random.default_rng(seed)
    table = vocabulary("poster")
    composition = table["compositions"][seed % len(table["compositions"])]
    setting = setting_of(subject.things, subject.character, subject.hour)
    scene, hour = setting.scene, setting.hour
    horizon = table["scenes"][scene]["horizon"] + composition["shift"] + rng.uniform(-0.02, 0.02)
    height = WIDTH * shape
    return View(
        height=height,
        scene=scene,
        hour=hour,
        weather=setting.weather,
        setting=setting,
        palette=_tinted(table["hours"][hour], subject.character),
        horizon=horizon * height,
        mirrored=bool(rng.random() < 0.5),
        scale=composition["scale"] * min(1.0, 0.5 + 0.5 * shape),
        frame=composition["frame"],
        character=subject.character,
        rng=rng,
    )


def _tinted(palette: Palette, character: Character) -> Palette:
    """The hour's colours: cooler for bright sounds, warmer for dark ones, stronger for loud ones."""
    hue = (character.brightness - 0.5) * HUE_SWING
    strength = 0.88 + 0.24 * character.loudness

    def tint(value: Any) -> Any:
        if isinstance(value, list):
            return [tint(one) for one in value]
        return shifted(value, hue, strength) if str(value).startswith("#") else value

    keep = {"paper", "ink", "lit", "says", "words"}
    return {name: value if name in keep else tint(value) for name, value in palette.items()}
