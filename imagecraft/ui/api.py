"""The HTTP API: the jobs' own endpoints, apart from what the page's controls do among themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

from imagecraft.errors import InvalidInput
from imagecraft.media.audio import encode_audio
from imagecraft.pipelines import models
from imagecraft.pipelines.image_to_speech import describe_aloud, details
from imagecraft.ui import (
    drawing_api,
    evaluation_api,
    results,
    segmentation_api,
    soundscape_api,
    strings,
    turns,
)
from imagecraft.ui.errors import api_error
from imagecraft.ui.files import served


def endpoints() -> None:
    """Offer every job's endpoint and `/models`. Their controls are never seen on the page."""
    drawing_api.endpoint()
    soundscape_api.endpoint()
    segmentation_api.endpoint()
    evaluation_api.endpoint()
    hidden = {"visible": False}
    gr.on(
        [],
        image_to_speech,
        inputs=[
            gr.File(label="image", type="filepath", **hidden),
            gr.Radio(list(strings.LENGTHS), value="short", label="length", **hidden),
            gr.Textbox("", label="voice", **hidden),
            gr.Number(1.0, label="speed", **hidden),
            gr.Number(0, label="max_chars", precision=0, **hidden),
            gr.Textbox("en", label="language", **hidden),
            gr.Textbox("", label="model", **hidden),
        ],
        outputs=[
            gr.Audio(label="audio", type="filepath", **hidden),
            gr.Textbox(label="caption", **hidden),
            gr.JSON(label="details", **hidden),
        ],
        api_name="image_to_speech",
        api_description=image_to_speech.__doc__,
        concurrency_limit=None,
        show_progress="hidden",
    )
    gr.on(
        [],
        list_models,
        inputs=[gr.Textbox("", label="task", **hidden)],
        outputs=[gr.JSON(label="models", **hidden)],
        api_name="models",
        api_description=list_models.__doc__,
        queue=False,
        show_progress="hidden",
    )


def image_to_speech(
    image: str | None, length: Any, voice: str, speed: float, max_chars: float, language: str, model: str
) -> tuple[str, str, dict[str, Any]]:
    """Describe a picture and speak the description.

    length is "short" or "detailed"; an empty voice or model means the default, max_chars 0 no limit. Gives
    the sound (WAV), the caption, and the command line's JSON object.
    """
    try:
        if not image:
            raise InvalidInput(strings.NO_PHOTO, "Give a file.")
        last = turns.last(
            turns.quick.share(
                describe_aloud(
                    image,
                    model=model or None,
                    length=length,
                    language=language or "en",
                    max_chars=int(max_chars) if max_chars else None,
                    voice=voice or None,
                    speed=speed,
                )
            )
        )
        if last.caption is None or last.speech is None:
            raise RuntimeError("the work ended without a result")
        caption, spoken = last.caption, last.speech
        name = Path(image).name
        sound = served(encode_audio(spoken.audio, "wav"), f"{results.file_stem(name)}.wav")
        return sound["path"], caption.text, details(caption, spoken, file=name)
    except Exception as error:
        raise api_error(error) from None


def list_models(task: str) -> list[dict[str, Any]]:
    """The models there are (of one task, or of all) and how each stands on this machine."""
    try:
        return [state.to_dict() for state in models.states(task or None)]
    except Exception as error:
        raise api_error(error) from None
