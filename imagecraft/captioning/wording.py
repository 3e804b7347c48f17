"""English: articles, plurals, lists, sentences, and texts that end where they may."""

from __future__ import annotations

from collections.abc import Sequence

from imagecraft.assets import vocabulary

SHORTEST = "A picture."  # where there is room, or cause, for nothing that was seen
MANY = 3  # detectors miss members of larger groups, so from here on no number is stated

ARTICLES = ("a", "an", "the")
PAIR_OF = "pair of "  # begins what one of a thing with two halves is called
_VOWEL_SOUNDS = ("a", "e", "i", "o", "hour", "umbrella", "upright", "SUV")
_CONSONANT_SOUNDS = ("one", "euro", "unicorn", "unicycle", "ukulele", "university")
_HERDS = {
    "bird": "a flock of birds",
    "sheep": "a flock of sheep",
    "person": "a group of people",
    "cow": "a herd of cows",
    "elephant": "a herd of elephants",
    "zebra": "a herd of zebras",
    "giraffe": "a group of giraffes",
    "horse": "a group of horses",
    "dog": "a group of dogs",
    "cat": "a group of cats",
    "banana": "a bunch of bananas",
}


def with_article(noun: str) -> str:
    """ "dog" -> "a dog", "umbrella" -> "an umbrella"."""
    lower = noun.lower()
    vowel = lower.startswith(_VOWEL_SOUNDS) and not lower.startswith(_CONSONANT_SOUNDS)
    return f"{'an' if vowel else 'a'} {noun}"


def without_article(words: str) -> str:
    """ "a dog" -> "dog", "the dog" -> "dog", "two dogs" as they are."""
    first, _, rest = words.partition(" ")
    return rest if first in ARTICLES and rest else words


def counted(label: str, count: int) -> str:
    """So many of a COCO class: "a dog", "two dogs", "a herd of cows", "several chairs", "broccoli"."""
    words = vocabulary("coco")[label]
    if words.get("mass"):
        return str(words["one"])
    if count <= 1:
        return with_article(words["one"])
    if count < MANY:
        return f"two {plural(label)}"
    return _HERDS.get(label, f"several {plural(label)}")


def plural(label: str) -> str:
    """ "dogs", "people", "pairs of skis"."""
    words = vocabulary("coco")[label]
    if words["one"].startswith(PAIR_OF):
        return f"pairs of {words['many']}"
    return str(words["many"])


def group_of(label: str, count: int) -> str:
    """What `counted` named, to be taken up again after "the": "dog", "two dogs", "herd of cows", "chairs"."""
    words = vocabulary("coco")[label]
    if count < 2 or words.get("mass"):
        return str(words["one"]).removeprefix(PAIR_OF)
    return counted(label, count).removeprefix("a ").removeprefix("several ")


def takes_plural(label: str, count: int) -> bool:
    """Whether what `counted` named takes a plural verb ("two dogs are", "a herd of cows is")."""
    words = vocabulary("coco")[label]
    if count < 2:
        return str(words["one"]).startswith(PAIR_OF)
    return not words.get("mass") and not counted(label, count).startswith("a ")


def listed(parts: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def sentence(text: str) -> str:
    """With a capital and a full stop."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
