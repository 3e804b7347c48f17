"""Files of models are data: nothing in the package loads them in a way that runs code among them."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

import imagecraft
from imagecraft.runtime import pretrained

PACKAGE = Path(imagecraft.__file__).parent


def test_all_models_are_opened_in_one_place_that_trusts_no_code() -> None:
    calls = [
        (source.relative_to(PACKAGE).as_posix(), ast.unparse(call))
        for source in PACKAGE.rglob("*.py")
        for call in ast.walk(ast.parse(source.read_text("utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "from_pretrained"
    ]
    ((source, call),) = calls
    assert source == "runtime/pretrained.py"
    assert "trust_remote_code=False" in call


def test_a_pipeline_whose_parts_are_code_is_refused(tmp_path: Path) -> None:
    diffusers = pytest.importorskip("diffusers")
    code = f"from pathlib import Path\nPath({str(tmp_path / 'ran')!r}).touch()\nclass W: pass\n"
    (tmp_path / "conf.py").write_text(code)
    (tmp_path / "unet").mkdir()
    (tmp_path / "unet" / "conf.py").write_text(code)
    index = {"_class_name": ["conf", "W"], "unet": ["conf", "W"]}
    (tmp_path / "model_index.json").write_text(json.dumps(index))
    for family in (diffusers.DiffusionPipeline, diffusers.StableDiffusionPipeline):
        with pytest.raises((OSError, ValueError)):
            pretrained.opened(family, tmp_path)
    assert not (tmp_path / "ran").exists()


def test_processors_in_a_pipeline_ask_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    diffusers = pytest.importorskip("diffusers")
    (tmp_path / "tokenizer").mkdir()
    (tmp_path / "tokenizer" / "conf.py").write_text("")
    (tmp_path / "tokenizer" / "preprocessor_config.json").write_text(
        json.dumps({"feature_extractor_type": "Weird", "auto_map": {"AutoFeatureExtractor": "conf.W"}})
    )
    index = {"_class_name": "StableDiffusionPipeline", "tokenizer": ["transformers", "ClapProcessor"]}
    (tmp_path / "model_index.json").write_text(json.dumps(index))
    asked: list[str] = []
    monkeypatch.setattr("builtins.input", lambda question="": asked.append(question) or "n")

    with pytest.raises((OSError, ValueError)):
        pretrained.opened(diffusers.StableDiffusionPipeline, tmp_path)
    assert not asked
