"""CLIP: pictures and texts as vectors that lie near each other where they fit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from imagecraft.media.images import open_image
from imagecraft.runtime.loaded import use
from imagecraft.scoring.base import Floats
from imagecraft.scoring.hub import HubModel, unit_vectors

NAME = "clip_similarity"
MODEL = HubModel("CLIP", "openai/clip-vit-base-patch32", "IMAGECRAFT_CLIP", 605)
PREFIX = "A photo depicts "
MOST_NAMES = 3


class _Named(Protocol):
    @property
    def label(self) -> str: ...


def settings() -> dict[str, Any]:
    """Everything another person needs to get the same vectors."""
    return MODEL.settings() | {
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
    with use((NAME, str(MODEL.folder())), _load) as (model, processor):

        def encode(part: Sequence[Any]) -> Any:
            images = [open_image(source).image for source in part]
            return model.get_image_features(**processor(images=images, return_tensors="pt").to(model.device))

        return unit_vectors(encode, sources)


def texts(sentences: Sequence[str]) -> Floats:
    """Vectors of texts, shape (texts, dimensions), each of length one."""
    with use((NAME, str(MODEL.folder())), _load) as (model, processor):

        def encode(part: Sequence[Any]) -> Any:
            words = [PREFIX + text for text in part]
            inputs = processor(text=words, return_tensors="pt", padding=True, truncation=True)
            return model.get_text_features(**inputs.to(model.device))

        return unit_vectors(encode, sentences)


def _load() -> tuple[Any, Any]:
    return MODEL.load("CLIPModel", "CLIPProcessor")
