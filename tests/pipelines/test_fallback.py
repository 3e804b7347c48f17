"""On the page, the offline model does the work of one that is not there, and says so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from imagecraft import catalog
from imagecraft.catalog import ModelCard
from imagecraft.errors import ImageCraftError, InvalidInput, ModelUnavailable, ResourceExhausted
from imagecraft.pipelines.fallback import Instead, or_offline

PLAIN = ModelCard("plain", "caption", "Sees", "MIT", True, offline=True, default_for=("cpu", "cuda"))
GRAND = ModelCard(
    "grand", "caption", "Sees more", "MIT", True, repo="one/grand", default_for=("cpu", "cuda", "zerogpu")
)
MISSING = ModelUnavailable("The model 'grand' is not on this machine.", "Fetch it.")


@pytest.fixture(autouse=True)
def two_models(monkeypatch):
    monkeypatch.setattr(catalog, "CARDS", (PLAIN, GRAND))


def job(failures: dict[str | None, ImageCraftError], asked: list[str | None]):
    """A job that yields a step and its model's name; the models in `failures` fail after the step."""

    def run(model: str | None) -> Iterator[str]:
        asked.append(model)
        yield "looking"
        if model in failures:
            raise failures[model]
        yield f"by {model}"

    return run


def test_a_model_that_is_there_does_its_work():
    assert list(or_offline("caption", "grand", job({}, []))) == ["looking", "by grand"]


def test_the_offline_model_takes_the_place_of_one_that_is_not_there():
    steps = list(or_offline("caption", "grand", job({"grand": MISSING}, [])))
    told = Instead(
        "grand", "plain", "The model 'grand' is not on this machine. plain did it instead.", "Fetch it."
    )
    assert steps == ["looking", told, "looking", "by plain"]


def test_an_offline_model_that_fails_is_not_tried_twice():
    asked: list[str | None] = []
    with pytest.raises(ModelUnavailable):
        list(or_offline("caption", "plain", job({"plain": MISSING}, asked)))
    assert asked == ["plain"]


def test_both_failing_is_an_error():
    failures = {"grand": MISSING, "plain": ModelUnavailable("The detectors are not here.", "")}
    with pytest.raises(ModelUnavailable, match="detectors"):
        list(or_offline("caption", "grand", job(failures, [])))


@pytest.mark.parametrize("named", [None, "grand"])
def test_a_gpu_that_is_not_to_be_had_is_replaced_for_the_model_that_is_the_default_here(monkeypatch, named):
    busy = ResourceExhausted("No GPU was available.", "Try again in a minute.")
    monkeypatch.setattr("imagecraft.runtime.selection.is_ready", lambda card: card is GRAND)
    monkeypatch.setattr("imagecraft.runtime.selection.has_room", lambda card: True)
    steps = list(or_offline("caption", named, job({named: busy}, [])))
    assert [step.message for step in steps if isinstance(step, Instead)] == [
        "No GPU was available. plain did it instead."
    ]
    assert steps[-1] == "by plain"


def test_who_chose_another_model_is_told_that_there_is_no_gpu():
    busy = ResourceExhausted("No GPU was available.", "Try again in a minute.")
    with pytest.raises(ResourceExhausted):
        list(or_offline("caption", "grand", job({"grand": busy}, [])))


def test_another_error_stays_what_it_is():
    with pytest.raises(InvalidInput):
        list(or_offline("caption", "grand", job({"grand": InvalidInput("No picture.")}, [])))
