"""How sure a score is, and whether two systems really differ.

References:
    Efron and Tibshirani: An Introduction to the Bootstrap, 1993 (percentile intervals).
    Koehn: Statistical Significance Tests for Machine Translation Evaluation, EMNLP 2004 (paired bootstrap).
    Noreen: Computer-Intensive Methods for Testing Hypotheses, 1989; Riezler and Maxwell 2005 (approximate
    randomisation).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from imagecraft.errors import InvalidInput
from imagecraft.scoring.base import Floats, Score, Tally

DRAWS = 1_000
SEED = 0
CONFIDENCE = 0.95
FEWEST_ITEMS = 2
CELLS_AT_ONCE = 4_000_000
TEST_METHODS = ("randomisation", "bootstrap")

TestMethod = Literal["randomisation", "bootstrap"]


@dataclass(frozen=True)
class Interval:
    """Where the score of other pictures of the same kind would lie."""

    low: float
    high: float
    confidence: float
    draws: int
    seed: int

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready values."""
        return asdict(self) | {"low": round(self.low, 6), "high": round(self.high, 6)}


@dataclass(frozen=True)
class Difference:
    """Second system minus first, on the same items.

    Attributes:
        value: The difference of the two scores.
        low: Lower end of its paired bootstrap interval.
        high: Upper end.
        p_value: How often a difference at least this large would come by chance if the systems were equal.
        method: "randomisation" (which caption is whose is shuffled) or "bootstrap" (items are drawn again).
        confidence: Of the interval.
        draws: Random draws.
        seed: Of the random numbers.
    """

    value: float
    low: float
    high: float
    p_value: float
    method: TestMethod
    confidence: float
    draws: int
    seed: int

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready values."""
        rounded = {name: round(getattr(self, name), 6) for name in ("value", "low", "high", "p_value")}
        return asdict(self) | rounded


def interval(
    score: Score, *, confidence: float = CONFIDENCE, draws: int = DRAWS, seed: int = SEED
) -> Interval | None:
    """Percentile bootstrap interval of a score; None if it has no tally or fewer than two items.

    Raises:
        InvalidInput: if the confidence is not between 0 and 1, or there are too few draws.
    """
    check_options(confidence, draws)
    if score.tally is None or len(score.tally.statistics) < FEWEST_ITEMS:
        return None
    values = _resampled(score.tally, draws, seed)
    low, high = _middle(values, confidence)
    return Interval(low, high, confidence, draws, seed)


def difference(
    first: Score,
    second: Score,
    *,
    method: TestMethod = "randomisation",
    confidence: float = CONFIDENCE,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Difference | None:
    """How much better the second is, with a paired interval and a two-sided test; None without tallies.

    Both scores must be of the same items in the same order.

    Raises:
        InvalidInput: for an unknown method, a wrong option, or scores of different numbers of items.
    """
    check_options(confidence, draws)
    if method not in TEST_METHODS:
        raise InvalidInput(f"There is no test '{method}'.", f"Choose one of: {', '.join(TEST_METHODS)}.")
    if first.tally is None or second.tally is None or len(first.tally.statistics) < FEWEST_ITEMS:
        return None
    if first.tally.statistics.shape != second.tally.statistics.shape:
        raise InvalidInput("The two scores are of different items.", "Score both systems on the same ones.")
    value = second.value - first.value
    spread = _resampled(second.tally, draws, seed) - _resampled(first.tally, draws, seed)
    low, high = _middle(spread, confidence)
    chance = (
        _shuffled(first.tally, second.tally, draws, seed) if method == "randomisation" else spread - value
    )
    tolerance = 1e-12
    as_large = int((np.abs(chance) >= abs(value) - tolerance).sum())
    return Difference(value, low, high, (as_large + 1) / (draws + 1), method, confidence, draws, seed)


def check_options(confidence: float, draws: int) -> None:
    """Raise InvalidInput for a confidence or a number of draws that makes no sense."""
    if not 0 < confidence < 1:
        raise InvalidInput(f"A confidence of {confidence} is not possible.", "Give a number such as 0.95.")
    if not 100 <= draws <= 1_000_000:
        raise InvalidInput(f"{draws} random draws are not possible.", "Give a number from 100 to 1000000.")


def _resampled(tally: Tally, draws: int, seed: int) -> Floats:
    """The score of each draw of as many items, with replacement; the same draws for the same seed."""
    items = len(tally.statistics)
    return np.concatenate(
        [
            tally.combine(times @ tally.statistics)
            for times in _draws(items, draws, np.random.default_rng(seed))
        ]
    )


def _draws(items: int, draws: int, random: np.random.Generator) -> Iterator[Floats]:
    """How often each item is drawn, some draws at a time: shape (draws of this part, items)."""
    at_once = max(1, CELLS_AT_ONCE // items)
    for start in range(0, draws, at_once):
        rows = min(at_once, draws - start)
        picked = random.integers(items, size=(rows, items)) + np.arange(rows)[:, None] * items
        yield np.bincount(picked.ravel(), minlength=rows * items).reshape(rows, items).astype(np.float64)


def _shuffled(first: Tally, second: Tally, draws: int, seed: int) -> Floats:
    """Differences when each item's two captions change systems by the toss of a coin."""
    random = np.random.default_rng(seed)
    items = len(first.statistics)
    gap = second.statistics - first.statistics
    ours, theirs = first.statistics.sum(axis=0), second.statistics.sum(axis=0)
    at_once = max(1, CELLS_AT_ONCE // items)
    parts = []
    for start in range(0, draws, at_once):
        swapped = random.integers(2, size=(min(at_once, draws - start), items)).astype(np.float64)
        moved = swapped @ gap
        parts.append(second.combine(theirs - moved) - first.combine(ours + moved))
    return np.concatenate(parts)


def _middle(values: Floats, confidence: float) -> tuple[float, float]:
    tail = 50 * (1 - confidence)
    low, high = np.percentile(values, [tail, 100 - tail])
    return float(low), float(high)
