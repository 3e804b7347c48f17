"""From what a picture shows to a plan of what would be heard there."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise
from typing import Any

from imagecraft.assets import vocabulary
from imagecraft.soundscape.arranging import (
    BACKGROUND_WHY,
    EXTRA,
    MOST_ARRANGED,
    PLACE,
    Candidate,
    arrange,
    background,
    changed,
    native_sounds,
    place_candidates,
    timed,
    usual_layer,
)
from imagecraft.soundscape.describing import near_or_far, propose_prompt, side
from imagecraft.soundscape.layers import LONGEST_TEXT, Layer, Plan
from imagecraft.soundscape.locating import Setting, locate
from imagecraft.soundscape.phrases import plural, words_of
from imagecraft.soundscape.prompts import plan_from_prompt
from imagecraft.soundscape.reading import Reading, layers_of, read
from imagecraft.soundscape.sighted import Clue, Group, doing_of, groups, place_of, thing_of
from imagecraft.soundscape.told import clues_told

SEEN_FROM = 0.5  # score; what is less sure makes no sound
FIELD_OF_VIEW_DEGREES = 60.0  # across the longer side of a photo: a phone's or a 28 mm lens
NEAR_METRES, FAR_METRES = 1.0, 120.0  # distances 0 and 1 of any thing,
NEAR_SIZES, FAR_SIZES = 0.9, 40.0  # and in sizes of the thing itself; the mean of both counts
SURE_DB = -6.0  # the least that doubt takes away
THING, MENTION = 6.0, 2.5  # weights, beside those of `arranging`
SECOND_LOSS = 2.0  # of weight, for a thing's second sound
COUNT_POWER = 0.5  # four dogs bark twice as often as one
MOST_COUNTED = 4
CROWD_FROM = 5  # from so many on it matters little how they are spread
NUMBERS = ("no", "one", "two", "three", "four", "five", "six")


def plan_from_evidence(clues: Iterable[Clue], size: tuple[int, int] | None = None, caption: str = "") -> Plan:
    """What would be heard where a picture was taken.

    Args:
        clues: What is known of it; see `imagecraft.soundscape.sighted.Clue`.
        size: Its width and height in pixels, for how far things are; 4:3 where None.
        caption: What somebody or a model says of it. Its doings, places, times and weather are used, and
            where there are no clues, all of it.

    Returns:
        A plan of at most eight layers, with a prompt that asks for about the same.
    """
    sure = [clue for clue in clues if clue.score >= SEEN_FROM]
    caption = caption[:LONGEST_TEXT]
    reading = read(caption)
    told = not any(thing_of(clue.label) or place_of(clue.label) for clue in sure)
    sure += clues_told(caption) if told else []
    if told and not sure and caption.strip():
        return _from_caption(caption)
    things = groups(sure)
    setting = locate(sure, things, reading)
    doings = {doing for doing in map(doing_of, (*(clue.label for clue in sure), *_words(caption))) if doing}
    holds = doings | {group.thing for group in things} | {setting.place}
    heard = _heard(things, holds, size)
    around = [
        candidate
        for number, name in enumerate(setting.places)
        for candidate in place_candidates(name, setting.why if not number else "also there", aside=number > 0)
    ]
    candidates = timed([*heard, *around, *_besides(reading, caption, told)], setting.land, setting.times)
    layers = arrange(candidates, setting.where, native=native_sounds(setting.place))
    bed = background(layers, setting.where)
    notices = () if heard or setting.told else (_nothing_heard(setting),)
    made = (*layers[: MOST_ARRANGED - 1], bed) if bed else layers
    plan = Plan(made, setting.where, notices=notices)
    return plan.replaced(prompt=propose_prompt(plan)[:LONGEST_TEXT])


def _from_caption(caption: str) -> Plan:
    """What a caption alone tells; words that are not understood are no fault of the user's."""
    plan = plan_from_prompt(caption)
    silent = all(layer.why == BACKGROUND_WHY for layer in plan.layers)
    notices = ("Nothing that the caption tells makes a sound, so a quiet bed is heard.",) if silent else ()
    return plan.replaced(prompt=propose_prompt(plan), notices=notices)


def _heard(things: Sequence[Group], holds: AbstractSet[str], size: tuple[int, int] | None) -> list[Candidate]:
    """What the things make heard; of those that are all but silent, only the largest."""
    table = vocabulary("soundscape_things")["things"]
    heard: list[Candidate] = []
    mentioned = False
    at_a_side: set[str] = set()
    for group in sorted(things, key=lambda group: -group.largest_share):
        entry = table[group.thing]
        if entry.get("mention"):
            if mentioned:
                continue
            mentioned = True
        specs, doing = _specs(entry, group, holds)
        specs = specs[:1] if group.thing in at_a_side else specs
        at_a_side.add(group.thing)
        weight = MENTION if entry.get("mention") else THING * _importance(group)
        for number, spec in enumerate(specs):
            why = f"also {_name(group)}" if number else _why(group, doing, size)
            layer = _as_seen(usual_layer(spec, why), spec, group, size)
            heard.append(
                Candidate(layer, weight - number * SECOND_LOSS, asked=True, placed=bool(group.boxes))
            )
    return heard


