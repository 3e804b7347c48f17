"""A text -> the sentences a voice speaks one by one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from imagecraft.errors import InvalidInput
from imagecraft.speech.reading import readable, tables

MAX_CHARACTERS = 20_000
MAX_SENTENCE_CHARACTERS = 200  # longer ones are spoken in clauses, so that the first sound comes early
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


def sentences(text: str) -> list[str]:
    """Plain sentences to speak, in order, none longer than `MAX_SENTENCE_CHARACTERS`.

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
    lines = [line for paragraph in _PARAGRAPH.split(readable(text)) for line in _unwrapped(paragraph)]
    found = [piece for line in lines for sentence in _split(line) for piece in _short_enough(sentence)]
    spoken = [piece for piece in found if _speakable(piece)]
    if not spoken:
        raise InvalidInput(*_nothing_to_speak(text))
    return spoken


def pause_after(sentence: str) -> float:
    """Seconds of silence after a piece: longer after a sentence than after a clause or within one."""
    last = sentence.rstrip("\"')")[-1:]
    if last in ".!?…":
        return SENTENCE_PAUSE_SECONDS
    return CLAUSE_PAUSE_SECONDS if last in ",;:—" else BREATH_SECONDS


def _nothing_to_speak(text: str) -> tuple[str, str]:
    if not text.strip():
        return "There is no text to speak.", "Type at least one word."
    if any(char.isalpha() and not char.isascii() for char in text):
        return (
            "The text has no letters that the voices can read.",
            "Write it in English; they know no other script.",
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


def _short_enough(sentence: str) -> Iterable[str]:
    if len(sentence) <= MAX_SENTENCE_CHARACTERS:
        return [sentence]
    clauses = _CLAUSE_END.split(sentence)
    return _packed(part for clause in clauses for part in _packed(_chopped(clause)))


def _packed(parts: Iterable[str]) -> Iterator[str]:
    """Neighbours joined by a space as long as they fit."""
    line = ""
    for part in parts:
        if line and len(line) + 1 + len(part) > MAX_SENTENCE_CHARACTERS:
            yield line
            line = part
        else:
            line = f"{line} {part}" if line else part
    if line:
        yield line


def _chopped(clause: str) -> Iterator[str]:
    for word in clause.split():
        for start in range(0, len(word), MAX_SENTENCE_CHARACTERS):
            yield word[start : start + MAX_SENTENCE_CHARACTERS]


def _speakable(piece: str) -> bool:
    return any(char.isalnum() for char in piece)
