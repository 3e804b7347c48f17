"""The page's own style, script and mark, from imagecraft/assets/ui."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from importlib.resources import as_file, files
from pathlib import Path
from string import Template

from imagecraft.ui import evaluation_words, folder_words, segmentation_words, soundscape_words, strings

_FOLDER = files("imagecraft") / "assets" / "ui"
_WORDS = strings.SCRIPT_WORDS | {
    "soundscape": soundscape_words.SCRIPT_WORDS,
    "segmentation": segmentation_words.SCRIPT_WORDS,
    "evaluation": evaluation_words.SCRIPT_WORDS,
    "folder": folder_words.SCRIPT_WORDS,
}
_STYLES = (
    "style.css",
    "soundscape.css",
    "segmentation.css",
    "audio_to_image.css",
    "evaluation.css",
    "folder.css",
)
_SCRIPTS = (
    "page.js",
    "models.js",
    "running.js",
    "controls.js",
    "intake.js",
    "photo.js",
    "sound.js",
    "player.js",
    "description.js",
    "grounds.js",
    "soundscape.js",
    "segmentation.js",
    "drawing.js",
    "evaluation.js",
    "folder.js",
)


def style() -> str:
    """The style sheet: that of the page, then those of the tabs that have their own."""
    return "".join((_FOLDER / name).read_text("utf-8") for name in _STYLES)


def head() -> str:
    """What the document's head needs: the words of the scripts, and the scripts, in one element."""
    words = json.dumps(_WORDS, ensure_ascii=False).replace("<", "\\u003c")
    scripts = "\n".join((_FOLDER / name).read_text("utf-8") for name in _SCRIPTS)
    return (
        '<meta name="color-scheme" content="light dark">'
        f'<meta name="description" content="{strings.TAGLINE}">'
        f"<script>window.imagecraft = {{words: {words}}};\n{scripts}</script>"
    )


def template(name: str, words: Mapping[str, str]) -> str:
    """A widget's markup with its words in place."""
    return Template((_FOLDER / name).read_text("utf-8")).substitute(
        {key: escape(text) for key, text in words.items()}
    )


def mark() -> str:
    """The mark as SVG, hidden from screen readers because the name stands beside it."""
    return (
        (_FOLDER / "mark.svg")
        .read_text("utf-8")
        .replace('role="img" aria-label="ImageCraft"', 'aria-hidden="true"')
    )


def favicon() -> Path:
    """The mark as a file."""
    with as_file(_FOLDER / "mark.svg") as path:
        return path
