"""Captioners that learn: on eight made pictures, and on twenty photos of COCO where they are at hand."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pictures_made import captioned

pytest.importorskip("peft")
pytest.importorskip("accelerate")

import imagecraft
from imagecraft.training.captioner.job import CaptionerJob
from imagecraft.training.captioner.settings import CaptionerSettings
from imagecraft.training.frame.bases import base
from imagecraft.training.frame.numbers import Numbers
from imagecraft.training.frame.runs import Run
from imagecraft.training.frame.story import Outcome, train
from imagecraft.training.sets.opening import open_set

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Captioned pictures."""
    folder = tmp_path_factory.mktemp("made")
    captioned(folder / "data", ("train", "val"))
    return folder


def settings_for(made: Path, out: Path, **more: object) -> CaptionerSettings:
    options = {
        "data": str(made / "data"),
        "base": "none",
        "out": str(out),
        "method": "full",
        "batch": 4,
        "max_steps": 8,
        "evaluate_every": 4,
        "epochs": 100,
        "rate": 1e-3,
        "precision": "fp32",
        "log_to": "",
    }
    return CaptionerSettings.read(None, options | more)


def run_of(settings: CaptionerSettings, **options: object) -> tuple[Outcome, list[str]]:
    said: list[str] = []
    return train(settings, CaptionerJob, log=said.append, **options), said


def losses(folder: Path) -> dict[int, float]:
    return {row["step"]: row["loss"] for row in Run(folder).rows() if "loss" in row}


@pytest.fixture(scope="module")
def straight(made: Path) -> Path:
    """A run that nobody stopped."""
    run_of(settings_for(made, made / "straight"))
    return made / "straight"


def test_a_run_leaves_a_model_a_log_scores_plots_and_a_card(straight):
    assert {"loss.png", "scores.png", "learning_rate.png"} <= {
        path.name for path in (straight / "plots").iterdir()
    }
    scores = json.loads((straight / "scores.json").read_text())["validation"]
    assert {"cider_d", "bleu_4", "meteor", "validation_loss"} <= scores.keys()
    assert sorted(losses(straight)) == list(range(1, 9))
    card = (straight / "model" / "README.md").read_text()
    assert f"| cider_d | {scores['cider_d']:.4g} |" in card
    assert "16 captions" in card
    assert str(CHECKOUT.parent) not in card
    assert base(str(straight / "model")).model_type == "blip"


def test_a_killed_run_goes_on_as_if_nothing_had_happened(made, straight, tmp_path):
    settings = settings_for(made, tmp_path / "run").to_dict()
    (tmp_path / "settings.json").write_text(json.dumps(settings))
    command = [sys.executable, "-m", "imagecraft", "train", "captioner", "--settings"]
    environment = os.environ | {"PYTHONPATH": str(CHECKOUT), "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(
        [*command, str(tmp_path / "settings.json")],
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=environment,
    ) as process:
        assert process.stderr
        heard = next((line for line in process.stderr if line.startswith("step 6/8")), None)
        process.send_signal(signal.SIGKILL)
    assert heard
    assert not (tmp_path / "run" / "model").exists()

    again, _ = run_of(settings_for(made, tmp_path / "run"), resume=True)
    assert losses(tmp_path / "run") == pytest.approx(losses(straight), rel=1e-5)
    there = json.loads((straight / "scores.json").read_text())
    assert again.scores == pytest.approx(there["validation"], rel=1e-4)
    assert "test" not in there


def test_ctrl_c_saves_and_the_run_goes_on(made, straight, tmp_path):
    def press(line: str) -> None:
        if line.startswith("step 3/8"):
            signal.raise_signal(signal.SIGINT)

    stopped = train(settings_for(made, tmp_path / "run"), CaptionerJob, log=press)
    assert stopped.stopped
    assert Run(tmp_path / "run").last_checkpoint() is not None
    assert max(losses(tmp_path / "run")) < 8
    run_of(settings_for(made, tmp_path / "run"), resume=True)
    assert losses(tmp_path / "run") == pytest.approx(losses(straight), rel=1e-5)


def test_adapters_change_few_weights_and_come_whole_too(made, straight, tmp_path):
    import torch
    from peft import PeftModel
    from transformers import BlipForConditionalGeneration

    start = str(straight / "model")
    settings = settings_for(
        made, tmp_path / "run", base=start, method="lora", rank=4, rate=5e-3, dropout=0.0, max_steps=4
    )
    outcome, _ = run_of(settings)
    assert outcome.estimate.trained < 0.2 * outcome.estimate.parameters
    whole = BlipForConditionalGeneration.from_pretrained(tmp_path / "run" / "model").eval()
    first = BlipForConditionalGeneration.from_pretrained(start).eval()
    inputs = {"pixel_values": torch.ones(1, 3, 64, 64), "input_ids": torch.tensor([[5, 6, 7]])}
    with torch.no_grad():
        before = first(**inputs).logits
        adapted = PeftModel.from_pretrained(first, tmp_path / "run" / "adapter").eval()(**inputs).logits
        merged = whole(**inputs).logits
    assert torch.allclose(merged, adapted, atol=1e-4)
    assert not torch.allclose(merged, before, atol=1e-2)


