"""The numbers of a prompt: how many of something there are, and how many metres away it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from imagecraft.assets import vocabulary
from imagecraft.soundscape.phrases import Match, Term

METRES = "metres "  # begins the name of a modifier that is a distance
MULTIPLIERS = (100.0, 1000.0)
NAMED_COUNTS = {1: "single", 2: "two", 3: "three"}
MORE = "many"
MOST_OF_A_DISTANCE = 5  # phrases: "two", "hundred", "metres", "away"
LONGEST_NUMBER = 9  # signs


def with_numbers(matches: Sequence[Match]) -> list[Match]:
    """Phrases with "10 km away" as one modifier, and digits before a sound as the word for so many."""
    found: list[Match] = []
    at = 0
    while at < len(matches):
        distance, length = _distance(matches[at : at + MOST_OF_A_DISTANCE])
        if distance is not None:
            at += length
            found.append(distance)
            continue
        found.append(_counted(matches[at], matches[at + 1] if at + 1 < len(matches) else None))
        at += 1
    return found


def effect_of(modifier: str) -> Mapping[str, Any]:
    """What a modifier changes, as soundscape_words.toml has it; of a distance "metres"."""
    if modifier.startswith(METRES):
        return {"metres": float(modifier.removeprefix(METRES)), "after": True}
    return dict(vocabulary("soundscape_words")["modifiers"][modifier])


def _distance(matches: Sequence[Match]) -> tuple[Match | None, int]:
    """The distance that phrases begin with, and how many of them it is; None where they begin with none."""
    table = vocabulary("soundscape_words")["distances"]
    amount, at = 0.0, 0
    while at < len(matches) and (number := _number(matches[at].text)) is not None:
        amount = amount * number if number in MULTIPLIERS and amount else amount + number
        at += 1
    if at == len(matches):
        return None, 0
    unit, *rest = matches[at].text.split()
    away = " ".join(rest) in table["away"] or (
        at + 1 < len(matches) and matches[at + 1].text in table["away"]
    )
    sure = away or (at > 0 and matches[at].term.role == "unit")
    if unit not in table["units"] or not sure or (not at and matches[at].term.role != "unit"):
        return None, 0
    last = at + 1 if away and not rest else at
    metres = (amount if at else 1.0) * table["units"][unit]
    text = " ".join(match.text for match in matches[: last + 1])
    term = Term("modifier", f"{METRES}{metres:.6g}")
    return Match(term, text, matches[0].start, matches[last].end), last + 1


def _counted(match: Match, following: Match | None) -> Match:
    number = _number(match.text) if match.text[:1].isdigit() else None
    if number is None or following is None or following.term.role not in ("thing", "modifier"):
        return match
    return (
        replace(match, term=Term("modifier", NAMED_COUNTS.get(int(number), MORE))) if number >= 1 else match
    )


def _number(text: str) -> float | None:
    words: Mapping[str, float] = vocabulary("soundscape_words")["distances"]["numbers"]
    if text in words:
        return float(words[text])
    if not text[:1].isdigit() or len(text) > LONGEST_NUMBER:
        return None
    whole = text.replace(",", "") if len(text.partition(",")[2]) == 3 else text.replace(",", ".")
    try:
        return float(whole)
    except ValueError:  # a digit that is no decimal one
        return None
