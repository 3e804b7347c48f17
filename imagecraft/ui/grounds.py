"""What a description rests on, as markup: what was measured, and which words name it.

Rows carry their label, and their box in per cent of the picture, so that the page can show which of them a
word rests on (assets/ui/grounds.js).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from typing import Any

from imagecraft.pipelines.image_to_speech import place
from imagecraft.ui import strings
from imagecraft.ui.evidence import is_whole
from imagecraft.ui.results import percent

Item = dict[str, Any]


EMPTY = f'<p class="ic-quiet">{escape(strings.EVIDENCE_EMPTY)}</p>'
"""What stands in the tables' place before there is a result."""


def tables(evidence: Sequence[Item], size: tuple[int, int]) -> str:
    """What the description states, and below it what was seen too but is not said; a sentence for nothing.

    Args:
        evidence: Items of a caption's JSON ("label", "score", "box", "source", "stated").
        size: The photo's width and height in pixels.
    """
    if not evidence:
        return f'<p class="ic-quiet">{escape(strings.EVIDENCE_NONE)}</p>'
    stated = [item for item in evidence if item["stated"]]
    unstated = [item for item in evidence if not item["stated"]]
    return _table(strings.EVIDENCE_CAPTION, stated, size) + _table(strings.EVIDENCE_UNSTATED, unstated, size)


def sentence(text: str, words: Sequence[Item], evidence: Sequence[Item]) -> str:
    """The description with each word that rests on something as a button described by that.

    Args:
        text: The description.
        words: Of its JSON ("text", "start", "end", "labels").
        evidence: As `tables` takes it.
    """
    if not words:
        return ""
    parts, end = [], 0
    for number, word in enumerate(sorted(words, key=lambda one: int(one["start"]))):
        parts += [escape(text[end : word["start"]]), _word(word, evidence, f"ic-word-{number}")]
        end = word["end"]
    return (
        f'<h4 class="ic-quiet">{escape(strings.WORDS_HEADING)}</h4>'
        f'<p class="ic-sentence">{"".join(parts)}{escape(text[end:])}</p>'
        f'<p class="ic-quiet ic-rests" aria-hidden="true">{escape(strings.WORDS_HINT)}</p>'
    )


def _word(word: Item, evidence: Sequence[Item], elem_id: str) -> str:
    labels = escape(json.dumps(word["labels"], ensure_ascii=False))
    things = ", ".join(_thing(label, evidence) for label in word["labels"])
    return (
        f'<button type="button" class="ic-word" data-labels="{labels}" aria-describedby="{elem_id}">'
        f'{escape(word["text"])}</button><span class="ic-sr" id="{elem_id}" hidden>'
        f"{escape(strings.RESTS_ON.format(things=things))}</span>"
    )


def _thing(label: str, evidence: Sequence[Item]) -> str:
    """A label with its best measurement: "dog (object detector, 93 %)"."""
    found = [item for item in evidence if item["label"] == label]
    if not found:
        return label
    best = max(found, key=lambda item: float(item["score"]))
    return f"{label} ({_source(best)}, {percent(best['score'])})"


def _table(title: str, evidence: Sequence[Item], size: tuple[int, int]) -> str:
    if not evidence:
        return ""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in strings.EVIDENCE_COLUMNS)
    rows = "".join(_row(item, size) for item in evidence)
    return (
        f'<table class="ic-table"><caption>{escape(title)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _row(item: Item, size: tuple[int, int]) -> str:
    whole = is_whole(item["box"], size)
    where = strings.WHOLE_PICTURE if whole else place(item["box"], size)
    box = "" if whole else f' data-box="{_shares(item["box"], size)}"'
    cells = "".join(f"<td>{escape(cell)}</td>" for cell in (percent(item["score"]), where, _source(item)))
    label = escape(item["label"])
    return f'<tr data-label="{label}"{box}><th scope="row">{label}</th>{cells}</tr>'


def _shares(box: Sequence[float], size: tuple[int, int]) -> str:
    """Left, top, width and height of a box, in per cent of the picture."""
    left, top, right, bottom = (100 * edge / size[axis % 2] for axis, edge in enumerate(box))
    return " ".join(f"{share:.2f}" for share in (left, top, right - left, bottom - top))


def _source(item: Item) -> str:
    return strings.SOURCES.get(item["source"], str(item["source"]))
