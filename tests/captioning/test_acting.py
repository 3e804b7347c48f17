"""Who does what: a doing is said only of what does it, and rests on that."""

from __future__ import annotations

import pytest

from imagecraft.captioning.acting import is_grounded, rests_on

SKIS = frozenset({"dog", "person", "skis", "skiing", "hill", "slope", "at:skis"})
RIDING = frozenset({"person", "horse", "bicycle", "at:bicycle", "riding"})
PARKED = frozenset({"car", "airplane", "truck", "bus", "parked"})
PAIR = frozenset({"sheep", "many:sheep", "field"})


@pytest.mark.parametrize(
    ("sentence", "facts", "grounded"),
    [
        ("a|person|is|skiing|down|a|hill|with|a|dog", SKIS, True),
        ("a|skier|is|skiing|down|a|hill", SKIS, True),
        ("a|dog|is|skiing|down|a|hill", SKIS, False),
        ("a|dog|is|skiing|next to|a|person", SKIS, False),
        ("a|person|riding|a|bicycle|with|a|horse", RIDING, True),
        ("a|person|riding|a|horse|on|a|bicycle", RIDING, False),
        ("a|dog|is|parked|next to|a|car", PARKED | {"dog"}, False),
        ("a|parked|car", PARKED, True),
        ("a|dog|is|stopped|at|a|traffic light", frozenset({"dog", "traffic light", "stopped"}), True),
        ("sheep|are|in|a|field", PAIR, True),
        ("sheep|are|in|a|field", PAIR - {"many:sheep"}, False),
        ("sheep|in|a|field|are|standing", PAIR - {"many:sheep"} | {"standing"}, False),
    ],
)
def test_a_doing_needs_who_does_it(sentence, facts, grounded):
    assert is_grounded(sentence.split("|"), facts) is grounded


@pytest.mark.parametrize(
    ("sentence", "doing", "label"),
    [
        ("a|truck|is|parked|next to|a|car", "parked", "truck"),
        ("an|airplane|is|parked|on|a|bus", "parked", "airplane"),
        ("a|truck|and|a|car|parked", "parked", "car"),
    ],
)
def test_it_rests_on_what_does_it(sentence, doing, label):
    tokens = sentence.replace("an|", "a|").split("|")
    assert rests_on(tokens, tokens.index(doing), PARKED) == ("parked", label)


def test_a_ride_rests_on_what_is_ridden():
    tokens = ["a", "person", "riding", "a", "horse", "next to", "a", "bicycle"]
    assert rests_on(tokens, 2, RIDING | {"at:horse"}) == ("riding", "person", "horse", "at:horse")
