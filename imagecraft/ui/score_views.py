"""Scores as markup: the summary, remarks, words compared, charts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

from imagecraft.pipelines import coherence
from imagecraft.pipelines.evaluation import (
    Comparison,
    Lacking,
    Score,
    ScoreReport,
    audio_meanings,
    counted,
    display_name,
    metric_states,
    preferred,
    words_compared,
)
from imagecraft.ui import charts
from imagecraft.ui import evaluation_words as words
from imagecraft.ui.score_numbers import DECIMALS, between, shown, signed
from imagecraft.ui.score_tables import told_by
from imagecraft.ui.widgets import operators

Result = ScoreReport | Comparison
Cells = list[tuple[str, str]]
COMPARED_DECIMALS = 3


def reports(result: Result) -> tuple[ScoreReport, ...]:
    """The report itself, or those of both systems."""
    return (result.first, result.second) if isinstance(result, Comparison) else (result,)


def summary(result: Result) -> str:
    """One row a score, and under it what it says in plain words."""
    cells = _compared_cells(result) if isinstance(result, Comparison) else _cells(result)
    if not cells:
        return remarks(result)
    meanings, report = _meanings(), reports(result)[0]
    labels = [label for label, _ in next(iter(cells.values()))]
    columns = "".join(
        f'<th scope="col" role="columnheader">{escape(name)}</th>' for name in (words.METRIC, *labels)
    )
    rows = []
    for name, row in cells.items():
        values = "".join(
            f'<td role="cell" data-label="{escape(label)}">{escape(text)}</td>' for label, text in row
        )
        rows.append(
            f'<tr role="row"><th scope="row" role="rowheader" data-score="{escape(name)}">'
            f"{escape(display_name(name))}</th>{values}</tr>"
        )
        if name in meanings:
            said = _said(meanings[name], report.score(name))
            rows.append(
                f'<tr role="row" class="ic-meaning"><td role="cell" colspan="{len(labels) + 1}">'
                f"{escape(said)}</td></tr>"
            )
    caption = escape(words.SCORES_CAPTION.format(items=counted(len(report.items), "item")))
    stack = " ic-stack" if isinstance(result, Comparison) else ""
    table = (
        f'<table class="ic-table ic-scores{stack}" role="table"><caption>{caption}{legend(result)}</caption>'
        f'<thead role="rowgroup"><tr role="row">{columns}</tr></thead>'
        f'<tbody role="rowgroup">{"".join(rows)}</tbody></table>'
    )
    return table + remarks(result)


def legend(result: Result) -> str:
    """Which of two systems is which; empty for one."""
    if not isinstance(result, Comparison):
        return ""
    entries = "".join(
        f'<span><span class="ic-key{mark}"></span>'
        f"{escape(words.SYSTEM.format(place=place, name=name))}</span>"
        for place, mark, name in zip((words.FIRST, words.SECOND), charts.MARKS, result.names, strict=True)
    )
    return f'<span class="ic-legend">{entries}</span>'


def _cells(report: ScoreReport) -> dict[str, Cells]:
    """Label and text of each cell, by score."""
    found: dict[str, Cells] = {}
    for one in report:
        found[one.name] = [(words.VALUE, shown(one.value, one.span))]
        if report.intervals:
            own = report.intervals.get(one.name)
            found[one.name].append((words.INTERVAL, _ends(own.low, own.high, one) if own else words.NONE))
    return found


def _compared_cells(result: Comparison) -> dict[str, Cells]:
    found: dict[str, Cells] = {}
    for name in result.shared:
        one, two, gap = result.first.score(name), result.second[name], result.differences.get(name)
        found[name] = [
            (words.FIRST, shown(one.value, one.span, COMPARED_DECIMALS)),
            (words.SECOND, shown(two, one.span, COMPARED_DECIMALS)),
            (words.DIFFERENCE, signed(two - one.value, one.span, COMPARED_DECIMALS)),
            (words.INTERVAL, _ends(gap.low, gap.high, one, COMPARED_DECIMALS) if gap else words.NONE),
            (words.CHANCE, f"{gap.p_value:.3f}" if gap else words.NONE),
        ]
    return found


def _ends(low: float, high: float, score: Score, decimals: int = DECIMALS) -> str:
    low_end, high_end = (shown(end, score.span, decimals) for end in (low, high))
    return words.RANGE.format(low=low_end, high=high_end)


def _said(meaning: str, score: Score) -> str:
    better = words.BETTER[score.direction]
    scale = ", ".join(part for part in (between(score.span), better) if part)
    return f"{meaning} {scale[:1].upper()}{scale[1:]}." if scale else meaning


def remarks(result: Result) -> str:
    """What a reader of the scores should know."""
    lines, lacking = [*result.notices], []
    for name, why in result.not_computed.items():
        called = display_name(name)
        if isinstance(why, Lacking):
            lines.append(words.LACKING.format(name=called))
            lacking.append(words.WHY_NOT_HERE.format(name=called, reason=why))
        else:
            lines.append(words.NOT_COMPUTED.format(name=called, reason=why))
    if not lines:
        return ""
    entries = "".join(f"<li>{escape(line)}</li>" for line in lines)
    listed = f'<h4 class="ic-heading">{escape(words.REMARKS)}</h4><ul class="ic-remarks">{entries}</ul>'
    return listed + (operators("\n".join(lacking)) if lacking else "")


def compared(caption: str, references: Sequence[str]) -> str:
    """The caption with the words marked that no reference has, and the same in sentences."""
    found = words_compared(caption, references)
    marked = " ".join(
        escape(word) if shared else f"<mark>{escape(word)}</mark>" for word, shared in found.caption
    )
    lines = []
    if found.only_caption:
        lines.append(words.ONLY_CAPTION.format(words=", ".join(found.only_caption)))
    else:
        lines.append(words.ALL_SHARED)
    lines += [
        words.ONLY_REFERENCE.format(n=place, words=", ".join(only))
        for place, only in enumerate(found.only_references, start=1)
        if only
    ]
    said = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return (
        f'<h4 class="ic-heading">{escape(words.WORDS_HEADING)}</h4><p class="ic-words">{marked}</p>'
        f'<p class="ic-quiet">{escape(words.WORDS_LEGEND)}</p><ul class="ic-remarks">{said}</ul>'
    )


def figures(result: Result) -> str:
    """Bars of all scores, each on its own scale; of one score a histogram, and against length."""
    several = reports(result)
    names = result.names if isinstance(result, Comparison) else ("",)
    rows = [_bar([report.score(one.name) for report in several], several) for one in _common(several)]
    sure = any(report.intervals for report in several)
    told = [row for row in rows if row is not None]
    drawn = charts.bars(told, words.BARS_WITH if sure else words.BARS, names if len(several) > 1 else ())
    name = told_by(result)
    if name is not None and len(several[0].items) > 1:
        label = display_name(name)
        scores = {system: report.score(name).per_item for system, report in zip(names, several, strict=True)}
        lengths = {
            system: ([float(len(item.prediction.split())) for item in report.items], scores[system])
            for system, report in zip(names, several, strict=True)
        }
        drawn += charts.histogram(scores, words.HISTOGRAM.format(name=label), label, words.CAPTIONS)
        drawn += charts.scatter(lengths, words.SCATTER.format(name=label), words.LENGTH, label)
    if not drawn:
        return ""
    key = f'<p class="ic-quiet">{legend(result)}</p>' if len(several) > 1 else ""
    return f'<div class="ic-charts">{key}{drawn}</div>'


def _common(several: Sequence[ScoreReport]) -> list[Score]:
    return [one for one in several[0] if all(one.name in report.metrics for report in several)]


def _bar(scores: Sequence[Score], several: Sequence[ScoreReport]) -> charts.Bar | None:
    """A score's bars; those without a highest value are drawn beside the largest here."""
    one = scores[0]
    owns = [report.intervals.get(one.name) for report in several]
    ends = [end for own in owns if own for end in (own.low, own.high)]
    low, high = one.span
    if not math.isfinite(high):
        high = max([*(score.value for score in scores), *ends])
    if not math.isfinite(low) or low < 0 or high <= low:
        return None
    return charts.Bar(
        display_name(one.name),
        between(one.span),
        (low, high),
        tuple(score.value for score in scores),
        tuple(shown(score.value, one.span) for score in scores),
        tuple((own.low, own.high) if own else None for own in owns),
    )


def announcement(result: Result) -> str:
    """What a screen reader says when the scores are there."""
    report = reports(result)[0]
    name = told_by(result) or preferred(report) or next(iter(report.metrics), "")
    span = report.score(name).span if name else (0.0, 1.0)
    values = [shown(one[name], span) for one in reports(result) if name in one.metrics]
    first = f"{display_name(name)} {words.AND.join(values)}" if name else words.NOTHING_YET
    return words.SAID.format(count=len(report), items=counted(len(report.items), "item"), first=first)


def _meanings() -> Mapping[str, str]:
    """What each score says, at the first of those that a metric gives."""
    found = dict(audio_meanings()) | coherence.meanings()
    for state in metric_states():
        found[state.outputs[0]] = state.meaning
    return found
