"""Hub models are fetched from a hub that fails in the ways real ones do, found again, and checked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import fake_hub
import pytest

pytest.importorskip("huggingface_hub")
from fake_hub import COMMIT, Hub

from imagecraft import catalog
from imagecraft.batch import rows
from imagecraft.catalog import ModelCard
from imagecraft.cli import run
from imagecraft.errors import Cancelled, InvalidInput, ModelUnavailable, ResourceExhausted
from imagecraft.pipelines import models
from imagecraft.runtime import hub, hub_fetch, hub_files, selection

HEADER = json.dumps({"x": {"dtype": "U8", "shape": [300000], "data_offsets": [0, 300000]}}).encode()
WEIGHTS = len(HEADER).to_bytes(8, "little") + HEADER + bytes(range(256)) * 1171 + bytes(224)
MODEL = {
    "config.json": b"{}",
    "model.safetensors": WEIGHTS,
    "pytorch_model.bin": b"a pickle",
    "tokenizer.json": b'{"version": "1.0"}',
    "vocab.txt": b"[UNK]",
    "README.md": b"# Model",
    "run.py": b"print('code')",
    "onnx/model.safetensors": b"another",
}
CARD = ModelCard(
    "seer", "caption", "Sees", "MIT", True, len(WEIGHTS) + 24, repo="one/seer", default_for=("cpu", "cuda")
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A hub with one model, an empty cache, and a catalogue of that model."""
    with fake_hub.running() as running:
        running.repositories["one/seer"] = dict(MODEL)
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", running.url)
        template = f"{running.url}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
        monkeypatch.setattr("huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE", template)
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
        monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(tmp_path / "token"))
        monkeypatch.delenv("HF_TOKEN", raising=False)
        plain = ModelCard("plain", "caption", "Sees", "MIT", True, offline=True, default_for=("cpu", "cuda"))
        monkeypatch.setattr(catalog, "CARDS", (plain, CARD))
        yield running


def state() -> models.ModelState:
    return next(item for item in models.states() if item.card.id == "seer")


def files_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def parts(cache: Path) -> list[Path]:
    return list(cache.rglob("*.part"))


def test_a_model_comes_with_its_safetensors_and_texts_alone(here, tmp_path):
    told = []
    (after,) = models.download(["seer"], lambda *news: told.append(news))
    folder = hub.cached_folder("one/seer")
    assert folder is not None
    assert files_in(folder) == {"config.json", "model.safetensors", "tokenizer.json", "vocab.txt"}
    assert (folder / "model.safetensors").read_bytes() == WEIGHTS
    assert folder.name == COMMIT
    assert not parts(tmp_path)
    assert after.on_disk
    assert after.reason_unavailable == ""
    assert after.bytes_on_disk > len(WEIGHTS)


def test_progress_is_told_over_all_files_and_never_goes_back(here):
    told = []
    models.download(["seer"], lambda *news: told.append(news))
    assert {label for label, _, _ in told} == {"seer"}
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)
    total = sum(
        len(MODEL[name]) for name in ("config.json", "model.safetensors", "tokenizer.json", "vocab.txt")
    )
    assert told[-1][1:] == (total, total)


def test_other_programs_find_it_in_the_hubs_cache(here):
    from huggingface_hub import hf_hub_download

    models.download(["seer"])
    found = hf_hub_download("one/seer", "model.safetensors", local_files_only=True)
    assert Path(found).read_bytes() == WEIGHTS


def test_before_and_after_the_catalogue_tells_how_it_stands(here):
    before = state()
    assert (before.installed, before.on_disk, before.bytes_on_disk) == (True, False, 0)
    assert before.reason_unavailable == "0.3 MB to download: imagecraft models download seer"
    models.download(["seer"])
    assert state().on_disk
    here.asked.clear()
    models.download(["seer"])
    assert here.asked == []


def test_a_model_that_is_here_becomes_the_default(here):
    assert selection.best("caption").id == "plain"
    models.download(["seer"])
    assert selection.best("caption").id == "seer"


def test_a_broken_download_goes_on_where_it_stopped(here):
    here.cut_after = [100_000] * 3
    with pytest.raises(ModelUnavailable, match="the connection broke") as problem:
        models.download(["seer"])
    assert "models download seer" in problem.value.hint
    assert state().bytes_on_disk > 300_000
    assert not state().on_disk
    here.asked.clear()
    models.download(["seer"])
    assert [ranged for _, path, ranged in here.asked if path.startswith("/cdn/")] == ["bytes=300000-"]
    assert hub.cached_folder("one/seer")


def test_a_user_can_stop_it_and_go_on_later(here):
    def stop(_label: str, done: int, total: int) -> None:
        if done > 1000:
            raise Cancelled

    with pytest.raises(Cancelled):
        models.download(["seer"], stop)
    assert not state().on_disk
    models.download(["seer"])
    assert [check.state for check in models.verify(["seer"])] == ["verified"] * 4


