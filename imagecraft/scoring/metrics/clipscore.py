"""CLIPScore: how well a caption fits the picture itself, with and without people's captions."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np

from imagecraft.errors import ModelUnavailable
from imagecraft.media.images import open_image
from imagecraft.runtime.device import hardware
from imagecraft.runtime.loaded import use
from imagecraft.scoring.base import Corpus, Floats, Metric, Score
from imagecraft.scoring.hub import cached_folder
from imagecraft.scoring.packages import missing, version

REPO = "openai/clip-vit-base-patch32"
FOLDER_VARIABLE = "IMAGECRAFT_CLIP"
PREFIX = "A photo depicts "
WEIGHT = 2.5
BATCH = 32


class ClipScore(Metric):
    """Needs the picture of each caption; an empty caption scores 0."""

    name = "clipscore"
    outputs = ("clipscore", "ref_clipscore")
    meaning = (
        "How well the caption fits the picture, as CLIP sees it; ref_clipscore asks the references as well."
    )
    reference = "Hessel et al. 2021"
    span = (0.0, WEIGHT)
    order = 97

    def folder(self) -> Path | None:
        """Where the model's files are: the folder IMAGECRAFT_CLIP names, or the hub's cache."""
        named = os.environ.get(FOLDER_VARIABLE, "").strip()
        return Path(named).expanduser() if named else cached_folder(REPO)

    def unavailable(self) -> str | None:
        for distribution in ("torch", "transformers"):
            if (reason := missing(distribution)) is not None:
                return reason
        if self.folder() is None:
            return f"CLIP (605 MB) is not on disk: hf download {REPO}."
        return None

    def unfit(self, corpus: Corpus) -> str | None:
        if corpus.pictures is None or any(picture is None for picture in corpus.pictures):
            return "CLIPScore looks at the pictures: give one for every caption."
        return None

    def settings(self) -> dict[str, Any]:
        return {
            "implementation": f"transformers {version('transformers')}",
            "model": REPO if not os.environ.get(FOLDER_VARIABLE) else f"the folder in {FOLDER_VARIABLE}",
            "prefix": PREFIX,
            "weight": WEIGHT,
            "ref_clipscore": "harmonic mean of CLIPScore and the best cosine with a reference",
        }

    def measure(self, corpus: Corpus) -> list[Score]:
        folder = self.folder()
        if folder is None or corpus.pictures is None:
            raise ModelUnavailable("CLIPScore cannot run.", self.unavailable() or "Give the pictures.")
        with use((self.name, str(folder)), lambda: _load(folder)) as (model, processor):
            seen = _pictures(model, processor, corpus.pictures)
            said = _texts(model, processor, corpus.predictions)
            theirs = [_texts(model, processor, texts) for texts in corpus.references]
        worded = np.array([bool(text.strip()) for text in corpus.predictions])
        fits = WEIGHT * np.maximum((seen * said).sum(axis=1), 0.0) * worded
        best = np.array(
            [max(0.0, float((texts @ one).max())) for one, texts in zip(said, theirs, strict=True)]
        )
        both = np.where(fits + best > 0, 2 * fits * best / np.maximum(fits + best, 1e-12), 0.0)
        return [self.mean(fits.tolist()), self.mean(both.tolist(), name="ref_clipscore")]


def _load(folder: Path) -> tuple[Any, Any]:
    from transformers import CLIPModel, CLIPProcessor

    try:
        processor = CLIPProcessor.from_pretrained(folder, local_files_only=True)
        model = CLIPModel.from_pretrained(folder, local_files_only=True, use_safetensors=True)
    except (OSError, ValueError) as error:
        raise ModelUnavailable(f"The CLIP model in {folder} cannot be loaded.", "Fetch it again.") from error
    device = "cuda" if hardware().profile == "cuda" else "cpu"
    return cast("Any", model).eval().to(device), processor


def _pictures(model: Any, processor: Any, pictures: Sequence[Any]) -> Floats:
    def encode(part: Sequence[Any]) -> Any:
        images = [open_image(picture).image for picture in part]
        return model.get_image_features(**processor(images=images, return_tensors="pt").to(model.device))

    return _unit_vectors(encode, pictures)


def _texts(model: Any, processor: Any, texts: Sequence[str]) -> Floats:
    def encode(part: Sequence[Any]) -> Any:
        words = [PREFIX + text for text in part]
        inputs = processor(text=words, return_tensors="pt", padding=True, truncation=True)
        return model.get_text_features(**inputs.to(model.device))

    return _unit_vectors(encode, texts)


def _unit_vectors(encode: Any, everything: Sequence[Any]) -> Floats:
    """One vector of length one for each, shape (items, dimensions)."""
    import torch

    rows = []
    for start in range(0, len(everything), BATCH):
        with torch.inference_mode():
            out = encode(everything[start : start + BATCH])
        vectors = getattr(out, "pooler_output", out).double().cpu().numpy()
        rows.append(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12))
    return np.concatenate(rows)
