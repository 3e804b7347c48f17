"""CLIP: pictures and texts as vectors that lie near each other where they fit."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol, cast

from imagecraft.errors import ModelUnavailable
from imagecraft.media.images import open_image
from imagecraft.runtime.device import hardware
from imagecraft.runtime.loaded import use
from imagecraft.scoring.base import Floats
from imagecraft.scoring.hub import cached_folder, quietly, unit_vectors
from imagecraft.scoring.packages import missing, version

NAME = "clip_similarity"
REPO = "openai/clip-vit-base-patch32"
FOLDER_VARIABLE = "IMAGECRAFT_CLIP"
PREFIX = "A photo depicts "
MOST_NAMES = 3


class _Named(Protocol):
    @property
    def label(self) -> str: ...


def folder() -> Path | None:
    """Where the model's files are: the folder IMAGECRAFT_CLIP names, or the hub's cache."""
    named = os.environ.get(FOLDER_VARIABLE, "").strip()
    return Path(named).expanduser() if named else cached_folder(REPO)


def unavailable() -> str | None:
    """Why it cannot run here, in one sentence; None if it can."""
    for distribution in ("torch", "transformers"):
        if (reason := missing(distribution)) is not None:
            return reason
    return None if folder() else f"CLIP (605 MB) is not on disk: hf download {REPO}."


def settings() -> dict[str, Any]:
    """Everything another person needs to get the same vectors."""
    return {
        "implementation": f"transformers {version('transformers')}",
        "model": REPO if not os.environ.get(FOLDER_VARIABLE) else f"the folder in {FOLDER_VARIABLE}",
        "prefix": PREFIX,
    }


def similarity(picture: Any, text: str) -> float:
    """Cosine of a picture and a text, -1 to 1. Raises ModelUnavailable if the model cannot be loaded."""
    return float((pictures([picture]) * texts([text])).sum())


def words_for(heard: Sequence[_Named]) -> str:
    """A text about what is heard: the first few names."""
    return ", ".join(one.label.lower() for one in heard[:MOST_NAMES])


def pictures(sources: Sequence[Any]) -> Floats:
    """Vectors of pictures, shape (pictures, dimensions), each of length one."""
    with use((NAME, str(folder())), _load) as (model, processor):

        def encode(part: Sequence[Any]) -> Any:
            images = [open_image(source).image for source in part]
            return model.get_image_features(**processor(images=images, return_tensors="pt").to(model.device))

        return unit_vectors(encode, sources)


def texts(sentences: Sequence[str]) -> Floats:
    """Vectors of texts, shape (texts, dimensions), each of length one."""
    with use((NAME, str(folder())), _load) as (model, processor):

        def encode(part: Sequence[Any]) -> Any:
            words = [PREFIX + text for text in part]
            inputs = processor(text=words, return_tensors="pt", padding=True, truncation=True)
            return model.get_text_features(**inputs.to(model.device))

        return unit_vectors(encode, sentences)


def _load() -> tuple[Any, Any]:
    from transformers import CLIPModel, CLIPProcessor

    place = folder()
    if place is None:
        raise ModelUnavailable("CLIP cannot run.", unavailable() or "Try again.")
    try:
        with quietly():
            processor = CLIPProcessor.from_pretrained(place, local_files_only=True)
            model = CLIPModel.from_pretrained(place, local_files_only=True, use_safetensors=True)
    except (OSError, ValueError) as error:
        raise ModelUnavailable(f"The CLIP model in {place} cannot be loaded.", "Fetch it again.") from error
    device = "cuda" if hardware().profile == "cuda" else "cpu"
    return cast("Any", model).eval().to(device), processor
