"""What every speech engine takes and gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal, Protocol

from imagecraft.catalog import ModelCard
from imagecraft.media.audio import Audio

SPEED_RANGE = (0.5, 2.0)


@dataclass(frozen=True)
class Voice:
    """A voice of a speech engine, as a menu shows it.

    Attributes:
        id: What a user types, unique across engines ("heart", "joe").
        model: Id of the card that speaks it.
        language: BCP-47 tag ("en-US").
        gender: "female" or "male", as its maker names it.
        summary: Words for a menu, without the language ("Heart, American, female").
        ready: Whether it can speak now, without a download or an install.
    """

    id: str
    model: str
    language: str
    gender: Literal["female", "male"]
    summary: str
    ready: bool = True

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


class Speaker(Protocol):
    """A loaded voice. Safe to call from several threads."""

    card: ModelCard
    voice: Voice
    sample_rate: int

    def stream(self, sentences: list[str], *, speed: float) -> Iterator[Audio]:
        """Speak prepared sentences, one piece of sound each, as soon as each is made.

        Args:
            sentences: Plain text, already split and normalised by `imagecraft.speech.text`.
            speed: 1.0 is the voice's own pace; within `SPEED_RANGE`.
        """
        ...

    def close(self) -> None:
        """Give the memory back."""
        ...
