"""What a task brings to a training run."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from imagecraft.training.frame.runs import Run
from imagecraft.training.frame.settings import Settings
from imagecraft.training.sets.base import PictureSet, Split

Batch = dict[str, Any]
"""Tensors by the names of the model's arguments; "labels" among them."""


@dataclass(frozen=True)
class CardFacts:
    """What a model card says of a task.

    Attributes:
        title: What the model is.
        use: A command or a few lines that use it, as Markdown.
        pipeline_tag: The hub's word for the task.
        base: What it started from.
        data: Sentences about the data, one fact each.
        limits: What a user should know before relying on it.
        examples: Rows of a table of results on pictures it never learnt from; the first row is the head.
        metrics: The hub's names of the scores.
    """

    title: str
    use: str
    pipeline_tag: str
    base: str
    data: Sequence[str]
    limits: Sequence[str]
    examples: Sequence[Sequence[str]] = ()
    metrics: Sequence[str] = field(default_factory=tuple)


class Lessons(ABC):
    """Items to learn from; what is drawn by chance depends on the seed, the epoch and the item alone.

    So a run that goes on after a stop sees the very same pictures as one that was never stopped.

    Attributes:
        epoch: How often the data was gone through already.
    """

    epoch: int = 0

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def __getitem__(self, place: int) -> Batch: ...


class Job(ABC):
    """A model, its data, and how it is judged and kept.

    Attributes:
        settings: What the run was told.
        model: The network; its forward pass gives an object with a `loss` when "labels" are among its inputs.
        pictures: Those that the run is of, each with its part.
        training: To learn from.
        validation: To be judged on while it learns.
        testing: To judge the kept model on, once; None where the data has no such part.
        best_score: Name of the score that the kept model is best in.
        higher_is_better: Whether more of it is better.
    """

    settings: Settings
    model: Any
    pictures: PictureSet
    training: Lessons
    validation: Lessons
    testing: Lessons | None = None
    best_score: str
    higher_is_better: bool = True

    @abstractmethod
    def collate(self, items: Sequence[Batch]) -> Batch:
        """Put items of `training` or `validation` together."""

    @abstractmethod
    def score(self, model: Any, lessons: Any) -> dict[str, float]:
        """Judge a model on `validation` or `testing`: scores by name."""

    @abstractmethod
    def save(self, model: Any, run: Run) -> None:
        """Write the finished model into `run.model`, complete with all that loads it, and its plots.

        Tables and examples, here and in `facts`, are of the last `score`: the kept model's, on `validation`.
        """

    @abstractmethod
    def facts(self) -> CardFacts:
        """What the model card says."""

    @abstractmethod
    def command(self, model: Path) -> str:
        """A command that uses the finished model in a folder."""

    def loss(self, outputs: Any, labels: Any) -> Any:
        """The loss of a batch; the model's own where a task has none."""
        raise NotImplementedError

    def divide(self, found: PictureSet, lessons: Callable[[Split], Any]) -> None:
        """Take a set's parts: `lessons` makes what is learnt from, or judged on, out of one of them."""
        self.pictures = found
        self.training, self.validation = lessons("train"), lessons("val")
        self.testing = lessons("test") if found.part("test") else None

    def answers(self, model: Any, lessons: Lessons) -> Iterator[tuple[Batch, Any]]:
        """Lessons, batch by batch, and what a model says of them: its logits, in its own number format."""
        import torch

        model.eval()
        for start in range(0, len(lessons), self.settings.batch):
            places = range(start, min(start + self.settings.batch, len(lessons)))
            batch = self.collate([lessons[place] for place in places])
            with torch.no_grad():
                yield batch, model(pixel_values=batch["pixel_values"].to(model.device)).logits

    @property
    def has_own_loss(self) -> bool:
        return type(self).loss is not Job.loss

    def notes(self) -> Mapping[str, Any]:
        """What else is worth a line before the start, by name."""
        return {}


def is_main_process() -> bool:
    """Whether this process writes the files; of several that learn together only the first does."""
    return os.environ.get("RANK", "0") == "0"
