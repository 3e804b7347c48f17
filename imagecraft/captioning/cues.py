"""Where it is and what goes on, concluded from everything that was measured, with calibrated probabilities.

Each cue of assets/describer.toml has a logistic model that joins what the things seen say (a small network
fitted to caption texts: where people mention a surfboard they mention the ocean) with what the picture itself
says: groups of ImageNet classes, colours by height, how boxes lie. `imagecraft.training.cues` fits both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import IO

import numpy as np

from imagecraft.assets import vocabulary
from imagecraft.captioning.appearance import extremes, is_grey
from imagecraft.captioning.evidence import Observations
from imagecraft.captioning.facts import ThingFact
from imagecraft.captioning.relations import holds_between
from imagecraft.captioning.weighing import Thing

CLASS_FLOOR = 0.003  # ImageNet probability that means nothing
RELATED_FROM = 0.3  # probability from which things stand in relations
RELATIONS = ("astride", "above", "inside", "below", "resting")
COLOURLESS = "black and white"  # the cue that is measured rather than concluded
MEASURED = 0.97
ALIVE = ("person", "animal")
LOOKS = ("green", "blue", "white", "dark", "sandy", "pale")
SHAPE = ("any", "area", "shape", "height", "count")  # "shape" is how upright, "height" how far down


@dataclass(frozen=True, eq=False)
class CueModel:
    """Weights, all float32.

    Attributes:
        hidden, hidden_bias, out, out_bias: The network from things (2 x 80) to the cues' prior log-odds.
        scale: What each prior is multiplied by, shape (cues,).
        weights: From what the picture says to log-odds, shape (features, cues).
        bias: Shape (cues,).
    """

    hidden: np.ndarray
    hidden_bias: np.ndarray
    out: np.ndarray
    out_bias: np.ndarray
    scale: np.ndarray
    weights: np.ndarray
    bias: np.ndarray

    @classmethod
    def read(cls, file: IO[bytes]) -> CueModel:
        """From what `write` wrote."""
        with np.load(file) as table:
            return cls(**{name: table[name].astype(np.float32) for name in table.files})

    def write(self, file: IO[bytes]) -> None:
        """As half-precision numbers."""
        np.savez_compressed(file, **{f.name: getattr(self, f.name).astype(np.float16) for f in fields(self)})

    def prior(self, things: np.ndarray) -> np.ndarray:
        """Log-odds of all cues given the things alone; shapes (n, 160) -> (n, cues)."""
        inner = np.maximum(things @ self.hidden + self.hidden_bias, 0)
        return np.asarray(inner @ self.out + self.out_bias)


def cue_probabilities(
    seen: Observations, weighed: Sequence[Thing], things: Sequence[ThingFact], model: CueModel | None = None
) -> dict[str, float]:
    """Probability of each cue: that one of five people would tell it.

    Args:
        seen: The measurements.
        weighed: The things that were seen, as `imagecraft.captioning.weighing.weigh` gives them.
        things: The same, as the describer is told of them.
        model: The weights; those shipped when None.
    """
    model = model or cue_model()
    prior = model.prior(thing_vector(things)[None])[0]
    logits = model.scale * prior + picture_features(seen, weighed) @ model.weights + model.bias
    found = dict(zip(cue_names(), (1 / (1 + np.exp(-logits))).tolist(), strict=True))
    found[COLOURLESS] = MEASURED if is_grey(seen) else 0.0
    return found


def thing_vector(things: Sequence[ThingFact]) -> np.ndarray:
    """Probability of each COCO class, then the same for those seen twice or more; float32 (160,)."""
    index = _class_index()
    vector = np.zeros(2 * len(index), np.float32)
    for thing in things:
        vector[index[thing.label]] = thing.probability
        if thing.count > 1:
            vector[len(index) + index[thing.label]] = thing.probability
    return vector


def picture_features(seen: Observations, weighed: Sequence[Thing]) -> np.ndarray:
    """What the picture itself says, float32, shape (features,)."""
    return np.array([*_class_groups(seen), *_colours(seen), *_layout(weighed)], np.float32)


@cache
def cue_names() -> tuple[str, ...]:
    """All cues, in the order of the model's outputs."""
    return tuple(vocabulary("describer")["cues"])


