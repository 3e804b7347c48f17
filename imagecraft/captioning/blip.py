"""BLIP and BLIP-2: one short sentence in the style of COCO's captions.

References: Li et al., "BLIP: Bootstrapping Language-Image Pre-training", ICML 2022; Li et al., "BLIP-2:
Bootstrapping Language-Image Pre-training with Frozen Image Encoders and Large Language Models", ICML 2023.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from imagecraft.captioning.base import Length
from imagecraft.captioning.neural import Description
from imagecraft.captioning.writing import batch_size, gpu_seconds, written
from imagecraft.catalog import ModelCard
from imagecraft.runtime import pretrained
from imagecraft.runtime.memory import halving
from imagecraft.runtime.neural import Place

MAX_TOKENS = 30
_APART = re.compile(r"\s+(?=[',.!?])|(?<=')\s+(?=(?:s|t|re|ve|ll|m|d)\b)|(?<=\w)\s+-\s+(?=\w)")


class Blip:
    """BLIP, base or large. Setting `beams`: how many beginnings of a sentence are followed on a GPU."""

    gpu_seconds = staticmethod(gpu_seconds)

    def __init__(self, card: ModelCard, folder: Path, place: Place) -> None:
        self._place = place
        self._size = batch_size(card, place)
        self._beams = int(card.settings.get("beams", 1)) if place.device == "cuda" else 1
        self._processor = pretrained.processor(folder)
        self._network = pretrained.network("BlipForConditionalGeneration", folder, place, kinds=["blip"])

    def describe(self, images: Sequence[Image.Image], _length: Length, _language: str) -> list[Description]:
        """What it writes of each picture, whatever length is asked for; English."""
        return halving(images, self._batch, self._size)

    def _batch(self, images: Sequence[Image.Image]) -> list[Description]:
        made = written(
            self._network,
            self._processor(images=list(images), return_tensors="pt"),
            self._place,
            max_new_tokens=MAX_TOKENS,
            num_beams=self._beams,
        )
        end = self._network.config.text_config.sep_token_id
        return [_description(self._processor, tokens, end) for tokens in made]


class Blip2:
    """BLIP-2 with a decoder-only language model (OPT)."""

    gpu_seconds = staticmethod(gpu_seconds)

    def __init__(self, card: ModelCard, folder: Path, place: Place) -> None:
        self._place = place
        self._size = batch_size(card, place)
        self._beams = int(card.settings.get("beams", 1)) if place.device == "cuda" else 1
        self._processor = pretrained.processor(folder)
        self._network = pretrained.network(
            "Blip2ForConditionalGeneration", folder, place, kinds=["blip-2", "blip_2"]
        )

    def describe(self, images: Sequence[Image.Image], _length: Length, _language: str) -> list[Description]:
        """What it writes of each picture, whatever length is asked for; English."""
        return halving(images, self._batch, self._size)

    def _batch(self, images: Sequence[Image.Image]) -> list[Description]:
        made = written(
            self._network,
            self._processor(images=list(images), return_tensors="pt"),
            self._place,
            max_new_tokens=MAX_TOKENS,
            num_beams=self._beams,
        )
        config = self._network.config
        if not self._network.language_model.config.is_encoder_decoder:
            made = made[:, config.num_query_tokens + 1 :]
        end = self._network.language_model.generation_config.eos_token_id
        return [_description(self._processor, tokens, end) for tokens in made]


def _description(processor: Any, tokens: Any, end: int) -> Description:
    text = processor.tokenizer.decode(tokens, skip_special_tokens=True)
    return Description(joined(text), complete=end in tokens.tolist())


def joined(text: str) -> str:
    """Words that the tokenizer took apart: "a man ' s t - shirt" -> "a man's t-shirt"."""
    return _APART.sub(lambda gap: "-" if "-" in gap.group() else "", text)
