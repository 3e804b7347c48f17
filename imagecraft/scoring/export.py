"""Reports as files: Markdown, CSV, JSON, LaTeX, each with settings, versions and the files it is of."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from imagecraft.errors import InvalidInput
from imagecraft.media.files import replacing
from imagecraft.media.tables import csv_table, safe_cell
from imagecraft.scoring.comparison import Comparison
from imagecraft.scoring.markup import latex, markdown, one_line
from imagecraft.scoring.ranking import FEWEST, gaps, preferred, ranked
from imagecraft.scoring.report import ScoreReport
from imagecraft.scoring.summary import NOTHING, Result, display_name, number, rows_of, signed

FORMATS = ("md", "csv", "json", "tex")
_TESTS = {"randomisation": "approximate randomisation", "bootstrap": "paired bootstrap"}


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


def render(result: Result, format: str) -> str:
    """A report or a comparison as text in one of `FORMATS`."""
    return {"md": _markdown, "csv": _csv, "json": _json, "tex": _latex}[format](result)


def settings_of(result: Result) -> dict[str, Any]:
    """What holds for all scores, and what holds for each, equal ones said once."""
    report = result.first if isinstance(result, Comparison) else result
    groups: dict[str, list[str]] = {}
    for score in report:
        words = ", ".join(f"{name}: {value}" for name, value in score.settings.items())
        groups.setdefault(words, []).append(score.name)
    return dict(report.settings) | {"metrics": {", ".join(names): words for words, names in groups.items()}}


def _lines(result: Result) -> list[str]:
    """Systems, files, settings and remarks, a sentence each."""
    said = settings_of(result)
    lines = [f"{role}: {words}" for role, words in _inputs(result).items()]
    lines += [f"{key}: {_flat(value)}" for key, value in said.items() if key not in ("metrics", "inputs")]
    lines += [f"{names}: {words}" for names, words in said["metrics"].items() if words]
    lines += [f"Note: {words}" for words in result.notices]
    lines += [f"Not computed: {name}. {reason}" for name, reason in result.not_computed.items()]
    return lines + _sureness(result)


def _inputs(result: Result) -> dict[str, str]:
    """What was scored, by role: names of the systems, and of their files with their SHA-256."""
    if not isinstance(result, Comparison):
        return _files(result)
    first, second = _files(result.first), _files(result.second)
    found = {
        role: f"{name} ({files['predictions']})" if "predictions" in files else name
        for role, name, files in zip(("first", "second"), result.names, (first, second), strict=True)
    }
    return found | ({"references": first["references"]} if "references" in first else {})


def _files(report: ScoreReport) -> dict[str, str]:
    files: Mapping[str, Mapping[str, str]] = report.settings.get("inputs", {})
    return {role: f"{one['file']}, SHA-256 {one['sha256']}" for role, one in files.items()}


def _sureness(result: Result) -> list[str]:
    first = result.first if isinstance(result, Comparison) else result
    lines = [
        f"Interval: {one.confidence:.4g} percentile bootstrap, {one.draws} draws, seed {one.seed}"
        for one in list(first.intervals.values())[:1]
    ]
    if isinstance(result, Comparison):
        lines += [
            f"Difference: second minus first, {one.confidence:.4g} paired bootstrap interval; p: two-sided "
            f"{_TESTS[one.method]} test; {one.draws} draws, seed {one.seed}"
            for one in list(result.differences.values())[:1]
        ]
    return lines


def _flat(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {entry}" for key, entry in value.items())
    return str(value)


def _markdown(result: Result) -> str:
    head, rows = rows_of(result)
    if isinstance(result, Comparison):
        head = [head[0], *map(markdown, result.names), *head[3:]]
    lines = [_row(head), _row(["---", *["---:"] * (len(head) - 1)]), *map(_row, rows)]
    said = [f"* {markdown(line)}" for line in _lines(result)]
    extremes = _differing(result) if isinstance(result, Comparison) else _extremes(result)
    return "\n".join(["# Scores", "", *lines, "", *said, *extremes, ""])


def _extremes(report: ScoreReport) -> list[str]:
    """Markdown tables of the worst and the best items; nothing for a few."""
    name = preferred(report)
    if name is None or len(report.items) < FEWEST:
        return []
    lines = []
    for title, entries in zip(("Worst", "Best"), ranked(report, name), strict=True):
        rows = [
            (one.item.id, one.item.prediction, " / ".join(one.item.references), number(one.value))
            for one in entries
        ]
        lines += _ranking(f"{title} by {name}", ("item", "prediction", "references", "score"), rows, 1)
    return lines


def _differing(result: Comparison) -> list[str]:
    """Markdown tables of the items on which two systems differ most."""
    name = preferred(result.first)
    if name is None or name not in result.shared:
        return []
    lines = []
    head = ("item", *result.names, "references", *result.names, "difference")
    for system, entries in zip(result.names, gaps(result, name), strict=True):
        rows = [
            (
                *(one.first.item.id, one.first.item.prediction, one.second.item.prediction),
                " / ".join(one.first.item.references),
                *(number(one.first.value), number(one.second.value), signed(one.value)),
            )
            for one in entries
        ]
        title = f"Where {markdown(system)} scores higher by {name}"
        lines += _ranking(title, head, rows, 3) if rows else []
    return lines


def _ranking(title: str, head: Sequence[str], rows: Sequence[Sequence[str]], numbers: int) -> list[str]:
    """A table whose last columns are numbers."""
    line = _row(["---"] * (len(head) - numbers) + ["---:"] * numbers)
    return [
        "",
        f"## {title}",
        "",
        _row(map(markdown, head)),
        line,
        *(_row(map(markdown, row)) for row in rows),
    ]


def _row(cells: Sequence[str] | map[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _csv(result: Result) -> str:
    """One row a score with all digits, and in each row all that is needed to get it again."""
    report = result.first if isinstance(result, Comparison) else result
    if isinstance(result, Comparison):
        head, rows = _compared_cells(result)
    else:
        head, rows = _single_cells(result)
    versions = " ".join(f"{name} {value}" for name, value in report.settings.get("versions", {}).items())
    shared = [
        *(safe_cell(words) for words in (versions, _flat(_inputs(result)))),
        safe_cell(one_line(" ".join(result.notices))),
    ]
    settings = [
        safe_cell(json.dumps(dict(report.score(str(row[0])).settings), ensure_ascii=False)) for row in rows
    ]
    return csv_table(
        [
            [*head, "settings", "versions", "inputs", "notices"],
            *([*row, said, *shared] for row, said in zip(rows, settings, strict=True)),
        ]
    )


def _single_cells(report: ScoreReport) -> tuple[list[str], list[list[Any]]]:
    rows: list[list[Any]] = []
    for score in report:
        one = report.intervals.get(score.name)
        sure = [one.low, one.high, one.confidence, one.draws, one.seed] if one else [""] * 5
        rows.append([score.name, score.value, *sure, score.direction])
    return ["metric", "score", "low", "high", "confidence", "draws", "seed", "better"], rows


def _compared_cells(result: Comparison) -> tuple[list[str], list[list[Any]]]:
    rows: list[list[Any]] = []
    for name in result.shared:
        one = result.differences.get(name)
        owns = (result.first.intervals.get(name), result.second.intervals.get(name))
        ends = [end for own in owns for end in ((own.low, own.high) if own else ("", ""))]
        sure: list[Any] = [""] * 7
        if one:
            sure = [one.low, one.high, one.p_value, one.method, one.confidence, one.draws, one.seed]
        values = [result.first[name], result.second[name], result.second[name] - result.first[name]]
        systems = [safe_cell(one_line(system)) for system in result.names]
        rows.append([name, *values, *sure, *ends, result.first.score(name).direction, *systems])
    head = ["metric", "first", "second", "difference", "low", "high", "p", "test", "confidence", "draws"]
    head += ["seed", "first_low", "first_high", "second_low", "second_high", "better"]
    return [*head, "first_system", "second_system"], rows


def _json(result: Result) -> str:
    return json.dumps(result.to_dict(), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _latex(result: Result) -> str:
    if isinstance(result, Comparison):
        head, rows = ["", *map(latex, result.names), "Difference", "$p$"], _latex_compared(result)
    else:
        head, rows = ["", "Score"], _latex_single(result)
    return "\n".join(
        [
            *(f"% {one_line(line)}" for line in _lines(result)),
            rf"\begin{{tabular}}{{l{'r' * (len(head) - 1)}}}",
            r"\hline",
            " & ".join(head) + r" \\",
            r"\hline",
            *(" & ".join(row) + r" \\" for row in rows),
            r"\hline",
            r"\end{tabular}",
            "",
        ]
    )


def _latex_single(report: ScoreReport) -> list[list[str]]:
    return [[latex(display_name(one.name)), _value(report, one.name)] for one in report]


def _latex_compared(result: Comparison) -> list[list[str]]:
    rows = []
    for name in result.shared:
        one = result.differences.get(name)
        difference = _math(signed(one.value if one else result.second[name] - result.first[name]))
        rows.append(
            [
                latex(display_name(name)),
                *(_value(report, name) for report in (result.first, result.second)),
                f"{difference}{_ends(one.low, one.high)}" if one else difference,
                _math(f"{one.p_value:.4f}") if one else latex(NOTHING),
            ]
        )
    return rows


def _value(report: ScoreReport, name: str) -> str:
    own = report.intervals.get(name)
    return _math(number(report[name])) + (_ends(own.low, own.high) if own else "")


def _ends(low: float, high: float) -> str:
    return f" {{\\footnotesize$[{_power(number(low))}, {_power(number(high))}]$}}"


def _math(value: str) -> str:
    return f"${_power(value)}$"


def _power(value: str) -> str:
    """1.771e-06 as LaTeX writes it."""
    base, mark, exponent = value.partition("e")
    return rf"{base}\cdot10^{{{int(exponent)}}}" if mark else value
