"""The door to a lent GPU, with the real `spaces` package: forks, pickling, durations, streams, deaths."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("spaces")
import zerosim

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Visit:
    """What one process that made calls has to tell.

    Attributes:
        app: Its process id.
        outcomes: What came of each call.
        service: The device service with all it was asked.
    """

    app: int
    outcomes: dict[str, Any]
    service: zerosim.DeviceService

    def durations(self) -> list[int]:
        return [int(call["durationSeconds"]) for call in self.service.calls if call["call"] == "schedule"]


def visit(folder: Path, *calls: str, refusal: tuple[int, dict[str, Any]] | None = None) -> Visit:
    os.mkfifo(folder / "answer")
    with zerosim.device_service() as service:
        service.refusal = refusal
        command = [sys.executable, str(HERE / "visits.py"), service.url, str(folder / "answer"), *calls]
        environment = os.environ | {"PYTHONPATH": str(HERE.parents[1])}
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment)
    lines = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    assert lines, done.stderr
    outcomes = json.loads(lines[0].removeprefix("RESULT "))
    return Visit(outcomes.pop("app"), outcomes, service)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Visit:
    """All calls of visits.py, made one after the other."""
    return visit(tmp_path_factory.mktemp("visit"))


def test_a_job_runs_in_the_worker_with_its_arguments(seen):
    result, worker = seen.outcomes["double"]
    assert result == 7
    assert worker != seen.app


def test_all_jobs_share_one_warm_worker(seen):
    worker = seen.outcomes["double"][1]
    assert seen.outcomes["pid"] == worker
    assert seen.outcomes["nested"] == [42, worker]
    assert seen.outcomes["last"] == [worker]


def test_errors_of_jobs_keep_their_words_and_the_worker_warm(seen):
    words = {"kind": "InvalidInput", "message": "The picture is empty.", "hint": "Choose another one."}
    assert seen.outcomes["refuse"] == words
    assert seen.outcomes["refuse_late"] == words
    assert seen.outcomes["still_warm"] == seen.outcomes["pid"]


def test_the_time_asked_for_is_estimated_from_the_arguments(seen):
    double, pid, count = seen.durations()[:3]
    assert double == 4 * pid  # 3 times 2.6 seconds, rounded up; a factor may be put on all of them
    assert count == 2 * pid


def test_values_arrive_as_they_are_made(seen):
    assert seen.outcomes["streamed"] == [1, 2]


def test_a_stream_closed_early_ends_the_job_and_frees_the_gpu(seen):
    assert seen.outcomes["closed_early"] == seen.outcomes["pid"] == seen.outcomes["still_warm"]


def test_full_gpu_memory_is_named_as_such(seen):
    assert seen.outcomes["out_of_memory"]["kind"] == "ResourceExhausted"
    assert "memory is full" in seen.outcomes["out_of_memory"]["message"]


def test_arguments_that_cannot_travel_fail_before_a_gpu_is_asked_for(seen):
    assert "pickle" in seen.outcomes["bad_argument"]["message"]
    scheduled = [call for call in seen.service.calls if call["call"] == "schedule"]
    assert len(scheduled) == len(seen.outcomes) - 1


def test_results_that_cannot_travel_are_an_error(seen):
    assert seen.outcomes["bad_result"]["kind"] == "RuntimeError"


def test_a_fault_of_ours_is_told_apart_from_what_a_user_can_mend(seen):
    assert seen.outcomes["bug"] == {"kind": "RuntimeError", "message": "A GPU job failed: ZeroDivisionError"}


@pytest.mark.parametrize("call", ["die", "leave"])
def test_a_lost_worker_is_told_in_words_and_the_next_call_gets_a_new_one(seen, call):
    assert seen.outcomes[call]["kind"] == "ResourceExhausted"
    assert seen.outcomes[call]["message"] == "The GPU was taken away before the work was done."
    assert seen.outcomes[call]["hint"].startswith("Try again")
    assert isinstance(seen.outcomes["afterwards"], int)
    assert seen.outcomes["afterwards"] != seen.outcomes["pid"]


def test_every_gpu_is_given_back(seen):
    asked = [call["call"] for call in seen.service.calls]
    assert asked.count("release") == asked.count("schedule")
    assert not seen.service.lent


@pytest.mark.parametrize(
    ("refusal", "message", "hint"),
    [
        ((429, {"left": 3, "wait": 120}), "GPU limit", "CPU"),
        ((429, {"left": 0, "wait": -1}), "larger than the maximum", "smaller size"),
        ((503, {}), "No GPU was available", "Try again in a minute"),
    ],
)
def test_a_gpu_that_is_not_to_be_had_is_told_with_a_way_out(tmp_path, refusal, message, hint):
    outcome = visit(tmp_path, "pid", refusal=refusal).outcomes["pid"]
    assert outcome["kind"] == "ResourceExhausted"
    assert message in outcome["message"]
    assert hint in outcome["hint"]
