"""What the catalogue says of this machine: what is here, what is loaded, what it takes to run."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace

import pytest

from imagecraft import available_models, catalog
from imagecraft.catalog import CARDS, ModelCard
from imagecraft.errors import InvalidInput, ModelUnavailable
from imagecraft.pipelines import models
from imagecraft.runtime import device, loaded
from imagecraft.runtime.device import Hardware


@pytest.fixture
def cards(monkeypatch: pytest.MonkeyPatch, demo) -> list[ModelCard]:
    """A catalogue of one model that needs "demo", and one that needs a package nobody has."""
    made = [
        ModelCard("seer", "caption", "Sees", "MIT", True, demo.size, assets=("demo",), offline=True),
        ModelCard(
            "bard", "speech", "Speaks", "MIT", True, package="no_such_package", install="pip install bard"
        ),
    ]
    monkeypatch.setattr(catalog, "CARDS", tuple(made))
    return made


def state(model: str) -> models.ModelState:
    return next(item for item in models.states() if item.card.id == model)


def test_the_catalogue_is_listed_by_task():
    assert available_models() == list(CARDS)
    assert {card.task for card in available_models("speech")} == {"speech"}
    with pytest.raises(InvalidInput, match="caption"):
        available_models("singing")


def test_a_model_without_its_files_says_what_to_run(cards):
    before = state("seer")
    assert (before.installed, before.on_disk, before.bytes_on_disk, before.loaded) == (True, False, 0, False)
    assert before.reason_unavailable == "1.0 MB to download: imagecraft models download seer"


def test_after_a_download_it_is_ready(cards):
    told = []
    (after,) = models.download(["seer"], lambda *news: told.append(news))
    assert (after.on_disk, after.bytes_on_disk, after.reason_unavailable) == (True, 1_000_000, "")
    assert told[-1] == ("demo.bin", 1_000_000, 1_000_000)
    assert after == state("seer")


def test_no_names_mean_all_that_run_offline(cards):
    assert [item.card.id for item in models.download()] == ["seer"]


def test_a_model_whose_package_is_missing_says_how_to_install_it(cards, site):
    assert state("bard").reason_unavailable == "Not installed: pip install bard"
    with pytest.raises(ModelUnavailable, match="pip install bard"):
        models.download(["seer", "bard"])
    assert site.asked == []


def test_an_unknown_name_is_refused_before_anything_is_fetched(cards, site):
    with pytest.raises(InvalidInput, match="seer, bard"):
        models.download(["seer", "nobody"])
    assert site.asked == []


def test_verify_reads_the_files_again(cards, cache):
    models.download(["seer"])
    assert [check.state for check in models.verify(["seer"])] == ["verified"]
    (cache / "demo.bin").write_bytes(b"?")
    (check,) = models.verify(["seer"])
    assert check.to_dict() == {
        "model": "seer",
        "file": "demo.bin",
        "path": str(cache / "demo.bin"),
        "state": "damaged",
    }


def test_verify_names_what_is_missing(cards):
    assert [check.state for check in models.verify(["seer"])] == ["missing"]


def test_loaded_models_are_shown_and_unloaded(cards):
    with loaded.use(("seer", "cpu"), object):
        pass
    assert state("seer").loaded
    assert not state("bard").loaded
    models.unload("bard")
    assert state("seer").loaded
    models.unload("seer")
    assert not state("seer").loaded
    with pytest.raises(InvalidInput, match="seer, bard"):
        models.unload("nobody")


def test_a_model_inside_a_package_is_measured_and_checked():
    hibari = state("hibari")
    assert (hibari.installed, hibari.on_disk, hibari.reason_unavailable) == (True, True, "")
    assert hibari.bytes_on_disk > 5_000_000
    checks = models.verify(["hibari"])
    assert any(check.file.endswith(".onnx") for check in checks)
    assert {check.state for check in checks} == {"verified"}


def test_a_damaged_model_file_inside_a_package_is_found(tmp_path, monkeypatch):
    package, info = tmp_path / "small_voice", tmp_path / "small_voice-1.0.dist-info"
    package.mkdir()
    info.mkdir()
    listed = {"__init__.py": b"", "good.onnx": b"good", "bad.onnx": b"bad", "gone.onnx": b"gone"}
    for name in ("__init__.py", "good.onnx"):
        (package / name).write_bytes(listed[name])
    (package / "bad.onnx").write_bytes(b"???")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: small-voice\nVersion: 1.0\n")
    (info / "RECORD").write_text("".join(record(name, body) for name, body in listed.items()))
    monkeypatch.syspath_prepend(str(tmp_path))
    card = ModelCard("small", "speech", "Speaks", "MIT", True, data_packages=("small_voice",))
    monkeypatch.setattr(catalog, "CARDS", (card,))
    checks = {check.file: check.state for check in models.verify(["small"])}
    assert checks == {
        "good.onnx": "verified",
        "bad.onnx": "damaged",
        "gone.onnx": "missing",
    }


def record(name: str, body: bytes) -> str:
    """A line of a wheel's RECORD."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=").decode()
    return f"small_voice/{name},sha256={digest},{len(body)}\n"


def test_a_state_is_one_flat_object_for_json(cards):
    flat = state("seer").to_dict()
    assert flat["id"] == "seer"
    assert flat["on_disk"] is False


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"cores": 2}, "Offline · 2 CPU cores"),
        ({"cores": 1}, "Offline · 1 CPU core"),
        ({"profile": "cuda", "gpu_memory_bytes": 24 * 2**30}, "CUDA · 24 GB"),
        ({"profile": "zerogpu"}, "ZeroGPU"),
    ],
)
def test_the_hardware_in_words(monkeypatch, changes, words):
    plain = Hardware("cpu", "cpu", "float32", cores=4, memory_bytes=8 * 10**9)
    monkeypatch.setattr("imagecraft.runtime.models.hardware", lambda: replace(plain, **changes))
    assert models.hardware_words() == words


def test_the_hardware_is_looked_at_once():
    assert device.hardware() is device.hardware()
