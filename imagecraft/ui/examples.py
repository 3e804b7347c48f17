"""Photos and sounds to try, one click each: those of the checkout's examples/ that the tables name."""

from __future__ import annotations

import base64
import html
import io
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import gradio as gr
from PIL import Image, ImageOps

from imagecraft.errors import InvalidInput
from imagecraft.media.sounds import open_sound
from imagecraft.ui import results, sounds, strings, widgets
from imagecraft.ui.files import served

FOLDER = Path(__file__).parents[2] / "examples"
THUMBNAIL = (320, 240)


@dataclass(frozen=True)
class Example:
    """A photo or a sound to try.

    Attributes:
        file: Its name in `FOLDER`.
        label: A word or two under it.
        alt: What it shows, for those who do not see it; what is to be heard in it.
    """

    file: str
    label: str
    alt: str


def all_examples() -> list[Example]:
    """The photos that are there; none in an installed package, which has no examples/."""
    return _listed("example")


def all_sounds() -> list[Example]:
    """The sounds that are there."""
    return _listed("sound")


def gallery(elem_id: str, *, run: str) -> gr.HTML:
    """The photos as a list of buttons. Its event "tried" starts a run, with the pressed one's id."""
    return _gallery(elem_id, run, all_examples(), _photo_button)


def sounds_gallery(elem_id: str, *, run: str) -> gr.HTML:
    """The sounds as a list of buttons, as `gallery` has them."""
    return _gallery(elem_id, run, all_sounds(), _sound_button)


def photo(event: gr.EventData) -> dict[str, Any]:
    """The pressed example as the photo's value.

    Raises:
        InvalidInput: if there is no such example.
    """
    return _value(_pressed(all_examples(), event)) | {"preview": None, "shown": True}


def sound(event: gr.EventData) -> dict[str, Any]:
    """The pressed example as the sound's value, taken.

    Raises:
        InvalidInput: if there is no such example.
    """
    taken: dict[str, Any] = sounds.checked(_value(_pressed(all_sounds(), event)))["sound"]
    return taken


def _listed(kind: str) -> list[Example]:
    table = tomllib.loads((files("imagecraft") / "assets" / "ui" / "examples.toml").read_text("utf-8"))
    return [example for entry in table[kind] if (FOLDER / (example := Example(**entry)).file).is_file()]


def _pressed(examples: Sequence[Example], event: gr.EventData) -> Example:
    for example in examples:
        if example.file == event.id:
            return example
    raise InvalidInput("There is no such example.", "Reload the page.")


def _value(example: Example) -> dict[str, Any]:
    file = served((FOLDER / example.file).read_bytes(), example.file)
    return {"file": file, "name": example.file}


def _gallery(
    elem_id: str, run: str, examples: Sequence[Example], inside: Callable[[Example], str]
) -> gr.HTML:
    entries = "".join(
        f'<li><button type="button" class="ic-example" data-event="tried" '
        f'data-id="{html.escape(example.file)}">{inside(example)}'
        f"<span>{html.escape(example.label)}</span></button></li>"
        for example in examples
    )
    title = f'<h3 class="ic-heading">{html.escape(strings.EXAMPLES_HEADING)}</h3>'
    return widgets.markup(
        f'{title}<ul class="ic-gallery">{entries}</ul>' if entries else "",
        elem_id=elem_id,
        script=f'imagecraft.choices(element, trigger, "{run}", ["tried"])',
    )


def _photo_button(example: Example) -> str:
    width, height = THUMBNAIL
    return (
        f'<img src="{_thumbnail(FOLDER / example.file)}" alt="{html.escape(example.alt)}" '
        f'width="{width}" height="{height}">'
    )


def _sound_button(example: Example) -> str:
    """The sound's outline as a picture."""
    peaks = results.peaks(open_sound(FOLDER / example.file))
    path = "".join(
        f"M{place} {50 - max(1, 40 * peak):.0f}V{50 + max(1, 40 * peak):.0f}"
        for place, peak in enumerate(peaks)
        if place % 2 == 0
    )
    return (
        f'<svg class="ic-example-sound" viewBox="0 0 {len(peaks)} 100" preserveAspectRatio="none" role="img" '
        f'aria-label="{html.escape(example.alt)}"><path d="{path}"/></svg>'
    )


def _thumbnail(path: Path) -> str:
    """The photo, small, as a data address: nothing more to fetch, and no folder to open to visitors."""
    file = io.BytesIO()
    with Image.open(path) as image:
        ImageOps.fit(image.convert("RGB"), THUMBNAIL).save(file, "WEBP", quality=70)
    return "data:image/webp;base64," + base64.b64encode(file.getvalue()).decode()
