"""BERTScore and CLIPScore with real models where they are installed, and tiny ones of the same kind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from imagecraft.errors import ModelUnavailable
from imagecraft.scoring.captions import score
from imagecraft.scoring.metrics import metrics
from imagecraft.scoring.metrics.bertscore import BertScoreMiniLM, baseline

EXAMPLES = Path(__file__).parents[2] / "examples"
TEXT = ["a man is eating food while a dog sleeps", "the stock market crashed in the rain", "a cat on a mat"]
needs_minilm = pytest.mark.skipif(
    metrics()["bertscore_minilm"].unavailable() is not None,
    reason="the extra [scoring-neural] is not installed",
)


@needs_minilm
class TestMiniLM:
    def test_a_paraphrase_is_far_above_a_stranger(self) -> None:
        captions = ["A man is eating food."] * 2
        report = score(
            captions, ["A man eats something.", "The stock market crashed."], metrics="bertscore_minilm"
        )
        near, far = report.score("bertscore_minilm_f1").per_item

        assert near > 0.7
        assert far < 0.3

    def test_it_agrees_with_the_package_s_own_scorer(self) -> None:
        from bert_score import BERTScorer

        scorer = BERTScorer(model_type=str(BertScoreMiniLM().folder()), num_layers=6)
        scorer._tokenizer.model_max_length = 512
        captions, references = ["a man eats", "rain"], [["a man is eating", "food"], ["the weather is wet"]]
        theirs = [column.tolist() for column in scorer.score(list(captions), references)]
        report = score(captions, references, metrics="bertscore_minilm")

        for name, values in zip(("precision", "recall", "f1"), theirs, strict=True):
            assert report.score(f"bertscore_minilm_{name}").per_item == pytest.approx(values, abs=1e-5)

    def test_its_loading_leaves_stderr_to_the_notes(self, tmp_path: Path) -> None:
        for name in ("p.json", "r.json"):
            (tmp_path / name).write_text('{"1": "a cat", "2": "a dog"}')
        command = ["evaluate", "--metrics", "bertscore_minilm", "--predictions", "p.json"]
        done = subprocess.run(
            [sys.executable, "-m", "imagecraft", *command, "--references", "r.json"],
            cwd=tmp_path, env=dict(os.environ) | {"PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True, text=True, check=True,
        )  # fmt: skip

        assert "bertscore_minilm_f1" in done.stdout
        assert done.stderr == ""

    def test_empty_and_endless_captions_do_no_harm(self) -> None:
        report = score(["", "cat " * 2000], [["a cat"], ["a cat"]], metrics="bertscore_minilm")

        assert report.score("bertscore_minilm_f1").per_item[0] == 0
        assert 0 < report.score("bertscore_minilm_f1").per_item[1] < 1

    def test_its_settings_name_the_model_the_layer_and_the_weights(self) -> None:
        said = metrics()["bertscore_minilm"].settings()

        assert (said["model"], said["layer"]) == ("all-MiniLM-L6-v2", 6)
        assert said["hash"].startswith("all-MiniLM-L6-v2_L6_no-idf_version=")
        assert len(said["weights_sha256"]) == 16


class TestRobertaLarge:
    def test_without_its_files_it_says_how_to_get_them_and_is_never_replaced(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        pytest.importorskip("bert_score")
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
        report = score(["a cat"], ["the cat"], metrics=["bertscore", "rouge_l"])

        assert "hf download" in report.not_computed["bertscore"]
        assert list(report.metrics) == ["rouge_l"]

    def test_a_model_of_its_kind_gives_four_scores(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        pytest.importorskip("bert_score")
        folder = tmp_path / "models--FacebookAI--roberta-large" / "snapshots" / "abc"
        save_tiny_roberta(folder)
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
        report = score(["a cat on a mat", ""], ["a cat on a mat", "a dog"], metrics="bertscore")

        assert report.score("bertscore_f1").per_item == pytest.approx((1.0, 0.0), abs=1e-5)
        assert report["bertscore_f1_rescaled"] < report["bertscore_f1"]
        assert report.score("bertscore_f1").settings["layer"] == 17
        assert report.score("bertscore_f1_rescaled").settings["rescaled"] is True

    def test_its_published_scores_rescale_to_the_published_ones(self) -> None:
        pytest.importorskip("bert_score")
        base = baseline("roberta-large", 17)

        for raw, rescaled in ((0.98336, 0.90138), (0.97823, 0.87101), (0.91621, 0.50357)):
            assert (raw - base) / (1 - base) == pytest.approx(rescaled, abs=1e-4)


class TestClip:
    def test_without_its_files_or_the_pictures_it_says_what_it_needs(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        pytest.importorskip("transformers")
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
        assert "hf download" in score(["a cat"], ["the cat"], metrics="clipscore").not_computed["clipscore"]

        monkeypatch.setenv("IMAGECRAFT_CLIP", str(tmp_path))
        assert "pictures" in score(["a cat"], ["the cat"], metrics="clipscore").not_computed["clipscore"]
        with pytest.raises(ModelUnavailable):
            score(["a cat"], ["a cat"], metrics="clipscore", pictures=[EXAMPLES / "chelsea.jpg"])

    def test_a_model_of_its_kind_gives_both_scores(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        pytest.importorskip("transformers")
        save_tiny_clip(tmp_path)
        monkeypatch.setenv("IMAGECRAFT_CLIP", str(tmp_path))
        pictures = {
            "a": EXAMPLES / "chelsea.jpg",
            "b": Image.new("RGB", (40, 40), "red"),
            "c": EXAMPLES / "china.jpg",
        }
        captions = {"a": "a cat on a mat", "b": "", "c": "rain"}
        report = score(
            captions, {name: ["a cat on a mat"] for name in captions}, metrics="clipscore", pictures=pictures
        )

        assert report.score("clipscore").per_item[1] == 0
        assert all(0 <= value <= 2.5 for value in report.score("clipscore").per_item)
        fit = report.score("clipscore").per_item[0]
        assert report.score("ref_clipscore").per_item[0] == pytest.approx(2 * fit / (fit + 1) if fit else 0)


def save_tiny_roberta(folder: Path) -> None:
    """A random RoBERTa of 18 layers with a tokenizer made on the spot."""
    import json

    from tokenizers import ByteLevelBPETokenizer
    from transformers import RobertaConfig, RobertaModel, RobertaTokenizer

    made = ByteLevelBPETokenizer()
    made.train_from_iterator(TEXT, vocab_size=400, special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    model = json.loads(made.to_str())["model"]
    tokenizer = RobertaTokenizer(vocab=model["vocab"], merges=[tuple(pair) for pair in model["merges"]])
    config = RobertaConfig(
        vocab_size=len(tokenizer),
        hidden_size=16,
        num_hidden_layers=18,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=514,
    )
    RobertaModel(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def save_tiny_clip(folder: Path) -> None:
    """A random CLIP with a tokenizer made on the spot."""
    import json

    from tokenizers import CharBPETokenizer
    from transformers import CLIPConfig, CLIPImageProcessor, CLIPModel, CLIPProcessor, CLIPTokenizer

    made = CharBPETokenizer(lowercase=True, suffix="</w>")
    special = ["<|startoftext|>", "<|endoftext|>"]
    made.train_from_iterator(TEXT, vocab_size=300, min_frequency=1, suffix="</w>", special_tokens=special)
    model = json.loads(made.to_str())["model"]
    tokenizer = CLIPTokenizer(
        vocab=model["vocab"], merges=[tuple(pair) for pair in model["merges"]], model_max_length=77
    )
    part = {"hidden_size": 32, "intermediate_size": 37, "num_attention_heads": 4, "num_hidden_layers": 2}
    text = part | {
        "vocab_size": len(tokenizer),
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
    }
    config = CLIPConfig(
        text_config=text, vision_config=part | {"image_size": 32, "patch_size": 8}, projection_dim=32
    )
    CLIPModel(config).save_pretrained(folder)
    size = {"height": 32, "width": 32}
    CLIPProcessor(CLIPImageProcessor(size={"shortest_edge": 32}, crop_size=size), tokenizer).save_pretrained(
        folder
    )
