"""What every captioning model must do; a model's tests inherit this class and name it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

import imagecraft
from imagecraft.errors import InvalidInput
from imagecraft.runtime.loaded import loaded_ids


def _meadow() -> Image.Image:
    rows = np.linspace(0, 1, 240)[:, None, None]
    sky, grass = np.array([120, 180, 250]), np.array([60, 150, 60])
    return Image.fromarray(np.where(rows < 0.5, sky, grass).repeat(320, 1).astype(np.uint8))


class CaptionerTests:
    """Inherit, and set `model` to the card's id."""

    model: str

    @pytest.fixture(autouse=True)
    def _files(self, weights) -> None:
        """The model files are there."""

    @pytest.mark.parametrize("length", ["short", "detailed"])
    def test_any_picture_gets_a_sentence(self, length):
        made = imagecraft.caption(_meadow(), model=self.model, length=length)
        assert made.model == self.model
        assert made.text[0].isupper()
        assert made.text.endswith(".")
        assert made.seconds > 0
        for item in made.evidence:
            assert 0 <= item.score <= 1
            left, top, right, bottom = item.box
            assert 0 <= left <= right <= 320
            assert 0 <= top <= bottom <= 240

    def test_the_same_picture_gets_the_same_caption_however_many_ask(self):
        pictures = [_meadow(), _meadow().rotate(180), Image.new("RGB", (50, 400), "navy")] * 7
        alone = [imagecraft.caption(picture, model=self.model).text for picture in pictures[:3]]
        with ThreadPoolExecutor(20) as visitors:
            together = list(
                visitors.map(lambda picture: imagecraft.caption(picture, model=self.model).text, pictures)
            )
        assert together == alone * 7

    @pytest.mark.parametrize("size", [(1, 1), (1, 90), (2000, 30), (33, 3000)])
    def test_odd_sizes_are_described(self, size):
        assert imagecraft.caption(Image.new("RGB", size, "teal"), model=self.model).text

    @pytest.mark.parametrize("limit", [20, 50, 125])
    def test_the_longest_length_is_kept(self, limit):
        made = imagecraft.caption(_meadow(), model=self.model, length="detailed", max_chars=limit)
        assert 0 < len(made.text) <= limit

    def test_wrong_options_are_answered_with_the_right_ones(self):
        with pytest.raises(InvalidInput, match="short, detailed"):
            imagecraft.caption(_meadow(), model=self.model, length="long")
        with pytest.raises(InvalidInput, match="en"):
            imagecraft.caption(_meadow(), model=self.model, language="tlh")
        with pytest.raises(InvalidInput, match="at least 20"):
            imagecraft.caption(_meadow(), model=self.model, max_chars=3)
        with pytest.raises(InvalidInput, match="whole number"):
            imagecraft.caption(_meadow(), model=self.model, max_chars="a")
        with pytest.raises(InvalidInput, match="en"):
            imagecraft.caption(_meadow(), model=self.model, language=None)

    def test_it_can_be_unloaded_and_comes_back(self):
        before = imagecraft.caption(_meadow(), model=self.model).text
        imagecraft.unload(self.model)
        assert self.model not in loaded_ids()
        assert imagecraft.caption(_meadow(), model=self.model).text == before
