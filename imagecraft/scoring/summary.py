"""The summary of a report: names, numbers as they are printed, one row a score."""

from __future__ import annotations

from imagecraft.assets import vocabulary
from imagecraft.scoring.comparison import Comparison
from imagecraft.scoring.report import ScoreReport

DIGITS = 4
NOTHING = "–"

Result = ScoreReport | Comparison


def display_name(score: str) -> str:
    """How a score is called in print, such as "BLEU-4"."""
    names: dict[str, str] = vocabulary("scores")["names"]
    return names.get(score, score)


def rows_of(result: Result) -> tuple[list[str], list[list[str]]]:
    """Head and rows of the summary: one row a score, numbers as they are printed."""
    if isinstance(result, Comparison):
        head = ["metric", "first", "second", "difference", "interval", "p"]
        return head, [_compared(result, name) for name in result.shared]
    head = ["metric", "score"] + (["interval"] if result.intervals else [])
    rows = []
    for score in result:
        interval = result.intervals.get(score.name)
        shown = [span(interval.low, interval.high) if interval else NOTHING] if result.intervals else []
        rows.append([score.name, number(score.value), *shown])
    return head, rows


def number(value: float) -> str:
    """As in tables: four decimals, or more where they would all be zero."""
    return f"{value:.{DIGITS}f}" if not value or abs(value) >= 10**-DIGITS else f"{value:.3e}"


def signed(value: float) -> str:
    """As `number`, with a plus where it is one."""
    return f"+{number(value)}" if value > 0 else number(value)


def span(low: float, high: float) -> str:
    """From one number to another."""
    return f"{number(low)} to {number(high)}"


def _compared(result: Comparison, name: str) -> list[str]:
    found = result.differences.get(name)
    tail = (
        [signed(found.value), span(found.low, found.high), f"{found.p_value:.4f}"]
        if found
        else [signed(result.second[name] - result.first[name]), NOTHING, NOTHING]
    )
    return [name, number(result.first[name]), number(result.second[name]), *tail]
