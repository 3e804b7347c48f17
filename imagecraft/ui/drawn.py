"""Pictures of sounds as the page keeps them."""

from __future__ import annotations

import html
import io
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageOps

from imagecraft.pipelines.audio_to_image import Heard, Painting, details, png_bytes
from imagecraft.ui import audio_to_image_words as words
from imagecraft.ui.files import served

THUMBNAIL_SIDE = 320
SHOWN_QUALITY, THUMBNAIL_QUALITY = 90, 80


@dataclass(frozen=True)
class Drawn:
    """One picture.

    Attributes:
        shown: File that the page shows, a tenth of the saved one.
        thumbnail: File of its small form.
        saved: File to download: a PNG that tells how it was made.
        alt: What is to be seen.
        facts: What the command line's JSON says of it.
        notices: What the visitor should know, a sentence each.
    """

    shown: dict[str, Any]
    thumbnail: dict[str, Any]
    saved: dict[str, Any]
    alt: str
    facts: dict[str, Any]
    notices: tuple[str, ...]


@dataclass(frozen=True)
class Remembered:
    """The sound that was listened to last, and its pictures; kept by the server for each visitor.

    Attributes:
        path: The sound's file; empty where there is none.
        sent_path: The same as the browser names it.
        name: What the visitor calls it.
        heard: What was heard, if there was a sound; without the samples, which no picture needs any more.
        seconds: The sound's length.
        proposed: The description that was proposed for it.
        drawn: Its pictures.
    """

    path: str = ""
    sent_path: str = ""
    name: str = ""
    heard: Heard | None = None
    seconds: float = 0.0
    proposed: str = ""
    drawn: tuple[Drawn, ...] = ()


def kept(painting: Painting, stem: str) -> Drawn:
    """A painting as files; `stem` is what it is called when saved."""
    small = ImageOps.contain(painting.image, (THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
    return Drawn(
        shown=served(_jpeg(painting.image, SHOWN_QUALITY), f"{stem}.jpg"),
        thumbnail=served(_jpeg(small, THUMBNAIL_QUALITY), f"{stem}-small.jpg"),
        saved=served(png_bytes(painting), f"{stem}.png"),
        alt=painting.alt,
        facts=details(painting),
        notices=painting.notices,
    )


def made_by(one: Drawn, heard: Heard | None) -> str:
    """The lines under a picture: who made it, how long it took, what to know of it but not of its sound."""
    facts = one.facts
    said = words.MADE_BY_PAINTER.get(facts["model"], words.MADE_BY)
    line = said.format(model=facts["model"], seconds=f"{facts['seconds']:.1f}", seed=facts["seed"])
    if heard and heard.tags:
        line += " · " + words.HEARD_BY.format(model=heard.tags.model, seconds=f"{heard.tags.seconds:.2f}")
    known = (*heard.notices, *heard.hints) if heard else ()
    own = [notice for notice in one.notices if notice not in known]
    return "".join(f"<p>{html.escape(text)}</p>" for text in (line, *own))


def small_jpeg(image: Image.Image) -> bytes:
    """A picture that comes quickly."""
    return _jpeg(image, THUMBNAIL_QUALITY)


def _jpeg(image: Image.Image, quality: int) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return file.getvalue()
