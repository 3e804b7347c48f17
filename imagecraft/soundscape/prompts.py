"""From a sentence to a plan: "light rain on a tin roof, distant thunder, no people"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from imagecraft.assets import vocabulary
from imagecraft.errors import InvalidInput
from imagecraft.soundscape.arranging import (
    ASKED,
    MOST_ARRANGED,
    Candidate,
    arrange,
    background,
    belongs,
    changed,
    is_wide,
    native_sounds,
    place_candidates,
    timed,
    usual_layer,
)
from imagecraft.soundscape.counting import effect_of
from imagecraft.soundscape.layers import LONGEST_TEXT, Place, Plan
from imagecraft.soundscape.reading import Mention, Reading, layers_of, read, sounds_of
from imagecraft.soundscape.refusals import denied_names, taken_back, unwanted_sounds

BEHIND_DB = -5.0
SPREAD = {2: (-0.4, 0.4), 3: (-0.55, 0.0, 0.55)}  # pans of so many sources
ANOTHER_LOSS = 4.0  # of weight, for the second and third of them
OFTEN_ALONE = {1: 2.0, 2: 1.5}
MOST_WORDS_SHOWN = 8
LONGEST_WORD_SHOWN = 24
EXAMPLE = 'Try for example "light rain on a tin roof, distant thunder, no people".'


def plan_from_prompt(prompt: str) -> Plan:
    """What a sentence asks to hear.

    Known are sounds and their makers, places, weather, times of the day and the year; "no ..." and
    "without ..." take away; adjectives, numbers and phrases like "far away" and "on the left" change what
    they stand beside. Words that are not known are named in the plan's notices.

    Args:
        prompt: English; of a longer text only the first 2,000 characters are read.

    Raises:
        InvalidInput: An empty prompt.
    """
    if not isinstance(prompt, str) or not prompt.strip():
        raise InvalidInput("The prompt is empty.", EXAMPLE)
    text = prompt.strip()[:LONGEST_TEXT]
    reading = read(text)
    notices = (
        []
        if len(prompt.strip()) <= LONGEST_TEXT
        else [f"Only the first {LONGEST_TEXT:,} characters were read."]
    )
    place, native, candidates = _candidates(reading, text)
    unwanted = unwanted_sounds(reading)
    layers = arrange(
        (candidate for candidate in candidates if candidate.asked or candidate.layer.sound not in unwanted),
        place,
        native=native,
    )
    asked = {candidate.layer.sound for candidate in candidates if candidate.asked}
    left_out = asked - {layer.sound for layer in layers} if len(layers) == MOST_ARRANGED else set()
    bed = background(layers, place, unwanted)
    made = (*layers, bed) if bed and len(layers) < MOST_ARRANGED else layers
    return Plan(made, place, text, tuple(notices + _notices(reading, not layers, left_out)))


def _candidates(reading: Reading, prompt: str) -> tuple[Place, frozenset[str], list[Candidate]]:
    """Where it is, the sounds at home there, and all that may be heard."""
    things = list(reading.of("thing"))
    asked = [
        candidate
        for number, mention in enumerate(things)
        for candidate in _wanted(
            _asked_for(mention, mention.quote(prompt), ASKED - number / 20), mention, reading
        )
    ]
    table = vocabulary("soundscapes")["places"]
    places = sorted(
        (mention for mention in reading.of("place") if not _seen_from_inside(mention, things)),
        key=lambda mention: (mention.aside, not table[mention.term.name]["layers"]),
    )
    if places:
        where: Place = table[places[0].term.name]["where"]
        land, native = table[places[0].term.name].get("land", ""), native_sounds(places[0].term.name)
    else:
        where = _where_of([candidate.layer.sound for candidate in asked])
        land, native = "land" if where == "outdoor" else "", frozenset[str]()
    around = [
        candidate
        for mention in places
        for candidate in _around(mention, mention.quote(prompt), aside=mention is not places[0])
    ]
    times = {mention.term.name: mention.quote(prompt) for mention in reading.of("time")}
    return where, native, _in_front(timed(_often_enough(asked) + around, land, times))


def _seen_from_inside(place: Mention, things: Sequence[Mention]) -> bool:
    """Whether "outside" is said of something beside what is indoors: "a keyboard, rain outside"."""
    return (
        place.aside
        and not vocabulary("soundscapes")["places"][place.term.name]["layers"]
        and any(
            belongs(sound) == "in"
            for thing in things
            if thing.clause != place.clause
            for sound in sounds_of(thing.term.name)
        )
    )


def _often_enough(asked: Sequence[Candidate]) -> list[Candidate]:
    """One or two events that are asked for come more often than they would by chance."""
    events = len({candidate.layer.sound for candidate in asked if candidate.layer.kind == "event"})
    often = OFTEN_ALONE.get(events, 1.0)
    return [
        replace(candidate, layer=changed(candidate.layer, {"often": often}))
        if candidate.layer.kind == "event"
        else candidate
        for candidate in asked
    ]


def _in_front(candidates: Sequence[Candidate]) -> list[Candidate]:
    """What is asked for by name before what the place and the time have besides."""
    if not any(candidate.asked for candidate in candidates):
        return list(candidates)
    return [
        candidate
        if candidate.asked
        else replace(candidate, layer=changed(candidate.layer, {"gain": BEHIND_DB}))
        for candidate in candidates
    ]


def _asked_for(mention: Mention, why: str, weight: float) -> list[Candidate]:
    found: list[Candidate] = []
    together = vocabulary("soundscape_words")["things"][mention.term.name].get("together", False)
    for spec in layers_of(mention.term.name):
        varied, kept = _variant(spec["sound"], mention.modifiers)
        layer = usual_layer({**spec, "sound": varied}, why)
        effects = _effects(kept)
        for effect in effects:
            layer = changed(layer, effect)
        placed = any("pan" in effect for effect in effects)
        candidate = Candidate(layer, weight, asked=True, placed=placed)
        sources = max((effect.get("sources", 1) for effect in effects), default=1)
        apart = (
            not together and layer.kind == "event" and not placed and not found and not is_wide(layer.sound)
        )
        found += _spread(candidate, sources) if apart and sources > 1 else [candidate]
    return found


def _spread(candidate: Candidate, sources: int) -> list[Candidate]:
    """One sound from several directions, together as often as it was from one: three dogs."""
    layer = candidate.layer
    return [
        replace(
            candidate,
            layer=layer.replaced(
                pan=pan,
                per_minute=layer.per_minute / sources,
                why=f"{f'another of {layer.why}' if number else layer.why}"[:LONGEST_TEXT],
            ),
            weight=candidate.weight - (ANOTHER_LOSS if number else 0),
            placed=True,
        )
        for number, pan in enumerate(SPREAD[sources])
    ]


def _wanted(found: Sequence[Candidate], mention: Mention, reading: Reading) -> list[Candidate]:
    """What is left of a mention's sounds: "no ..." takes some away, and all where it names them later."""
    unwanted = unwanted_sounds(reading)
    wanted = [candidate for candidate in found if candidate.layer.sound not in unwanted]
    refused = taken_back(reading, mention)
    return wanted or [candidate for candidate in found if candidate.layer.sound not in refused]


