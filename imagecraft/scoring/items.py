"""Every item with its scores, as a table for spreadsheets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from imagecraft.errors import InvalidInput
from imagecraft.media.files import replacing
from imagecraft.media.tables import csv_table, safe_cell
from imagecraft.scoring.comparison import Comparison
from imagecraft.scoring.report import ScoreReport
from imagecraft.scoring.summary import Result

DECIMALS = 6


def write_items(result: Result, path: Path) -> Path:
    """Write `items_csv` into a file, whole or not at all.

    Raises:
        InvalidInput: if the suffix is not .csv, or the place cannot be written to.
        ResourceExhausted: if the disk is full.
    """
    check_items(path)
    with replacing(path) as temporary:
        temporary.write_text(items_csv(result), "utf-8", "backslashreplace", newline="")
    return path


def check_items(path: Path) -> None:
    """Raise InvalidInput for a file name that is no table's."""
    if path.suffix.lower() != ".csv":
        raise InvalidInput(f"'{path}' does not end like a table of items.", "Let it end in .csv.")


def items_csv(result: Result) -> str:
    """Every item with its scores; of two systems, both captions, both scores and their difference.

    What a spreadsheet would take for a formula starts with an apostrophe.
    """
    return csv_table(_compared(result) if isinstance(result, Comparison) else _single(result))


def _single(report: ScoreReport) -> list[list[Any]]:
    scored = [score for score in report if score.per_item]
    rows: list[list[Any]] = [["id", "prediction", "references", *(score.name for score in scored)]]
    for place, item in enumerate(report.items):
        texts = (item.id, item.prediction, " | ".join(item.references))
        rows.append([*map(safe_cell, texts), *(round(score.per_item[place], DECIMALS) for score in scored)])
    return rows


def _compared(result: Comparison) -> list[list[Any]]:
    names = [name for name in result.shared if result.first.score(name).per_item]
    pairs = [(result.first.score(name).per_item, result.second.score(name).per_item) for name in names]
    head = ["id", "prediction_first", "prediction_second", "references"]
    rows: list[list[Any]] = [
        [*head, *(f"{name}_{which}" for name in names for which in ("first", "second", "difference"))]
    ]
    for place, (ours, theirs) in enumerate(zip(result.first.items, result.second.items, strict=True)):
        texts = (ours.id, ours.prediction, theirs.prediction, " | ".join(ours.references))
        values = [
            round(value, DECIMALS)
            for one, other in pairs
            for value in (one[place], other[place], other[place] - one[place])
        ]
        rows.append([*map(safe_cell, texts), *values])
    return rows
