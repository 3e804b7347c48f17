"""`/image_to_soundscape` of the HTTP API."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import gradio as gr

from imagecraft.media.audio import encode_audio
from imagecraft.pipelines.image_to_soundscape import NATURAL, Options
from imagecraft.ui import results, soundscape_work, soundscaping, turns
from imagecraft.ui.errors import api_error
from imagecraft.ui.files import served
from imagecraft.ui.named import catalogue_model


def endpoint() -> None:
    """Offer `/image_to_soundscape`. Its controls are never seen on the page."""
    hidden: dict[str, Any] = {"visible": False}
    gr.on(
        [],
        image_to_soundscape,
        inputs=[
            gr.File(label="image", type="filepath", **hidden),
            gr.Textbox("", label="prompt", **hidden),
            gr.Number(10.0, label="seconds", **hidden),
            gr.Textbox("", label="model", **hidden),
            gr.Number(None, label="seed", precision=0, **hidden),
            gr.Checkbox(False, label="loop", **hidden),
            gr.Textbox(NATURAL, label="mood", **hidden),
            gr.JSON(None, label="plan", **hidden),
            gr.Number(0, label="steps", precision=0, **hidden),
            gr.Number(0, label="guidance", **hidden),
        ],
        outputs=[
            gr.Audio(label="audio", type="filepath", **hidden),
            gr.Textbox(label="prompt", **hidden),
            gr.JSON(label="details", **hidden),
        ],
        api_name="image_to_soundscape",
        api_description=image_to_soundscape.__doc__,
        concurrency_limit=None,
        show_progress="hidden",
    )


def image_to_soundscape(
    image: str | None = None,
    prompt: str = "",
    seconds: float = 10.0,
    model: str = "",
    seed: float | None = None,
    loop: bool = False,
    mood: str = NATURAL,
    plan: Any = None,
    steps: float = 0,
    guidance: float = 0,
) -> tuple[str, str, dict[str, Any]]:
    """Make a soundscape of a picture, of words, or of a plan (the details of an answer hold one).

    Up to three minutes; an empty model and 0 for steps and guidance mean the defaults, no seed another sound
    each time. Gives the sound (WAV), the prompt, and the command line's JSON object.
    """
    try:
        soundscaping.check_length(seconds)
        options = Options(
            seconds=seconds,
            model=catalogue_model(model),
            seed=int(seed) if seed is not None else None,
            loop=bool(loop),
            mood=mood or NATURAL,
            steps=int(steps) or None,
            guidance=guidance or None,
        )
        given = json.dumps(plan) if isinstance(plan, list) else plan or None
        work = soundscape_work.making(image, prompt=prompt, plan=given, options=options)
        last = turns.last(soundscape_work.in_turns(work, options))
        made = last.soundscape
        if made is None:
            raise RuntimeError("the work ended without a result")
        stem = results.file_stem(image or made.plan.prompt or "soundscape")
        sound = served(encode_audio(made.audio, "wav"), f"{stem}.wav")
        named = {"file": Path(image).name} if image else {}
        return sound["path"], made.plan.prompt, named | made.to_dict()
    except Exception as error:
        raise api_error(error) from None
