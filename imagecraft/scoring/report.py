"""What a scoring gives: numbers with all that stands behind them."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import imagecraft
from imagecraft.scoring.base import Score
from imagecraft.scoring.uncertainty import Interval

DIGITS = 8  # significant ones


@dataclass(frozen=True)
class Item:
    """One caption (or pair of sounds) that was scored."""

    id: str
    prediction: str
    references: tuple[str, ...]


@dataclass(frozen=True)
class ScoreReport:
    """Scores of a set, in the order of the metrics.

    Attributes:
        scores: One for each number.
        items: What was scored; `Score.per_item` follows this order.
        notices: What a reader of the scores should know, one sentence each.
        skipped: Ids that were left out, by reason.
        not_computed: Metrics that were asked for and say nothing here, with the reason.
        settings: What holds for all scores.
        intervals: Confidence intervals by score, where they were asked for.
    """

    scores: tuple[Score, ...]
    items: tuple[Item, ...]
    notices: tuple[str, ...] = ()
    skipped: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    not_computed: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    intervals: Mapping[str, Interval] = field(default_factory=dict)

    def __getitem__(self, name: str) -> float:
        return self.score(name).value

    def __iter__(self) -> Iterator[Score]:
        return iter(self.scores)

    def __len__(self) -> int:
        return len(self.scores)

    def score(self, name: str) -> Score:
        """The score of that name. Raises KeyError if there is none."""
        for score in self.scores:
            if score.name == name:
                return score
        raise KeyError(f"There is no score '{name}' here; there are: {', '.join(one.name for one in self)}.")

    @property
    def metrics(self) -> dict[str, float]:
        """Name -> value."""
        return {score.name: score.value for score in self.scores}

    def to_dict(self) -> dict[str, Any]:
        """All of it as JSON-ready values; every number is finite."""
        result: dict[str, Any] = {
            "metrics": {score.name: rounded(score.value) for score in self.scores},
            "settings": dict(self.settings)
            | {"metrics": {score.name: dict(score.settings) for score in self.scores}},
            "items": [self._item(place) for place in range(len(self.items))],
            "parts": {
                score.name: {name: rounded(value) for name, value in score.parts.items()}
                for score in self.scores
                if score.parts
            },
            "notices": list(self.notices),
            "skipped": {reason: list(names) for reason, names in self.skipped.items()},
            "not_computed": dict(self.not_computed),
        }
        if self.intervals:
            result["intervals"] = {name: interval.to_dict() for name, interval in self.intervals.items()}
        return result

    def _item(self, place: int) -> dict[str, Any]:
        item = self.items[place]
        scores = {score.name: rounded(score.per_item[place]) for score in self.scores if score.per_item}
        return {
            "id": item.id,
            "prediction": item.prediction,
            "references": list(item.references),
            "scores": scores,
        }


def versions() -> dict[str, str]:
    """Of this program and of Python."""
    return {"imagecraft": imagecraft.__version__, "python": platform.python_version()}


def rounded(value: float) -> float:
    """Without the digits that only rounding errors made."""
    return float(f"{value:.{DIGITS}g}")
