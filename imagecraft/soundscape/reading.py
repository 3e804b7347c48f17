"""What a prompt asks for: its sounds, places and times, what is said of each, and what it does not want."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from textwrap import shorten
from typing import Any

from imagecraft.assets import vocabulary
from imagecraft.soundscape.counting import effect_of, with_numbers
from imagecraft.soundscape.phrases import ARTICLES, Match, Term, find

WEAK_NOT = frozenset({"not", "isn't", "aren't"})  # before an adjective they deny it alone: "not too loud"
SPATIAL = frozenset(["in", "on", "at", "by", "from", "under", "along", "during", "outside", "inside"])
Span = tuple[int, int]
Said = tuple[str, Span]
LONGEST_QUOTE = 100
JOIN_WITHIN = 5  # words; "no cars, people or dogs" denies all three


@dataclass(frozen=True)
class Mention:
    """A sound, place or time that a prompt names.

    Attributes:
        term: Which.
        clause: Number of the clause that it is in.
        spans: Where it and what is said of it stand in the prompt, in characters.
        modifiers: Names of what is said of it.
        denied: Whether it is not wanted.
        aside: Whether it is only near ("a cafe by the sea").
    """

    term: Term
    clause: int
    spans: tuple[Span, ...]
    modifiers: tuple[str, ...] = ()
    denied: bool = False
    aside: bool = False

    def quote(self, prompt: str) -> str:
        """Its words and what is said of it, as the prompt has them, `LONGEST_QUOTE` characters at most."""
        quoted, end = "", 0
        for start, stop in sorted(self.spans):
            between = prompt[end:start] if quoted else ""
            if not ARTICLES.issuperset(between.lower().split()):
                between = " ... "
            quoted += between + prompt[start:stop] if start >= end else ""
            end = max(end, stop)
        return f"\u201c{shorten(quoted, LONGEST_QUOTE, placeholder=' ...')}\u201d"


@dataclass(frozen=True)
class Reading:
    """A prompt as it was understood.

    Attributes:
        mentions: In their order.
        unknown: Words that are in no vocabulary.
        misspelt: Words that were read as others, with those.
    """

    mentions: tuple[Mention, ...]
    unknown: tuple[str, ...]
    misspelt: Mapping[str, str]

    def of(self, role: str) -> Iterator[Mention]:
        """What is mentioned and wanted of one role."""
        return (mention for mention in self.mentions if mention.term.role == role and not mention.denied)


def read(prompt: str) -> Reading:
    """Understand a prompt, as far as its words are known."""
    matches = with_numbers(list(find(prompt)))
    mentions = _Reader(matches).mentions()
    unknown = dict.fromkeys(
        match.text
        for match in matches
        if match.term.role == "unknown"
        and len(match.text) > 1
        and match.text[0].isalpha()
        and not match.drawn
    )
    misspelt = {match.text: match.read_as for match in matches if match.read_as and match.term.role != "word"}
    return Reading(tuple(_without_echoes(mentions)), tuple(unknown), misspelt)


def layers_of(thing: str) -> list[Mapping[str, Any]]:
    """What a word of soundscape_words.toml's things sounds like."""
    entry = vocabulary("soundscape_words")["things"][thing]
    return list(entry.get("layers", ({"sound": thing},)))


def sounds_of(thing: str) -> list[str]:
    """The sounds of such a word."""
    return [spec["sound"] for spec in layers_of(thing)]


