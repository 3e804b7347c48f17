"""How sure a score is, and whether two systems really differ.

References:
    Efron and Tibshirani: An Introduction to the Bootstrap, 1993 (percentile intervals).
    Koehn: Statistical Significance Tests for Machine Translation Evaluation, EMNLP 2004 (paired bootstrap).
    Noreen: Computer-Intensive Methods for Testing Hypotheses, 1989; Riezler and Maxwell 2005 (approximate
    randomisation).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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
ROUNDING = 1e-12
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


def intervals(
    scores: Iterable[Score], *, confidence: float = CONFIDENCE, draws: int = DRAWS, seed: int = SEED
) -> dict[str, Interval]:
    """Percentile bootstrap intervals by score; those without a tally, or of fewer than two items, have none.

    All scores must be of the same items.

    Raises:
        InvalidInput: if the confidence is not between 0 and 1, or there are too few draws.
    """
    check_options(confidence, draws)
    tallies = {one.name: one.tally for one in scores if _can_be_drawn(one)}
    found = _resampled([tally for tally in tallies.values() if tally], draws, seed)
    return {
        name: Interval(*_middle(values, confidence), confidence, draws, seed)
        for name, values in zip(tallies, found, strict=True)
    }


def differences(
    first: Iterable[Score],
    second: Iterable[Score],
    *,
    method: TestMethod = "randomisation",
    confidence: float = CONFIDENCE,
    draws: int = DRAWS,
    seed: int = SEED,
) -> dict[str, Difference]:
    """How much better the second system is by each score, with a paired interval and a two-sided test.

    All scores must be of the same items in the same order. Scores that only one system has, or that have no
    tally, are left out.

    Raises:
        InvalidInput: for an unknown method, a wrong option, or scores of different numbers of items.
    """
    check_options(confidence, draws)
    if method not in TEST_METHODS:
        raise InvalidInput(f"There is no test '{method}'.", f"Choose one of: {', '.join(TEST_METHODS)}.")
    theirs = {one.name: one for one in second if _can_be_drawn(one)}
    pairs = [(one, theirs[one.name]) for one in first if _can_be_drawn(one) and one.name in theirs]
    ours_tallies = [one.tally for one, _ in pairs if one.tally]
    their_tallies = [other.tally for _, other in pairs if other.tally]
    if any(
        len(one.statistics) != len(two.statistics)
        for one, two in zip(ours_tallies, their_tallies, strict=True)
    ):
        raise InvalidInput("The two systems' scores are of different items.", "Score both on the same ones.")
    values = _resampled([*ours_tallies, *their_tallies], draws, seed)
    spreads = [
        after - before for before, after in zip(values[: len(pairs)], values[len(pairs) :], strict=True)
    ]
    if method == "randomisation":
        chances = _shuffled(ours_tallies, their_tallies, draws, seed)
    else:
        chances = [
            spread - (two.value - one.value) for spread, (one, two) in zip(spreads, pairs, strict=True)
        ]
    found = {}
    for (one, two), spread, chance in zip(pairs, spreads, chances, strict=True):
        value = two.value - one.value
        as_large = int((np.abs(chance) >= abs(value) - ROUNDING).sum())
        p_value = (as_large + 1) / (draws + 1)
        low, high = _middle(spread, confidence)
        found[one.name] = Difference(value, low, high, p_value, method, confidence, draws, seed)
    return found


def check_options(confidence: float, draws: int) -> None:
    """Raise InvalidInput for a confidence or a number of draws that makes no sense."""
    if not 0 < confidence < 1:
        raise InvalidInput(f"A confidence of {confidence} is not possible.", "Give a number such as 0.95.")
    if not 100 <= draws <= 1_000_000:
        raise InvalidInput(f"{draws} random draws are not possible.", "Give a number from 100 to 1000000.")


def _can_be_drawn(score: Score) -> bool:
    return score.tally is not None and len(score.tally.statistics) >= FEWEST_ITEMS


def _resampled(tallies: Sequence[Tally], draws: int, seed: int) -> list[Floats]:
    """Each score of each draw of as many items, with replacement; the same draws for the same seed."""
    if not tallies:
        return []
    items = len(tallies[0].statistics)
    parts: list[list[Floats]] = [[] for _ in tallies]
    for times in _draws(items, draws, np.random.default_rng(seed)):
        for part, tally in zip(parts, tallies, strict=True):
            part.append(tally.combine(times @ tally.statistics))
    return [np.concatenate(part) for part in parts]


def _draws(items: int, draws: int, random: np.random.Generator) -> Iterator[Floats]:
    """How often each item is drawn, some draws at a time: shape (draws of this part, items)."""
    for rows in _rows_at_once(items, draws):
        picked = random.integers(items, size=(rows, items)) + np.arange(rows)[:, None] * items
        yield np.bincount(picked.ravel(), minlength=rows * items).reshape(rows, items).astype(np.float64)


def _shuffled(first: Sequence[Tally], second: Sequence[Tally], draws: int, seed: int) -> list[Floats]:
    """Differences by each score when every item's two captions change systems by the toss of a coin."""
    if not first:
        return []
    random = np.random.default_rng(seed)
    items = len(first[0].statistics)
    parts: list[list[Floats]] = [[] for _ in first]
    for rows in _rows_at_once(items, draws):
        swapped = random.integers(2, size=(rows, items)).astype(np.float64)
        for part, one, two in zip(parts, first, second, strict=True):
            moved = swapped @ (two.statistics - one.statistics)
            ours, theirs = one.statistics.sum(axis=0), two.statistics.sum(axis=0)
            part.append(two.combine(theirs - moved) - one.combine(ours + moved))
    return [np.concatenate(part) for part in parts]


def _rows_at_once(items: int, draws: int) -> Iterator[int]:
    """Numbers of draws whose table fits into memory, all draws together."""
    at_once = max(1, CELLS_AT_ONCE // items)
    for start in range(0, draws, at_once):
        yield min(at_once, draws - start)


def _middle(values: Floats, confidence: float) -> tuple[float, float]:
    tail = 50 * (1 - confidence)
    low, high = np.percentile(values, [tail, 100 - tail])
    return float(low), float(high)
