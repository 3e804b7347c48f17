"""Which of two sentences is said: the learned one reads better, the template leaves out nothing sure."""

from __future__ import annotations

from functools import cache

from imagecraft.assets import vocabulary
from imagecraft.captioning.account import Account
from imagecraft.captioning.describer import Description

CONCLUDED_FROM = 0.7  # probability that every place and doing of a learned sentence must have
MUST_NAME = 2  # of the most important things, where there are so many


def worth_saying(described: Description, told: Account) -> bool:
    """Whether a learned sentence is sure, names what matters and says more than a list would.

    With these bounds it states no more places and doings that nobody tells of than people do who describe
    the same photo for each other (`python -m benchmarks.captions`, column "attributes").
    """
    named = {label for word in described.words for label in word.labels}
    present = sum(thing.label in named for thing in told.things)
    return (
        bool(described.concluded)
        and min(described.concluded.values()) >= CONCLUDED_FROM
        and present >= min(len(told.things), MUST_NAME)
        and not _says_little(described.text)
    )


def _says_little(text: str) -> bool:
    """Whether a sentence has a phrase, or an end, that says next to nothing."""
    phrases, ends = _little()
    plain = text.lower().removesuffix(".")
    return plain.endswith(ends) or any(f" {phrase} " in f"{plain} " for phrase in phrases)


@cache
def _little() -> tuple[tuple[str, ...], tuple[str, ...]]:
    table = vocabulary("describer")
    return tuple(table["says_little"]), tuple(table["says_little_at_the_end"])
