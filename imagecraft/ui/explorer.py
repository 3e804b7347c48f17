"""The explorer: a picture whose regions are met by touch, mouse, keyboard and screen reader."""

from __future__ import annotations

import json

import gradio as gr

from imagecraft.ui import segmentation_words as words
from imagecraft.ui.assets import template


def explorer(elem_id: str, *, opacity: str, variant: str, player: str) -> gr.HTML:
    """A picture under its regions. Each region is a button with its words as its name.

    Its value is None or {"made": number, "size": [width, height], "photo": FileData, "alt": str,
    "regions": [{"number", "index", "label", "colour", "pattern", "path": SVG, "target": [x, y, width,
    height], "words", "pan", "sound", "speech"}, ...] in reading order, "tags": [{"frame", "size", "label",
    "colour", "ink"}, ...], "sprite": FileData or None}; "sound" and "speech" are {"start", "duration"} in
    seconds of the sprite, and come with it. A region without words is only drawn.

    Args:
        elem_id: Its id.
        opacity: Id of the slider of the fillings' opacity.
        variant: Id of the choice of how they are drawn.
        player: Id of the player of the summary, which plays by itself for those who chose that.
    """
    settings = {"id": elem_id, "opacity": opacity, "variant": variant, "player": player}
    return gr.HTML(
        None,
        html_template=template("explore.html", words.EXPLORE | {"id": elem_id}),
        js_on_load=f"imagecraft.explore(element, props, watch, {json.dumps(settings)})",
        apply_default_css=False,
        elem_id=elem_id,
    )
