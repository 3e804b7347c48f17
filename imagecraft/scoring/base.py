"""What is scored, what a metric is, and what it gives."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from imagecraft.scoring.tokens import tokenize

Direction = Literal["higher", "lower", "neither"]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Corpus:
    """Captions and what people wrote, item by item; every item has at least one reference.

    Attributes:
        ids: Name of each item.
        predictions: The caption to be scored of each item; may be empty.
        references: The reference captions of each item.
        pictures: The picture of each item, for the metrics that look at it; None without pictures.
    """

    ids: tuple[str, ...]
    predictions: tuple[str, ...]
    references: tuple[tuple[str, ...], ...]
    pictures: tuple[Any, ...] | None = None

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def words(self) -> list[list[str]]:
        """The predictions, split as coco-caption does."""
        return [tokenize(text) for text in self.predictions]

    @cached_property
    def reference_words(self) -> list[list[list[str]]]:
        """The references, split as coco-caption does."""
        return [[tokenize(text) for text in texts] for texts in self.references]


@dataclass(frozen=True)
class Tally:
    """What a score can be computed from again for any choice of its items, for intervals and tests.

    Attributes:
        statistics: Shape (items, k).
        combine: From sums of them over the chosen items, shape (..., k), to the score, shape (...).
    """

    statistics: Floats
    combine: Callable[[Floats], Floats]


@dataclass(frozen=True)
class Score:
    """One number for a set of captions, and where it comes from.

    Attributes:
        name: As in reports, such as "bleu_4".
        value: The score of the whole set; always a finite number.
        per_item: The score of each item, in the order of the items; empty if the metric has none.
        settings: Everything another person needs to get the same number.
        parts: Other numbers behind it, such as precision and recall.
        direction: Whether a higher value is better.
        span: Lowest and highest value possible.
        tally: For intervals and tests; None if they cannot be had.
        note: What a reader should know of this very number; one sentence, or empty.
    """

    name: str
    value: float
    per_item: tuple[float, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    parts: Mapping[str, float] = field(default_factory=dict)
    direction: Direction = "higher"
    span: tuple[float, float] = (0.0, 1.0)
    tally: Tally | None = field(default=None, repr=False, compare=False)
    note: str = ""


class Metric(ABC):
    """One way to score captions. A new one is one file in `imagecraft/scoring/metrics/`.

    Attributes:
        name: What a user types.
        outputs: Names of the scores it gives.
        meaning: What it says, in plain words.
        span: Lowest and highest value possible.
        direction: Whether a higher value is better.
        reference: The paper or code that defines it.
        order: Place in lists; the smallest comes first.
        default: Whether it is computed when no metrics are named.
        heavy: Whether it loads a model or starts a program, which not every process should.
    """

    name: ClassVar[str]
    outputs: ClassVar[tuple[str, ...]]
    meaning: ClassVar[str]
    reference: ClassVar[str]
    span: ClassVar[tuple[float, float]] = (0.0, 1.0)
    direction: ClassVar[Direction] = "higher"
    order: ClassVar[int] = 100
    default: ClassVar[bool] = False
    heavy: ClassVar[bool] = False

    def unavailable(self) -> str | None:
        """Why it cannot run on this machine, in one sentence; None if it can."""
        return None

    def unfit(self, corpus: Corpus) -> str | None:  # noqa: ARG002 - for the metrics that need to look
        """Why it would say nothing about these captions, in one sentence; None if it does."""
        return None

    @abstractmethod
    def settings(self) -> dict[str, Any]:
        """Everything another person needs to get the same number."""

    @abstractmethod
    def measure(self, corpus: Corpus) -> list[Score]:
        """The scores named in `outputs`, in that order. Never called where it is unavailable or unfit."""

    def mean(self, values: Sequence[float], *, name: str | None = None, **parts: float) -> Score:
        """A score that is the mean of its items' scores."""
        column = np.asarray(values, dtype=np.float64)
        statistics = np.stack([column, np.ones_like(column)], axis=1)
        return self.total(name or self.name, Tally(statistics, _ratio), per_item=values, **parts)

    def total(self, name: str, tally: Tally, *, per_item: Sequence[float] = (), **parts: float) -> Score:
        """A score computed from sums over all items."""
        value = float(tally.combine(tally.statistics.sum(axis=0)))
        return Score(
            name,
            value,
            tuple(float(item) for item in per_item),
            self.settings(),
            parts,
            self.direction,
            self.span,
            tally,
        )


def _ratio(sums: Floats) -> Floats:
    return np.asarray(sums[..., 0] / np.maximum(sums[..., 1], 1.0))
