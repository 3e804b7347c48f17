"""The worst and the best items of a report, and those on which two systems differ most."""

from __future__ import annotations

from dataclasses import dataclass

from imagecraft.errors import InvalidInput
from imagecraft.scoring.comparison import Comparison
from imagecraft.scoring.report import Item, ScoreReport

SHOWN = 10
FEWEST = 3
_TELLING = (
    "cider_d",
    "bertscore_f1",
    "bertscore_minilm_f1",
    "meteor_1.5",
    "meteor",
    "rouge_l",
    "rougeL",
    "bleu_4",
)


@dataclass(frozen=True)
class Ranked:
    """One item and its score."""

    item: Item
    value: float


def preferred(report: ScoreReport) -> str | None:
    """The score that rankings go by: the most telling one there is; None if none has values of items."""
    there = [one.name for one in report if one.per_item]
    return next((name for name in _TELLING if name in there), there[0] if there else None)


def ranked(report: ScoreReport, name: str, count: int = SHOWN) -> tuple[list[Ranked], list[Ranked]]:
    """The worst and the best items by one score, the most extreme first.

    Raises:
        InvalidInput: if the score is not in the report, or has no values of single items.
    """
    values = _per_item(report, name)
    rising = sorted(
        (Ranked(item, value) for item, value in zip(report.items, values, strict=True)),
        key=lambda one: one.value,
        reverse=report.score(name).direction == "lower",
    )
    return rising[:count], rising[::-1][:count]


@dataclass(frozen=True)
class Gap:
    """One item's captions of two systems and their scores."""

    first: Ranked
    second: Ranked

    @property
    def value(self) -> float:
        """Second minus first."""
        return self.second.value - self.first.value


def gaps(result: Comparison, name: str, count: int = SHOWN) -> tuple[list[Gap], list[Gap]]:
    """Items where the first system, and where the second, scores higher, by most first.

    Raises:
        InvalidInput: if the score is not in both reports, or has no values of single items.
    """
    ours, theirs = (
        map(Ranked, report.items, _per_item(report, name)) for report in (result.first, result.second)
    )
    pairs = [Gap(first, second) for first, second in zip(ours, theirs, strict=True)]
    rising = sorted((pair for pair in pairs if pair.value), key=lambda pair: pair.value)
    lower = [pair for pair in rising if pair.value < 0]
    higher = [pair for pair in reversed(rising) if pair.value > 0]
    return lower[:count], higher[:count]


def _per_item(report: ScoreReport, name: str) -> tuple[float, ...]:
    """A score's values by item. Raises InvalidInput if there are none."""
    if name not in report.metrics or not report.score(name).per_item:
        there = ", ".join(one.name for one in report if one.per_item)
        raise InvalidInput(f"'{name}' has no values of single items here.", f"Choose one of: {there}.")
    return report.score(name).per_item
