"""What a tagger is given and what it says: which kinds of sound are heard, when."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from imagecraft.catalog import ModelCard
from imagecraft.errors import InvalidInput
from imagecraft.media.audio import Audio
from imagecraft.tagging.ranking import overall_scores, specific_scores

Scores = NDArray[np.float32]

TOP = 10
TOP_PER_FRAME = 5
LOWEST_LISTED = 0.01
RULES = ("specific", "frequent")


@dataclass(frozen=True)
class Tag:
    """A kind of sound.

    Attributes:
        label: AudioSet's name of the class.
        score: 0 to 1.
    """

    label: str
    score: float

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        return {"label": self.label, "score": round(self.score, 4)}


@dataclass(frozen=True, eq=False)
class Tags:
    """What is heard in a sound, over time.

    Attributes:
        frames: (start, end) of each window in seconds, in order; windows overlap.
        labels: Every class the model knows.
        scores: float32, shape (frames, labels), each 0 to 1; a sound may be of several classes at once.
        duration: Seconds that were listened to.
        model: Id of the model's card.
        seconds: Time it took.
        notices: What the user should know of the input, a sentence each.
    """

    frames: tuple[tuple[float, float], ...]
    labels: tuple[str, ...]
    scores: Scores
    duration: float
    model: str
    seconds: float
    notices: tuple[str, ...] = ()

    @cached_property
    def overall(self) -> Scores:
        """Score of each class for the whole sound, shape (labels,): between its mean and its largest."""
        return overall_scores(self.scores, self.labels)

    @cached_property
    def specific(self) -> Scores:
        """As `overall`, without what classes below a class account for: "Animal" is what is no "Dog"."""
        return specific_scores(self.overall, self.labels)

    def top(self, count: int = TOP) -> list[Tag]:
        """What is heard, likeliest first: the most specific names win ("Bark" before "Animal")."""
        return self._listed(self.specific, count)

    def at(self, frame: int, count: int = TOP_PER_FRAME) -> list[Tag]:
        """The classes with the largest scores in one window, just as the model gives them."""
        return self._listed(self.scores[frame], count)

    def most_frequent(self, count: int = 2) -> list[Tag]:
        """The classes that come first in most windows, and the share of windows in which they do.

        This is the rule ImageCraft 1 made its prompts by. Classes that come first equally often stand in the
        order in which they were heard.
        """
        firsts = Counter(self.labels[int(index)] for index in self.scores.argmax(axis=1))
        return [Tag(label, times / len(self.frames)) for label, times in firsts.most_common(count)]

    def score(self, label: str) -> float:
        """`overall` of one class; 0 for a class the model does not know."""
        return float(self.overall[self.labels.index(label)]) if label in self.labels else 0.0

    def ranked(self, count: int = TOP, rule: str = RULES[0]) -> list[Tag]:
        """What is heard in the order of a rule: "specific" as `top` gives it, "frequent" as `most_frequent`.

        Raises:
            InvalidInput: if there is no such rule; the error lists those there are.
        """
        if rule not in RULES:
            raise InvalidInput(f"There is no rule '{rule}'.", f"Choose one of: {', '.join(RULES)}.")
        return self.top(count) if rule == RULES[0] else self.most_frequent(count)

    def to_dict(self, top: int = TOP, rule: str = RULES[0]) -> dict[str, Any]:
        """What the command line's JSON says of it, without the file's name; see `ranked` for the rules."""
        said = {"notices": list(self.notices)} if self.notices else {}
        return {
            "model": self.model,
            "duration": round(self.duration, 3),
            "seconds": round(self.seconds, 4),
            "top": [tag.to_dict() for tag in self.ranked(top, rule)],
            "frames": [
                {
                    "start": round(start, 3),
                    "end": round(end, 3),
                    "tags": [tag.to_dict() for tag in self.at(index)],
                }
                for index, (start, end) in enumerate(self.frames)
            ],
            **said,
        }

    def _listed(self, scores: Scores, count: int) -> list[Tag]:
        order = np.argsort(-scores, kind="stable")[: max(0, count)]
        listed = [Tag(self.labels[index], float(scores[index])) for index in order]
        return [tag for tag in listed if tag.score >= LOWEST_LISTED]


class Tagger(Protocol):
    """A model that names the sounds it hears.

    Attributes:
        card: The model's card.
        sample_rate: In Hz, of the sound it wants.
    """

    card: ModelCard
    sample_rate: int

    def tag(self, audio: Audio) -> Tags:
        """Name what is heard in one channel of sound at `sample_rate`."""
        ...
