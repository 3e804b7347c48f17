"""What is said of a picture: the learned sentence where it tells more, else the template.

A sentence states only what is sure. Where that leaves few words, a second one is asked for that may state
what is likely, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from imagecraft.captioning.describer import Description, Told, describe_all
from imagecraft.captioning.phrasing import PROBABLY
from imagecraft.captioning.writer import Writer


@dataclass(frozen=True)
class Sureness:
    """Probabilities that what a learned sentence states must have; chosen with benchmarks/sureness.py.

    Attributes:
        concluded: Places and doings.
        named: Things.
    """

    concluded: float
    named: float


SURE = Sureness(0.75, 0.42)
LIKELY = Sureness(0.6, 0.4)  # where a caption would else have no more words than
FEW_WORDS = 6


def chosen(
    told: Sequence[Told], templates: Sequence[str], *, hedge: bool = False, writer: Writer | None = None,
    sure: Sureness = SURE, likely: Sureness = LIKELY,
) -> list[Description | None]:  # fmt: skip
    """The learned sentence for each picture; None where the template is to be said.

    Args:
        told: The evidence.
        templates: What else would be said.
        hedge: As for `describe`.
        writer: As for `describe_all`.
        sure: What is stated everywhere.
        likely: And what, where that leaves few words.
    """

    def asked(places: Sequence[int], sureness: Sureness) -> list[Description | None]:
        made = describe_all(
            [told[i] for i in places], hedge=hedge, writer=writer, concluded_from=sureness.concluded,
            named_from=sureness.named,
        )  # fmt: skip
        return [
            described if described is not None and worth_saying(described, templates[i]) else None
            for i, described in zip(places, made, strict=True)
        ]

    found = asked(range(len(told)), sure)
    thin = [
        i
        for i, described in enumerate(found)
        if _length(templates[i] if described is None else described.text) <= FEW_WORDS
    ]
    for i, described in zip(thin, asked(thin, likely), strict=True):
        found[i] = described or found[i]
    return found


def worth_saying(described: Description, template: str) -> bool:
    """Whether a learned sentence says where it is or what goes on, or at least as much as the template."""
    return bool(described.concluded) or _length(described.text) >= _length(template)


def _length(text: str) -> int:
    """Words of a text, but for "probably": a doubt changes no choice."""
    return sum(word.lower() != PROBABLY for word in text.split())
