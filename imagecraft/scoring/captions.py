"""Scoring captions: bring them together, measure, say how sure it is."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from imagecraft.errors import InvalidInput
from imagecraft.scoring.base import Corpus, Score
from imagecraft.scoring.columns import Chosen, Role
from imagecraft.scoring.columns import chosen as chosen_columns
from imagecraft.scoring.files import read_captions
from imagecraft.scoring.metrics import chosen
from imagecraft.scoring.metrics import metrics as known_metrics
from imagecraft.scoring.pairing import Captions, Missing, Paired, pair
from imagecraft.scoring.report import Item, ScoreReport, versions
from imagecraft.scoring.uncertainty import (
    CONFIDENCE,
    DRAWS,
    SEED,
    Difference,
    TestMethod,
    check_options,
    differences,
    intervals,
)

__all__ = ["Comparison", "as_imagecraft_1", "compare", "score"]

IMAGECRAFT_1_METRICS = ("bertscore", "bleu_13a", "rougeL")
Progress = Callable[[str], None]


def score(
    predictions: Captions | Path,
    references: Captions | Path,
    *,
    metrics: Iterable[str] | str | None = None,
    as_imagecraft_1: bool = False,
    missing: Missing = "skip",
    pictures: Mapping[str, Any] | Sequence[Any] | None = None,
    id_column: str | None = None,
    prediction_column: str | None = None,
    reference_columns: str | Sequence[str] | None = None,
    confidence: float | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
    progress: Progress | None = None,
) -> ScoreReport:
    """Score captions against what people wrote.

    Args:
        predictions: {id: caption}, a list of captions, one caption, or a `Path` of a file (COCO results,
            {id: text}, JSON lines, CSV or TSV).
        references: {id: caption or captions}, a list of them, one caption, or a `Path` of a file.
        metrics: Names of metrics (see `imagecraft.scoring.metrics.metrics()`) or of single scores; "all" for
            whatever can run here. The defaults need no model.
        as_imagecraft_1: Lower-case all texts and take the final full stop off first, as ImageCraft 1 did; its
            metrics are the defaults then.
        missing: "skip" leaves ids without a prediction out, "empty" scores them as empty captions.
        pictures: {id: picture} or a list, for CLIPScore.
        id_column: Column (or JSON field) of ids in files; None lets it be recognised.
        prediction_column: Column of predictions in files, in the same way.
        reference_columns: Columns of references in files, in the same way; a list, or names with commas.
        confidence: Of bootstrap intervals, such as .95; None for none.
        draws: Random draws of the bootstrap.
        seed: Of its random numbers.
        progress: Told the name of each metric before it is computed.

    Returns:
        The report. All values are finite; what cannot be said is in `not_computed`, with the reason.

    Raises:
        InvalidInput: if nothing can be paired, a file cannot be read, or a metric is unknown.
        ModelUnavailable: if a metric's model or program fails.

    References:
        In each metric's `reference`; docs/scoring.md says how each agrees with the field's programs.
    """
    if confidence is not None:
        check_options(confidence, draws)
    columns = chosen_columns(id_column, prediction_column, reference_columns)
    paired = _paired(predictions, references, missing, pictures, columns)
    prepared = plain(paired.corpus) if as_imagecraft_1 else paired.corpus
    if metrics is None and as_imagecraft_1:
        metrics = IMAGECRAFT_1_METRICS
    scores, not_computed = _measured(prepared, chosen(metrics), progress)
    report = ScoreReport(
        tuple(scores),
        tuple(map(Item, paired.corpus.ids, paired.corpus.predictions, paired.corpus.references)),
        (*paired.notices, *(one.note for one in scores if one.note)),
        paired.skipped,
        not_computed,
        {
            "items": len(paired.corpus),
            "references": sum(map(len, paired.corpus.references)),
            "as_imagecraft_1": as_imagecraft_1,
            "missing": missing,
            "versions": versions(),
        },
    )
    if confidence is None:
        return report
    return replace(report, intervals=intervals(scores, confidence=confidence, draws=draws, seed=seed))


@dataclass(frozen=True)
class Comparison:
    """Two systems on the same items.

    Attributes:
        first: The first system's report.
        second: The second's.
        differences: Second minus first by score; scores without a test are missing here.
    """

    first: ScoreReport
    second: ScoreReport
    differences: Mapping[str, Difference]

    @property
    def notices(self) -> tuple[str, ...]:
        """What a reader should know of either."""
        return tuple(dict.fromkeys((*self.first.notices, *self.second.notices)))

    @property
    def not_computed(self) -> dict[str, str]:
        """Metrics that say nothing of one of them, with the reason."""
        return dict(self.first.not_computed) | dict(self.second.not_computed)

    def to_dict(self) -> dict[str, Any]:
        """All of it as JSON-ready values."""
        return {
            "first": self.first.to_dict(),
            "second": self.second.to_dict(),
            "differences": {name: one.to_dict() for name, one in self.differences.items()},
        }


def compare(
    first: Captions | Path,
    second: Captions | Path,
    references: Captions | Path,
    *,
    method: TestMethod = "randomisation",
    confidence: float = CONFIDENCE,
    draws: int = DRAWS,
    seed: int = SEED,
    **options: Any,
) -> Comparison:
    """Score two systems on the items that both have, and test whether they differ.

    Args:
        first: Captions of the first system, as in `score`.
        second: Captions of the second.
        references: As in `score`.
        method: "randomisation" or "bootstrap", see `imagecraft.scoring.uncertainty`.
        confidence: Of all intervals.
        draws: Random draws.
        seed: Of the random numbers.
        options: More options of `score`.

    Raises:
        InvalidInput, ModelUnavailable: as `score`.
    """
    missing, pictures = options.get("missing", "skip"), options.get("pictures")
    columns = chosen_columns(
        *(options.pop(name, None) for name in ("id_column", "prediction_column", "reference_columns"))
    )
    ours, theirs = (_paired(system, references, missing, pictures, columns) for system in (first, second))
    common = set(ours.corpus.ids) & set(theirs.corpus.ids)
    if not common:
        raise InvalidInput("The two systems have no item in common.", "Check that ids are the same in both.")
    reports = [
        score(
            {
                name: text
                for name, text in zip(one.corpus.ids, one.corpus.predictions, strict=True)
                if name in common
            },
            {
                name: text
                for name, text in zip(one.corpus.ids, one.corpus.references, strict=True)
                if name in common
            },
            confidence=confidence,
            draws=draws,
            seed=seed,
            **options,
        )
        for one in (ours, theirs)
    ]
    left_out = len(set(ours.corpus.ids) ^ set(theirs.corpus.ids))
    words = (f"{left_out} items that only one system has are left out.",) if left_out else ()
    first_report, second_report = (
        replace(report, notices=(*one.notices, *words), skipped=one.skipped)
        for report, one in zip(reports, (ours, theirs), strict=True)
    )
    found = differences(
        first_report, second_report, method=method, confidence=confidence, draws=draws, seed=seed
    )
    return Comparison(first_report, second_report, found)


def plain(corpus: Corpus) -> Corpus:
    """The captions as ImageCraft 1 compared them: lower case, without the final full stop."""
    return replace(
        corpus,
        predictions=tuple(map(as_imagecraft_1, corpus.predictions)),
        references=tuple(tuple(map(as_imagecraft_1, texts)) for texts in corpus.references),
    )


def as_imagecraft_1(text: str) -> str:
    """Lower case, without the final full stop."""
    return text.strip().lower().removesuffix(".").rstrip()


def _paired(
    predictions: Captions | Path,
    references: Captions | Path,
    missing: Missing,
    pictures: Mapping[str, Any] | Sequence[Any] | None,
    columns: Chosen,
) -> Paired:
    ours, about_ours = _read(predictions, "predictions", columns)
    theirs, about_theirs = _read(references, "references", columns)
    paired = pair(ours, theirs, missing=missing, pictures=pictures)
    return replace(paired, notices=(*about_ours, *about_theirs, *paired.notices))


def _read(given: Captions | Path, role: Role, columns: Chosen) -> tuple[Captions, list[str]]:
    if not isinstance(given, Path):
        return given, []
    file = read_captions(given, role, columns)
    return file.captions, file.notices


def _measured(
    corpus: Corpus, wanted: Mapping[str, frozenset[str]], progress: Progress | None
) -> tuple[list[Score], dict[str, str]]:
    scores: list[Score] = []
    not_computed: dict[str, str] = {}
    for name, outputs in wanted.items():
        metric = known_metrics()[name]
        reason = metric.unavailable() or metric.unfit(corpus)
        if reason is not None:
            not_computed[name] = reason
            continue
        if progress is not None:
            progress(name)
        for one in metric.measure(corpus):
            if not math.isfinite(one.value) or not all(map(math.isfinite, one.per_item)):
                not_computed[one.name] = "It came out as no finite number."
            elif one.name in outputs:
                scores.append(one)
    return scores, not_computed