def test_weights_come_last_so_that_a_partial_copy_is_not_taken_for_a_model(here):
    here.cut_after = [1000] * 3
    with pytest.raises(ModelUnavailable):
        models.download(["seer"])
    assert hub.cached_folder("one/seer") is None
    assert here.fetched()[-1] == "/cdn/one/seer/model.safetensors"
    assert "/one/seer/resolve/" + COMMIT + "/vocab.txt" in here.fetched()


def test_damaged_bytes_are_never_kept(here, tmp_path):
    here.damaged = True
    with pytest.raises(ModelUnavailable, match="its digest differs"):
        models.download(["seer"])
    assert not parts(tmp_path)
    here.damaged = False
    models.download(["seer"])
    assert state().on_disk


def test_a_part_of_another_file_is_thrown_away(here, tmp_path):
    blobs = hub.cache_of("one/seer") / "blobs"
    blobs.mkdir(parents=True)
    (blobs / f"{fake_hub.sha256(WEIGHTS)}.imagecraft.part").write_bytes(bytes(1000))
    models.download(["seer"])
    assert {check.state for check in models.verify(["seer"])} == {"verified"}


def test_a_gated_model_says_where_to_accept_its_licence(here, monkeypatch):
    here.gated.add("one/seer")
    with pytest.raises(ModelUnavailable, match="licence of 'seer'") as problem:
        models.download(["seer"])
    assert f"{here.url}/one/seer" in problem.value.hint
    assert "HF_TOKEN" in problem.value.hint
    monkeypatch.setenv("HF_TOKEN", here.token)
    models.download(["seer"])
    assert state().on_disk


