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

from imagecraft.captioning.attending import attend_in_blip, see_in_turn
from imagecraft.captioning.base import Length
from imagecraft.captioning.neural import Description
from imagecraft.captioning.writing import batch_size, beams, gpu_seconds, written
from imagecraft.catalog import ModelCard
from imagecraft.runtime import pretrained, quantizing
from imagecraft.runtime.layers import in_onednn_order
from imagecraft.runtime.memory import halving
from imagecraft.runtime.neural import Place

MAX_TOKENS = 30
_APART = re.compile(r"\s+(?=[',.!?])|(?<=')\s+(?=(?:s|t|re|ve|ll|m|d)\b)|(?<=\w)\s+-\s+(?=\w)")


class Blip:
    """BLIP, base or large.

    Settings: `beams`, how many beginnings of a sentence are followed on each device (1 where it is not said),
    unless IMAGECRAFT_BEAMS names a number; `tokens`, the most that are written.
    """

    gpu_seconds = staticmethod(gpu_seconds)

    def __init__(self, card: ModelCard, folder: Path, place: Place) -> None:
        self._place = place
        self._most = int(card.settings.get("tokens", MAX_TOKENS))
        self._card = card
        self._size = batch_size(card, place)
        self._processor = pretrained.processor(folder)
        self._network = self._loaded(folder)
        if quantizing.asked_for(place):
            self._network = quantizing.in_whole_numbers(self._network)
            see_in_turn(self._network.vision_model)
        in_onednn_order(self._network, place)

    def describe(self, images: Sequence[Image.Image], _length: Length, _language: str) -> list[Description]:
        """What it writes of each picture, whatever length is asked for; English."""
        return halving(images, self._batch, self._size)

    def _loaded(self, folder: Path) -> Any:
        network = pretrained.network("BlipForConditionalGeneration", folder, self._place, kinds=["blip"])
        attend_in_blip(network)
        return network

    def _batch(self, images: Sequence[Image.Image]) -> list[Description]:
        made = written(
            self._network,
            self._processor(images=list(images), return_tensors="pt"),
            self._place,
            max_new_tokens=self._most,
            num_beams=beams(self._card, self._place),
        )
        return [self._description(tokens) for tokens in made]

    def _description(self, tokens: Any) -> Description:
        text = self._processor.tokenizer.decode(tokens, skip_special_tokens=True)
        return Description(joined(text), complete=self._end() in tokens.tolist())

    def _end(self) -> int:
        """The token that ends a sentence."""
        return int(self._network.config.text_config.sep_token_id)


class Blip2(Blip):
    """BLIP-2; its language model reads what was seen as if it were words."""

    def _loaded(self, folder: Path) -> Any:
        kinds = ["blip-2", "blip_2"]
        return pretrained.network("Blip2ForConditionalGeneration", folder, self._place, kinds=kinds)

    def _description(self, tokens: Any) -> Description:
        read = 0 if self._network.language_model.config.is_encoder_decoder else self._read()
        return super()._description(tokens[read:])

    def _read(self) -> int:
        """How many tokens of a text that goes on are those that it was given."""
        return int(self._network.config.num_query_tokens) + 1

    def _end(self) -> int:
        return int(self._network.language_model.generation_config.eos_token_id)


def joined(text: str) -> str:
    """Words that the tokenizer took apart: "a man ' s t - shirt" -> "a man's t-shirt"."""
    return _APART.sub(lambda gap: "-" if "-" in gap.group() else "", text)
