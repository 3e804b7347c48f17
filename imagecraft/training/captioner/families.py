"""What differs between families of captioners: how pictures and captions become tensors, how they write.

References:
    https://github.com/salesforce/BLIP, models/blip.py (the caption's first token is the decoder's own start).
    https://huggingface.co/blog/finetune-florence2 (the prompt is encoded, the caption is the label).
    https://github.com/google-research/big_vision, configs/proj/paligemma (prefix and suffix).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from PIL import Image

from imagecraft.errors import InvalidInput, ModelUnavailable
from imagecraft.runtime import pretrained
from imagecraft.runtime.quiet import quietly
from imagecraft.training.frame.bases import Base, one_line
from imagecraft.training.frame.job import Batch

UNLABELLED = -100  # what torch's cross entropy leaves out
LEAST_SIDE = 224


class Family(ABC):
    """A family of captioners.

    Args:
        base: The model's files.
        longest: Tokens of a caption; what is longer is cut.

    Attributes:
        model_type: What transformers calls it.
        class_name: The class in transformers.
        card: The card that `--model CARD@FOLDER` needs.
        lora_targets: Regular expression of the names of the layers that adapters go to: all of attention.
    """

    model_type: ClassVar[str]
    class_name: ClassVar[str]
    card: ClassVar[str]
    lora_targets: ClassVar[str]

    def __init__(self, base: Base, longest: int) -> None:
        try:
            self.processor = pretrained.processor(base.folder)
        except (OSError, ValueError) as error:
            raise InvalidInput(
                f"There is no processor for pictures and texts in '{base.folder.name}'.",
                "Copy the whole folder, as save_pretrained or the hub has it.",
            ) from error
        self._base = base
        self.longest = longest

    def load(self, dtype: Any) -> Any:
        """The model, its weights in that format."""
        import transformers

        network = getattr(transformers, self.class_name)
        try:
            with quietly():
                return pretrained.opened(network, self._base.folder, dtype=dtype, use_safetensors=True)
        except (OSError, ValueError, RuntimeError) as error:
            raise ModelUnavailable(
                f"The weights in '{self._base.folder.name}' cannot be loaded: {one_line(error)}",
                "Copy the whole folder, as save_pretrained or the hub has it.",
            ) from error

    @abstractmethod
    def lesson(self, pictures: Sequence[Image.Image], captions: Sequence[str]) -> Batch:
        """The model's inputs and the labels to learn from."""

    @abstractmethod
    def question(self, pictures: Sequence[Image.Image]) -> Batch:
        """The model's inputs to write from."""

    def write(self, model: Any, pictures: Sequence[Image.Image], beams: int = 1) -> list[str]:
        """Captions by a model, the likeliest it finds."""
        import torch

        inputs = {name: value.to(model.device) for name, value in self.question(pictures).items()}
        with torch.no_grad():
            tokens = model.generate(**inputs, max_new_tokens=self.longest, num_beams=beams, do_sample=False)
        texts = self.tokenizer.batch_decode(self.answer(tokens, inputs), skip_special_tokens=True)
        return [" ".join(text.split()) for text in texts]

    def answer(self, tokens: Any, _inputs: Batch) -> Any:
        """What the model wrote, without what it was asked."""
        return tokens

    @property
    def tokenizer(self) -> Any:
        return self.processor.tokenizer

    def save(self, folder: Path) -> None:
        """Write the processor beside a model."""
        self.processor.save_pretrained(folder)

    @property
    def side(self) -> int:
        """Pixels of a side that the model sees."""
        size = self.processor.image_processor.size
        return max(LEAST_SIDE, *(int(value) for value in dict(size).values() if value))

    def _labels(self, tokens: Any) -> Any:
        return tokens["input_ids"].masked_fill(tokens["attention_mask"] == 0, UNLABELLED)

    def _tokens(self, texts: Sequence[str]) -> Any:
        return self.tokenizer(
            list(texts), padding="longest", truncation=True, max_length=self.longest, return_tensors="pt"
        )

    def _pixels(self, pictures: Sequence[Image.Image]) -> Any:
        return self.processor.image_processor(images=list(pictures), return_tensors="pt")["pixel_values"]


