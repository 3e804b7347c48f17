"""Text as people write it -> plain Latin text that a voice's normaliser reads well.

Markup, links, emoji and letters of other scripts go; symbols become words; shouting and stuttering
punctuation calm down. Words and symbols are data: assets/reading.toml.
"""

from __future__ import annotations

import functools
import html
import re
import tomllib
import unicodedata
from dataclasses import dataclass
from importlib.resources import files

MAX_WORD_LETTERS = 24  # the networks that read unknown words look no further
MAX_NUMBER_DIGITS = 15  # longer ones are read digit by digit
SHOUTED_WORDS = 3  # so many words in capitals in a row are shouted, fewer are names

_TERMINAL_CODE = re.compile(r"\x1b\[[0-9;?]{0,20}[ -/]?[@-~]")
_SCRIPT = re.compile(r"<(script|style)\b[^<>]{0,500}>.{0,20000}?</\1\s{0,9}>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<(?:/?[a-zA-Z][^<>]{0,500}|!--.{0,2000}?--|![^<>]{0,500})>", re.DOTALL)
_BREAKING_TAG = re.compile(
    r"</?(?:p|div|br|li|ul|ol|h[1-6]|tr|table|blockquote)\b[^<>]{0,500}>", re.IGNORECASE
)
_LINK = re.compile(r"!?\[([^\[\]]{0,500})\]\([^()\s]{0,2000}(?:\s\"[^\"]{0,500}\")?\)")
_FOOTNOTE = re.compile(r"\[\^?\d{1,4}\]")
_LINE_MARK = re.compile(r"^[ \t]{0,9}(?:#{1,6}[ \t]+|>[ \t]?|[-*+•‣▪◦][ \t]+|```\w{0,20})", re.MULTILINE)
_LIST_NUMBER = re.compile(r"^[ \t]{0,9}(\d{1,3})[.)][ \t]+(?=\S)", re.MULTILINE)
_RULE = re.compile(r"^[ \t]*(?:[-*_=~][ \t]*){3,}$|^[ \t|:-]{3,}$", re.MULTILINE)
_EMOTICON = re.compile(r"(?<!\S)[:;]'?-?[()DPp|]{1,5}(?=\s|[.,!?]|$)")
_URL = re.compile(r"(?<![\w.])(?:https?://|ftp://|www\.)([^\s<>\"]{1,2000})", re.IGNORECASE)
_EMAIL = re.compile(r"(?<![\w.+-])([\w.+-]{1,64})@((?:[\w-]{1,63}\.){1,8}[a-z]{2,20})\b", re.IGNORECASE)

_WORD = re.compile(r"[^\W\d_]+")
_LONG_WORD = re.compile(rf"[^\W\d_]{{{MAX_WORD_LETTERS + 1},}}")
_LONG_NUMBER = re.compile(rf"\d(?:[,.]?\d){{{MAX_NUMBER_DIGITS},}}")
_REPEATED_LETTER = re.compile(r"([^\W\d_])\1{3,}")
_NUMBER_RULES = (
    (re.compile(r"(?<=\d) ?[x×] ?(?=\d)"), " by "),
    (re.compile(r"(?<=\d)[x×](?![\w])"), " times"),
    (re.compile(r"(?<=\d) ?\* ?(?=\d)"), " times "),
    (re.compile(r"(?<![\d/])(\d{1,3})\s{1,3}(?=[1-9]/[1-9]\d?(?![\d/]))"), r"\1 and "),
    (re.compile(r"(?<![\w.,])(\d[\d,.]{0,20})\s?([€£$])(?![\d])"), r"\2\1"),
    (re.compile(r"(?<![\w'])(\d{1,2})' ?(\d{1,2})(?:\"|'')"), r"\1 foot \2"),
    (re.compile(r"\b([A-G])#"), r"\1 sharp"),
)
_PUNCTUATION_RULES = (
    (re.compile(r"\*+|~~+"), " "),
    (re.compile(r"_+"), " "),
    (re.compile(r"(?<!\w)\^+|\^+(?!\w)"), " "),
    (re.compile(r"[!?]*\?[!?]*"), "?"),
    (re.compile(r"!{2,}"), "!"),
    (re.compile(r"(?:\.\s?){3,}|…[.…]*"), "… "),
    (re.compile(r"\.{2}"), "."),
    (re.compile(r"([!?])\s?…"), r"\1"),
    (re.compile(r"\s?-{2,}\s?"), " — "),
    (re.compile(r"([—–])(?:\s*[—–])+"), r"\1"),
    (re.compile(r",(?:\s*,)+"), ","),
    (re.compile(r"([;:])[;:]+"), r"\1"),
    (re.compile(r"\( ?\)|\" ?\""), " "),
    (re.compile(r"([#@/=+<>~&%$£€¥^°])\1+"), r"\1"),
    (re.compile(r" {2,}"), " "),
    (re.compile(r" ([,.;:!?…])"), r"\1"),
    (re.compile(r"([,;:])(?:\s*([.!?…]))"), r"\2"),
)
_SPACES = re.compile(r"[^\S\n]+")
_KEPT_SYMBOLS = frozenset(".,;:!?…—–-'\"()&%$£€¥₹₩¢+=@#/°<>~*_^µ")


@dataclass(frozen=True)
class Reading:
    """The tables of assets/reading.toml, compiled."""

    phrases: re.Pattern[str]
    phrase_words: dict[str, str]
    symbols: dict[int, str]
    acronyms: frozenset[str]
    unfinished: frozenset[str]
    domain: re.Pattern[str]


