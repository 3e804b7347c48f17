"""The worst and the best items of a report."""

from __future__ import annotations

from dataclasses import dataclass

from imagecraft.errors import InvalidInput
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
    if name not in report.metrics or not report.score(name).per_item:
        there = ", ".join(one.name for one in report if one.per_item)
        raise InvalidInput(f"'{name}' has no values of single items here.", f"Choose one of: {there}.")
    found = report.score(name)
    rising = sorted(
        (Ranked(item, value) for item, value in zip(report.items, found.per_item, strict=True)),
        key=lambda one: one.value,
        reverse=found.direction == "lower",
    )
    return rising[:count], rising[::-1][:count]
