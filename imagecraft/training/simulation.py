"""Evidence for pictures that nobody has: what the models would have measured, given what five people said.

Drawn from how the measurements of real captioned photos stand to their captions, so that what is sure,
doubtful, missed and false in the simulation is so as often as in reality.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from imagecraft.assets import vocabulary
from imagecraft.captioning.cues import COLOURLESS, MEASURED, CueModel, cue_names, thing_vector
from imagecraft.captioning.facts import ThingFact
from imagecraft.training.text import Mentions

FEWEST_EXAMPLES = 8  # of a class, before its kind's are used with it
CLOSENESS = 6.0  # how much likelier false detections come from photos of like content
MENTION_BINS = (0, 1, 1, 2, 2, 3)  # of 0 to 5 captions
CUE_BINS = (0, 1, 1, 2, 2, 2)
PRIOR_PHOTOS = 8.0  # weight of all cues' common spread against a cue's own


@dataclass(frozen=True)
class Example:
    """A real captioned photo, as it was measured."""

    things: tuple[ThingFact, ...]
    mentions: Mentions
    colourless: bool = False


class Simulator:
    """Draws evidence for captions.

    Args:
        examples: Real photos.
        generator: The source of chance.
    """

    def __init__(self, examples: Sequence[Example], generator: np.random.Generator) -> None:
        self._random = generator
        self._examples = examples
        self._kinds = {label: str(entry["kind"]) for label, entry in vocabulary("coco").items()}
        self._pools: defaultdict[tuple[str, int, bool], list[ThingFact | None]] = defaultdict(list)
        for example in examples:
            seen = {thing.label: thing for thing in example.things}
            for label, times in example.mentions.classes.items():
                key = MENTION_BINS[min(times, 5)], label in example.mentions.several
                for name in (label, self._kinds[label], "any"):
                    self._pools[name, *key].append(seen.get(label))
        self._contents = np.stack([self._content(example.mentions) for example in examples])
        self._untold_grey = np.mean(
            [example.colourless for example in examples if COLOURLESS not in example.mentions.cues]
        )
        self._cues: CueSpread | None = None
        self._model: CueModel | None = None

    def teach_cues(self, model: CueModel, spread: CueSpread) -> None:
        """Let `cues` draw from now on."""
        self._model, self._cues = model, spread

    def things(self, told: Mentions) -> list[ThingFact]:
        """What the detector would have made of it."""
        drawn = []
        for label, times in told.classes.items():
            found = self._draw(label, MENTION_BINS[min(times, 5)], label in told.several)
            if found is not None:
                drawn.append(replace(found, label=label))
        return drawn + self._false(told)

    def cues(self, things: Sequence[ThingFact], told: Mentions) -> dict[str, float]:
        """The probabilities that `imagecraft.captioning.cues` would have given."""
        if self._model is None or self._cues is None:
            raise RuntimeError("teach_cues comes first")
        prior = self._model.prior(thing_vector(things)[None])[0]
        bins = np.array([CUE_BINS[min(told.cues.get(cue, 0), 5)] for cue in cue_names()])
        columns = np.arange(len(bins))
        noise = self._random.standard_normal(len(bins))
        shift = self._cues.mean[bins, columns] + self._cues.spread[bins, columns] * noise
        logits = self._model.scale * prior + shift
        drawn = dict(zip(cue_names(), (1 / (1 + np.exp(-logits))).tolist(), strict=True))
        grey = told.cues.get(COLOURLESS) or self._random.random() < self._untold_grey
        drawn[COLOURLESS] = MEASURED if grey else 0.0
        return drawn

    def _draw(self, label: str, mentioned: int, several: bool) -> ThingFact | None:
        own = self._pools.get((label, mentioned, several), [])
        pool = own
        for name in (self._kinds[label], "any"):
            if len(pool) >= FEWEST_EXAMPLES:
                break
            pool = own + self._pools.get((name, mentioned, several), [])
        return pool[self._random.integers(len(pool))] if pool else None

    def _false(self, told: Mentions) -> list[ThingFact]:
        """Detections of what nobody mentions, from a photo of like content."""
        closeness = np.exp(CLOSENESS * (self._contents @ self._content(told)))
        chosen = self._examples[
            int(np.searchsorted(np.cumsum(closeness), self._random.random() * closeness.sum()))
        ]
        return [
            thing
            for thing in chosen.things
            if thing.label not in chosen.mentions.classes and thing.label not in told.classes
        ]

    def _content(self, told: Mentions) -> np.ndarray:
        index = {label: i for i, label in enumerate(self._kinds)}
        vector = np.zeros(len(index))
        for label, times in told.classes.items():
            vector[index[label]] = times
        return vector / (np.linalg.norm(vector) + 1e-9)


@dataclass(frozen=True, eq=False)
class CueSpread:
    """What the picture adds to a cue's prior log-odds, by how many captions tell the cue.

    Attributes:
        mean, spread: Shape (bins, cues).
    """

    mean: np.ndarray
    spread: np.ndarray

    @classmethod
    def of(cls, added: np.ndarray, times: np.ndarray) -> CueSpread:
        """From real photos: what was added and how often it was told, each of shape (photos, cues).

        Cues told on few photos lean on all cues together.
        """
        bins = np.array(CUE_BINS)[np.minimum(times, 5)]
        mean = np.zeros((max(CUE_BINS) + 1, added.shape[1]))
        spread = np.ones_like(mean)
        for k in range(len(mean)):
            together = added[bins == k]
            for cue in range(added.shape[1]):
                own = added[bins[:, cue] == k, cue]
                total = len(own) + PRIOR_PHOTOS
                mean[k, cue] = (own.sum() + PRIOR_PHOTOS * together.mean()) / total
                variance = ((own - mean[k, cue]) ** 2).sum() + PRIOR_PHOTOS * together.var()
                spread[k, cue] = np.sqrt(variance / total)
        return cls(mean, spread)
