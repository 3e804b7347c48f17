"""Chat models that see: captions of any length in the language one asks for.

One adapter for those that transformers knows as AutoModelForImageTextToText and that bring a chat template:
Qwen3-VL, SmolVLM2 and others.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from imagecraft.assets import vocabulary
from imagecraft.captioning.base import Length
from imagecraft.captioning.neural import Description
from imagecraft.captioning.writing import batch_size, gpu_seconds, written
from imagecraft.catalog import ModelCard
from imagecraft.runtime import pretrained
from imagecraft.runtime.memory import halving
from imagecraft.runtime.neural import Place

SIDE = 768  # pixels; more of them would be many more tokens and hardly more words


class Chat:
    """A chat model.

    Settings: `side`, the longest side, in pixels, of the pictures it is shown; `size`, the size that its
    processor then gives them, in that processor's own words, where it is not the one that its files say:
    SmolVLM's enlarge any picture to 2048 pixels, to be cut into up to 17 tiles.
    """

    gpu_seconds = staticmethod(gpu_seconds)

    def __init__(self, card: ModelCard, folder: Path, place: Place) -> None:
        self._place = place
        self._size = batch_size(card, place)
        self._side = int(card.settings.get("side", SIDE))
        self._resized = {"size": dict(card.settings["size"])} if "size" in card.settings else {}
        self._processor = pretrained.picture_processor(folder)
        tokenizer = self._processor.tokenizer
        tokenizer.padding_side = "left"
        tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
        if not (self._processor.chat_template or tokenizer.chat_template):
            raise ValueError("it has no chat template")
        self._network = pretrained.network(
            "AutoModelForImageTextToText", folder, place, kinds=card.settings.get("kinds", ())
        )
        self._ends = _ends(self._network.generation_config.eos_token_id, tokenizer)

    def describe(self, images: Sequence[Image.Image], length: Length, language: str) -> list[Description]:
        """What it answers about each picture."""
        most = vocabulary("captions")["tokens"][length]
        question = asked(length, language)
        return halving(images, lambda batch: self._batch(batch, question, most), self._size)

    def _batch(self, images: Sequence[Image.Image], question: str, most: int) -> list[Description]:
        pictures = [shown(image, self._side) for image in images]
        prompt = self._processor.tokenizer.apply_chat_template(
            [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": question}]}],
            chat_template=self._processor.chat_template,
            add_generation_prompt=True,
            tokenize=False,
        )
        inputs = self._processor(
            text=[prompt] * len(pictures),
            images=[[image] for image in pictures],
            images_kwargs=self._resized,
            padding=True,
            add_special_tokens=False,
            return_tensors="pt",
        )
        made = written(
            self._network,
            inputs,
            self._place,
            max_new_tokens=most,
            num_beams=1,
            eos_token_id=self._ends,
            pad_token_id=self._processor.tokenizer.pad_token_id,
        )
        answers = made[:, inputs["input_ids"].shape[1] :]
        return [
            Description(
                self._processor.tokenizer.decode(answer, skip_special_tokens=True),
                complete=not set(self._ends).isdisjoint(answer.tolist()),
            )
            for answer in answers
        ]


def shown(image: Image.Image, longest: int) -> Image.Image:
    """A picture as a model is shown it: its longest side has at most so many pixels."""
    share = min(1.0, longest / max(image.size))
    width, height = (max(1, round(side * share)) for side in image.size)
    return image if share == 1 else image.resize((width, height), Image.Resampling.BICUBIC)


def asked(length: Length, language: str) -> str:
    """What a chat model is asked, in English; it answers in the language."""
    words = vocabulary("captions")
    primary, _, rest = language.partition("-")
    name = words["languages"][primary.lower()] + (f" ({primary.lower()}-{rest})" if rest.isalnum() else "")
    return f"{words['prompts']['system']} {words['prompts'][length].format(language=name)}"


def _ends(named: int | list[int] | None, tokenizer: Any) -> list[int]:
    """Tokens that end an answer."""
    ends = named if isinstance(named, list) else [named]
    return [one for one in dict.fromkeys([*ends, tokenizer.eos_token_id]) if one is not None]
