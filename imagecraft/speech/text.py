"""Text as people write it -> sentences a voice can read."""

from __future__ import annotations

import re

from imagecraft.errors import InvalidInput

MAX_CHARACTERS = 20_000
SENTENCE_PAUSE_SECONDS = 0.25
CLAUSE_PAUSE_SECONDS = 0.12

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+(?=\S)")


def sentences(text: str) -> list[str]:
    """Sentences to speak, in order.

    Raises:
        InvalidInput: if there is nothing in the text that can be spoken, or too much of it.
    """
    if not isinstance(text, str) or not any(char.isalnum() for char in text):
        raise InvalidInput("There is no text to speak.", "Type at least one word.")
    if len(text) > MAX_CHARACTERS:
        raise InvalidInput(
            f"The text has {len(text):,} characters; {MAX_CHARACTERS:,} can be spoken at once.",
            "Speak it in parts.",
        )
    return [part for part in _SENTENCE_END.split(" ".join(text.split())) if part]


def pause_after(sentence: str) -> float:
    """Seconds of silence after a piece: longer after a full stop than after a clause."""
    ended = sentence.rstrip("\"'”’)]").endswith((".", "!", "?", "…"))
    return SENTENCE_PAUSE_SECONDS if ended else CLAUSE_PAUSE_SECONDS
