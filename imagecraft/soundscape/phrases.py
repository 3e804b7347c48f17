"""The words of a prompt: how they are cut, which forms they have, and which known phrases they make."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from imagecraft.assets import vocabulary

Role = Literal[
    "thing",
    "place",
    "time",
    "modifier",
    "negation",
    "absence",
    "break",
    "beside",
    "join",
    "unit",
    "stop",
    "word",
    "unknown",
]

MISSPELT_FROM, MISSPELT_UNTIL = 6, 20  # letters; shorter words have too many neighbours
MOST_WORDS = 600
ARTICLES = frozenset(
    ["a", "an", "the", "my", "your", "his", "her", "our", "their", "its", "this", "that", "these", "those"]
)
LETTERS = "abcdefghijklmnopqrstuvwxyz"
VOWELS = "aeiou"
STOPS = frozenset(",.;:!?()[]{}|/\n\u2013\u2014")
_LETTERS = r"[^\W\d_][\u0300-\u036f]*"
_PIECES = re.compile(
    rf"(?:{_LETTERS})+(?:['\u2019-](?:{_LETTERS})+)*|\d+(?:[.,]\d+)?|[,.;:!?()\[\]{{}}|/\n\u2013\u2014]|[^\s\w]"
)


@dataclass(frozen=True)
class Term:
    """What a phrase means: a part of the vocabulary and the entry there ("thing", "dog")."""

    role: Role
    name: str = ""


@dataclass(frozen=True)
class Word:
    """A word of a prompt.

    Attributes:
        plain: In lower case, without accents.
        start, end: Where it stands, in characters.
        drawn: Whether it is from the name of a pictogram.
    """

    plain: str
    start: int
    end: int
    drawn: bool = False


@dataclass(frozen=True)
class Match:
    """A phrase of the vocabulary, found in a prompt.

    Attributes:
        term: What it means; of the role "unknown" for a word that is not known.
        text: Its words in lower case, without articles.
        start, end: Where it stands in the prompt, in characters.
        read_as: The known words, where one was misspelt.
        drawn: Whether it is from the name of a pictogram.
    """

    term: Term
    text: str
    start: int
    end: int
    read_as: str = ""
    drawn: bool = False


def words_of(text: str) -> list[Word]:
    """Words and stops of a text, in order; articles are left out, pictograms go by their Unicode names."""
    found: list[Word] = []
    for piece in _PIECES.finditer(text):
        drawn = unicodedata.category(piece[0]) == "So" if len(piece[0]) == 1 else False
        plain = f", {unicodedata.name(piece[0], '').lower()} ," if drawn else _plain(piece[0])
        parts = [part for part in plain.split() if part] if drawn else _parts(plain)
        found += [Word(part, *piece.span(), drawn) for part in parts if part not in ARTICLES]
    return found


def find(text: str) -> Iterator[Match]:
    """The longest known phrases of a text's first `MOST_WORDS` words; what is not known word by word."""
    words = words_of(text)[:MOST_WORDS]
    phrases = lexicon()
    longest = max(map(len, phrases))
    spelt = [_spelling(word.plain) for word in words]
    at = 0
    while at < len(words):
        for length in range(min(longest, len(words) - at), 0, -1):
            phrase = tuple(spelt[at : at + length])
            if phrase in phrases:
                break
        else:
            phrase, length = (words[at].plain,), 1
        matched = words[at : at + length]
        plain, read_as = " ".join(word.plain for word in matched), " ".join(phrase)
        unknown = Term("stop" if plain in STOPS else "unknown")
        yield Match(
            phrases.get(phrase, unknown),
            plain,
            matched[0].start,
            matched[-1].end,
            read_as if read_as != plain else "",
            matched[0].drawn,
        )
        at += length


