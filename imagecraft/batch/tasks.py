"""What can be done to each input: one small class a task. They can be sent to another process."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from imagecraft.batch.rows import Column
from imagecraft.batch.sources import InputKind
from imagecraft.captioning.base import Caption, Length
from imagecraft.errors import ImageCraftError, InvalidInput
from imagecraft.media.images import Picture, open_image
from imagecraft.runtime.selection import chosen
from imagecraft.tagging import tags_pictures

OFFLINE_TOGETHER = 8
NEURAL_TOGETHER = 32


@dataclass(frozen=True)
class Made:
    """What a task made of one input.

    Attributes:
        result: Its columns.
        seconds: Time it took the model.
        notices: What one should know of it, a sentence each.
    """

    result: dict[str, Any]
    seconds: float
    notices: tuple[str, ...] = ()


Need = tuple[str, str | None]


class Task(Protocol):
    """A job that is done to every input.

    Attributes:
        name: What a user types.
        kind: What it takes.
        columns: What it adds to the table.
        needs: (kind of model, id or None) of all models it uses; the first one's results they are.
        together: How many inputs the model takes less time for when it gets them at once.
    """

    @property
    def name(self) -> str: ...

    @property
    def kind(self) -> InputKind: ...

    @property
    def columns(self) -> tuple[Column, ...]: ...

    @property
    def needs(self) -> tuple[Need, ...]: ...

    @property
    def together(self) -> int: ...

    def options(self) -> dict[str, Any]:
        """All that its results depend on beside the input and the model; JSON-ready."""
        ...

    def open(self, data: bytes | Path) -> Any:
        """Decode an input. Raises ImageCraftError where it cannot be."""
        ...

    def make(self, opened: Sequence[Any], files: Sequence[Files]) -> list[Made | ImageCraftError]:
        """Work on decoded inputs. Errors of one of them are returned in its place.

        Args:
            opened: What `open` gave.
            files: For each, where files made of it go.
        """
        ...

    def endings(self) -> tuple[str, ...]:
        """Endings of the files that it writes for each input; the first is the most important one."""
        ...


Files = Callable[[str], Path]
"""The file of an input that has a certain ending: `files(".wav")`."""


@dataclass(frozen=True)
class CaptionTask:
    """Pictures described; options as of `imagecraft.caption`."""

    model: str | None = None
    length: Length = "short"
    language: str = "en"
    max_chars: int | None = None
    hedge: bool = False

    name = "caption"
    kind: InputKind = "picture"
    columns = (Column("caption"), Column("evidence", "boxes"))

    @property
    def needs(self) -> tuple[Need, ...]:
        return (("caption", self.model),)

    @property
    def together(self) -> int:
        return OFFLINE_TOGETHER if chosen(self.model, "caption").offline else NEURAL_TOGETHER

    def options(self) -> dict[str, Any]:
        return {
            "length": self.length,
            "language": self.language,
            "max_chars": self.max_chars,
            "hedge": self.hedge,
        }

    def open(self, data: bytes | Path) -> Picture:
        from imagecraft.captioning import LOOKED_AT_SIDE

        return open_image(data, max_side=LOOKED_AT_SIDE)

    def make(
        self,
        opened: Sequence[Picture],
        files: Sequence[Files],  # noqa: ARG002
    ) -> list[Made | ImageCraftError]:
        return [captioned(made) for made in self.captions(opened)]

    def captions(self, opened: Sequence[Picture]) -> list[Caption | ImageCraftError]:
        """The captions alone."""
        from imagecraft.captioning import captions

        return list(captions(opened, model=self.model, **self.options()))

    def endings(self) -> tuple[str, ...]:
        return ()


@dataclass(frozen=True)
class TagTask:
    """Sounds named, or pictures by a model that is for these; options as of `imagecraft.tag`."""

    model: str | None = None
    top: int = 10
    seconds: float = 60.0

    name = "tag"
    columns = (Column("tags", "scores"), Column("duration", "real"))
    together = 1

    @property
    def needs(self) -> tuple[Need, ...]:
        return (("tag", self.model),)

    @property
    def kind(self) -> InputKind:
        """Pictures for a model that looks at them."""
        return "picture" if tags_pictures(self.model) else "sound"

    def options(self) -> dict[str, Any]:
        return {"top": self.top, "listened": self.seconds}

    def open(self, data: bytes | Path) -> bytes | Path:
        return data

    def make(
        self,
        opened: Sequence[bytes | Path],
        files: Sequence[Files],  # noqa: ARG002
    ) -> list[Made | ImageCraftError]:
        return [each(self._tagged, sound) for sound in opened]

    def endings(self) -> tuple[str, ...]:
        return ()

    def _tagged(self, sound: bytes | Path) -> Made:
        from imagecraft.tagging import tag

        heard = tag(sound, model=self.model, seconds=self.seconds)
        top = [one.to_dict() for one in heard.top(self.top)]
        return Made({"tags": top, "duration": round(heard.duration, 3)}, heard.seconds, heard.notices)


SINGLY: tuple[str, ...] = ("bleu", "rouge_l", "meteor", "chrf")
"""Metrics that say something of one caption alone; CIDEr-D weighs words by all the others."""


@dataclass(frozen=True)
class EvaluateTask:
    """Rows with a caption and what people wrote, each scored alone."""

    metrics: tuple[str, ...] = SINGLY

    name = "evaluate"
    kind: InputKind = "record"
    columns = (Column("prediction"), Column("references", "texts"), Column("scores", "scores"))
    together = 64

    def __post_init__(self) -> None:
        other = [name for name in self.metrics if name not in SINGLY]
        if other:
            raise InvalidInput(
                f"'{other[0]}' cannot be computed for each row alone.",
                f"Choose from {', '.join(SINGLY)}, or use 'imagecraft evaluate' for the whole.",
            )

    @property
    def needs(self) -> tuple[Need, ...]:
        return ()

    def options(self) -> dict[str, Any]:
        return {"metrics": list(self.metrics)}

    def open(self, data: bytes | Path) -> tuple[str, list[str]]:
        from imagecraft.scoring.columns import Chosen, found_in

        row = json.loads(data if isinstance(data, bytes) else data.read_bytes())
        names, texts = list(row), []
        for role in ("predictions", "references"):
            found = found_in(names, role, "The row", Chosen())
            names = [name for name in names if name not in found.texts]
            cells = [row[name] for name in found.texts]
            values = [text for cell in cells for text in (cell if isinstance(cell, list) else [cell])]
            texts.append([text for text in values if isinstance(text, str)])
        if not texts[0] or not any(text.strip() for text in texts[1]):
            raise InvalidInput("The row has no caption or nothing to compare it with.")
        return texts[0][0], texts[1]

    def make(
        self,
        opened: Sequence[tuple[str, list[str]]],
        files: Sequence[Files],  # noqa: ARG002
    ) -> list[Made | ImageCraftError]:
        from imagecraft.scoring.captions import score

        started = time.perf_counter()
        report = score(
            {str(place): given for place, (given, _) in enumerate(opened)},
            {str(place): wanted for place, (_, wanted) in enumerate(opened)},
            metrics=self.metrics,
        )
        seconds = (time.perf_counter() - started) / len(opened)
        scored = [one for one in report if one.per_item]
        return [
            Made(
                {
                    "prediction": given,
                    "references": wanted,
                    "scores": [{"label": one.name, "score": round(one.per_item[place], 6)} for one in scored],
                },
                seconds,
            )
            for place, (given, wanted) in enumerate(opened)
        ]

    def endings(self) -> tuple[str, ...]:
        return ()


def captioned(made: Caption | ImageCraftError) -> Made | ImageCraftError:
    """A caption as columns of the table."""
    if isinstance(made, ImageCraftError):
        return made
    evidence = [item.to_dict() for item in made.evidence]
    return Made({"caption": made.text, "evidence": evidence}, made.seconds, made.notices)


def each(work: Callable[[Any], Made], given: Any) -> Made | ImageCraftError:
    """The result of a piece of work, or the error that it raised."""
    try:
        return work(given)
    except ImageCraftError as error:
        return error
