"""The looser rules that the describer learns under: they hold there and nowhere else."""

from __future__ import annotations

from imagecraft.assets import vocabulary
from imagecraft.captioning.licences import fact_names, licences, may_end
from imagecraft.training.rules import loosened


def test_looser_rules_hold_while_it_learns_only() -> None:
    assert not may_end("standing")
    assert ("holding", "person") not in licences()["holding"]
    facts = fact_names()
    with loosened():
        assert may_end("standing")
        assert ("holding", "person") in licences()["holding"]
    assert not may_end("standing")
    assert ("holding", "person") not in licences()["holding"]
    assert fact_names() == facts


def test_looser_rules_hold_again_not_after_an_error() -> None:
    before = vocabulary("describer")["place_words"]
    try:
        with loosened():
            raise ValueError
    except ValueError:
        assert vocabulary("describer")["place_words"] == before


def test_looser_rules_have_the_same_words() -> None:
    strict = set(licences())
    with loosened():
        assert set(licences()) == strict
