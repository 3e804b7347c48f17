"""The hub's captioning models, as random-weight ones of the same classes: what they say means nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from neural_base import NetworkTests
from PIL import Image

import imagecraft
from imagecraft import captioning
from imagecraft.errors import InvalidInput


def picture(seed: int = 0, size: tuple[int, int] = (96, 64)) -> Image.Image:
    noise = np.random.default_rng(seed).integers(0, 255, (6, 8, 3), np.uint8)
    return Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC)


class CaptioningTests(NetworkTests):
    """What each of them does, beyond what all networks do."""

    lengths = ("short", "detailed")

    def ask(self, name: str) -> object:
        made = imagecraft.caption(picture(), model=name)
        assert made.model == name
        assert made.text[0] == made.text[0].upper()
        assert made.text.endswith((".", "!", "?"))
        assert made.seconds > 0
        for item in made.evidence:
            assert 0 <= item.score <= 1
            left, top, right, bottom = item.box
            assert 0 <= left <= right <= 96
            assert 0 <= top <= bottom <= 64
        return made.text, made.evidence, made.words

    def command(self, name: str, folder: Path) -> list[str]:
        path = folder / "photo.png"
        picture().save(path)
        return ["caption", "--json", "--model", name, str(path)]

    @pytest.mark.parametrize("length", ["short", "detailed"])
    def test_together_as_alone(self, name: str, length: str) -> None:
        pictures = [picture(seed, size) for seed, size in enumerate([(96, 64), (40, 90), (64, 64)])]
        alone = [imagecraft.caption(one, model=name, length=length) for one in pictures]
        together = list(captioning.captions(pictures, model=name, length=length))
        assert [one.text for one in together] == [one.text for one in alone]
        assert [one.evidence for one in together] == [one.evidence for one in alone]

    @pytest.mark.parametrize("size", [(1, 1), (1, 90), (900, 30)])
    def test_odd_sizes_are_described(self, name: str, size: tuple[int, int]) -> None:
        assert imagecraft.caption(Image.new("RGB", size, "teal"), model=name).text

    def test_the_longest_length_is_kept(self, name: str) -> None:
        made = imagecraft.caption(picture(), model=name, length="detailed", max_chars=30)
        assert 0 < len(made.text) <= 30

    def test_it_cannot_hedge_and_says_so(self, name: str) -> None:
        made = imagecraft.caption(picture(), model=name, hedge=True)
        assert any("how sure" in notice for notice in made.notices)

    def test_a_language_it_does_not_write_is_refused_with_those_it_does(self, name: str) -> None:
        with pytest.raises(InvalidInput, match="tlh") as problem:
            imagecraft.caption(picture(), model=name, language="tlh")
        assert "en" in problem.value.hint


class TestBlip(CaptioningTests):
    model, tiny = "blip-base", "blip"

    def test_it_says_that_it_writes_one_sentence(self, name: str) -> None:
        made = imagecraft.caption(picture(), model=name, length="detailed")
        assert "blip-base only writes one sentence." in made.notices
