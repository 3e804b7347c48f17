"""The folder of a training run, and what is in it.

RUN/settings.json      what the run was told
RUN/parts.json         which pictures it learns from, and which it is scored on
RUN/log.jsonl          loss, learning rate and scores by step, one JSON object a line
RUN/scores.json        the scores of the model that was kept, on the validation and on the test data
RUN/tensorboard/       the same numbers for TensorBoard
RUN/plots/*.png        the same numbers as curves
RUN/checkpoints/       what --resume goes on from
RUN/model/             the model, as `--model ID@RUN/model` loads it, and its card (README.md)
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

from imagecraft.errors import InvalidInput
from imagecraft.media.files import quoted, replacing
from imagecraft.training.frame.checkpoints import by_step, is_whole


@dataclass(frozen=True)
class Run:
    """A run's folder.

    Attributes:
        folder: Where it is.
    """

    folder: Path

    @classmethod
    def start(cls, folder: Path) -> Run:
        """Make the folder of a new run.

        Raises:
            InvalidInput: if there is something in it already, or it cannot be made.
        """
        run = cls(folder)
        run.refuse_taken()
        try:
            run.plots.mkdir(parents=True)
            run.checkpoints.mkdir()
        except OSError as error:
            raise InvalidInput(
                f"{quoted(str(folder))} cannot be a run's folder.", "Choose a folder you may write to."
            ) from error
        return run

    def refuse_taken(self) -> None:
        """Raise InvalidInput if there is something in the folder already."""
        try:
            taken = any(self.folder.iterdir())
        except FileNotFoundError:
            taken = False
        except OSError as error:
            raise InvalidInput(
                f"{quoted(str(self.folder))} cannot be a run's folder.", "Choose a folder you may write to."
            ) from error
        if taken:
            found = self.settings_file.is_file()
            raise InvalidInput(
                f"{quoted(str(self.folder))} has {'a run' if found else 'other files'} in it already.",
                "Go on with it by --resume, or choose another folder." if found else "Choose another folder.",
            )

    @classmethod
    def again(cls, folder: Path) -> Run:
        """The folder of an earlier run.

        Raises:
            InvalidInput: if there is none.
        """
        run = cls(folder)
        if not run.settings_file.is_file():
            raise InvalidInput(
                f"There is no run in {quoted(str(folder))}.", "Give the folder of an earlier run."
            )
        run.plots.mkdir(exist_ok=True)
        run.checkpoints.mkdir(exist_ok=True)
        return run

    @property
    def settings_file(self) -> Path:
        return self.folder / "settings.json"

    @property
    def parts_file(self) -> Path:
        return self.folder / "parts.json"

    @property
    def log(self) -> Path:
        return self.folder / "log.jsonl"

    @property
    def tensorboard(self) -> Path:
        return self.folder / "tensorboard"

    @property
    def plots(self) -> Path:
        return self.folder / "plots"

    @property
    def checkpoints(self) -> Path:
        return self.folder / "checkpoints"

    @property
    def model(self) -> Path:
        return self.folder / "model"

    @property
    def scores_file(self) -> Path:
        return self.folder / "scores.json"

    def last_checkpoint(self) -> Path | None:
        """The newest checkpoint that is whole; None where there is none."""
        return next((path for path in by_step(self.checkpoints).values() if is_whole(path)), None)

    def lost_checkpoints(self) -> list[Path]:
        """Those that are newer than the last one that is whole: damaged, or not written to their end."""
        return list(takewhile(lambda path: not is_whole(path), by_step(self.checkpoints).values()))

    def rows(self) -> list[dict[str, Any]]:
        """The lines of the log; a last one that was cut off is left out."""
        rows = []
        if self.log.is_file():
            for line in self.log.read_text("utf-8").splitlines():
                try:
                    rows.append(json.loads(line))
                except ValueError:
                    break
        return rows

    def cut_log(self, step: int) -> None:
        """Take out what was logged after a step, since a resumed run does it again."""
        kept = [row for row in self.rows() if row.get("step", 0) <= step]
        with replacing(self.log) as target:
            target.write_text("".join(json.dumps(row) + "\n" for row in kept), "utf-8")

    def write_scores(self, scores: Mapping[str, float], tested: Mapping[str, float]) -> None:
        """Write the kept model's scores on the validation data, and on the test data where there is any."""
        parts = {"validation": dict(scores)} | ({"test": dict(tested)} if tested else {})
        with replacing(self.scores_file) as target:
            target.write_text(json.dumps(parts, indent=2) + "\n", "utf-8")
