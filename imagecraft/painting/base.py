"""What a painter is given and what it gives back."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, Protocol

from PIL import Image

from imagecraft.catalog import ModelCard
from imagecraft.painting.character import Character

SIDES = (256, 2048)


@dataclass(frozen=True)
class Thing:
    """Something that is heard, or named in a description.

    Attributes:
        label: What the tagger calls it.
        kinds: The label and the classes above it, the nearest first.
        score: 0 to 1.
        centre: When it is heard, as a share of the sound: 0 at its beginning, 1 at its end.
        presence: Share of the time in which it is heard: near 1 for rain, small for a bark.
        peak: Its score at its clearest moment, 0 to 1; a short sound's is much larger than its score.
    """

    label: str
    kinds: tuple[str, ...]
    score: float
    centre: float = 0.5
    presence: float = 1.0
    peak: float = 1.0


@dataclass(frozen=True)
class Subject:
    """What is to be painted.

    Attributes:
        things: What is heard, the most certain first.
        character: What the sound itself is like.
        prompt: The description, for painters that read.
        negative_prompt: What should not be in the picture, for painters that read.
        hour: The light, where a description names it: a name out of assets/poster.toml.
    """

    things: tuple[Thing, ...]
    character: Character
    prompt: str = ""
    negative_prompt: str = ""
    hour: str = ""


@dataclass(frozen=True)
class Wishes:
    """How it is to be painted.

    Attributes:
        size: Width and height in pixels.
        seed: The same seed and subject give the same picture.
        steps: For painters that work in steps; None for the painter's own number. `runtime.ranges` says
            which are possible.
        guidance: How closely such painters follow the prompt; None for the painter's own.
    """

    size: tuple[int, int] = (1024, 1024)
    seed: int = 0
    steps: int | None = None
    guidance: float | None = None


@dataclass(frozen=True)
class Painting:
    """A picture of a sound.

    Attributes:
        image: RGB.
        prompt: What was painted, in words.
        seed: What chance was drawn from.
        model: Id of the painter's card.
        alt: What is to be seen, for who cannot see it.
        seconds: Time it took.
        heard: The most certain classes with their scores, where a sound was listened to.
        notices: What the user should know, a sentence each.
        credit: Whose work is in it, and under which licence.
    """

    image: Image.Image
    prompt: str
    seed: int
    model: str
    alt: str
    seconds: float
    heard: tuple[tuple[str, float], ...] = ()
    notices: tuple[str, ...] = ()
    credit: str = ""

    def to_dict(self) -> dict[str, Any]:
        """What the command line's JSON says of it, without the file's name."""
        said = {"notices": list(self.notices)} if self.notices else {}
        return {
            "model": self.model,
            "seed": self.seed,
            "prompt": self.prompt,
            "alt": self.alt,
            "seconds": round(self.seconds, 4),
            "top": [{"label": label, "score": round(score, 4)} for label, score in self.heard],
            "size": list(self.image.size),
            "credit": self.credit,
            **said,
        }


@dataclass(frozen=True)
class Sketch:
    """A picture that is being painted.

    Attributes:
        share: How far the work is, 0 to 1.
        preview: What it looks like so far, where that can be shown; smaller than the picture will be.
    """

    share: float
    preview: Image.Image | None = None


class Painter(Protocol):
    """A model that paints.

    Attributes:
        card: The model's card.
    """

    card: ModelCard

    def painting(self, subject: Subject, wishes: Wishes) -> Generator[Sketch, None, Painting]:
        """Paint the subject, telling how far it is. Closing the generator stops the work."""
        ...
