"""A training run from beginning to end: check, estimate, learn, keep the best, write it up."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from imagecraft.media.files import quoted
from imagecraft.media.texts import one_line
from imagecraft.runtime.memory import memory_errors_as
from imagecraft.runtime.quiet import quietly
from imagecraft.training.frame.checkpoints import best_of
from imagecraft.training.frame.estimate import Estimate, estimate, save_memory
from imagecraft.training.frame.job import Job, is_main_process
from imagecraft.training.frame.logs import check_sinks, sinks
from imagecraft.training.frame.numbers import Numbers
from imagecraft.training.frame.parts import write_parts
from imagecraft.training.frame.plots import draw_curves
from imagecraft.training.frame.push import check_push, push
from imagecraft.training.frame.runs import Run
from imagecraft.training.frame.settings import Settings
from imagecraft.training.sets.pictures import refuse_unreadable

MEMORY_FULL = (
    "Memory ran out while learning.",
    "Try a smaller --batch with more --accumulate, --gradient-checkpointing, or --precision bf16.",
)

LONGEST_LINE = 10_000  # letters

Log = Callable[[str], None]
Builder = Callable[[Any, Numbers], Job]
"""Makes a task's job out of its settings; called once everything cheap has been checked."""


@dataclass(frozen=True)
class Outcome:
    """What a run came to.

    Attributes:
        run: Its folder; None for a dry run.
        scores: Of the model that was kept, on the validation data.
        stopped: Whether the user ended it early; `--resume` goes on with it then.
        estimate: What was foretold; None in all but the first of several processes.
        use: A command that uses the model; empty without one.
        tested: Its scores on the test data; empty where the data has no such part.
    """

    run: Run | None
    scores: dict[str, float]
    stopped: bool
    estimate: Estimate | None
    use: str = ""
    tested: Mapping[str, float] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        return {
            "run": str(self.run.folder) if self.run else None,
            "model": str(self.run.model) if self.run and not self.stopped else None,
            "metrics": self.scores,
            **({"test": dict(self.tested)} if self.tested else {}),
            "stopped": self.stopped,
            **({"estimate": self.estimate.to_dict()} if self.estimate else {}),
        }


def _unsaid(_text: str) -> None:
    """The log of all but the first of several processes, which would say everything again."""


def to_stderr(text: str) -> None:
    """The log of a run that nobody else listens to. Names of classes may have anything in them."""
    print(one_line(text, LONGEST_LINE), file=sys.stderr)


@quietly()
def train(
    settings: Settings, build: Builder, *, resume: bool = False, dry_run: bool = False, log: Log = to_stderr
) -> Outcome:
    """Train a model.

    Args:
        settings: What the run is told.
        build: Opens the data and the model.
        resume: Go on with the run in `settings.out`.
        dry_run: Open everything, learn from one batch to see what it takes, and write nothing.
        log: Takes what a user should read; of several processes only the first one's.

    Raises:
        InvalidInput: if the settings or the data cannot be used, or the best checkpoint is gone or damaged.
        ModelUnavailable: if a package or the base model is missing.
        ResourceExhausted: if memory runs out; the last checkpoint stays.
    """
    from transformers import set_seed

    if not is_main_process():
        log = _unsaid
    check_sinks(settings.sinks)
    if settings.push:
        check_push(settings.push)
    run = Run.again(Path(settings.out)) if resume else None
    if run is None and is_main_process():
        Run(Path(settings.out)).refuse_taken()
    numbers = Numbers.chosen(settings.precision)
    set_seed(settings.seed)
    job = build(settings, numbers)
    if run is None and is_main_process():
        refuse_unreadable(job.pictures)
    save_memory(job)
    foretold = None
    if is_main_process():  # the others would try on the first one's GPU, and say it all again
        with memory_errors_as(*MEMORY_FULL):
            foretold = _estimate(job, numbers, log)
    if dry_run:
        log("dry run: data, model and a batch are fine, and nothing was written; `train check` opens it all")
        return Outcome(None, {}, False, foretold)
    run = run or _started(job)
    return _fitted(job, run, numbers, foretold, _checkpoint_of(run, log) if resume else None, log)


def _checkpoint_of(run: Run, log: Log) -> Path | None:
    found = run.last_checkpoint()
    for path in run.lost_checkpoints():
        log(
            f"{quoted(path.name)} is damaged, or was not written to its end; going on from "
            + (f"{quoted(found.name)}" if found else "the beginning")
        )
    if found:
        best_of(found)  # says what is wrong with it before the log is cut
    return found


def _started(job: Job) -> Run:
    folder = Path(job.settings.out)
    run = Run.start(folder) if is_main_process() else Run(folder)
    if is_main_process():
        job.settings.write(run.settings_file)
        write_parts(job.pictures, run)
    return run


def _estimate(job: Job, numbers: Numbers, log: Log) -> Estimate:
    from imagecraft.training.frame.fitting import steps_of

    settings = job.settings
    total, _ = steps_of(settings, len(job.training), numbers.devices)
    last = f", {len(job.testing)} to test the kept model on" if job.testing else ""
    log(f"data: {len(job.training)} to learn from, {len(job.validation)} to score on{last}")
    for name, words in job.notes().items():
        log(f"{name}: {words}")
    found = estimate(job, numbers, total)
    for line in found.lines():
        log(line)
    return found


def _fitted(
    job: Job, run: Run, numbers: Numbers, foretold: Estimate | None, checkpoint: Path | None, log: Log
) -> Outcome:
    from imagecraft.training.frame.card import write_card
    from imagecraft.training.frame.fitting import fit

    step = int(checkpoint.name.rpartition("-")[2]) if checkpoint else 0
    if is_main_process():
        run.cut_log(step)
    log(f"learning{f' on from step {step}' if step else ''}; Ctrl-C saves and stops")
    outlets = sinks(run, job.settings) if is_main_process() else []
    started = time.perf_counter()
    try:
        with memory_errors_as(*MEMORY_FULL):
            scores, stopped = fit(job, run, numbers, checkpoint, outlets, log)
        if not is_main_process():
            return Outcome(run, scores, stopped, foretold)
        rows = run.rows()
        last = max((row.get("step", 0) for row in rows), default=0)
        for path in draw_curves(rows, run.plots):
            for outlet in outlets:
                outlet.picture(last, path.stem, path)
    finally:
        for outlet in outlets:
            outlet.close()
    if stopped:
        log(f"stopped; go on with: imagecraft train {job.settings.task()} --resume {run.folder}")
        return Outcome(run, scores, stopped, foretold)
    with memory_errors_as(*MEMORY_FULL):
        tested = job.score(job.model, job.testing) if job.testing else {}
        job.score(job.model, job.validation)
    job.save(job.model, run)
    run.write_scores(scores, tested)
    write_card(job, run, scores, tested, last, time.perf_counter() - started)
    if job.settings.push:
        log(f"sent to {push(run.model, job.settings.push)}")
    return Outcome(run, scores, stopped, foretold, job.command(run.model), tested)