@dataclass
class _Reader:
    """Walks over the phrases of a prompt once; each method takes one kind of phrase."""

    matches: Sequence[Match]
    found: list[Mention] = field(default_factory=list)
    clause: int = 0
    pending: list[Said] = field(default_factory=list)
    denying: str = ""
    denied_here: bool = False
    brief: bool = False  # whether the denial is of the next verb alone ("the dog does not ...")
    subject: int | None = None  # whose verb that is
    aside: bool = False

    def mentions(self) -> list[Mention]:
        for number, match in enumerate(self.matches):
            role = match.term.role
            if role in ("thing", "place", "time"):
                self._mention(match)
            elif role == "modifier":
                self._modifier(match)
            elif role == "negation":
                self._negation(match)
            elif role == "absence":
                self._absence(match)
            elif role in ("stop", "break", "beside"):
                self._boundary(number, match)
            elif self.denying:
                self._denied_word(match)
        self._settle(anywhere=True)
        return self.found

    def _mention(self, match: Match) -> None:
        mention = Mention(
            match.term,
            self.clause,
            spans=((match.start, match.end),),
            denied=bool(self.denying),
            aside=self.aside,
        )
        if match.term.role != "time":
            for said in self.pending:
                mention = _with(mention, said)
            self.pending.clear()
        if vocabulary("soundscape_words")["things"].get(match.term.name, {}).get("weak"):
            self._deny_subject()
        self.found.append(mention)
        self.subject = None
        self.denied_here = self.denied_here or mention.denied

    def _modifier(self, match: Match) -> None:
        if (self.denying in WEAK_NOT or self.subject is not None) and not self.denied_here:
            self.denying, self.subject = "", None
            return
        said = (match.term.name, (match.start, match.end))
        last = self._last()
        if _goes_with_last(match) and last is not None:
            self.found[last] = _with(self.found[last], said)
        else:
            self.pending.append(said)

    def _negation(self, match: Match) -> None:
        self._settle()
        table = vocabulary("soundscape_words")["negation"]
        if self.denying and match.text in table["exceptions"]:
            self.denying, self.subject = "", None
            return
        self.denying, self.denied_here = match.text, False
        verbal = match.text in table["verbal"]
        last = self._last()
        self.brief = verbal and last is not None
        about_a_thing = last is not None and self.found[last].term.role == "thing"
        self.subject = last if self.brief and about_a_thing else None

    def _absence(self, match: Match) -> None:
        """Take "nobody" as "no people", and their verb as denied."""
        self._settle()
        thing = Term("thing", match.term.name)
        self.found.append(Mention(thing, self.clause, ((match.start, match.end),), denied=True))
        self.denying, self.denied_here, self.brief, self.subject = match.text, True, True, None

    def _denied_word(self, match: Match) -> None:
        """End a denial at a word that it does not reach beyond, or take away whose verb the word is."""
        table = vocabulary("soundscape_words")["negation"]
        if self.subject is not None and match.text in table["doings"]:
            self._deny_subject()
        ends = self.brief and match.text not in table["auxiliaries"]
        if ends or (self.denied_here and match.text.split()[-1] in SPATIAL):
            self.denying, self.subject = "", None

    def _deny_subject(self) -> None:
        """Take away what does not do what makes it heard: "the wind is not blowing"."""
        if self.subject is not None:
            self.found[self.subject] = replace(self.found[self.subject], denied=True)

    def _boundary(self, number: int, match: Match) -> None:
        is_place = match.term.role == "beside" and match.term.name != ""
        if is_place and not self.denying and self._alone(number):
            place = Term("place", match.term.name)
            self.found.append(Mention(place, self.clause, ((match.start, match.end),), aside=True))
        self._settle(anywhere=match.text in ".;!?\n")
        goes_on = self.denying and (
            (match.text == "," and self._joined_soon(number))
            or (
                match.text in vocabulary("soundscape_words")["negation"]["joins_after_without"]
                and self.denying.startswith("without")
            )
        )
        if not goes_on:
            self.denying, self.denied_here = "", False
        self.subject = None
        self.aside = match.term.role == "beside"
        self.clause += 1

    def _alone(self, number: int) -> bool:
        """Whether nothing follows a phrase in its clause: "a dog outside"."""
        following = self.matches[number + 1 : number + 2]
        return not following or following[0].term.role in ("stop", "break", "beside")

    def _settle(self, anywhere: bool = False) -> None:
        """Give adjectives that no sound follows to the sound before them: "the street is busy"."""
        last = self._last(anywhere)
        if last is not None:
            for said in self.pending:
                self.found[last] = _with(self.found[last], said)
            self.pending.clear()

    def _last(self, anywhere: bool = False) -> int | None:
        """The last sound or place, of this clause or of all."""
        for number in range(len(self.found) - 1, -1, -1):
            mention = self.found[number]
            if mention.clause != self.clause and not anywhere:
                return None
            if mention.term.role != "time" and not mention.denied:
                return number
        return None

    def _joined_soon(self, number: int) -> bool:
        for match in self.matches[number + 1 : number + 1 + JOIN_WITHIN]:
            if match.term.role == "join":
                return True
            if match.term.role in ("negation", "break") or match.text in ".;!?\n":
                return False
        return False


def _with(mention: Mention, said: Said) -> Mention:
    name, span = said
    return replace(mention, modifiers=(*mention.modifiers, name), spans=(*mention.spans, span))


def _goes_with_last(match: Match) -> bool:
    """Whether a modifier is said of the sound before it rather than of the next one."""
    group = effect_of(match.term.name)
    if group.get("before"):
        return False
    return (
        bool(group.get("after"))
        or match.text.endswith("ly")
        or (" " in match.text and not match.text.endswith(" of"))
    )


def _without_echoes(mentions: Iterable[Mention]) -> Iterator[Mention]:
    """Without words that only repeat what another of their clause says better; it gets their adjectives."""
    for _, group in groupby(mentions, key=lambda mention: mention.clause):
        clause = list(group)
        gone: set[int] = set()
        for number in range(len(clause)):
            heir = _heir(number, clause)
            if heir is not None and heir not in gone:
                clause[heir] = _merged(clause[heir], clause[number])
                gone.add(number)
        yield from (mention for number, mention in enumerate(clause) if number not in gone)


def _heir(number: int, clause: Sequence[Mention]) -> int | None:
    """Which other mention of a clause says what this one does; None where none does."""
    mention = clause[number]
    if mention.denied or mention.term.role == "time":
        return None
    others = [
        (at, other.term)
        for at, other in enumerate(clause)
        if at != number and not other.denied and other.term.role in ("thing", "place")
    ]
    same = [at for at, term in others if term == mention.term and at < number]
    if same or mention.term.role == "place":
        return same[0] if same else None
    things = vocabulary("soundscape_words")["things"]
    entry, yields_to = things[mention.term.name], set(things[mention.term.name].get("yields_to", ()))
    others.sort(key=lambda other: other[1].role == "place")
    for at, term in others:
        if entry.get("weak" if term.role == "thing" else "weak_in_places"):
            return at
        if term.role == "thing" and (
            term.name in entry.get("not_beside", ())
            or (not things[term.name].get("weak") and yields_to.intersection(sounds_of(term.name)))
        ):
            return at
    return None


def _merged(heir: Mention, gone: Mention) -> Mention:
    things = vocabulary("soundscape_words")["things"]
    adds = things[gone.term.name].get("adds") if gone.term.role == "thing" else None
    modifiers = (*heir.modifiers, *gone.modifiers, *((adds,) if adds else ()))
    return replace(heir, modifiers=modifiers, spans=(*heir.spans, *gone.spans))
