"""What is said of a picture: the learned sentence where it tells more, else the template.

A sentence states only places and doings that are sure. Where that leaves few words, a second one is asked for
that may state likely ones, too.
"""

from __future__ import annotations

from collections.abc import Sequence

from imagecraft.captioning.describer import Description, Told, describe_all
from imagecraft.captioning.writer import Writer

# Probabilities that what a learned sentence states must have; chosen with benchmarks/sureness.py.
CONCLUDED_FROM = 0.75  # places and doings
LIKELY_FROM = 0.6  # the same, where a caption would else have no more words than
FEW_WORDS = 6
NAMED_FROM = 0.45  # things


def chosen(
    told: Sequence[Told], templates: Sequence[str], *, hedge: bool = False, writer: Writer | None = None,
    concluded_from: float = CONCLUDED_FROM, likely_from: float = LIKELY_FROM, named_from: float = NAMED_FROM,
) -> list[Description | None]:  # fmt: skip
    """The learned sentence for each picture; None where the template is to be said.

    Args:
        told: The evidence.
        templates: What else would be said.
        hedge: As for `describe`.
        writer: As for `describe_all`.
        concluded_from, likely_from, named_from: As the constants of this module.
    """

    def asked(places: Sequence[int], sure_from: float) -> list[Description | None]:
        made = describe_all(
            [told[i] for i in places], hedge=hedge, writer=writer, concluded_from=sure_from,
            named_from=named_from,
        )  # fmt: skip
        return [
            described if described is not None and worth_saying(described, templates[i]) else None
            for i, described in zip(places, made, strict=True)
        ]

    found = asked(range(len(told)), concluded_from)
    thin = [
        i
        for i, described in enumerate(found)
        if len((templates[i] if described is None else described.text).split()) <= FEW_WORDS
    ]
    for i, described in zip(thin, asked(thin, likely_from), strict=True):
        found[i] = described
    return found


def worth_saying(described: Description, template: str) -> bool:
    """Whether a learned sentence says where it is or what goes on, or at least as much as the template."""
    return bool(described.concluded) or len(described.text.split()) >= len(template.split())