def test_the_token_goes_to_the_hub_alone(here, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", here.token)
    models.download(["seer"])
    assert here.tokens == {"127.0.0.1"}


@pytest.mark.parametrize("switch", ["HF_HUB_OFFLINE", "IMAGECRAFT_OFFLINE"])
def test_offline_nobody_is_asked(here, monkeypatch, switch):
    monkeypatch.setenv(switch, "1")
    with pytest.raises(ModelUnavailable, match=f"{switch} is set") as problem:
        models.download(["seer"])
    assert "seer@FOLDER" in problem.value.hint
    assert here.asked == []


def test_a_hub_that_is_down_is_told_in_one_sentence(here, monkeypatch):
    here.status = 503
    with pytest.raises(ModelUnavailable, match="it answered 503"):
        models.download(["seer"])
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(ModelUnavailable, match="cannot be reached") as problem:
        models.download(["seer"])
    assert "again" in problem.value.hint


def test_a_token_that_is_not_accepted_is_named(here, monkeypatch):
    here.status = 403
    monkeypatch.setenv("HF_TOKEN", "hf_wrong")
    with pytest.raises(ModelUnavailable, match="does not let this account") as problem:
        models.download(["seer"])
    assert "HF_TOKEN" in problem.value.hint


def test_a_repository_that_is_gone_is_said_with_a_way_out(here):
    with pytest.raises(ModelUnavailable, match="no repository one/nobody") as problem:
        hub_fetch.fetch(replace(CARD, repo="one/nobody"))
    assert "seer@FOLDER" in problem.value.hint


def test_a_revision_that_is_gone_is_said_with_a_way_out_that_works(here, monkeypatch):
    monkeypatch.setattr(catalog, "CARDS", (replace(CARD, revision="f" * 40),))
    with pytest.raises(ModelUnavailable, match=f"no revision '{'f' * 40}' of one/seer") as problem:
        models.download(["seer"])
    name, _, value = problem.value.hint.split()[-1].partition("=")
    monkeypatch.setenv(name, value)
    (after,) = models.download(["seer"])
    assert (after.on_disk, after.revision) == (True, COMMIT)


def test_a_conversion_that_is_only_offered_is_fetched_and_found_again(here, monkeypatch):
    here.revisions.add("refs/pr/6")
    monkeypatch.setattr(catalog, "CARDS", (replace(CARD, revision="refs/pr/6"),))
    models.download(["seer"])
    here.asked.clear()
    models.download(["seer"])
    assert here.asked == []
    assert {check.state for check in models.verify(["seer"])} == {"verified"}
    assert rows.revision(catalog.card("seer")) == COMMIT, "a table of results tells the very commit"


def test_the_user_can_pin_a_revision(here, monkeypatch, capsys):
    monkeypatch.setenv("IMAGECRAFT_REVISIONS", f"seer={COMMIT}")
    assert run(["models", "download", "seer"]) == 0
    assert f"revision {COMMIT}" in capsys.readouterr().out
    assert catalog.card("seer").revision == COMMIT
    assert [card.revision for card in catalog.cards("caption")] == ["", COMMIT]
    monkeypatch.setenv("IMAGECRAFT_REVISIONS", "seer=abcdef0")
    assert not state().on_disk, "the copy is of another revision"


@pytest.mark.parametrize("wrong", ["seer", "nobody=main", "seer=", "plain=main", "seer=../../x", "seer=/x"])
def test_revisions_that_cannot_be_are_said(here, monkeypatch, wrong, capsys):
    monkeypatch.setenv("IMAGECRAFT_REVISIONS", wrong)
    assert run(["models", "list"]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 2
    assert "ID=REVISION" in told
    assert catalog.default_card("caption").id == "plain", "what modules ask when they are imported"
    with pytest.raises(InvalidInput, match="IMAGECRAFT_REVISIONS"):
        models.start_space()


def test_what_a_model_is_better_with_comes_with_it(here, monkeypatch):
    here.repositories["one/helper"] = {
        "config.json": b"{}",
        "model.safetensors": WEIGHTS,
        "big.safetensors": b"",
    }
    helper = replace(CARD, id="lens", repo="one/helper", files=("config.json", "model.safetensors"))
    monkeypatch.setattr(catalog, "CARDS", (replace(CARD, helpers=("lens",)),))
    monkeypatch.setattr(catalog, "HELPERS", (helper,))
    told = models.download(["seer"])
    assert [(state.card.id, state.on_disk) for state in told] == [("seer", True), ("lens", True)]
    assert {check.model for check in models.verify(["seer"])} == {"seer", "lens"}
    assert [state.card.id for state in models.states()] == ["seer"], "no menu offers it"


def test_without_what_it_is_better_with_a_model_is_whole(here, monkeypatch):
    lens = replace(CARD, id="lens", repo="one/helper")
    monkeypatch.setattr(catalog, "CARDS", (replace(CARD, helpers=("lens",)),))
    monkeypatch.setattr(catalog, "HELPERS", (lens,))
    with pytest.raises(ModelUnavailable, match="one/helper"):
        models.download(["seer"])
    assert state().on_disk
    assert {check.model for check in models.verify(["seer"])} == {"seer"}


def test_a_full_disk_is_told_before_anything_is_fetched(here, monkeypatch):
    monkeypatch.setattr(hub_fetch.shutil, "disk_usage", lambda _: SimpleNamespace(free=100_200_000))
    with pytest.raises(ResourceExhausted, match=r"no room for 'seer': it needs 0\.3 MB") as problem:
        models.download(["seer"])
    assert "HF_HOME" in problem.value.hint
    assert here.fetched() == []


def test_pickled_weights_alone_are_refused(here):
    del here.repositories["one/seer"]["model.safetensors"]
    with pytest.raises(ModelUnavailable, match="not published as safetensors") as problem:
        models.download(["seer"])
    assert "seer@FOLDER" in problem.value.hint


def test_of_pickled_weights_alone_the_conversion_of_the_hub_s_bot_is_taken(here, tmp_path, monkeypatch):
    weights = here.repositories["one/seer"].pop("model.safetensors")
    here.converted["one/seer"] = {"model.safetensors": weights}
    (after,) = models.download(["seer"])
    assert after.on_disk
    refs = tmp_path / "hub" / "models--one--seer" / "refs"
    assert [str(path.relative_to(refs)) for path in refs.rglob("*") if path.is_file()] == ["refs/pr/7"]
    assert not any("refs/pr/9" in path for _, path, _ in here.asked), "a stranger's weights are not looked at"
    here.asked.clear()
    models.download(["seer"])
    assert here.asked == []


def test_a_cached_copy_of_pickled_weights_alone_is_no_model(here, tmp_path):
    folder = tmp_path / "hub" / "models--one--seer" / "snapshots" / fake_hub.COMMIT
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    (folder / "pytorch_model.bin").write_bytes(b"pickled")
    assert hub.cached_folder("one/seer") is None
    assert not state().on_disk
    models.download(["seer"])
    assert hub.cached_folder("one/seer") == folder
    assert (folder / "model.safetensors").read_bytes() == WEIGHTS


def test_verify_finds_what_was_damaged_since(here):
    models.download(["seer"])
    folder = hub.cached_folder("one/seer")
    assert folder is not None
    weights = (folder / "model.safetensors").resolve()
    weights.write_bytes(WEIGHTS[:-1] + b"!")
    (folder / "vocab.txt").resolve().unlink()
    found = {check.file: check.state for check in models.verify(["seer"])}
    assert found == {
        "config.json": "verified",
        "model.safetensors": "damaged",
        "tokenizer.json": "verified",
        "vocab.txt": "missing",
    }
    assert "seer" in {check.model for check in models.verify()}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (WEIGHTS, "present"),
        (WEIGHTS[:-5], "damaged"),
        (b"{}", "damaged"),
        (b"\xff" * 40, "damaged"),
        (b"", "damaged"),
    ],
)
def test_without_digests_the_headers_are_read(here, body, expected):
    folder = hub.cache_of("one/seer") / "snapshots" / COMMIT
    folder.mkdir(parents=True)
    (folder / "config.json").write_bytes(b"{}")
    (folder / "model.safetensors").write_bytes(body)
    found = {check.file: check.state for check in models.verify(["seer"])}
    assert found == {"config.json": "present", "model.safetensors": expected}


