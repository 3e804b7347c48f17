"""What every speech engine takes and gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal, Protocol

from imagecraft.catalog import ModelCard
from imagecraft.media.audio import Audio

SPEED_RANGE = (0.5, 2.0)

Gender = Literal["female", "male", "unknown"]


@dataclass(frozen=True)
class Voice:
    """A voice of a speech engine, as a menu shows it.

    Attributes:
        id: What a user types, unique across engines ("heart", "joe", "mms-fra").
        model: Id of the card that speaks it, with the folder where one was named.
        language: BCP-47 tag ("en-US").
        gender: As its maker names it; "unknown" where nobody says.
        summary: Words for a menu, its name first ("Heart, American, female").
        ready: Whether it can speak now, without a download or an install.
        needs: What it takes before it can speak, with the command; empty when it is ready.
        fetched_on_use: Whether a voice that is not ready fetches itself when it is first used.
        sends_text_out: Whether the text leaves this machine.
    """

    id: str
    model: str
    language: str
    gender: Gender
    summary: str
    ready: bool = True
    needs: str = ""
    fetched_on_use: bool = False
    sends_text_out: bool = False

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


class Engine(Protocol):
    """What the module of an engine offers; a voice's `model` carries the folder on to `load`."""

    SIZE_BYTES: int

    def voices(self, folder: str = "") -> list[Voice]:
        """Its voices, in the order menus show them.

        Args:
            folder: Where to look for their files, instead of where they usually are.
        """
        ...

    def fetch(self, voice: Voice) -> None:
        """Bring a voice that is not ready to this machine. Raises ModelUnavailable."""
        ...

    def load(self, voice: Voice) -> Speaker:
        """Load a voice. Raises ModelUnavailable with what it needs."""
        ...
