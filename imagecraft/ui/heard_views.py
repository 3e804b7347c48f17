"""What was heard in a sound, as markup: how sure, and when, to see, to read and to hear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import NDArray

from imagecraft.pipelines.audio_to_image import Tags
from imagecraft.ui import audio_to_image_words as words
from imagecraft.ui.results import percent
from imagecraft.ui.widgets import operators

ROWS = 6
MOST_COLUMNS = 120
HEARD_SHARE = 0.5
"""A class counts as heard where its score is at least so much of its largest..."""
HEARD_SCORE = 0.05
"""...and this."""
THROUGHOUT = 0.85
MOST_SPANS = 3
SMALLEST = np.float32(1e-6)
TICK_STEPS = (0.5, 1, 2, 5, 10, 15, 30, 60, 120)
MOST_TICKS = 6


@dataclass(frozen=True)
class Columns:
    """The windows of a sound, laid side by side.

    Attributes:
        edges: Seconds at which they meet, one more than there are windows; from 0 to the sound's end.
        scores: Of the wanted classes, shape (columns, classes).
    """

    edges: NDArray[np.float64]
    scores: NDArray[np.float32]


def classes(tags: Tags) -> str:
    """The likeliest classes with bars and per cent, as a table."""
    top = tags.top()
    if not top:
        return f'<p class="ic-quiet">{escape(words.NOTHING_HEARD)}</p>'
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in words.CLASS_COLUMNS)
    rows = "".join(
        f'<tr><th scope="row">{escape(tag.label)}</th><td><div class="ic-sureness">'
        f'<div class="ic-sure-bar" aria-hidden="true"><div style="width:{100 * tag.score:.1f}%"></div></div>'
        f"<span>{percent(tag.score)}</span></div></td></tr>"
        for tag in top
    )
    return (
        f'<table class="ic-table ic-classes"><caption>{escape(words.CLASSES)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def sentences(texts: Sequence[str], hints: Sequence[str] = ()) -> str:
    """What was heard in sentences, or why that is not known; hints for whoever runs the page are folded."""
    said = "".join(f'<p class="ic-account">{escape(text)}</p>' for text in texts)
    return said + "".join(map(operators, hints))


def timeline(tags: Tags, peaks: Sequence[float]) -> str:
    """The sound's outline, and below it each class along time: the higher and stronger, the surer.

    Args:
        tags: What was heard.
        peaks: The outline, 0 to 1 each.
    """
    top = tags.top(ROWS)
    if not top:
        return ""
    columns = side_by_side(tags, [tag.label for tag in top])
    lanes = "".join(
        _lane(tag.label, _bars(columns, row), f"0 0 {tags.duration:.3f} 1") for row, tag in enumerate(top)
    )
    said = words.MAP_SAID.format(
        duration=f"{tags.duration:.1f}",
        things="; ".join(f"{tag.label}: {when(tags, tag.label)}" for tag in top),
    )
    outline = _lane(words.OUTLINE, _outline(peaks), f"0 0 {len(peaks)} 100", "ic-map-sound")
    return (
        f'<figure class="ic-map"><figcaption>{escape(words.MAP)}</figcaption>'
        f'<div role="img" aria-label="{escape(said)}">{outline}{lanes}{_axis(tags.duration)}</div>'
        f'<p class="ic-quiet" aria-hidden="true">{escape(words.MAP_KEY)}</p></figure>'
    )


def times(tags: Tags) -> str:
    """When each class is heard, as a table."""
    top = tags.top(ROWS)
    if not top:
        return ""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in words.TIME_COLUMNS)
    rows = "".join(
        f'<tr><th scope="row">{escape(tag.label)}</th><td>{percent(_largest(tags, tag.label))}</td>'
        f"<td>{escape(when(tags, tag.label))}</td></tr>"
        for tag in top
    )
    return (
        f'<table class="ic-table"><caption>{escape(words.TIMES)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def when(tags: Tags, label: str) -> str:
    """When a class is heard, in words: "throughout", or "0.7 to 1.2 s, and 3.1 to 4.6 s"."""
    found = spans(tags, label)
    if sum(end - start for start, end in found) >= THROUGHOUT * tags.duration:
        return words.THROUGHOUT
    if not found:
        return words.NOWHERE
    said = [words.SPAN.format(start=f"{start:.1f}", end=f"{end:.1f}") for start, end in found[:MOST_SPANS]]
    if len(found) > MOST_SPANS:
        said.append(words.MORE_SPANS.format(count=len(found) - MOST_SPANS))
    return ", ".join(said[:-1]) + words.AND + said[-1] if len(said) > 1 else said[0]


def spans(tags: Tags, label: str) -> list[tuple[float, float]]:
    """The stretches in which a class is heard, start and end in seconds each."""
    columns = side_by_side(tags, [label])
    scores = columns.scores[:, 0]
    heard = scores >= max(HEARD_SCORE, HEARD_SHARE * float(scores.max()))
    changes = np.flatnonzero(np.diff(np.concatenate([[False], heard, [False]]).astype(np.int8)))
    return [
        (float(columns.edges[start]), float(columns.edges[end]))
        for start, end in zip(changes[::2], changes[1::2], strict=True)
    ]


def side_by_side(tags: Tags, labels: Sequence[str]) -> Columns:
    """The windows, which overlap, each as wide as it is nearer to its middle than to any other's.

    Scores are what no more specific class accounts for, as in `Tags.specific`: for a bark, "Dog" adds little.
    Neighbours are put together, by their largest score, where there are more than `MOST_COLUMNS`.
    """
    middles = np.array([(start + end) / 2 for start, end in tags.frames])
    edges = np.concatenate([[0.0], (middles[:-1] + middles[1:]) / 2, [tags.duration]])
    places = [tags.labels.index(label) for label in labels]
    own_shares = tags.specific[places] / np.maximum(tags.overall[places], SMALLEST)
    scores = tags.scores[:, places] * own_shares
    together = -(-len(scores) // MOST_COLUMNS)
    starts = np.arange(0, len(scores), together)
    return Columns(np.append(edges[starts], tags.duration), np.maximum.reduceat(scores, starts, axis=0))


def _largest(tags: Tags, label: str) -> float:
    return float(side_by_side(tags, [label]).scores.max())


def _lane(label: str, shapes: str, box: str, kind: str = "") -> str:
    return (
        f'<div class="ic-map-row {kind}"><span>{escape(label)}</span>'
        f'<svg viewBox="{box}" preserveAspectRatio="none" aria-hidden="true">{shapes}</svg></div>'
    )


def _bars(columns: Columns, row: int) -> str:
    return "".join(
        f'<rect x="{start:.3f}" y="{1 - score:.3f}" width="{end - start:.3f}" height="{score:.3f}" '
        f'fill-opacity="{0.4 + 0.6 * score:.2f}"/>'
        for start, end, score in zip(
            columns.edges[:-1], columns.edges[1:], columns.scores[:, row], strict=True
        )
    )


def _outline(peaks: Sequence[float]) -> str:
    return "".join(
        f'<rect x="{place}" y="{50 - max(1, 48 * peak):.1f}" width="0.7" height="{max(2, 96 * peak):.1f}"/>'
        for place, peak in enumerate(peaks)
    )


def _axis(duration: float) -> str:
    step = next((step for step in TICK_STEPS if duration / step <= MOST_TICKS), TICK_STEPS[-1])
    ticks = "".join(
        f'<span style="left:{100 * at / duration:.2f}%">{at:g}</span>'
        for at in np.arange(0, duration * 0.97, step)
    )
    return (
        f'<div class="ic-map-row ic-map-axis" aria-hidden="true"><span>{escape(words.SECONDS)}</span>'
        f"<div>{ticks}</div></div>"
    )
