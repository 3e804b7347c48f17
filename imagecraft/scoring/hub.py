"""Models whose files the hub's own command has put on this machine. Nothing is downloaded here."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from imagecraft.errors import ModelUnavailable
from imagecraft.runtime import pretrained
from imagecraft.runtime.device import hardware
from imagecraft.runtime.hub import cached_folder
from imagecraft.runtime.quiet import quietly
from imagecraft.scoring.base import Floats
from imagecraft.scoring.packages import Lacking, missing, version

BATCH = 32


@dataclass(frozen=True)
class HubModel:
    """A model of transformers that turns what it is given into vectors.

    Attributes:
        name: What people call it.
        repo: "owner/name" on the hub.
        variable: Environment variable that may name a folder of its files.
        megabytes: What `hf download` fetches.
    """

    name: str
    repo: str
    variable: str
    megabytes: int

    def folder(self) -> Path | None:
        """Where its files are: the folder that the variable names, or the hub's cache."""
        named = os.environ.get(self.variable, "").strip()
        return Path(named).expanduser() if named else cached_folder(self.repo)

    def unavailable(self) -> Lacking | None:
        """Why it cannot run here, in one sentence; None if it can."""
        for distribution in ("torch", "transformers"):
            if (reason := missing(distribution)) is not None:
                return reason
        if self.folder():
            return None
        return Lacking(f"{self.name} ({self.megabytes} MB) is not on disk: hf download {self.repo}.")

    def settings(self) -> dict[str, Any]:
        """What another person needs to load the same."""
        return {
            "implementation": f"transformers {version('transformers')}",
            "model": f"the folder in {self.variable}" if os.environ.get(self.variable) else self.repo,
        }

    def required(self) -> Path:
        """As `folder`.

        Raises:
            ModelUnavailable: if its files are missing.
        """
        place = self.folder()
        if place is None:
            raise ModelUnavailable(f"{self.name} cannot run.", self.unavailable() or "Try again.")
        return place

    @staticmethod
    def device() -> str:
        """torch's name of where it runs."""
        return "cuda" if hardware().profile == "cuda" else "cpu"

    def load(self, model_class: str, processor_class: str) -> tuple[Any, Any]:
        """The model, on the machine's device, and its processor.

        Args:
            model_class: Its class in transformers.
            processor_class: That of its processor.

        Raises:
            ModelUnavailable: if its files are missing or damaged.
        """
        import transformers

        place = self.required()
        try:
            with quietly():
                processor = pretrained.opened(getattr(transformers, processor_class), place)
                model = pretrained.opened(getattr(transformers, model_class), place, use_safetensors=True)
        except (OSError, ValueError) as error:
            raise ModelUnavailable(
                f"The {self.name} model in {place} cannot be loaded.", "Fetch it again."
            ) from error
        return model.eval().to(self.device()), processor


def unit_vectors(encode: Callable[[Sequence[Any]], Any], everything: Sequence[Any]) -> Floats:
    """One vector of length one for each, shape (items, dimensions).

    Args:
        encode: From a few of them to a tensor of vectors, or to a model's output that holds it.
        everything: What is to be encoded.
    """
    import torch

    rows = []
    for start in range(0, len(everything), BATCH):
        with torch.inference_mode():
            out = encode(everything[start : start + BATCH])
        vectors = getattr(out, "pooler_output", out).double().cpu().numpy()
        rows.append(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12))
    return np.concatenate(rows)
