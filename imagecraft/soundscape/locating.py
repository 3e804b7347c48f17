"""Where a picture was taken, as far as its sound goes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from imagecraft.assets import vocabulary
from imagecraft.soundscape.layers import Place
from imagecraft.soundscape.reading import Reading
from imagecraft.soundscape.sighted import Clue, Group, place_of

SCENE_LOGITS = 3.0  # what a sure scene says of indoors or outdoors
CAPTION_SCORE = 0.6  # how far a caption's word for a place is trusted beside what was measured
SUGGESTED = 0.45  # how far a thing's usual place is
GENERIC = 0.7  # what counts a place that gives way to a more exact one
ASIDE_FROM = 0.75  # score from which a second place is heard too
CERTAIN = 0.99


@dataclass(frozen=True)
class Setting:
    """Where and when it is.

    Attributes:
        where: "indoor" or "outdoor".
        places: Names of soundscapes.toml's places, the likeliest first; others are only near.
        why: What the first rests on.
        told: Whether something told the place itself, rather than the things in it suggesting one.
        times: Names of soundscapes.toml's times, with their reasons.
    """

    where: Place
    places: tuple[str, ...]
    why: str
    told: bool
    times: Mapping[str, str]

    @property
    def place(self) -> str:
        """The likeliest place."""
        return self.places[0]

    @property
    def land(self) -> str:
        """What the time of day adds there, as soundscapes.toml says; empty indoors."""
        return str(vocabulary("soundscapes")["places"][self.place].get("land", ""))


@dataclass(frozen=True)
class _Vote:
    score: float
    told: bool
    why: str


def locate(clues: Sequence[Clue], things: Sequence[Group], reading: Reading) -> Setting:
    """The setting that clues, things and the words of a caption speak for."""
    table = vocabulary("soundscapes")["places"]
    votes = _votes(clues, things, reading)
    indoors = _indoor_logit(things, votes)
    where: Place = "indoor" if indoors > 0 else "outdoor"
    fitting = sorted(
        (name for name in votes if table[name]["where"] == where), key=lambda name: -_strength(name, votes)
    )
    times = {mention.term.name: "time of day in the caption" for mention in reading.of("time")}
    times |= {
        clue.label: f"{clue.label}, {clue.score:.0%} sure".replace("%", " %")
        for clue in clues
        if clue.label in vocabulary("soundscapes")["times"]
    }
    if not fitting:
        name = "indoors" if where == "indoor" else "outdoors"
        return Setting(where, (name,), "", False, times)
    near = [
        name
        for name in fitting[1:2]
        if votes[name].told and votes[name].score >= ASIDE_FROM and not table[name].get("generic")
    ]
    best = votes[fitting[0]]
    return Setting(where, (fitting[0], *near), best.why, best.told, times)


def _votes(clues: Sequence[Clue], things: Sequence[Group], reading: Reading) -> dict[str, _Vote]:
    """What speaks for each place, the strongest voice each."""
    says = vocabulary("soundscapes")["places"]
    votes: dict[str, _Vote] = {}

    def vote(name: str, score: float, told: bool, why: str) -> None:
        if name not in votes or score > votes[name].score:
            votes[name] = _Vote(score, told, why)

    for clue in clues:
        name = place_of(clue.label)
        if name and clue.source != "object":
            vote(name, clue.score, True, f"{clue.label}, {clue.score:.0%} sure".replace("%", " %"))
    for mention in reading.of("place"):
        vote(
            mention.term.name, CAPTION_SCORE, True, f"{says[mention.term.name]['says']}, as the caption says"
        )
    table = vocabulary("soundscape_things")["things"]
    for group in things:
        name = table[group.thing].get("suggests")
        if name:
            size = 0.6 + 0.4 * min(1.0, group.largest_share / 0.2) if group.boxes else 0.8
            vote(
                name,
                SUGGESTED * table[group.thing].get("hint", 1.0) * group.score * size,
                False,
                f"{says[name]['says']}, to go by the {group.label}",
            )
    return votes


def _strength(name: str, votes: Mapping[str, _Vote]) -> float:
    generic = vocabulary("soundscapes")["places"][name].get("generic")
    return votes[name].score * (GENERIC if generic else 1.0)


def _indoor_logit(things: Sequence[Group], votes: Mapping[str, _Vote]) -> float:
    """Evidence for indoors (above 0) or outdoors, as a sum of log odds."""
    table = vocabulary("soundscapes")["places"]
    total = 0.0
    for group in things:
        inside = vocabulary("soundscape_things")["things"][group.thing].get("inside", 0.5)
        inside = min(CERTAIN, max(1 - CERTAIN, inside))
        total += group.score * math.log(inside / (1 - inside)) / group.seen * group.count
    for name, vote in votes.items():
        if vote.told:
            sign = 1 if table[name]["where"] == "indoor" else -1
            total += sign * SCENE_LOGITS * vote.score
    return total