def test_a_model_that_is_not_here_is_missing(here):
    assert [(check.file, check.state) for check in models.verify(["seer"])] == [("one/seer", "missing")]


PIPELINE = {"_class_name": "StableDiffusionXLPipeline", "unet": ["diffusers", "U"], "vae": ["diffusers", "V"]}
LISTED = [
    "model_index.json",
    "big.safetensors",
    "unet/config.json",
    "unet/diffusion_pytorch_model.safetensors",
    "unet/diffusion_pytorch_model.fp16.safetensors",
    "unet/diffusion_pytorch_model.bin",
    "vae/config.json",
    "vae/diffusion_pytorch_model-00001-of-00002.safetensors",
    "vae/diffusion_pytorch_model-00002-of-00002.safetensors",
    "vae/diffusion_pytorch_model.safetensors.index.json",
    "vae_1_0/diffusion_pytorch_model.safetensors",
    "vae/model.onnx",
]
VAE = [name for name in LISTED if name.startswith("vae/") and "onnx" not in name]


@pytest.mark.parametrize(("variant", "mark"), [("fp16", ".fp16"), ("", "")])
def test_of_a_pipeline_one_build_of_each_part_is_fetched(variant, mark):
    card = replace(CARD, settings={"variant": variant})
    chosen = ["model_index.json", "unet/config.json", f"unet/diffusion_pytorch_model{mark}.safetensors"]
    assert hub_files.needed(card, LISTED, PIPELINE) == sorted(chosen + VAE)


def test_of_one_network_in_shards_only_the_shards_are_fetched():
    listed = [
        "config.json",
        "consolidated.safetensors",
        "model-00001-of-00002.safetensors",
        "model-00002-of-00002.safetensors",
        "model.safetensors.index.json",
    ]
    assert hub_files.needed(CARD, listed) == [name for name in listed if name != "consolidated.safetensors"]


def test_a_card_can_name_its_files():
    card = replace(CARD, files=("*.pth", "voices/*"))
    assert hub_files.needed(card, ["a.pth", "voices/x.pt", "config.json"]) == ["a.pth", "voices/x.pt"]


def test_the_command_downloads_with_the_variables_of_the_hub(here, tmp_path):
    """The whole way, in a process of its own: HF_ENDPOINT, HF_HOME and HF_TOKEN as a user sets them."""
    program = (
        "import sys\nfrom imagecraft import catalog\nfrom imagecraft.catalog import ModelCard\n"
        f"catalog.CARDS = ({CARD!r},)\nfrom imagecraft.cli import run\nsys.exit(run(sys.argv[1:]))\n"
    )
    here.gated.add("one/seer")
    environment = os.environ | {"HF_ENDPOINT": here.url, "HF_HOME": str(tmp_path / "home")}
    environment.pop("HF_HUB_CACHE", None)

    def command(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-c", program, "models", *words]
        return subprocess.run(line, capture_output=True, text=True, timeout=120, env=environment | more)

    refused = command("download", "seer")
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 2
    assert f"{here.url}/one/seer" in refused.stderr
    fetched = command("download", "seer", HF_TOKEN=here.token)
    assert (fetched.returncode, fetched.stderr) == (0, "")
    assert fetched.stdout.startswith("seer: ready")
    assert (tmp_path / "home" / "hub" / "models--one--seer").is_dir()


def test_a_repository_of_another_layout_is_whole_with_the_files_its_card_names(here, monkeypatch):
    files = ("tokenizer.json", "speech/model.safetensors", "voices/*.bin")
    card = replace(CARD, repo="one/speaker", files=files)
    monkeypatch.setattr(catalog, "CARDS", (card,))
    here.repositories["one/speaker"] = {
        "tokenizer.json": b"{}",
        "speech/model.safetensors": WEIGHTS,
        "voices/anna.bin": b"1234",
        "else.bin": b"not wanted",
    }
    (after,) = models.download(["seer"])
    assert after.on_disk
    folder = hub.cached_folder("one/speaker", files=files)
    assert folder is not None
    assert files_in(folder) == {"tokenizer.json", "speech/model.safetensors", "voices/anna.bin"}
    (folder / "voices" / "anna.bin").unlink()
    assert hub.cached_folder("one/speaker", files=files) is None
