"""What the describer is told of a picture: rows of small numbers, and the names of all that holds.

The same rows come from photos (here) and, in training, from simulated evidence (training/simulation.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from imagecraft.assets import vocabulary
from imagecraft.captioning.relations import STANDINGS, standing
from imagecraft.captioning.weighing import Thing

THING_FROM = 0.5  # probability from which the describer may name a thing
CUE_FROM = 0.5  # and from which it may rest words on a cue
THING_TOLD_FROM = 0.15  # and from which it is told of either at all
CUE_TOLD_FROM = 0.15
MOST_THINGS = 9
MOST_CUES = 12
ROWS = MOST_THINGS + MOST_CUES
COLUMNS = 6  # concept, probability, count, size, column, row
PROBABILITY_STEPS = 10
SIZE_BOUNDS = (0.01, 0.04, 0.12, 0.3, 0.55)  # shares of the picture
MOST_COUNTED = 4
SUBJECT = 1 + len(STANDINGS)  # the standing of what a sentence is likely to be about
REACHED = frozenset(1 + STANDINGS.index(test) for test in STANDINGS if test not in ("close", "apart"))
ON = frozenset(1 + STANDINGS.index(test) for test in ("astride", "resting", "above", "touching"))
SUBJECT_WEIGHTS = {"person": 2.6, "animal": 2.0, "vehicle": 1.5, "food": 1.0, "fixture": 1.0, "street": 1.0}
OTHER_WEIGHT = 0.7


@dataclass(frozen=True)
class ThingFact:
    """A kind of object, as the describer is told of it.

    Attributes:
        label: COCO class.
        probability: That a person would agree, 0 to 1.
        count: How many were seen, at most 4.
        size: The largest one's size, 1 (tiny) to 6 (more than half of the picture).
        column: Its middle: 1 left, 2 middle, 3 right.
        row: Its middle: 1 top, 2 middle, 3 bottom.
        standing: How the subject stands to it (`thing_facts`): 1 and up, by `STANDINGS`; `SUBJECT` for the
            subject itself; 0 where that is not known, which forbids nothing.
    """

    label: str
    probability: float
    count: int
    size: int
    column: int
    row: int
    standing: int = 0

    @classmethod
    def of(cls, thing: Thing) -> ThingFact:
        """What is told of a thing that was seen."""
        left, top, right, bottom = thing.box
        return cls(
            thing.label,
            thing.probability,
            min(thing.count, MOST_COUNTED),
            1 + sum(thing.area > bound for bound in SIZE_BOUNDS),
            1 + min(2, max(0, int((left + right) * 1.5))),
            1 + min(2, max(0, int((top + bottom) * 1.5))),
        )


def thing_facts(weighed: Sequence[Thing]) -> tuple[ThingFact, ...]:
    """What is told of all things that were seen, and how they stand to the subject."""
    facts = [ThingFact.of(thing) for thing in weighed]
    chief = subject(facts)
    if chief is None:
        return ()
    return tuple(
        replace(
            fact,
            standing=SUBJECT if i == chief else 1 + STANDINGS.index(standing(weighed[chief], weighed[i])),
        )
        for i, fact in enumerate(facts)
    )


def subject(things: Sequence[ThingFact]) -> int | None:
    """Which thing a sentence is likely to be about: likely, large, and rather alive than not."""
    kinds = vocabulary("coco")

    def importance(place: int) -> float:
        thing = things[place]
        weight = SUBJECT_WEIGHTS.get(kinds[thing.label]["kind"], OTHER_WEIGHT)
        return thing.probability * weight * (1 + thing.size / 6)

    return max(range(len(things)), key=importance, default=None)


def holds(
    things: Sequence[ThingFact],
    cues: Mapping[str, float],
    concluded_from: float = CUE_FROM,
    named_from: float = THING_FROM,
) -> frozenset[str]:
    """Names of all facts that are sure enough to be said, as `imagecraft.captioning.licences` writes them.

    Args:
        things: What was seen.
        cues: What is concluded.
        concluded_from: Probability from which cues are sure enough.
        named_from: And things.
    """
    facts = {cue for cue, probability in cues.items() if probability >= concluded_from}
    chief = next((thing.label for thing in things if thing.standing == SUBJECT), "")
    never_under = vocabulary("describer")["never_under"].get(chief, ())
    for thing in things:
        if thing.probability >= named_from:
            facts.add(thing.label)
            if thing.standing in REACHED | {0, SUBJECT}:
                facts.add(f"at:{thing.label}")
            if thing.standing in ON | {0, SUBJECT} and thing.label not in never_under:
                facts.add(f"on:{thing.label}")
            if thing.count >= 2:
                facts |= {f"many:{thing.label}"}
            if thing.count == 2:
                facts |= {f"two:{thing.label}", "two"}
            if thing.count >= 3:
                facts |= {f"more:{thing.label}", "more"}
    return frozenset(facts)


def rows(things: Sequence[ThingFact], cues: Mapping[str, float]) -> np.ndarray:
    """The describer's input, shape (ROWS, COLUMNS), int64; unused rows hold the concept `padding()`."""
    index = concepts()
    table = np.zeros((ROWS, COLUMNS), np.int64)
    table[:, 0] = len(index)
    told = sorted(
        (thing for thing in things if thing.probability >= THING_TOLD_FROM), key=lambda t: -t.probability
    )
    likely = sorted(((p, cue) for cue, p in cues.items() if p >= CUE_TOLD_FROM), reverse=True)
    filled = [
        (index[t.label], _step(t.probability), t.count, t.size, t.column, t.row) for t in told[:MOST_THINGS]
    ] + [(index[cue], _step(p), 0, 0, 0, 0) for p, cue in likely[:MOST_CUES]]
    if filled:
        table[: len(filled)] = filled
    return table


@cache
def concepts() -> dict[str, int]:
    """COCO classes, then cues, by their number in the describer's input."""
    return {name: i for i, name in enumerate((*vocabulary("coco"), *vocabulary("describer")["cues"]))}


def _step(probability: float) -> int:
    return min(PROBABILITY_STEPS, 1 + int(probability * PROBABILITY_STEPS))
