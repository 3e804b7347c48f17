"""Items and their scores as markup: the most telling ones, and all of them, of one system or of two."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape

from imagecraft.pipelines.evaluation import (
    Comparison,
    Gap,
    Ranked,
    ScoreReport,
    display_name,
    gaps,
    preferred,
    ranked,
)
from imagecraft.ui import evaluation_words as words
from imagecraft.ui.score_numbers import ITEM_DECIMALS, shown, signed

ITEMS_SHOWN = 500
FEWEST = 3

Result = ScoreReport | Comparison
Span = tuple[float, float]
Writer = Callable[[float, Span], str]


def told_by(result: Result) -> str | None:
    """The score that tells items apart; None without one."""
    if not isinstance(result, Comparison):
        return preferred(result)
    name = preferred(result.first)
    return name if name in result.shared else None


def shown_items(result: Result) -> set[str]:
    """Ids of the items that `extremes` shows."""
    name = told_by(result)
    if name is None:
        return set()
    if isinstance(result, Comparison):
        return {one.first.item.id for entries in gaps(result, name) for one in entries}
    return {one.item.id for entries in ranked(result, name) for one in entries}


def extremes(result: Result, thumbnails: Mapping[str, str] | None = None) -> str:
    """The worst and the best captions by one score, or those on which two systems differ most.

    Args:
        result: The scores; fewer than three items have no extremes.
        thumbnails: Address of a small picture by item, for those that have one.
    """
    name = told_by(result)
    report = result.first if isinstance(result, Comparison) else result
    if name is None or len(report.items) < FEWEST:
        return ""
    seen, span = thumbnails or {}, report.score(name).span
    if isinstance(result, Comparison):
        head = (words.ITEM, words.DIFFERENCE, words.CAPTIONS, words.TEXTS)
        return "".join(
            _table(
                words.HIGHER.format(system=system, name=display_name(name)),
                head,
                [_gap_row(one, span, seen, head) for one in entries],
            )
            for system, entries in zip((words.FIRST, words.SECOND), gaps(result, name), strict=True)
            if entries
        )
    head = (words.ITEM, display_name(name), words.CAPTION, words.TEXTS)
    return "".join(
        _table(title.format(name=display_name(name)), head, [_row(one, span, seen, head) for one in entries])
        for title, entries in zip((words.WORST, words.BEST), ranked(report, name), strict=True)
    )


def _table(title: str, head: Sequence[str], rows: Sequence[str]) -> str:
    columns = "".join(f'<th scope="col" role="columnheader">{escape(one)}</th>' for one in head)
    return (
        f'<table class="ic-table ic-stack ic-extremes" role="table"><caption>{escape(title)}</caption>'
        f'<thead role="rowgroup"><tr role="row">{columns}</tr></thead>'
        f'<tbody role="rowgroup">{"".join(rows)}</tbody></table>'
    )


def _row(one: Ranked, span: Span, seen: Mapping[str, str], head: Sequence[str]) -> str:
    return _cells(
        one, shown(one.value, span, ITEM_DECIMALS), f"<p>{escape(one.item.prediction) or '–'}</p>", seen, head
    )


def _gap_row(one: Gap, span: Span, seen: Mapping[str, str], head: Sequence[str]) -> str:
    captions = "".join(
        f'<p><span class="ic-key{mark}"></span><span class="ic-number">'
        f"{shown(half.value, span, ITEM_DECIMALS)}</span> "
        f'<span class="ic-sr">{escape(system)}:</span> {escape(half.item.prediction) or "–"}</p>'
        for system, mark, half in (
            (words.FIRST, "", one.first),
            (words.SECOND, " ic-second", one.second),
        )
    )
    return _cells(one.first, signed(one.value, span, ITEM_DECIMALS), captions, seen, head)


def _cells(one: Ranked, value: str, captions: str, seen: Mapping[str, str], head: Sequence[str]) -> str:
    labels = [escape(label) for label in head]
    references = "".join(f"<p>{escape(text)}</p>" for text in one.item.references)
    return (
        f'<tr role="row"><th scope="row" role="rowheader">{escape(one.item.id)}'
        f"{_thumbnail(one.item.id, seen)}</th>"
        f'<td role="cell" class="ic-number" data-label="{labels[1]}">{value}</td>'
        f'<td role="cell" class="ic-texts" data-label="{labels[2]}">{captions}</td>'
        f'<td role="cell" class="ic-texts" data-label="{labels[3]}">{references}</td></tr>'
    )


def items(result: Result) -> str:
    """A table of the items that can be sorted and searched; empty for a single one.

    One system's has all scores, two systems' both values of one score and their difference.
    """
    report = result.first if isinstance(result, Comparison) else result
    columns = _compared_columns(result) if isinstance(result, Comparison) else _columns(result)
    if len(report.items) < 2 or not columns:
        return ""
    systems = (result.first, result.second) if isinstance(result, Comparison) else (result,)
    labels = words.TWO_CAPTIONS if isinstance(result, Comparison) else (words.CAPTION,)
    head = _sorter(words.ITEM, "text") + "".join(_sorter(name, "number") for name, *_ in columns)
    head += "".join(_sorter(name, "text") for name in (*labels, words.TEXTS))
    rows = "".join(
        f'<tr><th scope="row">{escape(item.id)}</th>'
        + "".join(
            f'<td class="ic-number" data-value="{values[place]!r}">{write(values[place], span)}</td>'
            for _, values, span, write in columns
        )
        + "".join(f'<td class="ic-text">{escape(one.items[place].prediction)}</td>' for one in systems)
        + f'<td class="ic-text">{escape(" | ".join(item.references))}</td></tr>'
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
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _columns(report: ScoreReport) -> list[tuple[str, Sequence[float], Span, Writer]]:
    return [(display_name(one.name), one.per_item, one.span, _item_number) for one in report if one.per_item]


def _compared_columns(result: Comparison) -> list[tuple[str, Sequence[float], Span, Writer]]:
    name = told_by(result)
    if name is None:
        return []
    one, two = result.first.score(name), result.second.score(name)
    gap = [after - before for before, after in zip(one.per_item, two.per_item, strict=True)]
    label = display_name(name)
    return [
        (f"{label}, {words.FIRST}", one.per_item, one.span, _item_number),
        (f"{label}, {words.SECOND}", two.per_item, one.span, _item_number),
        (words.DIFFERENCE, gap, one.span, _item_difference),
    ]


def _item_number(value: float, span: Span) -> str:
    return shown(value, span, ITEM_DECIMALS)


def _item_difference(value: float, span: Span) -> str:
    return signed(value, span, ITEM_DECIMALS)


def _thumbnail(name: str, thumbnails: Mapping[str, str]) -> str:
    if name not in thumbnails:
        return ""
    alt = words.PICTURE_ALT.format(name=name)
    return f'<img class="ic-thumbnail" src="{escape(thumbnails[name])}" alt="{escape(alt)}">'


def _sorter(name: str, kind: str) -> str:
    return f'<th scope="col"><button type="button" data-sort="{kind}">{escape(name)}</button></th>'
