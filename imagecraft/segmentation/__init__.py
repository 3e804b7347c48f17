"""Pictures divided into what they show."""

from __future__ import annotations

from functools import cache

from imagecraft.catalog import ModelCard
from imagecraft.media.images import ImageSource, open_image
from imagecraft.runtime.selection import chosen as chosen_model
from imagecraft.segmentation.base import Region, Segmentation, Segmenter

__all__ = ["Region", "Segmentation", "Segmenter", "segment"]


def segment(image: ImageSource, *, model: str | None = None) -> Segmentation:
    """Divide a picture into what it shows.

    Args:
        image: A path, the bytes of a file, a PIL image, an array (height, width[, channels]) or a Picture.
        model: Id of a segmentation model, or ID@FOLDER for one whose files are in a folder; the default of
            this machine when None.

    Returns:
        The class of each pixel of the upright picture (uint8, 0 for the background), and its regions. Which
        classes there are depends on the model; `Segmentation.labels` names them.

    Raises:
        InvalidInput: The picture cannot be read, or there is no such model.
        ModelUnavailable: The model's files cannot be had.
        ResourceExhausted: There is not enough memory for the picture.
    """
    segmenter = _segmenter(chosen_model(model, "segment"))
    return segmenter.segment(open_image(image))


@cache
def _segmenter(chosen: ModelCard) -> Segmenter:
    if chosen.family:
        from imagecraft.segmentation.neural import NeuralSegmenter

        return NeuralSegmenter(chosen)
    from imagecraft.segmentation.deeplab import Deeplab

    return Deeplab(chosen)
