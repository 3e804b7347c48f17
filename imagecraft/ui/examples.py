"""Photos to try, one click each; those of the checkout's examples/ that the table in assets names."""

from __future__ import annotations

import base64
import html
import io
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import gradio as gr
from PIL import Image, ImageOps

from imagecraft.errors import InvalidInput
from imagecraft.ui import strings, widgets
from imagecraft.ui.files import served

FOLDER = Path(__file__).parents[2] / "examples"
THUMBNAIL = (320, 240)


@dataclass(frozen=True)
class Example:
    """A photo to try.

    Attributes:
        file: Its name in `FOLDER`.
        label: A word or two under it.
        alt: What it shows, for those who do not see it.
    """

    file: str
    label: str
    alt: str


def all_examples() -> list[Example]:
    """The photos that are there; none in an installed package, which has no examples/."""
    table = tomllib.loads((files("imagecraft") / "assets" / "ui" / "examples.toml").read_text("utf-8"))
    return [example for entry in table["example"] if (FOLDER / (example := Example(**entry)).file).is_file()]


def gallery(elem_id: str, *, run: str) -> gr.HTML:
    """The examples as a list of buttons. Its event "tried" starts a run, with the pressed one's id."""
    entries = "".join(map(_entry, all_examples()))
    title = f'<h3 class="ic-heading">{html.escape(strings.EXAMPLES_HEADING)}</h3>'
    return widgets.markup(
        f'{title}<ul class="ic-gallery">{entries}</ul>' if entries else "",
        elem_id=elem_id,
        script=f'imagecraft.choices(element, trigger, "{run}", ["tried"])',
    )


def photo(event: gr.EventData) -> dict[str, Any]:
    """The pressed example as the photo's value.

    Raises:
        InvalidInput: if there is no such example.
    """
    for example in all_examples():
        if example.file == event.id:
            value = served((FOLDER / example.file).read_bytes(), example.file)
            return {"file": value, "preview": None, "name": example.file, "shown": True}
    raise InvalidInput("There is no such example.", "Reload the page.")


def _entry(example: Example) -> str:
    width, height = THUMBNAIL
    return (
        f'<li><button type="button" class="ic-example" data-event="tried" '
        f'data-id="{html.escape(example.file)}">'
        f'<img src="{_thumbnail(FOLDER / example.file)}" alt="{html.escape(example.alt)}" '
        f'width="{width}" height="{height}"><span>{html.escape(example.label)}</span></button></li>'
    )


def _thumbnail(path: Path) -> str:
    """The photo, small, as a data address: nothing more to fetch, and no folder to open to visitors."""
    file = io.BytesIO()
    with Image.open(path) as image:
        ImageOps.fit(image.convert("RGB"), THUMBNAIL).save(file, "WEBP", quality=70)
    return "data:image/webp;base64," + base64.b64encode(file.getvalue()).decode()