def test_adapters_on_small_numbers_are_merged_without_loss(made, straight, tmp_path):
    import torch
    from transformers import BlipForConditionalGeneration

    settings = settings_for(made, tmp_path / "run", base=str(straight / "model"), method="lora", rank=4)
    job = CaptionerJob(settings, Numbers("cpu", "bf16"))
    adapted = {}
    for name, layer in job.model.base_model.model.named_modules():
        if hasattr(layer, "lora_B"):
            assert layer.base_layer.weight.dtype == torch.bfloat16
            torch.nn.init.normal_(layer.lora_B["default"].weight, std=1e-3)
            change = layer.get_delta_weight("default").detach().float()
            adapted[f"{name}.weight"] = layer.base_layer.weight.detach().float() + change
    made_run = Run.start(tmp_path / "run")
    job.save(job.model, made_run)
    saved = BlipForConditionalGeneration.from_pretrained(made_run.model).state_dict()
    assert adapted
    for name, weight in adapted.items():
        assert torch.allclose(saved[name].float(), weight, rtol=0, atol=1e-6)


@pytest.mark.parametrize("family", ["florence2", "paligemma"])
@pytest.mark.parametrize("method", ["lora", "full"])
def test_the_other_families_learn(made, family, method, tiny_model, tmp_path):
    rate = 3e-2 if method == "lora" else 1e-2
    settings = settings_for(
        made, tmp_path / "run", base=str(tiny_model(family)), method=method, rate=rate, dropout=0.0, batch=8,
        gradient_checkpointing=method == "full", precision="bf16" if method == "lora" else "fp32",
        evaluate_every=8, longest=24,
    )  # fmt: skip
    outcome, _ = run_of(settings)
    found = losses(tmp_path / "run")
    assert found[8] < (0.995 if method == "lora" else 0.95) * found[1]
    assert base(str(tmp_path / "run" / "model")).model_type == family
    assert outcome.use.endswith(f"@{tmp_path / 'run' / 'model'}")


@pytest.mark.parametrize("family", ["blip", "florence2"])
def test_accumulated_batches_are_one_large_batch(made, family, tiny_model, tmp_path):
    found = []
    for batch, accumulate in ((2, 1), (1, 2)):
        out = tmp_path / str(batch)
        run_of(
            settings_for(
                made, out, base=str(tiny_model(family)), batch=batch, accumulate=accumulate, max_steps=1,
                evaluate_every=1, dropout=0.0,
            )
        )  # fmt: skip
        found.append(next(row for row in Run(out).rows() if "grad_norm" in row))
    large, small = found
    assert small["loss"] == pytest.approx(large["loss"], rel=0.02)
    assert small["grad_norm"] == pytest.approx(large["grad_norm"], rel=0.1)


def test_a_dry_run_says_what_it_takes_and_writes_nothing(made, tmp_path):
    outcome, said = run_of(settings_for(made, tmp_path / "run"), dry_run=True)
    assert outcome.run is None
    assert not (tmp_path / "run").exists()
    words = " ".join(said)
    assert "memory: about" in words
    assert "for 8 steps" in words
    assert outcome.estimate.memory_bytes > 4 * 4 * outcome.estimate.parameters


def test_twenty_photos_are_learnt_by_heart(shared_data, tmp_path):
    items = open_set(shared_data / "data" / "coco" / "captions.json").items[:20]
    rows = "".join(
        json.dumps({"image": str(item.image), "caption": item.captions[0]}) + "\n" for item in items
    )
    (tmp_path / "data").mkdir()
    for part in ("train", "val"):
        (tmp_path / "data" / f"{part}.jsonl").write_text(rows)
    settings = settings_for(
        tmp_path, tmp_path / "run", batch=10, max_steps=140, evaluate_every=140, rate=2e-3, epochs=1000
    )
    outcome, _ = run_of(settings)
    found = losses(tmp_path / "run")
    assert found[140] < 0.1 * found[1]
    assert outcome.scores["cider_d"] > 9.5

    paths = [item.image for item in items[:3]]
    model = f"blip-base@{tmp_path / 'run' / 'model'}"
    said = [imagecraft.caption(path, model=model).text for path in paths]
    assert [_words(text) for text in said] == [_words(item.captions[0]) for item in items[:3]]


def _words(caption: str) -> list[str]:
    return re.findall(r"[a-z]+", caption.lower())
