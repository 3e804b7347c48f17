"""What every segmenter must do, whichever model is behind it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import imagecraft
from imagecraft.errors import InvalidInput
from imagecraft.runtime.models import states
from imagecraft.segmentation import Segmentation

EXAMPLES = Path(__file__).parents[2] / "examples"


def adds_up(made: Segmentation) -> None:
    """Everything that is said of a segmentation agrees with its map."""
    width, height = made.size
    assert made.mask.shape == made.region_map.shape == (height, width)
    assert made.mask.dtype == made.region_map.dtype == np.uint8
    assert made.image.size == (width, height)
    assert set(np.unique(made.region_map)) - {0} == {region.number for region in made.regions}
    for region in made.regions:
        inside = made.region_map == region.number
        rows, columns = np.nonzero(inside)
        assert region.pixels == inside.sum()
        assert region.share == pytest.approx(inside.mean())
        assert region.box == (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
        assert inside[region.centre[1], region.centre[0]]
        assert set(np.unique(made.mask[inside])) == {region.index}
        assert made.labels[region.index] == region.label
        assert 0 <= region.score <= 1
    assert not made.mask[made.region_map == 0].any()
    told = made.to_dict()["classes"]
    assert sum(row["share"] for row in told) == pytest.approx(1)
    assert sum(row["pixels"] for row in told) == width * height
    assert told[0]["label"] == "background"


class SegmenterTests:
    """Tests of one model; a subclass names it."""

    model = ""

    def segment(self, image: object) -> Segmentation:
        made = imagecraft.segment(image, model=self.model)  # type: ignore[arg-type]
        adds_up(made)
        return made

    def test_a_cat_is_where_it_is(self) -> None:
        made = self.segment(EXAMPLES / "chelsea.jpg")
        assert [region.label for region in made.regions] == ["cat"]
        cat = made.regions[0]
        assert cat.score > 0.8
        assert made.mask[150, 200] == cat.index  # between the eyes
        assert made.mask[60, 430] == 0  # the dark behind it

    def test_one_colour_shows_nothing(self) -> None:
        assert self.segment(Image.new("RGB", (320, 200), "teal")).regions == ()

    @pytest.mark.parametrize("size", [(1, 1), (2, 1), (1, 60), (7, 5), (33, 400)])
    def test_tiny_and_narrow(self, size: tuple[int, int]) -> None:
        noise = np.random.default_rng(0).integers(0, 255, (size[1], size[0], 3), np.uint8)
        assert self.segment(noise).size == size

    def test_a_large_picture_keeps_its_size_and_its_regions(self) -> None:
        small = Image.open(EXAMPLES / "chelsea.jpg")
        large = self.segment(small.resize((small.width * 9, small.height * 9)))
        assert large.size == (small.width * 9, small.height * 9)
        usual = self.segment(small).mask
        again = large.mask[4::9, 4::9]
        assert (again == usual).mean() > 0.97

    def test_a_turned_photo_is_upright(self) -> None:
        photo = Image.open(EXAMPLES / "chelsea.jpg")
        turned = photo.transpose(Image.Transpose.ROTATE_90)
        turned.getexif()[0x0112] = 6
        assert self.segment(turned).size == photo.size

    def test_the_same_picture_gives_the_same_map(self) -> None:
        photo = EXAMPLES / "coffee.jpg"
        assert (self.segment(photo).region_map == self.segment(photo).region_map).all()

    def test_it_can_be_unloaded_and_comes_back(self) -> None:
        photo = EXAMPLES / "chelsea.jpg"
        before = self.segment(photo)
        imagecraft.unload(self.model)
        assert not self.is_loaded()
        assert (self.segment(photo).mask == before.mask).all()
        assert self.is_loaded()

    def is_loaded(self) -> bool:
        return next(state.loaded for state in states("segment") if state.card.id == self.model)

    def test_there_is_no_other_model(self) -> None:
        with pytest.raises(InvalidInput, match="no segment model 'deepest'") as problem:
            imagecraft.segment(EXAMPLES / "chelsea.jpg", model="deepest")
        assert self.model in problem.value.hint
        with pytest.raises(InvalidInput, match="from a folder"):
            imagecraft.segment(EXAMPLES / "chelsea.jpg", model=f"{self.model}@weights")