def _specs(
    entry: Mapping[str, Any], group: Group, holds: AbstractSet[str]
) -> tuple[Sequence[Mapping[str, Any]], str]:
    """The sounds of a thing as it is there, and the doing that decided them."""
    doings = vocabulary("soundscape_things")["doings"]
    count = group.seen if group.seen >= CROWD_FROM else group.count
    fewer = "when_alone" if count == 1 else "when_together" if count < CROWD_FROM else ""
    fitting = [several for several in entry.get("many", ()) if count >= several["from"]]
    if fitting and "unless" in fitting[-1] and holds.isdisjoint(fitting[-1]["unless"]):
        return fitting[-1]["layers"], ""
    for condition, specs in (entry.get("when", {}) | entry.get(fewer, {})).items():
        if condition in holds and condition != group.thing:
            return specs, condition if condition in doings else ""
    return (fitting[-1]["layers"] if fitting else entry["layers"]), ""


def _as_seen(layer: Layer, spec: Mapping[str, Any], group: Group, size: tuple[int, int] | None) -> Layer:
    """A layer where its thing is in the picture, as often as so many of them are heard."""
    doubt_db = max(SURE_DB, 20 * math.log10(max(group.score, 0.01)))
    often = min(group.count, MOST_COUNTED) ** COUNT_POWER
    layer = changed(layer, {"gain": doubt_db, "often": often, "pan": group.pan})
    metres = metres_away(group, size)
    if metres is None or "distance" in spec:
        return layer
    return layer.replaced(distance=distance_of(metres, group))


def metres_away(group: Group, size: tuple[int, int] | None) -> float | None:
    """How far a thing is, from how large it appears and how large it usually is; None where no box tells.

    Pinhole camera: what fills the longer side of the picture, L metres long, is L / (2 tan(angle / 2)) away.
    """
    if not group.boxes:
        return None
    width, height = size or (4, 3)
    left, top, right, bottom = group.boxes[0]
    longer = max(width, height)
    apparent = max((right - left) * width / longer, (bottom - top) * height / longer, 0.005)
    metres = vocabulary("soundscape_things")["things"][group.thing]["metres"]
    return float(metres / (2 * math.tan(math.radians(FIELD_OF_VIEW_DEGREES) / 2) * apparent))


def distance_of(metres: float, group: Group) -> float:
    """Metres as a layer's distance, 0 to 1: a train is near at twenty, a cup is not."""
    sizes = metres / vocabulary("soundscape_things")["things"][group.thing]["metres"]
    shares = (_log_share(metres, NEAR_METRES, FAR_METRES), _log_share(sizes, NEAR_SIZES, FAR_SIZES))
    return round(sum(shares) / 2, 2)


def _log_share(value: float, lowest: float, highest: float) -> float:
    return min(1.0, math.log(max(value, lowest) / lowest) / math.log(highest / lowest))


def _importance(group: Group) -> float:
    """How much a thing matters in its picture, .5 to 1.3."""
    size = min(1.0, math.sqrt(group.largest_share / 0.25)) if group.boxes else 0.7
    return 0.5 + 0.8 * group.score * size


def _name(group: Group) -> str:
    coco = vocabulary("coco").get(group.thing, {})
    many = coco.get("many", plural(group.label))
    count = NUMBERS[group.count] if group.count < len(NUMBERS) else "many"
    return f"{count} {many}" if group.count > 1 else group.label


def _why(group: Group, doing: str, size: tuple[int, int] | None) -> str:
    sure = "in the caption" if group.told else f"{group.score:.0%} sure".replace("%", " %")
    words = [_name(group), sure, *([doing] if doing else [])]
    if group.boxes:
        metres = metres_away(group, size)
        words.append(side(group.pan))
        words += [near_or_far(distance_of(metres, group))] if metres is not None else []
    return ", ".join(word for word in words if word)


def _besides(reading: Reading, caption: str, told: bool) -> list[Candidate]:
    """What a caption tells of weather, music and the like; all that is no thing, where it alone is known."""
    known = vocabulary("soundscape_things")["weather"]["things"]
    return [
        Candidate(
            usual_layer(spec, f"{mention.quote(caption)} in the caption"), (PLACE + EXTRA) / 2, asked=True
        )
        for mention in reading.of("thing")
        if mention.term.name in known or (told and not clues_told(mention.quote(caption)))
        for spec in layers_of(mention.term.name)
    ]


def _words(caption: str) -> list[str]:
    words = [word.plain for word in words_of(caption)]
    return [*words, *(f"{first} {second}" for first, second in pairwise(words))]


def _nothing_heard(setting: Setting) -> str:
    bed = "a quiet room" if setting.where == "indoor" else "quiet air outdoors"
    return f"Nothing that was seen makes a sound of its own, so {bed} is heard."
