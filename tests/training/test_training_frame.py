"""What every training run shares: settings, folders, logs, the model card, the hub, the commands."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from imagecraft.cli import run
from imagecraft.errors import InvalidInput, ModelUnavailable
from imagecraft.training.captioner.settings import CaptionerSettings
from imagecraft.training.classifier.settings import ClassifierSettings
from imagecraft.training.frame.bases import base
from imagecraft.training.frame.card import write_card
from imagecraft.training.frame.checkpoints import is_whole, mark
from imagecraft.training.frame.estimate import Estimate
from imagecraft.training.frame.fitting import _some, steps_of
from imagecraft.training.frame.job import CardFacts
from imagecraft.training.frame.logs import check_sinks, sinks
from imagecraft.training.frame.numbers import Numbers
from imagecraft.training.frame.plots import draw_curves
from imagecraft.training.frame.push import check_push, push
from imagecraft.training.frame.runs import Run


def test_settings_come_back_as_they_were_written(tmp_path):
    settings = CaptionerSettings(data="d", out="o", rate=3e-4, method="full", epochs=2)
    settings.write(tmp_path / "settings.json")
    assert CaptionerSettings.read(tmp_path / "settings.json", {}) == settings
    changed = CaptionerSettings.read(tmp_path / "settings.json", {"seed": 9, "batch": None})
    assert (changed.seed, changed.batch, changed.rate) == (9, settings.batch, 3e-4)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"rate": -1.0}, "--rate cannot be -1"),
        ({"rate": float("nan")}, "--rate cannot be nan"),
        ({"epochs": "three"}, "--epochs cannot be 'three'"),
        ({"method": "half"}, "--method cannot be 'half'"),
        ({"batch": True}, "--batch cannot be True"),
        ({"log_to": "tensorboard,paper"}, "cannot be logged to 'paper'"),
    ],
)
def test_a_setting_that_cannot_be_is_named(wrong, message):
    with pytest.raises(InvalidInput, match=message):
        CaptionerSettings.read(None, wrong)


def test_settings_of_another_task_or_unknown_ones_are_refused(tmp_path):
    path = tmp_path / "settings.json"
    ClassifierSettings().write(path)
    with pytest.raises(InvalidInput, match="settings for a classifier, not a captioner"):
        CaptionerSettings.read(path, {})
    path.write_text('{"speed": 3}')
    with pytest.raises(InvalidInput, match="no setting 'speed'"):
        CaptionerSettings.read(path, {})
    path.write_text("[1]")
    with pytest.raises(InvalidInput, match="has no settings"):
        CaptionerSettings.read(path, {})


def test_a_run_takes_no_folder_that_holds_something(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(InvalidInput, match="other files in it already"):
        Run.start(tmp_path)
    made = Run.start(tmp_path / "run")
    CaptionerSettings().write(made.settings_file)
    with pytest.raises(InvalidInput, match="has a run in it already") as caught:
        Run.start(tmp_path / "run")
    assert "--resume" in caught.value.hint
    with pytest.raises(InvalidInput, match="There is no run"):
        Run.again(tmp_path)


def test_only_checkpoints_that_were_written_to_the_end_count(tmp_path):
    torch = pytest.importorskip("torch")
    made = Run.start(tmp_path / "run")
    for step, files in (
        (5, ["trainer_state.json", "optimizer.pt", "scheduler.pt"]),
        (10, ["optimizer.pt", "model.safetensors"]),
    ):
        folder = made.checkpoints / f"checkpoint-{step}"
        folder.mkdir()
        for name in files:
            torch.save({"step": step}, folder / name)
        if "trainer_state.json" in files:
            (folder / "trainer_state.json").write_text(json.dumps({"global_step": step}))
    assert made.last_checkpoint() == made.checkpoints / "checkpoint-5"
    assert made.lost_checkpoints() == [made.checkpoints / "checkpoint-10"]


@pytest.mark.parametrize("marked", [True, False])
@pytest.mark.parametrize("name", ["trainer_state.json", "optimizer.pt", "scheduler.pt", "model.safetensors"])
def test_a_file_that_was_cut_off_makes_a_checkpoint_none(tmp_path, name, marked):
    torch = pytest.importorskip("torch")
    made = tmp_path / "checkpoint-4"
    made.mkdir()
    for part in ("optimizer.pt", "scheduler.pt", "model.safetensors"):
        torch.save({"numbers": list(range(100))}, made / part)
    (made / "trainer_state.json").write_text(json.dumps({"global_step": 4}))
    if marked:
        mark(made)
    assert is_whole(made)
    whole = (made / name).read_bytes()
    (made / name).write_bytes(b"")
    assert not is_whole(made)
    (made / name).write_bytes(whole[: len(whole) // 2])
    assert is_whole(made) == (name == "model.safetensors" and not marked)
    (made / name).write_bytes(whole)
    assert is_whole(made)
    (made / "complete.json").write_text("")
    assert not is_whole(made)
    mark_of = made / "complete.json"
    mark_of.unlink()
    assert is_whole(made)
    (tmp_path / "checkpoint-2").mkdir()
    (tmp_path / "checkpoint-2" / mark_of.name).write_text("{}")
    assert not is_whole(made)


def test_numbers_reach_the_log_and_tensorboard_and_curves(tmp_path):
    pytest.importorskip("tensorboard")
    pytest.importorskip("matplotlib")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    made = Run.start(tmp_path / "run")
    outlets = sinks(made, CaptionerSettings())
    for step in (1, 2):
        for outlet in outlets:
            outlet.numbers(step, {"loss": 3.0 / step, "cider_d": step / 2, "grad_norm": float("inf")})
    for outlet in outlets:
        outlet.close()
    assert made.rows()[1] == {"step": 2, "loss": 1.5, "cider_d": 1.0, "grad_norm": None}
    events = EventAccumulator(str(made.tensorboard))
    events.Reload()
    assert [(event.step, event.value) for event in events.Scalars("loss")] == [(1, 3.0), (2, 1.5)]
    assert [path.name for path in draw_curves(made.rows(), made.plots)] == ["loss.png", "scores.png"]
    made.cut_log(1)
    assert [row["step"] for row in made.rows()] == [1]


def test_weights_and_biases_without_package_or_key_is_said_before_the_start(monkeypatch, tmp_path):
    monkeypatch.setattr("imagecraft.training.frame.logs.importlib.util.find_spec", lambda name: None)
    with pytest.raises(ModelUnavailable, match="not installed"):
        check_sinks(("wandb",))
    monkeypatch.setattr("imagecraft.training.frame.logs.importlib.util.find_spec", lambda name: name)
    for name in ("WANDB_API_KEY", "WANDB_MODE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NETRC", str(tmp_path / "none"))
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(ModelUnavailable, match="no key"):
        check_sinks(("wandb",))


def test_steps_of_a_run():
    settings = ClassifierSettings(batch=4, accumulate=2, epochs=3)
    assert steps_of(settings, 16) == (6, 2)
    assert steps_of(settings, 17) == (6, 2)  # one left over cannot be normalised by itself
    assert steps_of(settings, 18) == (9, 3)
    assert steps_of(ClassifierSettings(batch=4, max_steps=5), 400)[0] == 5


def test_several_devices_share_the_steps_of_an_epoch(monkeypatch):
    settings = ClassifierSettings(batch=4, accumulate=2, epochs=3)
    assert steps_of(settings, 64, 4) == (6, 2)
    monkeypatch.delenv("LOCAL_RANK", raising=False)
    monkeypatch.setenv("WORLD_SIZE", "4")
    assert Numbers("cpu", "fp32").devices == 1
    monkeypatch.setenv("LOCAL_RANK", "2")
    assert Numbers("cpu", "fp32").devices == 4


def test_normalisation_is_measured_on_pictures_of_every_class():
    labels = [0] * 600 + [1] * 600  # as folders of classes are read

    def collate(items: list[int]) -> dict[str, list[int]]:
        return {"labels": items}

    job = SimpleNamespace(settings=ClassifierSettings(batch=32), training=labels, collate=collate)
    drawn = [label for batch in _some(job) for label in batch["labels"]]  # type: ignore[arg-type]
    assert len(drawn) == 16 * 32
    assert 0.4 < sum(drawn) / len(drawn) < 0.6
    assert drawn == [label for batch in _some(job) for label in batch["labels"]]  # type: ignore[arg-type]


@dataclass
class Facts:
    """As much of a job as a card asks for."""

    settings: CaptionerSettings
    testing: None = None

    def facts(self) -> CardFacts:
        rows = [("picture", "written"), ("a|b\udce9.jpg", "<script>alert(1)</script>\nsecond line")]
        return CardFacts(
            "A title", "use it", "image-to-text", "owner/base", ["one fact"], ["a limit"], rows, ["cider"]
        )


def test_the_card_says_all_and_lets_no_markup_through(tmp_path):
    made = Run.start(tmp_path / "run")
    made.model.mkdir()
    job = Facts(CaptionerSettings(license="MIT", data="/home/me/photos"))
    write_card(job, made, {"cider_d": 1.25, "validation_loss": 2.0}, {"cider_d": 0.75}, 7, 3.2)
    card = (made.model / "README.md").read_text()
    assert card.startswith("---\nlibrary_name: transformers\npipeline_tag: image-to-text\n")
    assert 'license: "mit"' in card
    assert 'base_model: "owner/base"' in card
    assert "| cider_d | 1.25 | 0.75 |\n| validation_loss | 2 | - |" in card
    assert "| a\\|b?.jpg | &lt;script>alert(1)&lt;/script> second line |" in card
    assert "/home/me" not in card
    write_card(job, made, {"cider_d": 1.25}, {}, 7, 3.2)
    untested = (made.model / "README.md").read_text()
    assert "| score | validation |\n| --- | --- |\n| cider_d | 1.25 |" in untested


def test_push_asks_for_a_name_a_network_and_a_login_before_the_start(monkeypatch):
    pytest.importorskip("huggingface_hub")
    for name in ("IMAGECRAFT_OFFLINE", "HF_HUB_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(InvalidInput, match="no name of a repository"):
        check_push("model")
    monkeypatch.setattr("huggingface_hub.get_token", lambda: None)
    with pytest.raises(ModelUnavailable, match="Nobody is logged in"):
        check_push("me/model")
    monkeypatch.setenv("IMAGECRAFT_OFFLINE", "1")
    with pytest.raises(ModelUnavailable, match="IMAGECRAFT_OFFLINE is set"):
        check_push("me/model")


def test_push_sends_the_folder_and_a_refusal_says_where_the_model_is(monkeypatch, tmp_path):
    pytest.importorskip("huggingface_hub")
    sent: list[tuple[str, Path]] = []

    class Hub:
        def create_repo(self, repo: str, *, exist_ok: bool, private: bool) -> str:
            assert exist_ok
            assert private
            return f"hub/{repo}"

        def upload_folder(self, *, repo_id: str, folder_path: Path, commit_message: str) -> None:
            if repo_id == "not/mine":
                raise OSError("403 Forbidden")
            sent.append((repo_id, folder_path))

    monkeypatch.setattr("huggingface_hub.HfApi", Hub)
    assert push(tmp_path, "me/model") == "hub/me/model"
    assert sent == [("me/model", tmp_path)]
    with pytest.raises(ModelUnavailable, match="403 Forbidden") as caught:
        push(tmp_path, "not/mine")
    assert str(tmp_path) in caught.value.hint


def test_a_base_is_a_folder_a_card_or_a_repository(tmp_path, monkeypatch):
    monkeypatch.setenv("IMAGECRAFT_OFFLINE", "1")
    (tmp_path / "config.json").write_text('{"model_type": "blip"}')
    found = base(str(tmp_path))
    assert (found.model_type, found.name) == ("blip", tmp_path.name)
    for name, message in (
        ("", "No model to start from"),
        ("grounded", "cannot be fine-tuned"),
        ("nobody/nothing", "is not on this machine"),
        ("what?", "There is no folder and no model"),
    ):
        with pytest.raises((InvalidInput, ModelUnavailable), match=message):
            base(name)
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(InvalidInput, match="no transformers model"):
        base(str(tmp_path))


@pytest.mark.parametrize("task", ["captioner", "classifier", "segmenter", "generator"])
def test_help_says_every_option_and_its_default(task, capsys):
    assert run(["train", task, "--help"]) == 0
    text = capsys.readouterr().out
    for words in ("--resume", "--dry-run", "--settings", "--seed", "[1]", "Examples:"):
        assert words in text


def test_what_is_missing_on_the_command_line_is_one_line(tmp_path, capsys):
    assert run(["train", "classifier", "--data", str(tmp_path)]) == 2
    assert "--out is missing" in capsys.readouterr().err
    assert run(["train", "classifier", "--resume", str(tmp_path)]) == 2
    assert "cannot be read as settings" in capsys.readouterr().err


def test_help_loads_no_torch(monkeypatch):
    import subprocess
    import sys

    code = (
        "import sys; from imagecraft.cli import run; run(['train', '--help']); print('torch' in sys.modules)"
    )
    checkout = Path(__file__).resolve().parents[2]
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=checkout, check=True
    )
    assert answer.stdout.strip().endswith("False")


def test_the_json_of_a_run_is_finite():
    from imagecraft.training.frame.story import Outcome

    foretold = Estimate(10, 5, 3, 0.5, 1_000, 10_000, "cpu", 2.0)
    told = json.loads(json.dumps(Outcome(None, {"a": 1.0}, False, foretold).to_dict()))
    assert told["metrics"] == {"a": 1.0}
    assert (told["estimate"]["steps"], told["estimate"]["fits"]) == (3, True)


def test_memory_that_others_use_is_not_free():
    from imagecraft.runtime.device import hardware

    assert 0 < Numbers("cpu", "fp32").free_bytes() < hardware().memory_bytes
