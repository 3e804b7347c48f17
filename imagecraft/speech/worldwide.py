"""Text in any language but English -> plain sentences. No English is read into it.

What has no sound goes: markup, emoji, control characters. Numbers and signs stay, for each engine to read in
its own language.

References:
    Unicode Standard Annex 29, "Unicode Text Segmentation": which characters end a sentence.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator

from imagecraft.speech.packing import short_enough, speakable

STOPS = ".!?…"
STOPS_OF_OTHER_SCRIPTS = "؟۔।॥։።፧။៕᙮"
STOPS_WITHOUT_A_SPACE = "。！？｡"

_CODE = re.compile(
    r"\x1b\[[0-9;?]{0,20}[ -/]?[@-~]|<(script|style)\b[^<>]{0,500}>.{0,20000}?</\1\s{0,9}>", re.DOTALL
)
_BREAKING_TAG = re.compile(
    r"</?(?:p|div|br|li|ul|ol|h[1-6]|tr|table|blockquote)\b[^<>]{0,500}>", re.IGNORECASE
)
_TAG = re.compile(r"<(?:/?[a-zA-Z][^<>]{0,500}|!--.{0,2000}?--|![^<>]{0,500})>", re.DOTALL)
_LINK = re.compile(r"!?\[([^\[\]]{0,500})\]\([^()\s]{0,2000}(?:\s\"[^\"]{0,500}\")?\)")
_ADDRESS = re.compile(
    r"(?<![\w.])(?:https?://|ftp://)(?:www\.)?([^\s/<>\"?#]{1,253})[^\s<>\"]{0,2000}", re.IGNORECASE
)
_LINE_MARK = re.compile(r"^[ \t]{0,9}(?:#{1,6}[ \t]+|>[ \t]?|[-*+•‣▪◦][ \t]+|```\w{0,20})", re.MULTILINE)
_EMPHASIS = re.compile(r"[*_~`^|\\]+")
_LINE_END = re.compile(r"\s*\n\s*")
_SENTENCE_END = re.compile(
    rf"(?<=[{STOPS_WITHOUT_A_SPACE}])[”’」』)]*\s*|(?<=[{STOPS}{STOPS_OF_OTHER_SCRIPTS}])[\"'”’»)]*\s+(?=\S)"
)
_CLAUSE_END = re.compile(r"(?<=[,;:)—،؛])\s+|(?<=[，、；：])")
_LETTER_AND_STOP = re.compile(r"(?:^|\s)\w\.$")


def sentences(text: str) -> list[str]:
    """Sentences to speak, in order, each short enough for one piece of sound; perhaps none at all."""
    lines = filter(None, _LINE_END.split(_readable(text)))
    return [
        piece
        for line in lines
        for sentence in _split(line)
        for piece in short_enough(sentence, _CLAUSE_END)
        if speakable(piece)
    ]


def _readable(text: str) -> str:
    text = _CODE.sub(" ", html.unescape(text))
    text = _TAG.sub(" ", _BREAKING_TAG.sub("\n", text))
    text = _ADDRESS.sub(r"\1", _LINK.sub(r"\1", text))
    text = _EMPHASIS.sub(" ", _LINE_MARK.sub("", text))
    text = "".join(map(_spoken, unicodedata.normalize("NFC", text)))
    return re.sub(r"[^\S\n]+", " ", text)


def _spoken(char: str) -> str:
    """A character, or a space for one without sound. Joiners stay: several scripts are written with them."""
    if char in "\n\u200c\u200d":
        return char
    category = unicodedata.category(char)
    return " " if category in ("So", "Sk", "Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") else char


def _split(line: str) -> Iterator[str]:
    """Sentences of a line. A stop after a single letter belongs to a name ("J. S. Bach")."""
    start = 0
    for match in _SENTENCE_END.finditer(line):
        sentence = line[start : match.end()].strip()
        following = line[match.end() : match.end() + 1]
        if not sentence or following.islower() or _LETTER_AND_STOP.search(sentence):
            continue
        yield sentence
        start = match.end()
    if rest := line[start:].strip():
        yield rest
