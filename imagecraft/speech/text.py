"""A text -> the sentences a voice speaks one by one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from imagecraft.errors import InvalidInput
from imagecraft.speech import worldwide
from imagecraft.speech.languages import ENGLISH, primary
from imagecraft.speech.packing import short_enough, speakable
from imagecraft.speech.reading import readable, tables

MAX_CHARACTERS = 20_000
WRAPPED_LINE_CHARACTERS = 40  # a line at least this long was probably wrapped, a shorter one ended on purpose

SENTENCE_PAUSE_SECONDS = 0.25
CLAUSE_PAUSE_SECONDS = 0.12
BREATH_SECONDS = 0.04

_PARAGRAPH = re.compile(r"\n\s*\n")
_LINE_END = re.compile(r"[ \t]*\n[ \t]*")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"')]{0,3}\s+(?=\S)")
_CLAUSE_END = re.compile(r"(?<=[,;:)—…])\s+")
_LAST_WORD = re.compile(r"([^\W\d_]+(?:\.[^\W\d_])*)\.[\"')]*\s*$")
_INITIALS = re.compile(r"[^\W\d_](?:\.[^\W\d_])*")


def sentences(text: str, language: str = ENGLISH) -> list[str]:
    """Plain sentences to speak, in order, none longer than `packing.MAX_SENTENCE_CHARACTERS`.

    Args:
        text: As people write it.
        language: BCP-47 tag of who reads it. Only for English are numbers, units and signs put into words.

    Raises:
        InvalidInput: if there is nothing in the text that can be spoken, or too much of it.
    """
    if not isinstance(text, str):
        raise InvalidInput("The text to speak must be a string.", "Give the words themselves.")
    if len(text) > MAX_CHARACTERS:
        raise InvalidInput(
            f"The text has {len(text):,} characters; {MAX_CHARACTERS:,} can be spoken at once.",
            "Speak it in parts.",
        )
    spoken = _english(text) if primary(language) == ENGLISH else worldwide.sentences(text)
    if not spoken:
        raise InvalidInput(*_nothing_to_speak(text))
    return spoken


def pause_after(sentence: str) -> float:
    """Seconds of silence after a piece: longer after a sentence than after a clause or within one."""
    last = sentence.rstrip("\"')”’»」』")[-1:]
    if last in worldwide.STOPS + worldwide.STOPS_OF_OTHER_SCRIPTS + worldwide.STOPS_WITHOUT_A_SPACE:
        return SENTENCE_PAUSE_SECONDS
    return CLAUSE_PAUSE_SECONDS if last in ",;:—،؛，、；：" else BREATH_SECONDS


def _english(text: str) -> list[str]:
    lines = [line for paragraph in _PARAGRAPH.split(readable(text)) for line in _unwrapped(paragraph)]
    found = [
        piece for line in lines for sentence in _split(line) for piece in short_enough(sentence, _CLAUSE_END)
    ]
    return [piece for piece in found if speakable(piece)]


def _nothing_to_speak(text: str) -> tuple[str, str]:
    if not text.strip():
        return "There is no text to speak.", "Type at least one word."
    if any(char.isalpha() and not char.isascii() for char in text):
        return (
            "The text has no letters that an English voice can read.",
            "Write it in English, or choose a voice of its language; 'imagecraft voices' lists them.",
        )
    return "The text has no words to speak.", "Type at least one word or number."


def _unwrapped(paragraph: str) -> Iterator[str]:
    """Lines of a paragraph, joined where the break is only the page's width; each ends like a sentence."""
    line = ""
    for part in _LINE_END.split(paragraph.strip()):
        if line and part and _goes_on(line, part):
            line = f"{line} {part}"
            continue
        if line:
            yield _ended(line)
        line = part
    if line:
        yield _ended(line)


def _goes_on(line: str, following: str) -> bool:
    return (
        following[0].islower() or line.endswith((",", ";", "-", "—")) or len(line) >= WRAPPED_LINE_CHARACTERS
    )


def _ended(line: str) -> str:
    line = " ".join(line.split()).rstrip(" ,;:-—").lstrip(" ,;:—…")
    return line if not line or line.rstrip("\"')").endswith((".", "!", "?", "…")) else f"{line}."


def _split(line: str) -> Iterator[str]:
    start = 0
    for match in _SENTENCE_END.finditer(line):
        if _ends_sentence(line[start : match.end()], line[match.end()]):
            yield line[start : match.end()].strip()
            start = match.end()
    yield line[start:].strip()


def _ends_sentence(sentence: str, following: str) -> bool:
    """False after "Dr.", initials and before a small letter."""
    if following.islower():
        return False
    last = _LAST_WORD.search(sentence[-40:])
    if last is None:
        return True
    return last[1] not in tables().unfinished and not _INITIALS.fullmatch(last[1])
