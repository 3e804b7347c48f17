"""`/audio_to_image` of the HTTP API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

from imagecraft.pipelines.audio_to_image import DEFAULT_STYLE, details, paint_sound, png_bytes
from imagecraft.ui import drawing_options, results, turns
from imagecraft.ui.errors import api_error
from imagecraft.ui.files import served
from imagecraft.ui.named import catalogue_model

SIDE = 1024


def endpoint() -> None:
    """Offer `/audio_to_image`. Its controls are never seen on the page."""
    hidden: dict[str, Any] = {"visible": False}
    gr.on(
        [],
        audio_to_image,
        inputs=[
            gr.File(label="audio", type="filepath", **hidden),
            gr.Textbox("", label="prompt", **hidden),
            gr.Textbox(DEFAULT_STYLE, label="style", **hidden),
            gr.Textbox("", label="model", **hidden),
            gr.Number(0, label="steps", precision=0, **hidden),
            gr.Number(0, label="guidance", **hidden),
            gr.Number(None, label="seed", precision=0, **hidden),
            gr.Number(SIDE, label="width", precision=0, **hidden),
            gr.Number(SIDE, label="height", precision=0, **hidden),
            gr.Textbox("", label="negative", **hidden),
        ],
        outputs=[
            gr.Image(label="image", type="filepath", format="png", **hidden),
            gr.Textbox(label="prompt", **hidden),
            gr.JSON(label="details", **hidden),
        ],
        api_name="audio_to_image",
        api_description=audio_to_image.__doc__,
        concurrency_limit=None,
        show_progress="hidden",
    )


def audio_to_image(
    audio: str | None = None,
    prompt: str = "",
    style: str = DEFAULT_STYLE,
    model: str = "",
    steps: float = 0,
    guidance: float = 0,
    seed: float | None = None,
    width: float = SIDE,
    height: float = SIDE,
    negative: str = "",
) -> tuple[str, str, dict[str, Any]]:
    """Draw a sound, words, or both.

    Without a prompt one is made of what is heard; an empty model and 0 for steps and guidance mean the
    defaults, no seed another picture each time; negative says what not to draw, to painters that heed it.
    Gives the picture (PNG, which tells its prompt, seed and model), the prompt, and the command line's JSON
    object.
    """
    try:
        work = paint_sound(
            audio,
            prompt=prompt or None,
            negative=negative or None,
            style=style or DEFAULT_STYLE,
            model=catalogue_model(model),
            steps=int(steps) or None,
            guidance=guidance or None,
            seed=int(seed) if seed is not None else None,
            size=(int(width), int(height)),
        )
        line = turns.whole.keep if drawing_options.in_steps(model) else turns.quick.share
        made = turns.last(line(work)).painting
        if made is None:
            raise RuntimeError("the work ended without a result")
        named = {"file": Path(audio).name} if audio else {}
        picture = served(png_bytes(made), f"{results.file_stem(audio or 'picture')}.png")
        return picture["path"], made.prompt, named | details(made)
    except Exception as error:
        raise api_error(error) from None