def _around(mention: Mention, quote: str, *, aside: bool) -> list[Candidate]:
    """What a place sounds like, as it is described."""
    says = vocabulary("soundscapes")["places"][mention.term.name]["says"]
    candidates = place_candidates(mention.term.name, f"{quote}: what {says} sounds like", aside=aside)
    for effect in _effects(mention.modifiers):
        candidates = candidates[:1] if effect.get("bare") else candidates
        candidates = [
            Candidate(changed(candidate.layer, effect), candidate.weight, placed="pan" in effect)
            for candidate in candidates
        ]
    return candidates


def _variant(sound: str, modifiers: Sequence[str]) -> tuple[str, list[str]]:
    """The sound that a modifier makes of another ("light" of rain), and the modifiers that are left."""
    variants = vocabulary("soundscapes")["variants"].get(sound, {})
    for name in modifiers:
        if name in variants:
            return variants[name], [other for other in modifiers if other != name]
    return sound, list(modifiers)


def _effects(modifiers: Iterable[str]) -> list[Mapping[str, Any]]:
    return [effect_of(name) for name in dict.fromkeys(modifiers)]


def _where_of(sounds: Sequence[str]) -> Place:
    """Indoors where something is that belongs there."""
    return "indoor" if any(belongs(sound) == "in" for sound in sounds) else "outdoor"


def _notices(reading: Reading, nothing: bool, left_out: Iterable[str]) -> list[str]:
    notices = [
        f'"{word}" was read as "{known}".'
        for word, known in list(reading.misspelt.items())[:MOST_WORDS_SHOWN]
    ]
    if left_out:
        says = [vocabulary("sounds")[sound]["says"] for sound in sorted(left_out)]
        notices.append(f"At most {MOST_ARRANGED} sounds are mixed; left out: {', '.join(says)}.")
    unknown = [f'"{word[:LONGEST_WORD_SHOWN]}"' for word in reading.unknown[:MOST_WORDS_SHOWN]]
    more = " and others" if len(reading.unknown) > MOST_WORDS_SHOWN else ""
    refused = denied_names(reading)[:MOST_WORDS_SHOWN]
    if nothing and refused:
        notices.append(f"You asked for no {', no '.join(refused)}; a quiet bed is heard.")
        nothing = False
    if nothing:
        why = f" ({', '.join(unknown)}{more})" if unknown else ""
        notices.append(
            f"Nothing in the prompt names a sound that is known here{why}; a quiet bed is heard instead."
            f" {EXAMPLE}"
        )
    elif unknown:
        notices.append(f"Not understood, and left out: {', '.join(unknown)}{more}.")
    return notices
