"""Evaluation: read captions (or sounds), bring them together, score, say how sure it is, write it down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from imagecraft import captioning, catalog
from imagecraft.errors import InvalidInput
from imagecraft.media.images import ImageSource
from imagecraft.media.sounds import open_sound
from imagecraft.scoring import metrics as _metrics
from imagecraft.scoring.audio import meanings as audio_meanings
from imagecraft.scoring.audio import names as audio_metric_names
from imagecraft.scoring.audio import score_audio, score_sound
from imagecraft.scoring.captions import Comparison, compare, score
from imagecraft.scoring.export import (
    FORMATS,
    check_format,
    items_csv,
    render,
    rows_of,
    write_items,
    write_report,
)
from imagecraft.scoring.report import Item, ScoreReport
from imagecraft.scoring.spectrogram import comparison_picture
from imagecraft.scoring.tokens import tokenize

__all__ = [
    "FORMATS",
    "Comparison",
    "Item",
    "MetricState",
    "Ranked",
    "ScoreReport",
    "WordsCompared",
    "audio_meanings",
    "audio_metric_names",
    "caption_model_ids",
    "caption_text",
    "check_format",
    "compare",
    "comparison_picture",
    "items_csv",
    "metric_states",
    "open_sound",
    "pictures_in",
    "ranked",
    "render",
    "rows_of",
    "score",
    "score_audio",
    "score_sound",
    "words_compared",
    "write_items",
    "write_report",
]

SHOWN = 10


@dataclass(frozen=True)
class MetricState:
    """A metric, and whether it can run on this machine.

    Attributes:
        name: What a user types.
        outputs: Names of its scores.
        meaning: What it says, in plain words.
        span: Lowest and highest value.
        direction: "higher", "lower" or "neither" is better.
        reference: The paper or code that defines it.
        default: Whether it is computed when no metrics are named.
        reason_unavailable: Why it cannot run here, in one sentence; None if it can.
    """

    name: str
    outputs: tuple[str, ...]
    meaning: str
    span: tuple[float, float]
    direction: str
    reference: str
    default: bool
    reason_unavailable: str | None

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready values; an end that is infinite is null."""
        low, high = (None if abs(end) == float("inf") else end for end in self.span)
        return {
            "name": self.name,
            "outputs": list(self.outputs),
            "meaning": self.meaning,
            "range": [low, high],
            "better": self.direction,
            "reference": self.reference,
            "default": self.default,
            "reason_unavailable": self.reason_unavailable,
        }


def metric_states() -> list[MetricState]:
    """All caption metrics, in the order of lists."""
    return [
        MetricState(
            one.name,
            one.outputs,
            one.meaning,
            one.span,
            one.direction,
            one.reference,
            one.default,
            one.unavailable(),
        )
        for one in _metrics.metrics().values()
    ]


@dataclass(frozen=True)
class Ranked:
    """One item and its score."""

    item: Item
    value: float


def ranked(report: ScoreReport, name: str, count: int = SHOWN) -> tuple[list[Ranked], list[Ranked]]:
    """The worst and the best items by one score, the most extreme first.

    Raises:
        InvalidInput: if the score is not in the report, or has no values of single items.
    """
    if name not in report.metrics or not report.score(name).per_item:
        there = ", ".join(one.name for one in report if one.per_item)
        raise InvalidInput(f"'{name}' has no values of single items here.", f"Choose one of: {there}.")
    found = report.score(name)
    rising = sorted(
        (Ranked(item, value) for item, value in zip(report.items, found.per_item, strict=True)),
        key=lambda one: one.value,
        reverse=found.direction == "lower",
    )
    return rising[:count], rising[::-1][:count]


def pictures_in(folder: Path, references: Mapping[str, Any] | None = None) -> dict[str, Path]:
    """Pictures of a folder by id: their name, with and without the ending, and COCO's number in it.

    Args:
        folder: Where they are.
        references: Not looked at when None; otherwise only ids in it are kept.

    Raises:
        InvalidInput: if there is no such folder.
    """
    if not folder.is_dir():
        raise InvalidInput(f"There is no folder '{folder}'.", "Give the folder of the pictures.")
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        if path.is_file():
            digits = path.stem.rpartition("_")[2].lstrip("0")
            for name in (path.name, path.stem, digits if digits.isdigit() else path.stem):
                found.setdefault(name, path)
    return {name: path for name, path in found.items() if references is None or name in references}


@dataclass(frozen=True)
class WordsCompared:
    """A caption beside its references, word by word.

    Attributes:
        caption: Its words in order as they are written, and whether a reference has them too.
        only_caption: Those that none has, each once.
        only_references: Of each reference, the words that the caption lacks, each once.
    """

    caption: tuple[tuple[str, bool], ...]
    only_caption: tuple[str, ...]
    only_references: tuple[tuple[str, ...], ...]


def words_compared(caption: str, references: Sequence[str]) -> WordsCompared:
    """Which words a caption shares with its references, split as the scores split them."""
    ours, theirs = tokenize(caption), [tokenize(text) for text in references]
    known = {word for words in theirs for word in words}
    return WordsCompared(
        tuple((word, known.issuperset(tokenize(word))) for word in caption.split()),
        tuple(dict.fromkeys(word for word in ours if word not in known)),
        tuple(tuple(dict.fromkeys(word for word in words if word not in ours)) for words in theirs),
    )


def caption_model_ids() -> list[str]:
    """Models that can caption a picture for the one-picture page."""
    return [card.id for card in catalog.cards("caption")]


def caption_text(image: ImageSource, model: str | None = None) -> tuple[str, str]:
    """A picture's caption, and the model that made it. Errors as `imagecraft.caption`."""
    made = captioning.caption(image, model=model)
    return made.text, made.model
