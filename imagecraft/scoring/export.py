"""Reports as files: Markdown, CSV, JSON, LaTeX, each with settings and versions."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from imagecraft.errors import InvalidInput
from imagecraft.media.files import replacing
from imagecraft.media.tables import csv_table, safe_cell
from imagecraft.scoring.captions import Comparison
from imagecraft.scoring.ranking import FEWEST, Ranked, preferred, ranked
from imagecraft.scoring.report import ScoreReport

FORMATS = ("md", "csv", "json", "tex")
DIGITS = 4
_LATEX = {
    "\\": r"\textbackslash{}",
    **{char: rf"\{char}" for char in "&%$#_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}

Result = ScoreReport | Comparison


def check_format(path: Path) -> str:
    """The format a file name asks for. Raises InvalidInput if it is none of `FORMATS`."""
    suffix = path.suffix.removeprefix(".").lower()
    if suffix not in FORMATS:
        raise InvalidInput(
            f"'{path}' does not end like a report.",
            f"Let it end in one of: {', '.join(f'.{name}' for name in FORMATS)}.",
        )
    return suffix


def write_report(result: Result, path: Path) -> Path:
    """Write a report or a comparison, whole or not at all; the suffix chooses the format.

    Raises:
        InvalidInput: if the suffix is none of `FORMATS`, or the place cannot be written to.
        ResourceExhausted: if the disk is full.
    """
    text = render(result, check_format(path))
    with replacing(path) as temporary:
        temporary.write_text(text, "utf-8", newline="")
    return path


def write_items(report: ScoreReport, path: Path) -> Path:
    """Write a CSV table of every item with its scores. Errors as `write_report`."""
    if path.suffix.lower() != ".csv":
        raise InvalidInput(f"'{path}' does not end like a table of items.", "Let it end in .csv.")
    with replacing(path) as temporary:
        temporary.write_text(items_csv(report), "utf-8", newline="")
    return path


def render(result: Result, format: str) -> str:
    """A report or a comparison as text in one of `FORMATS`."""
    return {"md": _markdown, "csv": _csv, "json": _json, "tex": _latex}[format](result)


def items_csv(report: ScoreReport) -> str:
    """Every item with its scores. What a spreadsheet would take for a formula starts with an apostrophe."""
    scored = [score for score in report if score.per_item]
    rows: list[list[Any]] = [["id", "prediction", "references", *(score.name for score in scored)]]
    for place, item in enumerate(report.items):
        rows.append(
            [
                safe_cell(item.id),
                safe_cell(item.prediction),
                safe_cell(" | ".join(item.references)),
                *(round(score.per_item[place], 6) for score in scored),
            ]
        )
    return csv_table(rows)


def rows_of(result: Result) -> tuple[list[str], list[list[str]]]:
    """Head and rows of the summary: one row a score, numbers as they are printed."""
    if isinstance(result, Comparison):
        head = ["metric", "first", "second", "difference", "interval", "p"]
        both = [score.name for score in result.first if score.name in result.second.metrics]
        return head, [_compared(result, name) for name in both]
    head = ["metric", "score"] + (["interval"] if result.intervals else [])
    rows = []
    for score in result:
        interval = result.intervals.get(score.name)
        shown = [_span(interval.low, interval.high) if interval else "–"] if result.intervals else []
        rows.append([score.name, number(score.value), *shown])
    return head, rows


def number(value: float) -> str:
    """As in tables: four decimals, or more where they would all be zero."""
    return f"{value:.{DIGITS}f}" if not value or abs(value) >= 10**-DIGITS else f"{value:.3e}"


def signed(value: float) -> str:
    """As `number`, with a plus where it is one."""
    return f"+{number(value)}" if value > 0 else number(value)


def settings_of(result: Result) -> dict[str, Any]:
    """What holds for all scores, and what holds for each, equal ones said once."""
    report = result.first if isinstance(result, Comparison) else result
    groups: dict[str, list[str]] = {}
    for score in report:
        words = ", ".join(f"{name}: {value}" for name, value in score.settings.items())
        groups.setdefault(words, []).append(score.name)
    return dict(report.settings) | {"metrics": {", ".join(names): words for words, names in groups.items()}}


def _compared(result: Comparison, name: str) -> list[str]:
    found = result.differences.get(name)
    tail = (
        [signed(found.value), _span(found.low, found.high), f"{found.p_value:.4f}"]
        if found
        else [signed(result.second[name] - result.first[name]), "–", "–"]
    )
    return [name, number(result.first[name]), number(result.second[name]), *tail]


def _span(low: float, high: float) -> str:
    return f"{number(low)} to {number(high)}"


def _lines(result: Result) -> list[str]:
    """Settings and remarks, a sentence each."""
    said = settings_of(result)
    lines = [f"{key}: {_flat(value)}" for key, value in said.items() if key != "metrics"]
    lines += [f"{names}: {words}" for names, words in said["metrics"].items() if words]
    lines += [f"Note: {words}" for words in result.notices]
    lines += [f"Not computed: {name}. {reason}" for name, reason in result.not_computed.items()]
    return lines + _sureness(result)


def _sureness(result: Result) -> list[str]:
    if isinstance(result, Comparison):
        for found in result.differences.values():
            test = {"randomisation": "approximate randomisation", "bootstrap": "paired bootstrap"}[
                found.method
            ]
            return [
                f"Difference: second minus first, {found.confidence:.0%} paired bootstrap interval; "
                f"p: two-sided {test} test; {found.draws} draws, seed {found.seed}"
            ]
        return []
    for interval in result.intervals.values():
        return [
            f"Interval: {interval.confidence:.0%} bootstrap, {interval.draws} draws, seed {interval.seed}"
        ]
    return []


def _flat(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {entry}" for key, entry in value.items())
    return str(value)


def _markdown(result: Result) -> str:
    head, rows = rows_of(result)
    lines = [_pipes(head), _pipes(["---", *["---:"] * (len(head) - 1)]), *map(_pipes, rows)]
    said = [f"* {_one_line(line)}" for line in _lines(result)]
    return "\n".join(["# Scores", "", *lines, "", *said, *_extremes(result), ""])


def _extremes(result: Result) -> list[str]:
    """Markdown tables of the worst and the best items; nothing for a few."""
    name = preferred(result) if isinstance(result, ScoreReport) else None
    if not isinstance(result, ScoreReport) or name is None or len(result.items) < FEWEST:
        return []
    worst, best = ranked(result, name)
    return [*_ranking(f"Worst by {name}", worst), *_ranking(f"Best by {name}", best)]


def _ranking(title: str, entries: Sequence[Ranked]) -> list[str]:
    head = [_pipes(["item", "prediction", "references", "score"]), _pipes(["---", "---", "---", "---:"])]
    rows = [
        _pipes(
            [_one_line(text) for text in (one.item.id, one.item.prediction, " / ".join(one.item.references))]
        )
        + f" {number(one.value)} |"
        for one in entries
    ]
    return ["", f"## {title}", "", *head, *rows]


def _pipes(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", r"\|").replace("<", "&lt;") for cell in cells) + " |"


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _csv(result: Result) -> str:
    head, rows = rows_of(result)
    report = result.first if isinstance(result, Comparison) else result
    exact = {score.name: json.dumps(dict(score.settings), ensure_ascii=False) for score in report}
    return csv_table([[*head, "settings"], *([*row, exact[row[0]]] for row in rows)])


def _json(result: Result) -> str:
    return json.dumps(result.to_dict(), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _latex(result: Result) -> str:
    head, rows = rows_of(result)
    body = [" & ".join(map(latex, row)) + r" \\" for row in rows]
    return "\n".join(
        [
            *(f"% {_one_line(line)}" for line in _lines(result)),
            rf"\begin{{tabular}}{{l{'r' * (len(head) - 1)}}}",
            r"\hline",
            " & ".join(map(latex, head)) + r" \\",
            r"\hline",
            *body,
            r"\hline",
            r"\end{tabular}",
            "",
        ]
    )


def latex(text: str) -> str:
    """A text with LaTeX's own characters written out."""
    return "".join(_LATEX.get(char, char) for char in text).replace("–", "--")
