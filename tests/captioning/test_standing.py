"""How things stand to the subject: measured from boxes, and needed for what is said of the two."""

from __future__ import annotations

from dataclasses import replace

import pytest

from imagecraft.captioning.cues import cue_names
from imagecraft.captioning.describer import Told, describe
from imagecraft.captioning.facts import SUBJECT, ThingFact, holds, thing_facts
from imagecraft.captioning.licences import grounds_of
from imagecraft.captioning.relations import STANDINGS, standing
from imagecraft.captioning.weighing import Thing
from imagecraft.runtime.vision import Box, Sighting

PERSON = (0.4, 0.1, 0.6, 0.7)
RIDING = {"riding": 0.9, "holding": 0.9}


def seen(label: str, *boxes: Box, probability: float = 0.9) -> Thing:
    return Thing(label, probability, tuple(Sighting(label, probability, box) for box in boxes))


@pytest.mark.parametrize(
    ("other", "name"),
    [
        ((0.25, 0.4, 0.75, 0.95), "astride"),
        ((0.45, 0.4, 0.5, 0.45), "inside"),
        ((0.35, 0.65, 0.65, 0.8), "above"),
        ((0.62, 0.1, 0.8, 0.7), "beside"),
        ((0.9, 0.9, 1.0, 1.0), "apart"),
    ],
)
def test_boxes_tell_how_things_stand(other: Box, name: str) -> None:
    assert standing(seen("person", PERSON), seen("horse", other)) == name


def test_any_of_several_counts() -> None:
    horses = seen("horse", (0.9, 0.9, 1.0, 1.0), (0.25, 0.4, 0.75, 0.95))
    assert standing(seen("person", PERSON), horses) == "astride"


def test_the_subject_is_found_and_how_the_rest_stands_to_it() -> None:
    facts = thing_facts(
        [seen("person", PERSON), seen("horse", (0.25, 0.4, 0.75, 0.95)), seen("car", (0, 0, 0.1, 0.1))]
    )
    assert [fact.standing for fact in facts] == [
        SUBJECT,
        1 + STANDINGS.index("astride"),
        1 + STANDINGS.index("apart"),
    ]


def test_one_rides_and_holds_only_what_is_in_reach() -> None:
    near = thing_facts([seen("person", PERSON), seen("horse", (0.25, 0.4, 0.75, 0.95))])
    far = thing_facts([seen("person", PERSON), seen("horse", (0.85, 0.8, 1.0, 0.95))])
    cup = thing_facts([seen("person", PERSON), seen("cup", (0.45, 0.4, 0.5, 0.45))])
    assert grounds_of("riding", holds(near, RIDING))
    assert not grounds_of("riding", holds(far, RIDING))
    assert grounds_of("holding", holds(cup, RIDING))
    assert not grounds_of("holding", holds(far, RIDING))


def test_one_is_on_a_large_thing_only_where_the_boxes_allow_it() -> None:
    bench = ThingFact("bench", 0.95, 1, 4, 2, 3)
    person = ThingFact("person", 0.97, 1, 5, 2, 2, SUBJECT)
    cues = dict.fromkeys(cue_names(), 0.0) | {"sitting": 0.9}
    under, over = (
        describe(Told((person, replace(bench, standing=1 + STANDINGS.index(name))), cues))
        for name in ("resting", "below")
    )
    assert under is not None
    assert "on a bench" in under.text
    assert over is None or "on a bench" not in over.text  # where it finds no sentence, the template speaks


def test_nothing_seen_is_nothing_told() -> None:
    assert thing_facts([]) == ()
