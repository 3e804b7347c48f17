"""What a language model wrote, as a caption: plain sentences about the picture, as long as was asked for."""

from __future__ import annotations

import html
import re
from functools import cache

from imagecraft.assets import vocabulary
from imagecraft.captioning.base import Length
from imagecraft.captioning.wording import SHORTEST

_THOUGHTS = re.compile(
    r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)|\A.*?</(?:think|thinking|reasoning)>", re.S
)
_MARKS = re.compile(r"<[^<>\s][^<>]{0,80}>|\[/?INST\]")
_LINKS = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_LINE_STARTS = re.compile(r"^\s*(?:[#>*•-]+|\d+[.)])\s+", re.M)
_EMPHASIS = re.compile(r"[*_`~]{1,3}(?=\S)|(?<=\S)[*_`~]{1,3}")
_QUOTES = "\"'“”„‟«»‹›‘’「」『』"
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffd]+")
_SENTENCE_END = re.compile(r"(?<=[。！？।])|(?<=[.!?])[\"'”’»)]?\s+(?=[^\sa-z])")
_STOPS = (".", "!", "?", "。", "！", "？", "।", "…")
_UNSAID_ENDS = " ,;:-–—"
_CUT = re.compile(r"[,;:–—]\s|[、，；]")


def cleaned(text: str, *, length: Length, language: str, complete: bool = True) -> str:
    """The caption in what a model wrote, without markup, thoughts, quotes and "the image shows".

    Args:
        text: What it wrote.
        length: "short" keeps one sentence.
        language: BCP-47 tag of the caption's language.
        complete: Whether it had ended by itself; else an unfinished last sentence is left out.

    Returns:
        Sentences with a capital and a full stop; empty if nothing is left.
    """
    plain = _without_noise(_without_openers(_without_markup(text)))
    found = [part for part in map(str.strip, _SENTENCE_END.split(plain)) if any(map(str.isalnum, part))]
    if not complete and len(found) > 1 and not found[-1].endswith(_STOPS):
        found.pop()
    if length == "short":
        found = found[:1]
    return " ".join(ended(part, language) for part in found)


def ended(text: str, language: str) -> str:
    """A sentence with a capital and its language's full stop."""
    capital = text[:1].upper() + text[1:]
    if text.endswith(_STOPS):
        return capital
    stops: dict[str, str] = vocabulary("captions")["stops"]
    return capital.rstrip(_UNSAID_ENDS) + stops.get(language.partition("-")[0].lower(), ".")


def fitted(text: str, max_chars: int | None, language: str = "en") -> str:
    """A caption of at most so many characters: its first sentences, or as much of the first as is whole.

    Args:
        text: Sentences as `cleaned` gives them.
        max_chars: The most characters; None for no limit.
        language: BCP-47 tag of the caption's language.
    """
    if max_chars is None or len(text) <= max_chars:
        return text
    kept = ""
    for part in map(str.strip, _SENTENCE_END.split(text)):
        longer = f"{kept} {part}".strip()
        if len(longer) > max_chars:
            break
        kept = longer
    return kept or _cut(text, max_chars, language)


def _cut(text: str, max_chars: int, language: str) -> str:
    """The longest beginning of a sentence that ends before a clause, or failing that before a word."""
    first = _SENTENCE_END.split(text)[0].strip()
    clauses = [found.start() for found in _CUT.finditer(first)]
    clauses += [found.start() for found in _clause_starts().finditer(first) if found.start()]
    words = [found.start() for found in re.finditer(r"\s", first)]
    for places in (clauses, words):
        ends = [ended(first[:place].strip(), language) for place in places]
        short = [one for one in ends if len(one) <= max_chars and any(map(str.isalnum, one))]
        if short:
            return max(short, key=len)
    return SHORTEST


@cache
def _clause_starts() -> re.Pattern[str]:
    return re.compile(rf"\s(?:{'|'.join(map(re.escape, vocabulary('captions')['clauses']))})\s")


def _without_markup(text: str) -> str:
    text = _MARKS.sub(" ", _THOUGHTS.sub(" ", html.unescape(text)))
    text = _EMPHASIS.sub("", _LINE_STARTS.sub("", _LINKS.sub(r"\1", text)))
    return " ".join(_CONTROLS.sub(" ", text).split())


def _without_openers(text: str) -> str:
    """Without what says nothing of the picture, however many of it come first."""
    while True:
        rest = _openers().sub("", text.strip(_QUOTES + " "), count=1).strip()
        if rest == text:
            return text
        text = rest


@cache
def _openers() -> re.Pattern[str]:
    return re.compile(rf"\A(?:{'|'.join(vocabulary('captions')['openers'])})\s*", re.IGNORECASE)


def _without_noise(text: str) -> str:
    noise = vocabulary("captions")["noise"]
    text = re.sub(rf"\b(?:{'|'.join(noise)})\b\s*", "", text, flags=re.IGNORECASE)
    return " ".join(text.split())
