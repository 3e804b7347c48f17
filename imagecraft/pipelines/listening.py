"""An independent listener: what a tagger hears in a soundscape, against what was asked for."""

from __future__ import annotations

from dataclasses import dataclass

from imagecraft.media.audio import Audio
from imagecraft.pipelines.coherence import against
from imagecraft.pipelines.image_to_soundscape import Plan
from imagecraft.scoring.coherence import Compared
from imagecraft.tagging import Tag, tag

__all__ = ["Heard", "listened"]

HEARD_SECONDS = 60.0


@dataclass(frozen=True)
class Heard:
    """What a listener that knows nothing of the plan hears.

    Attributes:
        model: Id of the listener.
        tags: What is heard, likeliest first.
        compared: Which of the sounds that were asked for are among it.
    """

    model: str
    tags: tuple[Tag, ...]
    compared: Compared


def listened(plan: Plan, audio: Audio) -> Heard:
    """Listen to the first minute of a soundscape.

    Raises:
        ModelUnavailable: The listener's files cannot be had.
    """
    tags = tag(audio, seconds=HEARD_SECONDS)
    return Heard(tags.model, tuple(tags.top(8)), against(plan, tags))
