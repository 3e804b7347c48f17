"""What every captioner takes and gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from PIL import Image

from imagecraft.catalog import ModelCard

Length = Literal["short", "detailed", "dense"]


@dataclass(frozen=True)
class Evidence:
    """One thing that was measured in the picture and that a caption may rest on.

    Attributes:
        label: What it is, in plain English ("dog", "seashore").
        score: How likely it is really there, 0 to 1; for what a detector saw, calibrated on what people agree
            to, for each kind of thing in the picture.
        box: (x0, y0, x1, y1) in pixels of the upright picture; all of it where the source has no boxes.
        source: Where it comes from: "detector" (an object), "classifier" (what the picture or the object is),
            "scene" (where it is, concluded from both) or "captioner" (the network that wrote the caption; its
            scores are not calibrated).
        stated: Whether the caption names it; what is not was seen, but is too unsure or not important enough.
    """

    label: str
    score: float
    box: tuple[int, int, int, int]
    source: str = "detector"
    stated: bool = True

    def to_dict(self) -> dict[str, Any]:
        return {
            "label": self.label,
            "score": round(self.score, 4),
            "box": list(self.box),
            "source": self.source,
            "stated": self.stated,
        }


@dataclass(frozen=True)
class Word:
    """A word or term of a caption that rests on evidence.

    Attributes:
        text: As it stands in the caption.
        start, end: Its place in the caption, in characters.
        labels: Labels of the evidence that it rests on.
    """

    text: str
    start: int
    end: int
    labels: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        return {"text": self.text, "start": self.start, "end": self.end, "labels": list(self.labels)}


@dataclass(frozen=True)
class Caption:
    """A description of a picture.

    Attributes:
        text: The description, plain text.
        model: Name of the model that made it: its id, with @FOLDER where its files are in a named folder.
        seconds: Time it took, decoding the file not included; of pictures described together, their share.
        evidence: What it rests on, most important first; empty for models that show none.
        notices: Things the user should know ("An animation: only its first frame was described.").
        words: Which of its words rest on which evidence; empty where that is not known.
    """

    text: str
    model: str
    seconds: float
    evidence: tuple[Evidence, ...] = ()
    notices: tuple[str, ...] = ()
    words: tuple[Word, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The caption as the command line's JSON object, without the file name."""
        result: dict[str, Any] = {
            "caption": self.text,
            "model": self.model,
            "seconds": round(self.seconds, 4),
            "evidence": [item.to_dict() for item in self.evidence],
        }
        if self.words:
            result["words"] = [word.to_dict() for word in self.words]
        if self.notices:
            result["notices"] = list(self.notices)
        return result


class Captioner(Protocol):
    """A captioning model. Safe to call from several threads.

    Attributes:
        card: The model.
    """

    card: ModelCard

    @property
    def together(self) -> int:
        """How many pictures it looks at together, for the least time for each."""
        ...

    def captions(
        self,
        images: Sequence[Image.Image],
        *,
        length: Length,
        language: str,
        max_chars: int | None,
        sizes: Sequence[tuple[int, int]],
        hedge: bool,
    ) -> list[Caption]:
        """Describe upright RGB pictures.

        Args:
            images: RGB, any size that `imagecraft.media.images.open_image` lets through.
            length: "short" for one sentence, "detailed" for two or three, "dense" for all it can say, where
                the card's settings name that among its lengths.
            language: BCP-47 tag; one of the card's languages.
            max_chars: Longest text allowed, which ends at a clause; None for no limit.
            sizes: Width and height that boxes are given for, of each picture; its image may be smaller.
            hedge: Say "probably" where it is not very sure, if it can tell.
        """
        ...

    def close(self) -> None:
        """Give the memory back."""
        ...
