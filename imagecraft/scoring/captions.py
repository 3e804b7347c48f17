"""Scoring captions: bring them together, measure, say how sure it is."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from imagecraft.errors import InvalidInput
from imagecraft.scoring.base import Corpus, Score
from imagecraft.scoring.columns import Chosen, Role
from imagecraft.scoring.columns import chosen as chosen_columns
from imagecraft.scoring.files import CaptionFile, read_captions
from imagecraft.scoring.metrics import chosen
from imagecraft.scoring.metrics import metrics as known_metrics
from imagecraft.scoring.pairing import AGAINST_ITSELF, Captions, Missing, Paired, counted, listed, pair
from imagecraft.scoring.report import Item, ScoreReport, versions
from imagecraft.scoring.scripts import words_notice
from imagecraft.scoring.tokens import TOKENIZER
from imagecraft.scoring.uncertainty import DRAWS, SEED, check_options, intervals

__all__ = ["as_imagecraft_1", "paired", "score"]

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
    encoding: str | None = None,
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
        encoding: Of the files, such as "shift_jis"; None lets it be recognised.
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
    found = paired(predictions, references, missing, pictures, columns, encoding)
    prepared = plain(found.corpus) if as_imagecraft_1 else found.corpus
    if metrics is None and as_imagecraft_1:
        metrics = IMAGECRAFT_1_METRICS
    scores, not_computed = _measured(prepared, chosen(metrics), progress)
    report = ScoreReport(
        tuple(scores),
        tuple(map(Item, found.corpus.ids, found.corpus.predictions, found.corpus.references)),
        (*found.notices, *remarks(prepared, scores)),
        found.skipped,
        not_computed,
        {
            **({"inputs": found.inputs} if found.inputs else {}),
            "items": len(found.corpus),
            "references": sum(map(len, found.corpus.references)),
            "as_imagecraft_1": as_imagecraft_1,
            "missing": missing,
            "versions": versions(),
        },
    )
    if confidence is None:
        return report
    return replace(report, intervals=intervals(scores, confidence=confidence, draws=draws, seed=seed))


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


def remarks(corpus: Corpus, scores: Sequence[Score]) -> list[str]:
    """What a reader should know of these very numbers, a sentence each."""
    splitting = any(one.settings.get("tokenizer") == TOKENIZER for one in scores)
    split = words_notice(corpus) if splitting else ""
    return [*([split] if split else []), *(one.note for one in scores if one.note)]


def paired(
    predictions: Captions | Path,
    references: Captions | Path,
    missing: Missing,
    pictures: Mapping[str, Any] | Sequence[Any] | None,
    columns: Chosen,
    encoding: str | None,
) -> Paired:
    """Predictions and references out of files or memory, brought together; notices of both come first.

    Raises:
        InvalidInput: as `score`; also if a column of ids is named that no file has.
    """
    ours = _read(predictions, "predictions", columns, encoding)
    theirs = _read(references, "references", columns, encoding)
    files = [one for one in (ours, theirs) if isinstance(one, CaptionFile)]
    if columns.id and files and not any(columns.id in one.columns for one in files):
        there = ", ".join(f"'{name}'" for name in dict.fromkeys(n for one in files for n in one.columns))
        raise InvalidInput(f"No file has a column '{columns.id}'; they have {there or 'none'}.", "Give one.")
    notices = [words for one in files for words in one.notices]
    if predictions == references and isinstance(theirs, CaptionFile) and theirs.merged:
        notices.append(
            f"{theirs.file}: {counted(len(theirs.merged), 'id')} in more than one row; the references of all "
            f"its rows count as of one item ({listed(theirs.merged)})."
        )
    if predictions == references and len({one.texts for one in files}) == 1:
        notices.append(AGAINST_ITSELF)
    found = pair(_captions(ours), _captions(theirs), missing=missing, pictures=pictures)
    inputs = {
        role: {"file": one.file, "sha256": one.sha256}
        for role, one in (("predictions", ours), ("references", theirs))
        if isinstance(one, CaptionFile)
    }
    return replace(found, notices=(*notices, *found.notices), inputs=inputs)


def _read(
    given: Captions | Path, role: Role, columns: Chosen, encoding: str | None
) -> Captions | CaptionFile:
    return read_captions(given, role, columns, encoding) if isinstance(given, Path) else given


def _captions(given: Captions | CaptionFile) -> Captions:
    return given.captions if isinstance(given, CaptionFile) else given


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
