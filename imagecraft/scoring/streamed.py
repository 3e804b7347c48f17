"""Scoring a set that does not fit into memory: a part at a time, with the numbers of the whole set."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from imagecraft.errors import InvalidInput, ResourceExhausted
from imagecraft.media.files import replacing
from imagecraft.media.tables import safe_cell
from imagecraft.scoring.base import Corpus, Floats, Score
from imagecraft.scoring.columns import Columns, Role
from imagecraft.scoring.columns import chosen as chosen_columns
from imagecraft.scoring.frequencies import DiskFrequencies, FrequencyCount
from imagecraft.scoring.items import DECIMALS, check_items
from imagecraft.scoring.metrics import chosen
from imagecraft.scoring.metrics import metrics as known_metrics
from imagecraft.scoring.metrics.cider_d import CiderD
from imagecraft.scoring.pairing import AGAINST_ITSELF, SHOWN, Findings, Missing
from imagecraft.scoring.report import ScoreReport, versions
from imagecraft.scoring.rows import captions_in
from imagecraft.scoring.tabled import CaptionTable, Progress
from imagecraft.scoring.temporary import room

ITEMS_AT_ONCE = 2000

_Wanted = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class _Part:
    """What a part of the set adds to the scores.

    Attributes:
        sums: Of each score's tally, by name.
        per_item: Scores of the items, by name.
        items: How many.
    """

    sums: Mapping[str, Floats]
    per_item: Mapping[str, tuple[float, ...]]
    items: int


@dataclass
class _Totals:
    sums: dict[str, Floats] = field(default_factory=dict)
    items: int = 0

    def add(self, part: _Part) -> None:
        for name, sums in part.sums.items():
            self.sums[name] = self.sums.get(name, 0.0) + sums
        self.items += part.items


def score_streamed(
    predictions: Path,
    references: Path,
    *,
    metrics: Iterable[str] | str | None = None,
    missing: Missing = "skip",
    id_column: str | None = None,
    prediction_column: str | None = None,
    reference_columns: str | Iterable[str] | None = None,
    items: Path | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> ScoreReport:
    """Score tables of any length: as `imagecraft.score`, with the same numbers, in bounded memory.

    Captions are brought together by id in a database in the system's temporary folder, which takes about as
    much room there as the two files do; counts for CIDEr-D take up to three times that.

    Args:
        predictions: .parquet (or a folder of such files), .jsonl, .csv or .tsv; it may be `references` too.
        references: A file in the same way.
        metrics: As `imagecraft.score`; all but those that look at pictures.
        missing: As `imagecraft.score`.
        id_column, prediction_column, reference_columns: Columns that are not to be guessed.
        items: A .csv file for each item's scores; None for none.
        workers: Processes; more than one only from a script that multiprocessing may import again. One is
            used all the same where a metric loads a model.
        progress: Told what is done ("reading", "counting", "scoring") and of how many items so far.

    Returns:
        The report, without items, and so without intervals.

    Raises:
        InvalidInput: if nothing can be paired, a file cannot be read, or a metric is unknown.
        ModelUnavailable: if pyarrow or a metric's model is missing.
        ResourceExhausted: if the disk is full, or a process was stopped.
    """
    if missing not in ("skip", "empty"):
        raise InvalidInput(f"There is no way '{missing}' to treat what is missing.", "Choose skip or empty.")
    if items is not None:
        check_items(items)
    told = progress or (lambda _what, _items: None)
    names = [reference_columns] if isinstance(reference_columns, str) else reference_columns
    columns = chosen_columns(id_column, prediction_column, ",".join(names) if names else None)
    wanted = chosen(metrics)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="imagecraft-")))
        table = stack.enter_context(closing(CaptionTable(folder / "captions.sqlite")))
        notices, texts = [], []
        roles: tuple[tuple[Path, Role], ...] = ((references, "references"), (predictions, "predictions"))
        for path, role in roles:
            taken, rows = captions_in(path, role, columns)
            notices.append(f"{path.name}: {taken.words()}.")
            texts.append(taken.texts)
            _refuse_other_ids(taken, path, columns.id)
            table.fill(rows, role, told)
        if predictions == references and texts[0] == texts[1]:
            notices.append(AGAINST_ITSELF)
        findings = Findings(most=SHOWN)
        probe = next(table.parts(missing, findings, 2), None)
        if probe is None:
            raise InvalidInput(
                "No item is left to be scored. " + " ".join(findings.notices()), "Check the ids of both."
            )
        runnable, not_computed = _runnable(wanted, probe)
        if CiderD.name in runnable:
            _count(table.parts(missing, Findings(most=0), ITEMS_AT_ONCE), folder / "frequencies", told)
        findings = Findings(most=SHOWN)
        parts = table.parts(missing, findings, ITEMS_AT_ONCE)
        scores, totals = _measured(parts, runnable, folder, items, workers, stack, told)
    return ScoreReport(
        scores,
        (),
        (*notices, *findings.notices()),
        {reason: tuple(names) for reason, names in findings.skipped.items()},
        not_computed,
        {
            "items": totals.items,
            "missing": missing,
            "streamed": f"{ITEMS_AT_ONCE} items at once",
            "versions": versions(),
        },
    )


def _count(parts: Iterator[Corpus], folder: Path, told: Progress) -> None:
    """Leave the document frequencies of all n-grams in a folder."""
    done = 0
    with room():
        folder.mkdir()
        count = FrequencyCount(folder)
        for corpus in parts:
            count.add(corpus)
            done += len(corpus)
            told("counting", done)
        count.finish()


def _refuse_other_ids(taken: Columns, path: Path, wanted: str | None) -> None:
    if wanted and taken.id != wanted:
        raise InvalidInput(f"'{path}' has no column '{wanted}'.", "Name one that both files have.")


def _runnable(wanted: _Wanted, probe: Corpus) -> tuple[dict[str, frozenset[str]], dict[str, str]]:
    """The metrics that can be computed, and why the others cannot."""
    reasons: dict[str, str] = {}
    for name in wanted:
        metric = known_metrics()[name]
        reason = metric.unavailable() or metric.unfit(probe)
        if reason:
            reasons[name] = reason
    return {name: outputs for name, outputs in wanted.items() if name not in reasons}, reasons


def _measured(
    parts: Iterator[Corpus], wanted: _Wanted, folder: Path, items: Path | None, workers: int,
    stack: ExitStack, told: Progress,
) -> tuple[tuple[Score, ...], _Totals]:  # fmt: skip
    """Every score of the whole set; writes `items`."""
    first = next(parts)
    pattern = _scores(first, wanted, folder)
    totals = _Totals()
    write = _writer(items, [score.name for score in pattern if score.per_item], stack)
    heavy = any(known_metrics()[name].heavy for name in wanted)
    count = 1 if heavy else workers
    for corpus, part in chain(
        [(first, _part(pattern, first))], _in_parallel(parts, wanted, folder, count, stack)
    ):
        totals.add(part)
        write(corpus, part)
        told("scoring", totals.items)
    found = []
    for score in pattern:
        if score.tally is not None:
            value = float(score.tally.combine(totals.sums[score.name]))
            found.append(replace(score, value=value, per_item=(), parts={}, tally=None, note=""))
    return tuple(found), totals


def _in_parallel(
    parts: Iterator[Corpus], wanted: _Wanted, folder: Path, workers: int, stack: ExitStack
) -> Iterator[tuple[Corpus, _Part]]:
    """Each part with what it adds, in order; no more parts are read than are being worked on."""
    if workers <= 1:
        for corpus in parts:
            yield corpus, _part(_scores(corpus, wanted, folder), corpus)
        return
    pool = stack.enter_context(ProcessPoolExecutor(workers, mp_context=get_context("spawn")))
    waiting = [(corpus, pool.submit(_work, corpus, wanted, folder)) for corpus in islice(parts, 2 * workers)]
    while waiting:
        corpus, result = waiting.pop(0)
        try:
            yield corpus, result.result()
        except BrokenProcessPool as error:
            raise ResourceExhausted(
                "A process that scored a part was stopped, probably for want of memory.",
                "Score with one process (--workers 1).",
            ) from error
        waiting += [(more, pool.submit(_work, more, wanted, folder)) for more in islice(parts, 1)]


def _work(corpus: Corpus, wanted: _Wanted, folder: Path) -> _Part:
    return _part(_scores(corpus, wanted, folder), corpus)


def _scores(corpus: Corpus, wanted: _Wanted, folder: Path) -> list[Score]:
    """The scores of a part."""
    found: list[Score] = []
    for name, outputs in wanted.items():
        metric = known_metrics()[name]
        if isinstance(metric, CiderD):
            frequencies = DiskFrequencies(folder / "frequencies").of(corpus)
            scores = metric.measure_part(corpus, frequencies)
        else:
            scores = metric.measure(corpus)
        found += [score for score in scores if score.name in outputs]
    return found


def _part(scores: Iterable[Score], corpus: Corpus) -> _Part:
    tallied = [score for score in scores if score.tally is not None]
    return _Part(
        {score.name: np.asarray(score.tally.statistics.sum(axis=0)) for score in tallied if score.tally},
        {score.name: score.per_item for score in tallied if score.per_item},
        len(corpus),
    )


def _writer(items: Path | None, names: list[str], stack: ExitStack) -> Callable[[Corpus, _Part], None]:
    """What writes the rows of a part into the table of items."""
    if items is None:
        return lambda _corpus, _part: None
    temporary = stack.enter_context(replacing(items))
    opened = temporary.open("w", encoding="utf-8", errors="backslashreplace", newline="")
    table = csv.writer(stack.enter_context(opened))
    table.writerow(["id", "prediction", "references", *names])

    def write(corpus: Corpus, part: _Part) -> None:
        columns = [part.per_item[name] for name in names]
        for name, said, theirs, *values in zip(
            corpus.ids, corpus.predictions, corpus.references, *columns, strict=True
        ):
            texts = map(safe_cell, (name, said, " | ".join(theirs)))
            table.writerow([*texts, *(round(value, DECIMALS) for value in values)])

    return write