class Blip(Family):
    """BLIP: a picture's encoder, and a decoder of texts that looks at it."""

    model_type = "blip"
    class_name = "BlipForConditionalGeneration"
    card = "blip-base"
    lora_targets = r".*(\.(query|key|value|qkv|projection)|attention\.output\.dense)"

    def load(self, dtype: Any) -> Any:
        model = super().load(dtype)
        self._start = model.config.text_config.bos_token_id
        return model

    def lesson(self, pictures: Sequence[Image.Image], captions: Sequence[str]) -> Batch:
        tokens = self._tokens(captions)
        tokens["input_ids"][:, 0] = self._start
        return {
            "pixel_values": self._pixels(pictures),
            "input_ids": tokens["input_ids"],
            "attention_mask": tokens["attention_mask"],
            "labels": self._labels(tokens),
        }

    def question(self, pictures: Sequence[Image.Image]) -> Batch:
        return {"pixel_values": self._pixels(pictures)}


class Florence(Family):
    """Florence-2: picture and task prompt into an encoder, the caption out of a decoder."""

    model_type = "florence2"
    class_name = "Florence2ForConditionalGeneration"
    card = "florence-2-base"
    lora_targets = r".*\.(q_proj|k_proj|v_proj|out_proj|qkv)"
    prompt = "<CAPTION>"

    def lesson(self, pictures: Sequence[Image.Image], captions: Sequence[str]) -> Batch:
        return self.question(pictures) | {"labels": self._labels(self._tokens(captions))}

    def question(self, pictures: Sequence[Image.Image]) -> Batch:
        found = self.processor(
            text=[self.prompt] * len(pictures), images=list(pictures), padding="longest", return_tensors="pt"
        )
        return {name: found[name] for name in ("pixel_values", "input_ids", "attention_mask")}


class PaliGemma(Family):
    """PaliGemma: picture and prompt as the beginning of a text that goes on with the caption."""

    model_type = "paligemma"
    class_name = "PaliGemmaForConditionalGeneration"
    card = "paligemma"
    lora_targets = r".*\.(q_proj|k_proj|v_proj|o_proj|out_proj)"
    prompt = "<image>caption en"

    def lesson(self, pictures: Sequence[Image.Image], captions: Sequence[str]) -> Batch:
        cut = [self._cut(caption) for caption in captions]
        found = self._asked(pictures, suffix=cut)
        return {name: found[name] for name in (*self._inputs(found), "labels")}

    def question(self, pictures: Sequence[Image.Image]) -> Batch:
        found = self._asked(pictures)
        return {name: found[name] for name in self._inputs(found)}

    def answer(self, tokens: Any, inputs: Batch) -> Any:
        return tokens[:, inputs["input_ids"].shape[1] :]

    def _asked(self, pictures: Sequence[Image.Image], **options: Any) -> Any:
        return self.processor(
            text=[self.prompt] * len(pictures),
            images=list(pictures),
            padding="longest",
            return_tensors="pt",
            **options,
        )

    def _inputs(self, found: Any) -> list[str]:
        names = ("pixel_values", "input_ids", "attention_mask", "token_type_ids")
        return [name for name in names if name in found]

    def _cut(self, caption: str) -> str:
        tokens = self.tokenizer(caption, add_special_tokens=False)["input_ids"]
        return (
            caption if len(tokens) < self.longest else str(self.tokenizer.decode(tokens[: self.longest - 1]))
        )


FAMILIES: tuple[type[Family], ...] = (Blip, Florence, PaliGemma)


def family(base: Base, longest: int) -> Family:
    """The family that a base model is of.

    Raises:
        InvalidInput: if it is none that can be trained here.
    """
    for kind in FAMILIES:
        if kind.model_type == base.model_type:
            return kind(base, longest)
    known = ", ".join(kind.model_type for kind in FAMILIES)
    raise InvalidInput(
        f"'{base.name}' is a {base.model_type}, no captioner that can be trained here.",
        f"Choose one of: {known}.",
    )