def feature_names() -> tuple[str, ...]:
    """Names of `picture_features`, in their order; assets/describer.toml uses them."""
    return (
        *vocabulary("describer")["groups"],
        *(f"{third} {look}" for third in ("upper", "middle", "lower") for look in LOOKS),
        *("upper texture", "lower texture", "saturation", "brightness", "grey"),
        *SHAPE,
        *(f"alive {name}" for name in SHAPE),
        *(f"people {name}" for name in SHAPE),
        *RELATIONS,
        "things",
    )


@cache
def cue_model() -> CueModel:
    """The weights that are shipped."""
    with (files("imagecraft.assets") / "describer" / "cues.npz").open("rb") as file:
        return CueModel.read(file)


@cache
def _class_index() -> dict[str, int]:
    return {label: i for i, label in enumerate(vocabulary("coco"))}


def _class_groups(seen: Observations) -> list[float]:
    floor = np.log(CLASS_FLOOR)
    return [
        float(np.log(sum(seen.classes.get(name, 0.0) for name in names) + CLASS_FLOOR) - floor)
        for names in vocabulary("describer")["groups"].values()
    ]


def _colours(seen: Observations) -> list[float]:
    """Shares of `LOOKS` among the pixels of the upper, middle and lower third, then texture and light."""
    pixels = seen.pixels[::2, ::2].astype(np.float32) / 255
    value, low = extremes(pixels)
    spread = value - low
    saturation = spread / (value + 1e-3)
    red, green, blue = np.moveaxis(pixels, -1, 0)
    safe = spread + 1e-6
    hue = (
        np.select(
            [value == red, value == green],
            [((green - blue) / safe) % 6, (blue - red) / safe + 2],
            (red - green) / safe + 4,
        )
        / 6
    )
    looks = np.stack(
        [
            (hue > 0.18) & (hue < 0.45) & (saturation > 0.2),
            (hue > 0.48) & (hue < 0.72) & (saturation > 0.15),
            (saturation < 0.15) & (value > 0.75),
            value < 0.2,
            (hue > 0.05) & (hue < 0.16) & (saturation > 0.2) & (value > 0.4),
            value > 0.85,
        ]
    ).astype(np.float32)
    thirds = [band.mean((1, 2)) for band in np.array_split(looks, 3, axis=1)]
    edges = np.abs(np.diff(value, axis=0)).mean(1)
    texture = [3 * float(edges[:21].mean()) * 5, 3 * float(edges[42:].mean()) * 5]
    return [
        *(3 * np.concatenate(thirds)).tolist(),
        *texture,
        2 * float(saturation.mean()),
        3 * float(value.mean()),
        3 * float(is_grey(seen)),
    ]


def _layout(weighed: Sequence[Thing]) -> list[float]:
    """How likely things lie: size, shape and place of the largest and the largest living ones; relations."""
    kinds = vocabulary("coco")
    likely = [thing for thing in weighed if thing.probability >= RELATED_FROM]
    alive = [thing for thing in likely if kinds[thing.label]["kind"] in ALIVE]
    people = [thing for thing in likely if thing.label == "person"]
    result = [*_shape(likely), *_shape(alive), *_shape(people)]
    for test in RELATIONS:
        result.append(
            float(any(holds_between(test, a.box, b.box) for a in alive for b in likely if a is not b))
        )
    return [*result, min(len(likely), 6) / 3]


def _shape(things: Sequence[Thing]) -> list[float]:
    if not things:
        return [0.0] * 5
    largest = max(things, key=lambda thing: thing.area)
    left, top, right, bottom = largest.box
    aspect = np.log((bottom - top + 1e-3) / (right - left + 1e-3))
    return [
        1.0,
        float(np.log(largest.area + 1e-3)) / 2 + 1,
        float(aspect),
        (top + bottom) - 1,
        largest.count / 3,
    ]
