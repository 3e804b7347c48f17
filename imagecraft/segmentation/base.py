"""What every segmenter takes and gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from imagecraft.catalog import ModelCard
from imagecraft.media.images import Picture
from imagecraft.segmentation.classes import Kind, kinds

Source = Literal["outline", "box"]


@dataclass(frozen=True)
class Region:
    """One object, or where nothing tells objects apart, one connected part of a kind of thing.

    Attributes:
        number: Its value in `Segmentation.region_map`, from 1, the largest region first.
        index: Its class's value in `Segmentation.mask`, from 1.
        label: Its class's name.
        score: How sure the models are, 0 to 1: the detector's score or the mean probability in the region,
            whichever is larger. Not calibrated.
        box: (x0, y0, x1, y1) in pixels of the upright picture; x1 and y1 lie just outside.
        pixels: How many it has.
        share: Of the picture, 0 to 1.
        centre: (x, y) in pixels, the point inside that lies farthest from its edge.
        colour: Its mean colour, sRGB, 0 to 255.
        colour_name: The colour's name, where most of it has one.
        place: Where it is in words: "on the left".
        source: "outline" where a network drew it, "box" where only a box was seen and its outline was found
            by colour, which is rougher.
    """

    number: int
    index: int
    label: str
    score: float
    box: tuple[int, int, int, int]
    pixels: int
    share: float
    centre: tuple[int, int]
    colour: tuple[int, int, int]
    colour_name: str
    place: str
    source: Source

    def to_dict(self) -> dict[str, Any]:
        """The region as JSON-ready values."""
        return {
            "number": self.number,
            "index": self.index,
            "label": self.label,
            "score": round(self.score, 4),
            "box": list(self.box),
            "pixels": self.pixels,
            "share": round(self.share, 6),
            "centre": list(self.centre),
            "colour": "#{:02x}{:02x}{:02x}".format(*self.colour),
            "colour_name": self.colour_name,
            "place": self.place,
            "source": self.source,
        }


@dataclass(frozen=True, eq=False)
class Segmentation:
    """A picture divided into what it shows.

    Attributes:
        mask: Class of each pixel, 0 for the background, else an index of `labels`; uint8 (height, width).
        region_map: Region of each pixel, 0 for none, else the region's number; uint8 (height, width).
        regions: The regions, largest first.
        labels: Name of each class by its index; the first is "background".
        image: The upright RGB picture, of the mask's size.
        model: Id of the model that made it.
        seconds: Time it took, decoding the file not included.
        notices: Things the user should know.
        kinds: The model's kinds of things, by their index less one; COCO's unless it has others.
    """

    mask: NDArray[np.uint8]
    region_map: NDArray[np.uint8]
    regions: tuple[Region, ...]
    labels: tuple[str, ...]
    image: Image.Image
    model: str
    seconds: float
    notices: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = field(default_factory=kinds, repr=False)

    def kind_of(self, index: int) -> Kind:
        """The kind of things with an index from 1 up."""
        return self.kinds[index - 1]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.image.size

    def to_dict(self) -> dict[str, Any]:
        """The command line's JSON object, without the file's name."""
        from imagecraft.segmentation.statistics import class_rows

        result: dict[str, Any] = {
            "model": self.model,
            "seconds": round(self.seconds, 4),
            "size": list(self.size),
            "classes": [row.to_dict() for row in class_rows(self)],
            "regions": [region.to_dict() for region in self.regions],
        }
        if self.notices:
            result["notices"] = list(self.notices)
        return result


class Segmenter(Protocol):
    """A segmentation model. Safe to call from several threads."""

    card: ModelCard

    def segment(self, picture: Picture) -> Segmentation:
        """Divide an upright RGB picture of any size that `media.images.open_image` lets through."""
        ...