@functools.cache
def tables() -> Reading:
    """The reading tables."""
    data = tomllib.loads(files("imagecraft.assets").joinpath("reading.toml").read_text("utf-8"))
    return Reading(
        phrases=re.compile(rf"(?<![\w./])(?:{_either(data['phrases'])})(?![\w/+])"),
        phrase_words=data["phrases"],
        symbols=str.maketrans(data["symbols"]),
        acronyms=frozenset(data["acronyms"]),
        unfinished=frozenset(data["unfinished"]),
        domain=re.compile(
            rf"(?<![\w.@/-])((?:[a-z0-9-]{{1,63}}\.){{1,8}}(?:{_either(data['domains'])}))(?![\w@-]|\.\w)(?:/[^\s<>\"]{{0,2000}})?",
            re.IGNORECASE,
        ),
    )


def readable(text: str) -> str:
    """The text as a voice should read it.

    Returns:
        Latin letters, digits, spaces, line breaks and plain punctuation; perhaps nothing at all.
    """
    return _calmed(_with_words_for_numbers(_in_plain_letters(_with_words_for_symbols(_without_markup(text)))))


def _without_markup(text: str) -> str:
    text = html.unescape(_TERMINAL_CODE.sub("", text))
    text = _SCRIPT.sub(" ", text)
    text = _BREAKING_TAG.sub("\n\n", text)
    text = _TAG.sub(" ", text)
    text = _FOOTNOTE.sub("", _LINK.sub(r"\1", text))
    text = _LINE_MARK.sub("\n", _RULE.sub("\n", text))
    text = _LIST_NUMBER.sub(r"\n\1, ", text)
    text = _EMOTICON.sub("", text)
    text = _URL.sub(_spoken_address, text)
    text = _EMAIL.sub(lambda match: f"{_dotted(match[1])} at {_dotted(match[2])}", text)
    return tables().domain.sub(lambda match: _dotted(match[1]), text)


def _with_words_for_symbols(text: str) -> str:
    reading = tables()
    text = reading.phrases.sub(lambda match: reading.phrase_words[match[0]], text)
    text = re.sub(r"(?<=\d) ?× ?(?=\d)", "x", text)
    return text.translate(reading.symbols)


def _in_plain_letters(text: str) -> str:
    """Compatibility forms unified, other scripts and pictures left out, lone Greek letters named."""
    text = unicodedata.normalize("NFKC", text)
    text = _WORD.sub(lambda match: _in_latin(match[0]), text)
    return _SPACES.sub(" ", "".join(map(_plain_character, text)))


def _in_latin(word: str) -> str:
    if word.isascii():
        return word
    if len(word) > 1 and word[0] == "μ" and word[1:].isascii():
        return f"µ{word[1:]}"
    if len(word) == 1 and (name := unicodedata.name(word, "")).startswith("GREEK"):
        return f" {name.split(' WITH ')[0].split()[-1].lower()} "
    return "".join(char if unicodedata.name(char, "").startswith("LATIN") else " " for char in word)


def _plain_character(char: str) -> str:
    if char.isascii() and (char.isalnum() or char == "\n"):
        return char
    if char in _KEPT_SYMBOLS:
        return char
    category = unicodedata.category(char)
    if category == "Nd":
        return str(unicodedata.digit(char))
    if category.startswith("L") and unicodedata.name(char, "").startswith("LATIN"):
        return char
    return "" if category in ("Mn", "Me", "Cf") else " "


def _with_words_for_numbers(text: str) -> str:
    text = _LONG_NUMBER.sub(lambda match: " ".join(char for char in match[0] if char.isdigit()), text)
    for pattern, words in _NUMBER_RULES:
        text = pattern.sub(words, text)
    return text


def _calmed(text: str) -> str:
    text = _REPEATED_LETTER.sub(r"\1\1\1", text)
    text = _LONG_WORD.sub(_in_syllable_runs, text)
    text = _spoken_not_shouted(text)
    for pattern, replacement in _PUNCTUATION_RULES:
        text = pattern.sub(replacement, text)
    return text


def _spoken_not_shouted(text: str) -> str:
    """Rows of words in capitals in small letters, or a voice would spell some of them."""
    words = list(_WORD.finditer(text))
    rows: list[list[re.Match[str]]] = [[]]
    for word in words:
        if word[0].isupper():
            rows[-1].append(word)
        elif rows[-1]:
            rows.append([])
    shouted = {
        word.start(): word for row in rows if len(row) >= min(SHOUTED_WORDS, len(words)) for word in row
    }
    pieces, end = [], 0
    for start, word in shouted.items():
        pieces += [text[end:start], _lowered(word[0])]
        end = word.end()
    return "".join(pieces) + text[end:]


def _lowered(word: str) -> str:
    spelled = word in tables().acronyms or len(word) == 1 or not set(word) & set("AEIOUY")
    return word if spelled else word.lower()


def _in_syllable_runs(match: re.Match[str]) -> str:
    word = match[0]
    return " ".join(word[at : at + MAX_WORD_LETTERS] for at in range(0, len(word), MAX_WORD_LETTERS))


def _spoken_address(match: re.Match[str]) -> str:
    address = match[1].rstrip(".,;:!?)'\"")
    rest = match[1][len(address) :]
    host = re.split(r"[/?#]", address, maxsplit=1)[0].rpartition("@")[2].partition(":")[0]
    return _dotted(host.lower().removeprefix("www.")) + rest


def _dotted(name: str) -> str:
    return name.strip(".").replace(".", " dot ")


def _either(choices: list[str] | dict[str, str]) -> str:
    return "|".join(re.escape(choice) for choice in sorted(choices, key=len, reverse=True))
