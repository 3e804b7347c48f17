"""Florence-2: captions of three lengths, and what it sees where.

Reference: Xiao et al., "Florence-2: Advancing a Unified Representation for a Variety of Vision Tasks", CVPR
2024.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

from PIL import Image

from imagecraft.assets import vocabulary
from imagecraft.captioning.attending import attend_in_florence, see_in_turn
from imagecraft.captioning.base import Length
from imagecraft.captioning.neural import Description, Region
from imagecraft.captioning.writing import Sureness, batch_size, beams, gpu_seconds, on_place, written
from imagecraft.catalog import ModelCard
from imagecraft.runtime import pretrained, quantizing
from imagecraft.runtime.layers import in_onednn_order
from imagecraft.runtime.memory import halving
from imagecraft.runtime.neural import Place

REGION_TOKENS = 384
PLACE_MARK = "<loc_"
FINDING = "<OD>"
UNIT = 1_000_000  # pixels of a side, to have boxes in: the processor rounds to whole ones


class Florence:
    """Florence-2, base or large.

    Settings: `tasks`, for each length the task that writes the caption and, after it or not, the one that
    finds what is where, in the model's own words ("<CAPTION>", "<OD>"); `beams`, as BLIP's, for the caption:
    what is where is always written greedily, which tells how likely each word is.
    """

    gpu_seconds = staticmethod(gpu_seconds)

    def __init__(self, card: ModelCard, folder: Path, place: Place) -> None:
        self._card = card
        self._place = place
        self._size = batch_size(card, place)
        self._tasks = card.settings["tasks"]
        self._most = int(card.settings.get("tokens", 0))
        self._processor = pretrained.processor(folder)
        self._network = pretrained.network(
            "Florence2ForConditionalGeneration", folder, place, kinds=["florence2"]
        )
        attend_in_florence(self._network)
        if place.device == "cpu":
            see_in_turn(self._network.model.vision_tower)
        if quantizing.asked_for(place):
            self._network = quantizing.in_whole_numbers(self._network)
        in_onednn_order(self._network, place)
        tokenizer = self._processor.tokenizer
        # Published tokenizers call places special, too.
        self._places = {
            number for token, number in tokenizer.get_vocab().items() if token.startswith(PLACE_MARK)
        }
        self._special = {*tokenizer.all_special_ids, *self._places}
        self._end = tokenizer.eos_token_id

    def describe(self, images: Sequence[Image.Image], length: Length, _language: str) -> list[Description]:
        """What it writes of each picture in English, and what it sees where."""
        return halving(images, lambda batch: self._batch(batch, length), self._size)

    def _batch(self, images: Sequence[Image.Image], length: Length) -> list[Description]:
        telling, *finding = self._tasks[length]
        asked = self._asked(telling, images)
        seen = self._seen(asked)
        most = self._most or vocabulary("captions")["tokens"][length]
        told = self._written(asked, seen, most, num_beams=beams(self._card, self._place))
        regions = self._found(images, seen, finding[0]) if finding else [()] * len(images)
        return [
            Description(self._text(tokens, telling), self._end in tokens[1:], tuple(places))
            for tokens, places in zip(told, regions, strict=True)
        ]

    def _found(self, images: Sequence[Image.Image], seen: Any, task: str) -> list[list[Region]]:
        sureness = Sureness()
        made = self._written(
            self._asked(task, images), seen, REGION_TOKENS, num_beams=1, logits_processor=[sureness]
        )
        return [self._regions(tokens, sure) for tokens, sure in zip(made, sureness.rows(), strict=True)]

    def _asked(self, task: str, images: Sequence[Image.Image]) -> dict[str, Any]:
        made = self._processor(text=[task] * len(images), images=list(images), return_tensors="pt")
        return on_place(made, self._place)

    def _seen(self, asked: dict[str, Any]) -> Any:
        """What the network sees in the pictures, for all tasks."""
        import torch

        with torch.inference_mode():
            return self._network.get_image_features(asked["pixel_values"], return_dict=True)

    def _written(self, asked: dict[str, Any], seen: Any, most: int, **options: Any) -> list[list[int]]:
        inputs = {name: asked[name] for name in ("input_ids", "attention_mask")}
        options |= {"mm_encoder_outputs": {"image": seen}, "max_new_tokens": most}
        return [list(row) for row in written(self._network, inputs, self._place, **options).tolist()]

    def _text(self, tokens: list[int], task: str) -> str:
        words = self._processor.tokenizer.decode([one for one in tokens if one not in self._special])
        return str(self._processor.post_process_generation(words, task=task, image_size=(1, 1))[task])

    def _regions(self, tokens: list[int], sureness: Sequence[float]) -> list[Region]:
        """What was found where, likeliest first.

        Args:
            tokens: As they were written: the words of a label, then four places for each of its boxes.
            sureness: How likely each token after the first was.
        """
        tokenizer = self._processor.tokenizer
        written_now = [
            (token, sure, token in self._places)
            for token, sure in zip(tokens[1:], sureness, strict=False)
            if token in self._places or token not in self._special
        ]
        runs = [list(run) for _, run in groupby(written_now, key=lambda one: one[2])]
        regions = []
        for words, places in pairwise(runs):
            if words[0][2]:
                continue
            score = 1.0
            for _, sure, _ in words:
                score *= sure
            text = tokenizer.decode([token for token, _, _ in (*words, *places)])
            regions += self._boxes(text, score)
        return sorted(regions, key=lambda region: -region.score)

    def _boxes(self, text: str, score: float) -> list[Region]:
        """A label and its boxes, in the shares of the picture that they are written in."""
        task = FINDING
        found = self._processor.post_process_generation(text, task=task, image_size=(UNIT, UNIT))[task]
        return [
            Region(label, score, tuple(place / UNIT for place in box))
            for label, box in zip(found["labels"], found["bboxes"], strict=True)
            if label
        ]
