"""What a caption tells of a picture that nothing else is known of."""

from __future__ import annotations

from functools import cache

from imagecraft.assets import vocabulary
from imagecraft.soundscape.phrases import plural, words_of
from imagecraft.soundscape.sighted import Clue, place_of, things_by_name

LONGEST_NAME = 3  # words
PLURAL = 2  # how many a plural alone stands for
PLACE_SCORE = 0.6  # how far a caption's word for a place is trusted


def clues_told(caption: str) -> list[Clue]:
    """The things and places that a caption names, as clues without a place in the picture."""
    words = [word.plain for word in words_of(caption)]
    table = vocabulary("soundscape_things")["captions"]
    counts = table["counts"]
    clues: list[Clue] = []
    at, count = 0, 0
    while at < len(words):
        for length in range(min(LONGEST_NAME, len(words) - at), 0, -1):
            phrase = " ".join(words[at : at + length])
            if phrase in counts:
                count = counts[phrase]
                break
            if phrase in _names():
                label, several = _names()[phrase]
                clues += [Clue(label, 1.0, None, "word")] * (max(count, PLURAL) if several else 1)
                count = 0
                break
            if place_of(phrase) and phrase not in table["not_places"]:
                clues.append(Clue(phrase, PLACE_SCORE, None, "scene"))
                break
        else:
            length = 1
        at += length
    return clues


@cache
def _names() -> dict[str, tuple[str, bool]]:
    """What captions call the things, with whether that is several of them."""
    table = vocabulary("soundscape_things")["captions"]
    not_things, several = frozenset(table["not_things"]), frozenset(table["several"])
    names: dict[str, tuple[str, bool]] = {}
    for label, entry in vocabulary("coco").items():
        names[entry["many"]] = (label, entry["many"] != entry["one"])
    for name in things_by_name():
        names.setdefault(name, (name, False))
        names.setdefault(plural(name), (name, True))
    for label, entry in vocabulary("coco").items():
        for word in entry["words"]:
            names.setdefault(word, (label, word in several))
            names.setdefault(plural(word), (label, True))
    return {name: meant for name, meant in names.items() if name not in not_things}
