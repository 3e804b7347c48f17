"""A Space with random-weight models: all jobs, streams, stops, deaths, and what takes no GPU second."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("spaces")
import zerosim

from imagecraft import catalog
from imagecraft.cli import run
from imagecraft.errors import InvalidInput
from imagecraft.runtime import device, hub_fetch, neural, space

HERE = Path(__file__).parent
README = HERE.parents[1] / "README.md"
KEPT = {
    "florence-2-base": "florence2",
    "eomt-large": "eomt_semantic",
    "ast": "ast",
    "sdxl-turbo": "sdxl_turbo",
    "stable-audio-open": "stable_audio",
}
"""The models of the Space, and the functions of `tiny_models` that build such ones."""

needs_networks = pytest.mark.skipif(
    not all(map(importlib.util.find_spec, ("diffusers", "transformers", "accelerate", "torchsde"))),
    reason="the optional extra [neural] is not installed",
)


@pytest.fixture(scope="module")
def home(tiny_model: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hub's cache with a random-weight model in the place of each one that the Space keeps."""
    from diffusers import AutoencoderTiny

    folder = tmp_path_factory.mktemp("home")
    for name, family in KEPT.items():
        card = catalog.card(name)
        cache = folder / "hub" / f"models--{card.repo.replace('/', '--')}" / "snapshots"
        cache.mkdir(parents=True)
        (cache / (card.revision or "c0ffee")).symlink_to(tiny_model(family), target_is_directory=True)
    (helper,) = catalog.helpers(catalog.card("sdxl-turbo"))
    snapshots = folder / "hub" / f"models--{helper.repo.replace('/', '--')}" / "snapshots"
    small = {f"{part}_block_out_channels": (8, 8, 8, 8) for part in ("encoder", "decoder")}
    AutoencoderTiny(**small).save_pretrained(snapshots / helper.revision)
    return folder


@pytest.fixture(scope="module", params=["plain", "emulated"])
def visited(
    request: pytest.FixtureRequest, home: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """What the visitors of space_visits.py tell, in both modes of the simulation."""
    mode = request.param
    if mode == "emulated" and importlib.metadata.version("spaces") != zerosim.EMULATED:
        pytest.skip(f"the emulation is written for spaces {zerosim.EMULATED}")
    with zerosim.device_service() as service:
        more = {
            "PYTHONPATH": str(HERE.parents[1]),
            "HF_HOME": str(home),
            "TMPDIR": str(tmp_path_factory.mktemp(mode)),
            "IMAGECRAFT_SPACE_MODELS": ", ".join(KEPT),
        }
        command = [sys.executable, str(HERE / "space_visits.py"), service.url, mode]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, env=os.environ | more)
    lines = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    assert lines, done.stderr
    told: dict[str, Any] = json.loads(lines[0].removeprefix("RESULT "))
    released = [call["call"] for call in service.calls].count("release")
    scheduled = [int(call["durationSeconds"]) for call in service.calls if call["call"] == "schedule"]
    return told | {"mode": mode, "released": released, "scheduled": scheduled}


@needs_networks
class TestVisits:
    def test_all_models_of_the_space_are_kept_for_its_gpu(self, visited):
        assert visited["started"]["resident"] == list(KEPT)
        assert visited["started"]["absent"] == {}
        assert (visited["started"]["packed"] > 0) == (visited["mode"] == "emulated")

    @pytest.mark.parametrize(
        ("job", "made"),
        [
            ("described", ["florence-2-base", True]),
            ("divided", ["eomt-large", [96, 128]]),
            ("heard", ["ast", True]),
            ("sounded", ["stable-audio-open", 1.0, True]),
        ],
    )
    def test_each_job_takes_the_gpu_once(self, visited, job, made):
        assert visited[job] == {"made": made, "asked": 1}

    def test_a_painting_is_followed_step_by_step(self, visited):
        model, size, sketches, seen = visited["painted"]["made"]
        assert (model, size) == ("sdxl-turbo", [256, 256])
        assert sketches >= 2
        assert seen, "the small decoder shows it unfinished"
        assert visited["painted"]["asked"] == 1

    def test_a_painters_kernels_reach_a_gpu_with_their_channels_last(self, visited):
        assert visited["channels_last"]["made"] == (visited["mode"] == "emulated")

    def test_an_equal_request_takes_no_gpu(self, visited):
        assert visited["again"] == {"made": visited["described"]["made"], "asked": 0}

    def test_work_that_was_stopped_frees_the_gpu_for_the_next(self, visited):
        assert visited["stopped"] == {"made": True, "asked": 1}
        assert visited["other"] == {"made": "florence-2-base", "asked": 1}

    def test_after_a_lost_worker_the_next_visitor_is_served(self, visited):
        assert visited["died"]["made"]["kind"] == "ResourceExhausted"
        assert visited["divided_other"] == {"made": "eomt-large", "asked": 1}

    @pytest.mark.parametrize("job", ["grounded", "spoken", "mixed", "scored"])
    def test_work_of_the_cpu_takes_no_gpu(self, visited, job):
        assert visited[job]["asked"] == 0
        assert visited[job]["made"]

    def test_every_gpu_is_given_back(self, visited):
        assert visited["released"] == len(visited["scheduled"])

    def test_the_seconds_asked_for_are_few(self, visited):
        assert max(visited["scheduled"]) <= 60


