"""Who does what: which of a doing's grounds a sentence names, and whether it names one.

That a person and skis are in the picture licenses "skiing", but not "a dog is skiing": who does it must be
named before it, and what it is done with must be what the boxes allow.
"""

from __future__ import annotations

from collections.abc import Sequence, Set

from imagecraft.assets import vocabulary
from imagecraft.captioning.licences import Ground, grounds_of, licences

PERSON = "person"


def rests_on(tokens: Sequence[str], place: int, facts: Set[str]) -> Ground | None:
    """What a word of a sentence rests on, given all facts that hold.

    Of a doing, the ground whose things the sentence names; of several, the one with most of them named, and
    of those the one whose doer stands nearest.

    Returns:
        None where it may not be said, or where the sentence does not name who does it.
    """
    token = tokens[place]
    if not _is_done_by_something(token):
        return next(iter(grounds_of(token, facts)), None if licences()[token] else ())
    named = [_things(word, facts) for word in tokens]
    objects = {thing for ground in licences()[token] for thing in _doer_and_objects(ground)[1]}
    acted_on = next((things & objects for things in named[place + 1 :] if things & objects), frozenset[str]())
    found: dict[tuple[int, int], Ground] = {}
    for ground in grounds_of(token, facts):
        doer, others = _doer_and_objects(ground)
        doers = [i for i, things in enumerate(named) if doer in things and (i <= place + 1 or _waits(doer))]
        if doers and not (others and acted_on and others.isdisjoint(acted_on)):
            told = sum(any(other in things for things in named) for other in others)
            found.setdefault((told, max(doers)), ground)
    return found[max(found)] if found else None


def is_grounded(tokens: Sequence[str], facts: Set[str]) -> bool:
    """Whether a sentence names who does all that it says is done, and says "are" of none that is one."""
    doings = [place for place, token in enumerate(tokens) if _is_done_by_something(token)]
    of_several = set(vocabulary("describer")["verbs_of_several"])
    return all(rests_on(tokens, place, facts) is not None for place in doings) and not any(
        _is_one(token, facts)
        for place, token in enumerate(tokens)
        if not of_several.isdisjoint(tokens[place + 1 :])
    )


def _is_one(token: str, facts: Set[str]) -> bool:
    """Whether a word that is the same for one and for several names one ("sheep")."""
    return any(
        words["one"] == words["many"] == token and f"many:{label}" not in facts
        for label, words in vocabulary("coco").items()
    )


def _is_done_by_something(token: str) -> bool:
    """Whether a word is a doing that needs more than its cue."""
    return token in vocabulary("describer")["doings"] and all(
        _partners(ground) for ground in licences()[token] or ((),)
    )


def _things(token: str, facts: Set[str]) -> frozenset[str]:
    """COCO classes that a word names; a doing names none."""
    if token in vocabulary("describer")["doings"]:
        return frozenset()
    return frozenset(thing for ground in grounds_of(token, facts) for thing in _partners(ground))


def _doer_and_objects(ground: Ground) -> tuple[str, frozenset[str]]:
    """Who does what a ground is of, and what it is done with."""
    partners = _partners(ground)
    doer = PERSON if PERSON in partners else partners[0]
    return doer, frozenset(partners) - {doer}


def _waits(doer: str) -> bool:
    """Whether it may as well be what something else does it at ("a car stopped at a traffic light")."""
    return doer in vocabulary("describer")["done_at"]


def _partners(ground: Ground) -> list[str]:
    """COCO classes of a ground, in its order."""
    classes = vocabulary("coco")
    return list(
        dict.fromkeys(label for label in (fact.rpartition(":")[2] for fact in ground) if label in classes)
    )
