"""What is heard, put so that a painter can use it; and back: the things that a description names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from imagecraft.assets import vocabulary
from imagecraft.errors import InvalidInput
from imagecraft.painting.base import Thing
from imagecraft.painting.character import Character
from imagecraft.painting.setting import Setting, certain, setting_of

DEFAULT_STYLE = "poster"
MOST_IN_FRONT = 3
MOST_BEHIND = 3
STEADY = 0.75
"""Share of the time from which something is background, unless nothing else is there."""
MUSIC = "Music"
NAMED_SCORE = 0.8
NAMED_LESS = 0.06
"""What each later thing in a description counts less than the one before."""
_NOT = re.compile(r"\b(?:no|not|without|never)\s+(?:an?\s+|any\s+|the\s+)?$")


@dataclass(frozen=True)
class Prompt:
    """A description for a painter.

    Attributes:
        text: What is to be painted.
        negative: What should not be in the picture; empty for nothing.
        style: Name of the style preset.
    """

    text: str
    negative: str
    style: str


def styles() -> Mapping[str, str]:
    """What each style preset is called, by its name."""
    return {name: style["says"] for name, style in vocabulary("painting")["styles"].items()}


def prompt_for(
    things: Sequence[Thing],
    character: Character,
    *,
    style: str = DEFAULT_STYLE,
    first: Sequence[str] = (),
) -> Prompt:
    """Describe what is heard for a painter.

    Args:
        things: What is heard, the most certain first.
        character: What the sound is like.
        style: A preset out of `styles()`.
        first: The classes that came first most often, for the rule of ImageCraft 1.

    Raises:
        InvalidInput: if there is no such style; the error lists those there are.
    """
    presets = vocabulary("painting")["styles"]
    if style not in presets:
        raise InvalidInput(f"There is no style '{style}'.", f"Choose one of: {', '.join(presets)}.")
    names = [*dict.fromkeys((*first, *(thing.label for thing in things))), "sound", "sound"]
    words = {"picture": picture_of(things, character), "first": names[0], "second": names[1]}
    text = presets[style]["template"].format(**words)
    return Prompt(
        text[:1].upper() + text[1:] if style == "plain" else text, presets[style]["negative"], style
    )


def picture_of(things: Sequence[Thing], character: Character) -> str:
    """What is to be seen, in a phrase: foreground, background, place, time, mood."""
    setting = setting_of(things, character)
    front, behind = _grounds(things, character)
    parts = [f"{listed(front)} in the foreground" if behind and front else listed(front or behind)]
    if front and behind:
        parts.append(f"{listed(behind)} in the background")
    if not front and not behind:
        parts = ["an open landscape"]
    if setting.told and not _said(setting.place["says"], parts):
        parts.append(setting.place["says"])
    parts.append(vocabulary("poster")["hours"][setting.hour]["says"])
    return f"{', '.join(parts)}, {_article(setting.mood)} {setting.mood} mood"


def _grounds(things: Sequence[Thing], character: Character) -> tuple[list[str], list[str]]:
    """Phrases for foreground and background; nothing twice, and no class beside one of its kinds."""
    front: list[str] = []
    behind: list[str] = []
    for thing, look in certain(things):
        if look.get("mood") == "still":
            continue
        scenery = "draw" not in look or (
            thing.presence >= STEADY and bool(front) and look.get("at") != "bust"
        )
        ground, most = (behind, MOST_BEHIND) if scenery else (front, MOST_IN_FRONT)
        words = _with_tempo(thing, look["says"], character)
        if len(ground) < most and words not in front + behind:
            ground.append(words)
    return front, behind


def _with_tempo(thing: Thing, words: str, character: Character) -> str:
    if thing.kinds[-1] != MUSIC or character.tempo is None:
        return words
    tempo = next(
        entry["says"] for entry in vocabulary("painting")["tempos"] if character.tempo <= entry["upto"]
    )
    return f"{words} at a {tempo} pace"


def _said(place: str, parts: Sequence[str]) -> bool:
    nouns = set(re.findall(r"[a-z]{3,}", place)) - {"the", "beside", "line"}
    return any(noun in part.split() for part in parts for noun in nouns)


def listed(phrases: Sequence[str]) -> str:
    """Phrases as a list in a sentence: "a, b and c"."""
    return " and ".join(filter(None, [", ".join(phrases[:-1]), phrases[-1]])) if phrases else ""


def _article(word: str) -> str:
    return "an" if word[:1] in "aeiou" else "a"


def things_in(text: str, heard: Sequence[Thing] = ()) -> list[Thing]:
    """The things that a description names, in its order.

    Args:
        text: What somebody wrote.
        heard: What was listened to: a thing that is both named and heard keeps its time and its score.
    """
    lower = text.lower()
    taken = [False] * len(lower)
    found: list[tuple[int, str]] = []
    for name, label in _names():
        for match in re.finditer(rf"\b{re.escape(name)}(?:s|es)?\b", lower):
            span = range(*match.span())
            if any(taken[at] for at in span):
                continue
            for at in span:
                taken[at] = True
            if not _NOT.search(lower[: match.start()]):
                found.append((match.start(), label))
    labels = list(dict.fromkeys(label for _, label in sorted(found)))
    known = {thing.label: thing for thing in heard}
    things = []
    for index, label in enumerate(labels):
        score = max(0.3, NAMED_SCORE - NAMED_LESS * index)
        centre = (index + 0.5) / len(labels)
        things.append(known.get(label) or Thing(label, (label,), score, centre, 0.5))
    return things


def hour_in(text: str) -> str:
    """The light that a description names, out of assets/poster.toml; empty where it names none."""
    lower = text.lower()
    hours = vocabulary("poster")["hours"]
    found = [
        (match.start(), name)
        for name, hour in hours.items()
        for word in hour["words"]
        if (match := re.search(rf"\b{re.escape(word)}\b", lower)) and not _NOT.search(lower[: match.start()])
    ]
    return min(found)[1] if found else ""


@cache
def _names() -> tuple[tuple[str, str], ...]:
    """(what a description may call it, class), the longest names first."""
    names: dict[str, str] = {}
    for label, look in vocabulary("pictures").items():
        own = re.sub(r" \(.*\)", "", label).lower()
        said = re.sub(r"^(?:an?|the|some) ", "", look["says"])
        for name in (said, *look.get("words", ()), own, *own.split(", ")):
            if len(name) > 2 and name.removesuffix("s") not in names:
                names.setdefault(name, label)
    return tuple(sorted(names.items(), key=lambda pair: -len(pair[0])))


def seen(
    things: Sequence[Thing], setting: Setting, drawn: Sequence[Mapping[str, Any]], about: Sequence[str]
) -> str:
    """What an illustration shows, for who cannot see it.

    Args:
        things: What is heard.
        setting: Its place and light.
        drawn: How the things in it look, the largest first.
        about: What stands about.
    """
    looks = drawn or [look for _, look in certain(things)]
    phrases = list(dict.fromkeys(look["says"] for look in looks))
    weather = [vocabulary("painting")["weather"][name] for name in setting.weather]
    parts = [listed(phrases) if phrases else "the lines of the sound as a landscape"]
    parts += [setting.place["says"], *weather, vocabulary("poster")["hours"][setting.hour]["says"]]
    around = f" Around: {listed(about)}." if about else ""
    return f"An illustration of {', '.join(parts)}.{around}"
