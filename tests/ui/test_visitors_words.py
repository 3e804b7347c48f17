"""What a visitor reads, and what is left for whoever runs the page."""

from __future__ import annotations

import pytest

from imagecraft.errors import InvalidInput, ModelUnavailable, ResourceExhausted
from imagecraft.pipelines.evaluation import Item, Lacking, ScoreReport
from imagecraft.pipelines.fallback import Instead
from imagecraft.ui import grounds, score_views, soundscape_views
from imagecraft.ui.errors import api_error, instead, problem

MISSING = ModelUnavailable("The model 'grand' is not on this machine.", "Set HF_TOKEN.")


def test_of_a_model_that_is_missing_visitors_read_what_they_can_do() -> None:
    told = problem(MISSING)
    assert told["message"] == MISSING.message
    assert "HF_TOKEN" not in told["hint"]
    assert told["operators"] == MISSING.hint


@pytest.mark.parametrize("kind", [InvalidInput, ResourceExhausted])
def test_what_visitors_can_mend_is_told_them(kind: type[InvalidInput]) -> None:
    assert problem(kind("No.", "Choose a photo.")) == {"message": "No.", "hint": "Choose a photo."}


def test_programs_that_ask_over_http_get_all_of_it() -> None:
    assert "Set HF_TOKEN." in str(api_error(MISSING))


def test_what_did_the_work_instead_is_said_and_the_command_logged(caplog: pytest.LogCaptureFixture) -> None:
    said = instead(Instead("grand", "plain", "No grand here. plain did it instead.", "Set HF_TOKEN."))
    assert said == "No grand here. plain did it instead."
    assert "Set HF_TOKEN." in caplog.text


def test_a_lent_gpu_is_what_visitors_can_wait_for() -> None:
    step = Instead("grand", "plain", "No GPU. plain did it instead.", "Try again.", visitors_can=True)
    assert instead(step).endswith("Try again.")


def test_layers_of_one_name_are_told_apart() -> None:
    told = soundscape_views.numbered(["cutlery", "wind", "cutlery"])
    assert told == ["cutlery, 1 of 2", "wind", "cutlery, 2 of 2"]


def test_a_result_without_evidence_no_longer_promises_a_list() -> None:
    assert grounds.tables([], (10, 10)) != grounds.EMPTY


def test_what_a_score_lacks_is_folded_and_what_the_files_lack_is_not() -> None:
    reasons = {"mse": "The sound is silent.", "clap_similarity": Lacking("CLAP is not here: hf download it.")}
    said = score_views.remarks(ScoreReport((), (Item("1", "", ()),), (), {}, reasons, {}))
    read, folded = said.split("<details")
    assert "The sound is silent." in read
    assert "CLAP similarity was not computed" in read
    assert "hf download" not in read
    assert "hf download" in folded
