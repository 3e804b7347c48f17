"""What an independent listener, YAMNet, hears in every generated sound and in sixty prompts' soundscapes.

    python -m benchmarks.listen [SOUND ...] [--seeds N] [--intensity X] [--only sounds|prompts] [--check]

Recordings are left out: everything heard is made by imagecraft/soundscape/synth. A sound is judged as it will
be heard, alone in a soundscape of ten seconds, where and as far away as it usually is; events over the faint
air of a room or an open place. "rank" is the place of the strict class, the first in its `audioset`, or of a
class below it in AudioSet, among all that YAMNet hears, the most specific names first as `imagecraft.tag` has
them; "any" is the best place of all its classes. Time is processor time of ten seconds of a bed, or an event,
the best of three. With --check the exit status is 1 if a share is under the aim.
"""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time

import numpy as np

from imagecraft.assets import vocabulary
from imagecraft.media.audio import Audio
from imagecraft.soundscape.arranging import belongs, usual_layer
from imagecraft.soundscape.layers import Layer, Place, Plan
from imagecraft.soundscape.mix import mix
from imagecraft.soundscape.prompts import plan_from_prompt
from imagecraft.soundscape.synth import GENERATORS, render
from imagecraft.tagging import tag
from imagecraft.tagging.ontology import descendants

SECONDS = 10.0
TIMES_A_MINUTE = 12.0
AIR: Mapping[Place, str] = {"indoor": "room", "outdoor": "leaves"}
AIR_DB = -30.0
"""What is always there between events: YAMNet learnt from recordings and finds digital silence strange."""
TRIES = 3
FIRST = 10
AIM = 0.85
PROMPTS = Path(__file__).with_name("listen.toml")


@dataclass(frozen=True)
class Heard:
    """What the listener said of one sound: places count from 1."""

    rank: int
    any: int
    score: float
    first: tuple[str, ...]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sounds", nargs="*", metavar="SOUND", help="only these; all when none is named")
    parser.add_argument("--seeds", type=int, default=1, help="takes of each")
    parser.add_argument("--intensity", type=float, default=0.5)
    parser.add_argument("--only", choices=("sounds", "prompts"))
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    shares = []
    if options.only != "prompts":
        shares += _sounds(options.sounds or list(GENERATORS), options.seeds, options.intensity)
    if options.only != "sounds" and not options.sounds:
        shares += _prompts(options.seeds)
    return int(options.check and min(shares) < AIM)


def _sounds(names: Sequence[str], seeds: int, intensity: float) -> list[float]:
    table = vocabulary("sounds")
    print(f"{'sound':18} {'expected':26} rank  any  score    ms  heard first")
    all_heard = []
    for name in names:
        wanted = table[name]["audioset"]
        for seed in range(seeds):
            heard = _listen(
                mix(_alone(name, intensity), seconds=SECONDS, seed=seed, recordings=False), wanted
            )
            milliseconds = f"{_milliseconds(name, intensity):5.0f}" if seed == 0 else " " * 5
            print(_row(name if seed == 0 else "", wanted[0], heard, milliseconds), flush=True)
            all_heard.append(heard)
    return _shares("sounds", all_heard)


def _prompts(seeds: int) -> list[float]:
    prompts: Mapping[str, Sequence[str]] = tomllib.loads(PROMPTS.read_text(encoding="utf-8"))["prompts"]
    print(f"\n{'prompt':40} {'expected':26} rank  any  score        heard first")
    all_heard = []
    for prompt, wanted in prompts.items():
        for seed in range(seeds):
            plan = plan_from_prompt(prompt)
            heard = _listen(mix(plan, seconds=SECONDS, seed=seed, recordings=False), wanted)
            print(_row(prompt if seed == 0 else "", wanted[0], heard, " " * 5, width=40), flush=True)
            all_heard.append(heard)
    return _shares("prompts", all_heard)


def _alone(name: str, intensity: float) -> Plan:
    """A plan of one sound, as it usually is; an event comes often, and not out of nothing."""
    usual = usual_layer({"sound": name, "intensity": intensity}, "")
    place: Place = "indoor" if belongs(name) == "in" else "outdoor"
    if usual.kind == "bed":
        return Plan((usual.replaced(gain_db=0.0),), place=place)
    air = Layer(AIR[place], "bed", gain_db=AIR_DB, intensity=0.2)
    return Plan((usual.replaced(gain_db=0.0, per_minute=TIMES_A_MINUTE, jitter=0.2), air), place=place)


def _listen(audio: Audio, wanted: Sequence[str]) -> Heard:
    tags = tag(audio)
    order = [tags.labels[index] for index in np.argsort(-tags.specific, kind="stable")]
    places = [min(order.index(label) + 1 for label in _kinds(name, order)) for name in wanted]
    return Heard(places[0], min(places), tags.score(wanted[0]), tuple(t.label for t in tags.top(3)))


def _kinds(label: str, known: Collection[str]) -> list[str]:
    """A class and those below it: who hears a hoot hears an owl."""
    return [label, *(below for below in descendants(label) if below in known)]


def _milliseconds(name: str, intensity: float) -> float:
    def once() -> float:
        started = process_time()
        render(name, seconds=SECONDS, intensity=intensity)
        return process_time() - started

    return min(once() for _ in range(TRIES)) * 1000


def _row(name: str, wanted: str, heard: Heard, milliseconds: str, width: int = 18) -> str:
    first = ", ".join(label[:24] for label in heard.first)
    place = f"{heard.rank:4d} {heard.any:4d}  {heard.score:5.2f}"
    return f"{name[:width]:{width}} {wanted[:26]:26} {place} {milliseconds}  {first}"


def _shares(what: str, all_heard: Sequence[Heard]) -> list[float]:
    strict = float(np.mean([heard.rank <= FIRST for heard in all_heard]))
    loose = float(np.mean([heard.any <= FIRST for heard in all_heard]))
    print(
        f"\n{what}: the strict class among the first {FIRST}: {strict:.0%}; any of its classes: {loose:.0%}"
    )
    return [strict, loose]


if __name__ == "__main__":
    raise SystemExit(main())