@pytest.fixture
def on_a_space(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """ZeroGPU, with nothing on its disk; what is loaded is an object that knows its card."""
    here = replace(device.hardware(), profile="zerogpu", device="cuda", dtype="bfloat16")
    monkeypatch.setattr(space, "hardware", lambda: here)
    monkeypatch.setattr(neural, "_resident", {})
    monkeypatch.setattr(space, "_absent", {})
    monkeypatch.setattr(neural, "require_packages", lambda card: None)
    monkeypatch.setattr(neural, "load", lambda card, place: object())
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))


def test_the_space_s_models_fit_its_gpu():
    cards = space.models()
    assert space.packed_bytes(cards) < space.MOST_BYTES == 42 * 2**30
    assert all("cuda" in card.devices for card in cards)


def test_what_is_compiled_ahead_of_time_counts_twice(monkeypatch):
    captioner, painter = catalog.card("florence-2-base"), catalog.card("sdxl-turbo")
    once = space.packed_bytes([captioner, painter])
    monkeypatch.setenv("IMAGECRAFT_AOT", "1")
    assert space.packed_bytes([captioner, painter]) == once + painter.size_bytes
    assert space.packed_bytes(space.models()) < space.MOST_BYTES


def test_speech_and_scores_are_never_kept_for_the_gpu():
    assert "speech" not in {card.task for card in space.models()}


def test_the_command_shows_what_they_take(capsys, monkeypatch):
    assert run(["models", "space"]) == 0
    shown = capsys.readouterr().out
    assert all(card.id in shown for card in space.models())
    assert "of 45.1 GB" in shown
    large = ", ".join(card.id for card in catalog.CARDS if "cuda" in card.devices)
    monkeypatch.setenv("IMAGECRAFT_SPACE_MODELS", large)
    assert run(["models", "space"]) == 2
    assert "IMAGECRAFT_SPACE_MODELS" in capsys.readouterr().err


def test_a_space_whose_hub_is_down_starts_with_the_offline_models(on_a_space, monkeypatch):
    tried = []

    def fetch(card: catalog.ModelCard) -> None:
        tried.append(card.id)
        raise hub_fetch.Unreachable("The hub cannot be reached.", "Try again.")

    monkeypatch.setattr(hub_fetch, "fetch", fetch)
    space.start()
    assert neural.resident_ids() == []
    assert set(space.absent()) == {card.id for card in space.models()}
    assert len(tried) == 1


def test_a_licence_that_is_not_accepted_keeps_only_its_own_model_away(on_a_space, monkeypatch):
    def fetch(card: catalog.ModelCard) -> None:
        if card.gated:
            raise hub_fetch.ModelUnavailable("Its licence has to be accepted.", "Set HF_TOKEN.")

    monkeypatch.setattr(hub_fetch, "fetch", fetch)
    space.start()
    gated = {card.id for card in space.models() if card.gated}
    assert set(space.absent()) == gated
    assert set(neural.resident_ids()) == {card.id for card in space.models()} - gated


@pytest.mark.parametrize("odd", [AttributeError, TypeError, ImportError])
def test_a_model_that_cannot_be_loaded_keeps_only_itself_away(on_a_space, monkeypatch, odd):
    def load(card: catalog.ModelCard, place: neural.Place) -> object:
        if card.id == "ast":
            raise odd("of a library's own")
        return object()

    monkeypatch.setattr(hub_fetch, "fetch", lambda card: None)
    monkeypatch.setattr(neural, "load", load)
    space.start()
    assert neural.resident_ids() == [card.id for card in space.models() if card.id != "ast"]
    assert odd.__name__ in space.absent()["ast"]


def test_a_painter_is_kept_without_what_it_is_only_better_with(on_a_space, monkeypatch, caplog):
    def fetch(card: catalog.ModelCard) -> None:
        if card in catalog.HELPERS:
            raise hub_fetch.ModelUnavailable("The hub has no such repository.", "Bring its files.")

    monkeypatch.setattr(hub_fetch, "fetch", fetch)
    space.start()
    assert neural.resident_ids() == [card.id for card in space.models()]
    assert space.absent() == {}
    assert "sdxl-turbo is kept without taesdxl" in caplog.text


def test_models_above_the_limit_are_left_out(on_a_space, monkeypatch):
    monkeypatch.setattr(hub_fetch, "fetch", lambda card: None)
    monkeypatch.setattr(space, "MOST_BYTES", 8_000_000_000)
    space.start()
    kept = [card for card in space.models() if card.id in neural.resident_ids()]
    assert kept
    assert space.packed_bytes(kept) <= 8_000_000_000
    assert any("42 GiB" in reason for reason in space.absent().values())


def test_an_unknown_model_in_the_list_does_not_stop_the_space(on_a_space, monkeypatch):
    monkeypatch.setenv("IMAGECRAFT_SPACE_MODELS", "florence-2-base, nobody")
    with pytest.raises(InvalidInput):
        space.models()
    space.start()
    assert neural.resident_ids() == []


def test_off_zerogpu_nothing_is_fetched_or_loaded(monkeypatch):
    monkeypatch.setattr(hub_fetch, "fetch", lambda card: pytest.fail("fetched"))
    space.start()
    assert neural.resident_ids() == []
