"""The local engine: everything on this machine, all its cores, one complete table."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any, Literal

from imagecraft.batch.on_ray import Cluster, in_ray
from imagecraft.batch.rows import Row, path_key
from imagecraft.batch.sources import Sources
from imagecraft.batch.tables_out import Table
from imagecraft.batch.work import Work
from imagecraft.batch.workers import Finished, Job, Outcome, in_processes, in_threads
from imagecraft.errors import InvalidInput
from imagecraft.runtime.device import usable_cores
from imagecraft.runtime.selection import chosen

OnError = Literal["skip", "stop"]
FEW = 16
"""Fewer inputs than these are done before a second process has loaded its models."""
MOST_DECODERS = 8
FIRST_NAMED = 5


@dataclass(frozen=True)
class Batch:
    """What is to be done.

    Attributes:
        sources: The inputs.
        work: What is done to each.
        out: The table: .jsonl, .parquet or .csv.
        resume: Go on with a table that is there; rows with an error are tried again.
        overwrite: Begin a table anew.
        on_error: "skip" makes an input that cannot be worked on an error row; "stop" ends the batch with
            those that were finished with it. What other processes have under way then is given up.
        workers: Processes, or threads that decode; None for what suits the machine.
        together: Inputs that a model gets at once; None for what suits the model.
        cluster: The Ray cluster to work on; None for this machine.
    """

    sources: Sources
    work: Work
    out: Path
    resume: bool = False
    overwrite: bool = False
    on_error: OnError = "skip"
    workers: int | None = None
    together: int | None = None
    cluster: Cluster | None = None


@dataclass(frozen=True)
class Standing:
    """How far a batch is.

    Attributes:
        done: Rows made now, those with errors among them.
        skipped: Inputs whose row of an earlier run still holds.
        errors: Rows that say why there is no result.
        seconds: Since the beginning.
        skipping: How many of them inputs took whose row of an earlier run still holds.
        total: How many inputs there are, where that is known by now.
        stopped: Whether it ended before its time.
        error: The last error.
    """

    done: int = 0
    skipped: int = 0
    errors: int = 0
    seconds: float = 0.0
    skipping: float = 0.0
    total: int | None = None
    stopped: bool = False
    error: str = field(default="", compare=False)

    @property
    def rate(self) -> float:
        """Rows made in a second, not counting the time in which rows were only found to hold."""
        working = self.seconds - self.skipping
        return self.done / working if working > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """At this rate; None while that cannot be said."""
        if self.total is None or not self.rate:
            return None
        return max(0, self.total - self.done - self.skipped) / self.rate

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        left = self.seconds_left
        return {
            "done": self.done,
            "skipped": self.skipped,
            "errors": self.errors,
            "total": self.total,
            "seconds": round(self.seconds, 2),
            "rate": round(self.rate, 2),
            "seconds_left": None if left is None else round(left, 1),
        }


Told = Callable[[Standing], None]


def run(
    batch: Batch, *, told: Told = lambda _: None, stopped: Callable[[], bool] = lambda: False
) -> Standing:
    """Work through all inputs into the table.

    Args:
        batch: What is to be done.
        told: Called whenever inputs are finished.
        stopped: Asked before every input; what was begun is finished and kept.

    Returns:
        How it ended.

    Raises:
        InvalidInput: a source, an option or the table is not possible.
        ModelUnavailable: the model cannot be had.
        ResourceExhausted: the disk is full. What was finished is in the table's file or journal.
    """
    _check(batch)
    table = Table(batch.out, batch.work.task.columns)
    try:
        known = table.begin(resume=batch.resume, overwrite=batch.overwrite)
        claims = table.claims()
        _ = batch.work.key  # found here, once; it goes along to other processes and machines
        counter = _Counter(batch.sources)
        standing = Standing()
        halted = False

        def jobs() -> Iterator[Job]:
            for item in batch.sources.items():
                if stopped():
                    return
                yield item, batch.work.claimed(item, known.get(path_key(item.name)), claims)

        started = time.perf_counter()
        try:
            with closing(_outcomes(batch, jobs(), stopped)) as outcomes:
                for finished in outcomes:
                    rows = [
                        row and batch.work.with_files(item, row, known.get(path_key(item.name)))
                        for item, row in finished
                    ]
                    for row in rows:
                        if row is not None:
                            table.add(row)
                    standing = _next(standing, rows, time.perf_counter() - started, counter.total)
                    told(standing)
                    halted = batch.on_error == "stop" and standing.errors > 0
                    if halted:
                        break
        except (KeyboardInterrupt, SystemExit):
            table.finish(stopped=True)
            raise
        table.finish(stopped=halted or stopped())
        return replace(standing, seconds=time.perf_counter() - started, stopped=halted or stopped())
    finally:
        table.close()


def plan(batch: Batch) -> dict[str, Any]:
    """What `run` would do, without doing it.

    Returns:
        "inputs": how many there are. "finished": how many of them have a row that was made with these
        settings; whether their content is still the same is not looked at. "first": names of the first ones.

    Raises:
        InvalidInput: as `run`, before anything is done.
    """
    _check(batch)
    finished: dict[int, bool] = {}
    with closing(Table(batch.out, batch.work.task.columns)) as table:
        if table.check(resume=batch.resume, overwrite=batch.overwrite) and batch.resume:
            key = batch.work.key
            finished = {
                path_key(row["path"]): row["settings"] == key and not row["error"] for row in table.rows()
            }
    inputs = done = 0
    first: list[str] = []
    for item in batch.sources.items():
        inputs += 1
        done += finished.get(path_key(item.name), False)
        first += [item.name] * (len(first) < FIRST_NAMED)
    return {"inputs": inputs, "finished": done, "first": first}


def _check(batch: Batch) -> None:
    """Refuse what can never be done, before anything is."""
    batch.sources.check()
    check_workers(batch.workers, batch.together)
    if batch.resume and batch.overwrite:
        raise InvalidInput(
            "To go on with a table and to begin it anew exclude each other.",
            "Give --resume or --overwrite, not both.",
        )


def check_workers(workers: int | None, together: int | None) -> None:
    """Raise InvalidInput for numbers below 1."""
    for name, value in (("--workers", workers), ("--batch-size", together)):
        if value is not None and value < 1:
            raise InvalidInput(f"{name} {value} is not possible.", "Give at least 1.")


def _outcomes(batch: Batch, jobs: Iterator[Job], stopped: Callable[[], bool]) -> Finished:
    """Rows as they are finished, from processes where the model is small and each can have its own."""
    task = batch.work.task
    together = batch.together or task.together
    if batch.cluster is not None:
        return _one_by_one(in_ray(batch.work, jobs, batch.cluster, together, stopped))
    first = list(islice(jobs, FEW))
    rest = chain(first, jobs)
    cores = batch.workers or usable_cores()
    small = all(chosen(model, kind).offline for kind, model in task.needs) and task.needs
    if small and cores > 1 and (len(first) == FEW or batch.workers is not None):
        return in_processes(batch.work, rest, cores, together)
    return in_threads(batch.work, rest, min(cores, MOST_DECODERS), together)


def _one_by_one(outcomes: Generator[Outcome, None, None]) -> Finished:
    with closing(outcomes):
        for outcome in outcomes:
            yield [outcome]


def _next(standing: Standing, rows: Sequence[Row | None], seconds: float, total: int | None) -> Standing:
    """How far it is after rows that came at the same time."""
    made = [row for row in rows if row is not None]
    failed = [f"{row.path}: {row.error}" for row in made if row.error is not None]
    return replace(
        standing,
        done=standing.done + len(made),
        skipped=standing.skipped + len(rows) - len(made),
        errors=standing.errors + len(failed),
        seconds=seconds,
        skipping=standing.skipping + (0.0 if made else seconds - standing.seconds),
        total=total,
        error=failed[-1] if failed else standing.error,
    )


class _Counter:
    """Counts the inputs while the work goes on."""

    def __init__(self, sources: Sources) -> None:
        self.total: int | None = None
        self._sources = sources
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self) -> None:
        try:
            self.total = self._sources.count()
        except (InvalidInput, OSError):
            self.total = None