@cache
def lexicon() -> dict[tuple[str, ...], Term]:
    """Every phrase with all its forms, and what it means."""
    table = vocabulary("soundscape_words")
    exact: dict[tuple[str, ...], Term] = {}
    made: dict[tuple[str, ...], Term] = {}

    def add(phrase: str, term: Term) -> None:
        exact.setdefault(_key(phrase), term)

    for name, entry in table["things"].items():
        for phrase in entry["words"]:
            add(phrase, Term("thing", name))
        for verb in entry.get("verbs", ()):
            for form in verb_forms(verb):
                made.setdefault(_key(form), Term("thing", name))
    for name, entry in table["modifiers"].items():
        for phrase in entry["words"]:
            add(phrase, Term("modifier", name))
    for name, phrases in table["places"].items():
        for phrase in phrases:
            add(phrase, Term("place", name))
    for name, phrases in table["times"].items():
        for phrase in phrases:
            add(phrase, Term("time", name))
    for phrase, term in list(exact.items()):
        if term.role in ("thing", "place"):
            for plural in plurals(phrase):
                made.setdefault(plural, term)
    for phrase in table["negation"]["words"]:
        add(phrase, Term("negation", phrase))
    for phrase, name in table["negation"]["absences"].items():
        add(phrase, Term("absence", name))
    for phrase in table["negation"]["joins"]:
        add(phrase, Term("join"))
    for phrase in table["breaks"]["beside"]:
        add(phrase, Term("beside", table["breaks"]["alone"].get(phrase, "")))
    for phrase in table["breaks"]["words"]:
        add(phrase, Term("break", phrase))
    for phrase in table["silent"]["words"]:
        add(phrase, Term("word"))
    ignored = {(word,): Term("word") for word in table["ignored"]["words"]}
    units = {(word,): Term("unit", word) for word in table["distances"]["units"]}
    return ignored | units | made | exact


def plurals(phrase: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Forms for several: of the last word, and of the one before "of"."""
    yield (*phrase[:-1], plural(phrase[-1]))
    if "of" in phrase[1:]:
        head = phrase.index("of", 1) - 1
        yield (*phrase[:head], plural(phrase[head]), *phrase[head + 1 :])


def plural(noun: str) -> str:
    """The usual form for several."""
    if noun.endswith(("s", "x", "z", "ch", "sh")):
        return noun + "es"
    if noun.endswith("y") and noun[-2:-1] not in VOWELS:
        return noun[:-1] + "ies"
    return noun + "s"


def verb_forms(verb: str) -> set[str]:
    """A verb with -s, -ing and -ed, in both spellings where one letter may be doubled."""
    forms = {verb, plural(verb), f"{verb}ing", f"{verb}ed"}
    if verb.endswith("e"):
        forms |= {f"{verb[:-1]}ing", f"{verb}d"}
    elif verb.endswith("y"):
        forms |= {f"{verb[:-1]}ied"}
    elif len(verb) > 2 and verb[-1] not in VOWELS + "wx" and verb[-2] in VOWELS and verb[-3] not in VOWELS:
        forms |= {f"{verb}{verb[-1]}ing", f"{verb}{verb[-1]}ed"}
    return forms


def _key(phrase: str) -> tuple[str, ...]:
    return tuple(word.plain for word in words_of(phrase))


def _parts(piece: str) -> list[str]:
    """The words of one piece of text: "traffic-free" and "windless" say that something is not there."""
    if piece in STOPS:
        return [piece]
    for suffix in vocabulary("soundscape_words")["negation"]["suffixes"]:
        root = piece.removesuffix(suffix)
        if root != piece and root in _roots():
            return ["without", root, ","]
    parts = [part.removesuffix("'s").rstrip("'") for part in piece.split("-")]
    return [part for part in parts if part]


@cache
def _roots() -> frozenset[str]:
    table = vocabulary("soundscape_words")["things"]
    return frozenset(word for entry in table.values() for word in entry["words"] if word.isalpha())


def _plain(text: str) -> str:
    """In lower case, without accents."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in letters if not unicodedata.combining(sign)).replace("\u2019", "'")


@cache
def _known_words() -> frozenset[str]:
    return frozenset(word for phrase in lexicon() for word in phrase)


@cache
def _lookalikes() -> frozenset[str]:
    return frozenset(vocabulary("soundscape_lookalikes")["words"])


def _spelling(word: str) -> str:
    """The known word that a long word misspells by one letter (left out, too many, wrong, two swapped)."""
    known = _known_words()
    if not MISSPELT_FROM <= len(word) <= MISSPELT_UNTIL or word in known or word in _lookalikes():
        return word
    first, rest = word[0], word[1:]
    cuts = [(rest[:i], rest[i:]) for i in range(len(rest) + 1)]
    near = [first + a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1]
    near += [first + a + b[1:] for a, b in cuts if b]
    near += [first + a + letter + b for a, b in cuts for letter in LETTERS]
    near += [first + a + letter + b[1:] for a, b in cuts if b for letter in LETTERS]
    return next((other for other in near if other in known and len(other) >= MISSPELT_FROM - 1), word)
