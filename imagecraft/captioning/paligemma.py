"""PaliGemma: short captions in the language one asks for.

Reference: Beyer et al., "PaliGemma: A versatile 3B VLM for transfer", 2024.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from imagecraft.assets import vocabulary
from imagecraft.captioning.base import Length
from imagecraft.captioning.neural import Description
from imagecraft.captioning.writing import batch_size, gpu_seconds, written
from imagecraft.catalog import ModelCard
from imagecraft.runtime import pretrained
from imagecraft.runtime.memory import halving
from imagecraft.runtime.neural import Place


class PaliGemma:
    """PaliGemma, as it was tuned on a mixture of tasks.

    Setting `prompts`: for each length what it is asked, {language} standing for the language's tag.
    """

    gpu_seconds = staticmethod(gpu_seconds)

    def __init__(self, card: ModelCard, folder: Path, place: Place) -> None:
        self._place = place
        self._size = batch_size(card, place)
        self._prompts = card.settings["prompts"]
        self._processor = pretrained.processor(folder)
        self._network = pretrained.network(
            "PaliGemmaForConditionalGeneration", folder, place, kinds=["paligemma"]
        )

    def describe(self, images: Sequence[Image.Image], length: Length, language: str) -> list[Description]:
        """What it writes of each picture."""
        tag = language.partition("-")[0].lower()
        prompt = "<image>" + self._prompts[length].format(language=tag)
        most = vocabulary("captions")["tokens"][length]
        return halving(images, lambda batch: self._batch(batch, prompt, most), self._size)

    def _batch(self, images: Sequence[Image.Image], prompt: str, most: int) -> list[Description]:
        asked = self._processor(text=[prompt] * len(images), images=list(images), return_tensors="pt")
        asked.pop("labels", None)
        made = written(self._network, asked, self._place, max_new_tokens=most, num_beams=1)
        tokenizer = self._processor.tokenizer
        answers = made[:, asked["input_ids"].shape[1] :]
        return [
            Description(
                tokenizer.decode(answer, skip_special_tokens=True), tokenizer.eos_token_id in answer.tolist()
            )
            for answer in answers
        ]
