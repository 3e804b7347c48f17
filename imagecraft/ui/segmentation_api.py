"""`/segment` of the HTTP API."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from imagecraft.errors import InvalidInput
from imagecraft.media.audio import encode_audio
from imagecraft.pipelines import segmentation as pipeline
from imagecraft.ui import results, strings, turns
from imagecraft.ui.errors import api_error
from imagecraft.ui.files import served
from imagecraft.ui.named import catalogue_model

Answer = tuple[str, dict[str, Any], str, dict[str, Any]]
HEADERS = ("class", "regions", "pixels", "share", "largest_share", "largest_place", "mean_score")


def endpoint() -> None:
    """Offer `/segment`. Its controls are never seen on the page."""
    hidden: dict[str, Any] = {"visible": False}
    gr.on(
        [],
        segment,
        inputs=[
            gr.File(label="image", type="filepath", **hidden),
            gr.Number(pipeline.OPACITY, label="opacity", **hidden),
            gr.Textbox("colours", label="variant", **hidden),
            gr.Textbox("", label="voice", **hidden),
            gr.Textbox("", label="model", **hidden),
        ],
        outputs=[
            gr.Image(label="annotated", type="filepath", format="png", **hidden),
            gr.JSON(label="table", **hidden),
            gr.Audio(label="audio", type="filepath", **hidden),
            gr.JSON(label="details", **hidden),
        ],
        api_name="segment",
        api_description=segment.__doc__,
        concurrency_limit=None,
        show_progress="hidden",
    )


def segment(
    image: str | None,
    opacity: float = pipeline.OPACITY,
    variant: Any = "colours",
    voice: str = "",
    model: str = "",
) -> Answer:
    """Divide a picture into what it shows.

    opacity (0 to 1) is that of the fillings, variant "colours", "contrast" or "patterns"; an empty voice or
    model means the default. Gives the picture with its regions drawn over (PNG), the table of classes
    ({"headers", "data"}), a spoken summary followed by the things' sounds (WAV), and the command line's JSON
    object.
    """
    try:
        if not image:
            raise InvalidInput(strings.NO_PHOTO, "Give a file.")
        return turns.last(turns.quick.share(_made(image, opacity, variant, voice, model)))
    except Exception as error:
        raise api_error(error) from None


def _made(image: str, opacity: float, variant: Any, voice: str, model: str) -> Iterator[Answer]:
    name = Path(image).name
    stem = results.file_stem(name)
    made = pipeline.segment(image, model=catalogue_model(model))
    drawn = pipeline.png(pipeline.overlay(made, opacity=opacity, variant=variant))
    heard = pipeline.play_all(made, pipeline.spoken_summary(made, voice=voice or None))
    rows = [
        [row.label, row.regions, row.pixels, row.share, row.largest_share, row.largest_place, row.mean_score]
        for row in pipeline.class_rows(made)
    ]
    yield (
        served(drawn, f"{stem} regions.png")["path"],
        {"headers": list(HEADERS), "data": rows},
        served(encode_audio(heard, "wav"), f"{stem}.wav")["path"],
        pipeline.details(made, file=name),
    )
