"""Scores as markup: the summary, remarks, words compared, worst and best, every item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from imagecraft.pipelines import coherence
from imagecraft.pipelines.evaluation import (
    Comparison,
    Ranked,
    ScoreReport,
    audio_meanings,
    metric_states,
    preferred,
    ranked,
    rows_of,
    words_compared,
)
from imagecraft.ui import charts
from imagecraft.ui import evaluation_words as words

ITEMS_SHOWN = 500

_HEADS = {
    "metric": words.METRIC,
    "score": words.VALUE,
    "interval": words.INTERVAL,
    "first": words.FIRST,
    "second": words.SECOND,
    "difference": words.DIFFERENCE,
    "p": words.CHANCE,
}

Result = ScoreReport | Comparison


def first_report(result: Result) -> ScoreReport:
    """The report itself, or that of the first system."""
    return result.first if isinstance(result, Comparison) else result


def summary(result: Result) -> str:
    """One row a score, with what it says in plain words."""
    head, rows = rows_of(result)
    meanings = _meanings()
    columns = "".join(f'<th scope="col">{escape(_HEADS[name])}</th>' for name in head)
    body = "".join(
        f'<tr><th scope="row">{escape(name)}<small>{escape(meanings.get(name, ""))}</small></th>'
        f"{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"
        for name, *cells in rows
    )
    caption = escape(words.SCORES_CAPTION.format(items=counted(len(first_report(result).items))))
    table = (
        f'<div class="ic-scroll" tabindex="0" role="region" aria-label="{escape(words.RESULT_HEADING)}">'
        f'<table class="ic-table ic-scores"><caption>{caption}</caption><thead><tr>{columns}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
    return (table if rows else "") + remarks(result)


def remarks(result: Result) -> str:
    """What a reader of the scores should know."""
    lines = [*result.notices]
    lines += [words.NOT_COMPUTED.format(name=name, reason=why) for name, why in result.not_computed.items()]
    if not lines:
        return ""
    entries = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f'<h4 class="ic-heading">{escape(words.REMARKS)}</h4><ul class="ic-remarks">{entries}</ul>'


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
    """Bars of all scores from 0 to 1; of one score a histogram, and against length."""
    report = first_report(result)
    values = {one.name: one.value for one in report if one.span == (0.0, 1.0) and one.direction == "higher"}
    intervals = {name: (one.low, one.high) for name, one in report.intervals.items()}
    drawn = charts.bars(values, intervals, words.BARS_WITH if intervals else words.BARS)
    name = preferred(report)
    if name is not None and len(report.items) > 1:
        scores = report.score(name).per_item
        lengths = [float(len(item.prediction.split())) for item in report.items]
        drawn += charts.histogram(scores, words.HISTOGRAM.format(name=name))
        drawn += charts.scatter(lengths, scores, words.SCATTER.format(name=name))
    return f'<div class="ic-charts">{drawn}</div>' if drawn else ""


def extremes(report: ScoreReport, thumbnails: Mapping[str, str] | None = None) -> str:
    """The worst and the best captions by one score; empty for fewer than three items.

    Args:
        report: The scores.
        thumbnails: Address of a small picture by item, for those that have one.
    """
    name = preferred(report)
    if name is None or len(report.items) < 3:
        return ""
    worst, best = ranked(report, name)
    seen = thumbnails or {}
    return "".join(
        _ranking(title.format(name=name), name, entries, seen)
        for title, entries in ((words.WORST, worst), (words.BEST, best))
    )


def items(report: ScoreReport) -> str:
    """A table of the items that can be sorted and searched; empty for a single one."""
    scored = [one for one in report if one.per_item]
    if len(report.items) < 2 or not scored:
        return ""
    texts = "".join(_sorter(name, "text") for name in (words.ITEM, words.CAPTION, words.TEXTS))
    numbers = "".join(_sorter(one.name, "number") for one in scored)
    rows = "".join(
        f'<tr><th scope="row">{escape(item.id)}</th><td>{escape(item.prediction)}</td>'
        f"<td>{escape(' | '.join(item.references))}</td>"
        + "".join(
            f'<td class="ic-number" data-value="{one.per_item[place]!r}">{one.per_item[place]:.3f}</td>'
            for one in scored
        )
        + "</tr>"
        for place, item in enumerate(report.items[:ITEMS_SHOWN])
    )
    cut = ""
    if len(report.items) > ITEMS_SHOWN:
        cut = words.ITEMS_CUT.format(shown=ITEMS_SHOWN, all=len(report.items))
    return (
        f'<label class="ic-label" for="ic-score-search">{escape(words.ITEMS_SEARCH)}</label>'
        f'<input id="ic-score-search" class="ic-field" type="search" autocomplete="off">'
        f'<p id="ic-score-found" class="ic-quiet" role="status">{escape(cut)}</p>'
        f'<div class="ic-items" id="ic-score-items" tabindex="0" role="region" '
        f'aria-label="{escape(words.ITEMS)}">'
        f'<table class="ic-table"><caption class="ic-sr">{escape(words.ITEMS_CAPTION)}</caption>'
        f"<thead><tr>{texts}{numbers}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def announcement(result: Result) -> str:
    """What a screen reader says when the scores are there."""
    report = first_report(result)
    name = preferred(report) or next(iter(report.metrics), "")
    first = f"{name} {report[name]:.3f}" if name else words.NOTHING_YET
    return words.SAID.format(count=len(report), items=counted(len(report.items)), first=first)


def counted(number: int) -> str:
    """So many items, in words."""
    return "1 item" if number == 1 else f"{number} items"


def _ranking(title: str, name: str, entries: Sequence[Ranked], thumbnails: Mapping[str, str]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(entry.item.id)}{_thumbnail(entry.item.id, thumbnails)}</th>'
        f"<td>{escape(entry.item.prediction)}</td><td>{escape(' | '.join(entry.item.references))}</td>"
        f"<td>{entry.value:.3f}</td></tr>"
        for entry in entries
    )
    head = "".join(
        f'<th scope="col">{escape(one)}</th>' for one in (words.ITEM, words.CAPTION, words.TEXTS, name)
    )
    return (
        f'<div class="ic-scroll" tabindex="0" role="region" aria-label="{escape(title)}">'
        f'<table class="ic-table"><caption>{escape(title)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _thumbnail(name: str, thumbnails: Mapping[str, str]) -> str:
    if name not in thumbnails:
        return ""
    alt = words.PICTURE_ALT.format(name=name)
    return f'<img class="ic-thumbnail" src="{escape(thumbnails[name])}" alt="{escape(alt)}">'


def _sorter(name: str, kind: str) -> str:
    return f'<th scope="col"><button type="button" data-sort="{kind}">{escape(name)}</button></th>'


def _meanings() -> Mapping[str, str]:
    """What each score says, at the first of those that a metric gives."""
    found = dict(audio_meanings()) | coherence.meanings()
    for state in metric_states():
        better = words.BETTER[state.direction]
        found[state.outputs[0]] = f"{state.meaning}{f' ({better})' if better else ''}"
    return found
