"""One natural sentence from what was measured, by a small network of our own that may name only that.

The network (trained by `imagecraft train describer`) reads the evidence as rows of small numbers and writes
word by word. Words whose grounds were not measured (`imagecraft.captioning.licences`) and pairs of words that
no person wrote are never considered, whatever the network would like to say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from imagecraft.captioning.acting import rests_on
from imagecraft.captioning.base import Word
from imagecraft.captioning.cues import COLOURLESS, cue_probabilities
from imagecraft.captioning.evidence import Observations
from imagecraft.captioning.facts import CUE_FROM, THING_FROM, ThingFact, holds, rows, thing_facts
from imagecraft.captioning.licences import COUNTS, fact_vector
from imagecraft.captioning.phrasing import HEDGED_BELOW, PROBABLY
from imagecraft.captioning.weighing import Thing, weigh
from imagecraft.captioning.wording import with_article
from imagecraft.captioning.writer import Writer
from imagecraft.runtime.loaded import use

MEMORY_BYTES = 40_000_000
FILES = ("encoder.onnx", "decoder.onnx", "vocabulary.json", "cues.npz")


@dataclass(frozen=True)
class Description:
    """A sentence and what its words rest on.

    Attributes:
        text: With a capital and a full stop.
        words: All that state something.
        concluded: Cues that they rest on, with their probabilities.
    """

    text: str
    words: tuple[Word, ...]
    concluded: Mapping[str, float]


@dataclass(frozen=True)
class Told:
    """What the describer is told of one picture.

    Attributes:
        things: What was seen, likely or not.
        cues: What is concluded, with probabilities.
    """

    things: tuple[ThingFact, ...]
    cues: Mapping[str, float]

    @classmethod
    def of(cls, seen: Observations, weighed: Sequence[Thing] | None = None) -> Told:
        """What is told of a picture that was looked at."""
        weighed = weigh(seen) if weighed is None else weighed
        things = thing_facts(weighed)
        return cls(things, cue_probabilities(seen, weighed, things))

    def facts(self, concluded_from: float = CUE_FROM, named_from: float = THING_FROM) -> frozenset[str]:
        """Names of all facts that are sure enough to be said."""
        return holds(self.things, self.cues, concluded_from, named_from)


@cache
def is_there() -> bool:
    """Whether the network's files are installed."""
    folder = files("imagecraft.assets") / "describer"
    return all((folder / name).is_file() for name in FILES)


def describe(
    told: Told, *, hedge: bool = False, concluded_from: float = CUE_FROM, named_from: float = THING_FROM
) -> Description | None:
    """A sentence, or None where the evidence allows none that names anything.

    Args:
        told: The evidence.
        hedge: Say "probably" before the least sure statement, if it is not very sure.
        concluded_from: Probability from which places and doings may be stated.
        named_from: And from which things may be named.
    """
    return describe_all([told], hedge=hedge, concluded_from=concluded_from, named_from=named_from)[0]


def describe_all(
    told: Sequence[Told],
    *,
    hedge: bool = False,
    concluded_from: float = CUE_FROM,
    named_from: float = THING_FROM,
    writer: Writer | None = None,
) -> list[Description | None]:
    """A sentence for each of several pictures, the same as each would get alone.

    Args:
        told: The evidence.
        hedge: As for `describe`.
        concluded_from: As for `describe`.
        named_from: As for `describe`.
        writer: Another network than the one shipped.
    """
    if not told:
        return []
    facts = [item.facts(concluded_from, named_from) for item in told]
    with _network() if writer is None else nullcontext(writer) as network:
        sentences = network.sentences(
            np.stack([rows(item.things, item.cues) for item in told]),
            np.stack([fact_vector(held) for held in facts]),
        )
    return [
        _rendered(tokens, held, item, hedge)
        for tokens, held, item in zip(sentences, facts, told, strict=True)
    ]


def _rendered(tokens: Sequence[str], facts: frozenset[str], told: Told, hedge: bool) -> Description | None:
    labels = _labels(tokens, facts)
    if not any(labels):
        return None
    sureness = {thing.label: thing.probability for thing in told.things} | dict(told.cues)
    doubted = _doubted(tokens, labels, sureness) if hedge else None
    text = ""
    words = []
    for place, token in enumerate(tokens):
        written = token
        if token == "a" and place + 1 < len(tokens):
            written = with_article(tokens[place + 1]).partition(" ")[0]
        if place == doubted:
            text += f" {PROBABLY}" if text else PROBABLY.capitalize()
        if not text:
            written = written[:1].upper() + written[1:]
        start = len(text) + bool(text)
        text += f" {written}" if text else written
        if labels[place]:
            words.append(Word(written, start, len(text), labels[place]))
    if COLOURLESS in facts and not any(COLOURLESS in word.labels for word in words):
        text += f", in {COLOURLESS}"
        words.append(Word(COLOURLESS, len(text) - len(COLOURLESS), len(text), (COLOURLESS,)))
    rested_on = dict.fromkeys(label for word in words for label in word.labels)
    concluded = {label: told.cues[label] for label in rested_on if label in told.cues}
    return Description(f"{text}.", tuple(words), concluded)


def _labels(tokens: Sequence[str], facts: frozenset[str]) -> list[tuple[str, ...]]:
    """What each token rests on: classes and cues. A number rests on what it numbers."""
    grounds = [rests_on(tokens, place, facts) or () for place in range(len(tokens))]
    labels = []
    for place, ground in enumerate(grounds):
        if ground and ground[0] in COUNTS:
            ground = next((found for found in grounds[place:] if found and found[0] not in COUNTS), ())
        labels.append(tuple(dict.fromkeys(fact.rpartition(":")[2] for fact in ground)))
    return labels


def _doubted(
    tokens: Sequence[str], labels: Sequence[tuple[str, ...]], sureness: Mapping[str, float]
) -> int | None:
    """Where "probably" belongs: before the least sure statement and its article; None where all is sure."""
    least = {place: min(sureness[label] for label in found) for place, found in enumerate(labels) if found}
    place = min(least, key=lambda stated: least[stated])
    if least[place] >= HEDGED_BELOW:
        return None
    while place and (tokens[place - 1] in ("a", "the", "some") or labels[place - 1] == labels[place]):
        place -= 1
    return place


def _network() -> AbstractContextManager[Writer]:
    return use(("grounded", "cpu", "describer"), Writer, size_bytes=MEMORY_BYTES)
