"""Evaluation: read captions (or sounds), bring them together, score, say how sure it is, write it down."""

from __future__ import annotations

from collections.abc import Sequence
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
from imagecraft.scoring.base import Score
from imagecraft.scoring.captions import score
from imagecraft.scoring.comparison import Comparison, compare
from imagecraft.scoring.export import FORMATS, check_format, render, write_report
from imagecraft.scoring.items import check_items, items_csv, write_items
from imagecraft.scoring.packages import Lacking
from imagecraft.scoring.pairing import counted
from imagecraft.scoring.ranking import Gap, Ranked, gaps, preferred, ranked
from imagecraft.scoring.report import Item, ScoreReport
from imagecraft.scoring.rows import is_parquet
from imagecraft.scoring.spectrogram import comparison_picture
from imagecraft.scoring.streamed import score_streamed
from imagecraft.scoring.summary import display_name, rows_of
from imagecraft.scoring.tokens import tokenize

__all__ = [
    "FORMATS",
    "Comparison",
    "Gap",
    "Item",
    "Lacking",
    "MetricState",
    "Ranked",
    "Score",
    "ScoreReport",
    "WordsCompared",
    "audio_meanings",
    "audio_metric_names",
    "caption_model_ids",
    "caption_text",
    "check_format",
    "check_items",
    "compare",
    "comparison_picture",
    "counted",
    "display_name",
    "gaps",
    "is_parquet",
    "items_csv",
    "metric_states",
    "open_sound",
    "picture_names",
    "pictures_in",
    "preferred",
    "ranked",
    "render",
    "rows_of",
    "score",
    "score_audio",
    "score_sound",
    "score_streamed",
    "words_compared",
    "write_items",
    "write_report",
]


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


def pictures_in(folder: Path) -> dict[str, Path]:
    """Files of a folder by the ids their names may stand for (see `picture_names`).

    Raises:
        InvalidInput: if there is no such folder.
    """
    if not folder.is_dir():
        raise InvalidInput(f"There is no folder '{folder}'.", "Give the folder of the pictures.")
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        if path.is_file():
            for name in picture_names(path.name):
                found.setdefault(name, path)
    return found


def picture_names(file_name: str) -> tuple[str, ...]:
    """Ids that a picture's file name may stand for: with and without its ending, and COCO's number in it."""
    stem = Path(file_name).stem
    digits = stem.rpartition("_")[2].lstrip("0")
    return (file_name, stem, *([digits] if digits.isdigit() else []))


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
