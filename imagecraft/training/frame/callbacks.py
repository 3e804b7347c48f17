"""What happens during a run besides learning: numbers are told, Ctrl-C saves, the last step is scored.

A callback of transformers is called with (arguments, state, control) and more by name.
"""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from transformers import EarlyStoppingCallback, TrainerCallback

from imagecraft.training.frame.job import Job, Lessons, is_main_process
from imagecraft.training.frame.logs import Sink

OF_EVALUATION = "eval_"
NOT_KEPT = ("runtime", "samples_per_second", "steps_per_second", "model_preparation_time")
SAID = 20  # lines of loss that a user sees in a run, about
APART = 1.0  # seconds; a launcher of several processes hands one Ctrl-C on, so each of them gets it twice


def scores_of(values: Mapping[str, float]) -> dict[str, float]:
    """Scores by our names, out of what the Trainer measured."""
    found = {
        name.removeprefix(OF_EVALUATION): value
        for name, value in values.items()
        if name.startswith(OF_EVALUATION)
    }
    if "loss" in found:
        found["validation_loss"] = found.pop("loss")
    return {name: value for name, value in found.items() if name not in NOT_KEPT}


class Best(TrainerCallback):
    """Remembers the scores of the best model, also those of before a stop."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self.scores: dict[str, float] = {}

    def on_train_begin(self, *given: Any, **_: Any) -> None:
        for row in given[1].log_history:
            self._look(row)

    def on_evaluate(self, *_: Any, **named: Any) -> None:
        self._look(named["metrics"])

    def _look(self, values: Mapping[str, float]) -> None:
        found, name = scores_of(values), self._job.best_score
        if name not in found:
            return
        gain = found[name] - self.scores.get(name, found[name])
        if not self.scores or (gain if self._job.higher_is_better else -gain) > 0:
            self.scores = found


class BestIsHere(TrainerCallback):
    """Looks for the best checkpoint in the run's folder, where that was moved, too.

    The Trainer remembers the place where it was written, and would end with the last one without a word.

    Args:
        best: It; None where nothing has been scored yet.
    """

    def __init__(self, best: Path | None) -> None:
        self._best = best

    def on_train_begin(self, *given: Any, **_: Any) -> None:
        if self._best is not None:
            given[1].best_model_checkpoint = str(self._best)


class Epochs(TrainerCallback):
    """Tells the data which epoch it is."""

    def __init__(self, lessons: Lessons) -> None:
        self._lessons = lessons

    def on_epoch_begin(self, *given: Any, **_: Any) -> None:
        self._lessons.epoch = int(given[1].epoch or 0)


class LastIsScored(TrainerCallback):
    """The last step is scored and saved too, wherever it falls."""

    def on_step_end(self, *given: Any, **_: Any) -> None:
        _, state, control = given
        if state.global_step >= state.max_steps:
            control.should_evaluate = control.should_save = True


class Patience(EarlyStoppingCallback):
    """Stops after so many scores without a better one, those of before a stop counted too."""

    def on_train_begin(self, *given: Any, **named: Any) -> None:
        super().on_train_begin(*given, **named)  # type: ignore[no-untyped-call]
        arguments, state = given[:2]
        name = OF_EVALUATION + arguments.metric_for_best_model.removeprefix(OF_EVALUATION)
        best, self.early_stopping_patience_counter = None, 0
        for value in (row[name] for row in state.log_history if name in row):
            if best is None or (value > best if arguments.greater_is_better else value < best):
                best, self.early_stopping_patience_counter = value, 0
            else:
                self.early_stopping_patience_counter += 1


class Numbers(TrainerCallback):
    """Hands numbers to the sinks under our names, and some of them to the user."""

    def __init__(self, sinks: Sequence[Sink], log: Callable[[str], None]) -> None:
        self._sinks = sinks
        self._log = log
        self._started = time.perf_counter()

    def on_log(self, *given: Any, **named: Any) -> None:
        state, logs = given[1], named["logs"]
        if not state.is_world_process_zero or "train_runtime" in logs:
            return
        scores = scores_of(logs)
        others = {name: value for name, value in logs.items() if not name.startswith(OF_EVALUATION)}
        for sink in self._sinks:
            sink.numbers(state.global_step, scores | others)
        every = max(1, state.max_steps // SAID)
        if scores or state.global_step % every == 0 or state.global_step == 1:
            said = scores or {name: others[name] for name in ("loss", "learning_rate") if name in others}
            words = ", ".join(f"{name.replace('_', ' ')} {value:.4g}" for name, value in said.items())
            passed = time.perf_counter() - self._started
            self._log(f"step {state.global_step}/{state.max_steps}, {passed:.0f} s: {words}")


class Stop(TrainerCallback):
    """The first Ctrl-C (or SIGTERM) saves a checkpoint after this step and ends; the second ends at once.

    What comes within a second of the first is taken for the same press. Where a scoring is due after that
    step it is made before the end, since a resumed run begins with the next step. Of several processes that
    learn together all end after the same step, whichever of them was asked, and in whichever order: one that
    went on alone would wait for the others for ever.

    Args:
        clock: Seconds from some moment on.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.asked = False
        self._clock = clock
        self._asked_at = 0.0

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take the signals over, where this thread may."""
        before: dict[int, Any] = {}
        try:
            for asking in (signal.SIGINT, signal.SIGTERM):
                before[asking] = signal.signal(asking, self._ask)
        except ValueError:
            before = {}  # not the main thread: signals are somebody else's
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def on_step_end(self, *given: Any, **_: Any) -> None:
        arguments, _state, control = given
        self.asked = _any_of_all(self.asked, arguments)
        if self.asked:
            control.should_save = control.should_training_stop = True

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        now = self._clock()
        if self.asked and now - self._asked_at < APART:
            return
        if self.asked:
            raise KeyboardInterrupt
        self.asked, self._asked_at = True, now
        if not is_main_process():
            return
        print("\nStopping after this step, with a checkpoint; once more stops at once.", file=sys.stderr)


def _any_of_all(here: bool, arguments: Any) -> bool:
    """Whether something is so in one of the processes that learn together; each of them has to ask."""
    import torch
    from torch import distributed

    if not (distributed.is_available() and distributed.is_initialized()):
        return here
    flag = torch.tensor(int(here), device=arguments.device)
    distributed.all_reduce(flag, distributed.ReduceOp.MAX)
    return bool(flag.item())
