"""The page's ways in for photos, sounds and other files; see assets/ui/intake.js."""

from __future__ import annotations

from html import escape

import gradio as gr

from imagecraft.ui import strings, widgets
from imagecraft.ui.assets import template


def photo_input(elem_id: str, *, max_bytes: int) -> gr.HTML:
    """A photo: chosen, dropped, pasted, or taken with the camera.

    Its value is None or {"file": FileData, "preview": FileData or None, "name": str, "shown": whether the
    browser can show the file}. The server answers with {..., "taken": True}, or {"rejected": True}: then
    there is no photo, so that none is described that the visitor no longer expects. Event: "picked". Its
    problems are told by the notice `{elem_id}-problem`.
    """
    return widgets.scripted(
        elem_id,
        template("photo.html", strings.PHOTO_WORDS),
        f'imagecraft.photo(element, props, trigger, upload, watch, "{elem_id}", ["picked"])',
        max_bytes=max_bytes,
    )


def sound_input(
    elem_id: str, *, max_bytes: int, longest: float, name: str = "", aside: bool = False
) -> gr.HTML:
    """A sound: chosen, dropped, pasted or recorded with the microphone, and heard again before it is used.

    Args:
        elem_id: Its id; its problems are told by the notice `{elem_id}-problem`.
        max_bytes: Of a file.
        longest: Seconds after which a recording ends by itself.
        name: Of the field, where it is not the tab's own.
        aside: Whether it is not the tab's own: it takes what is dropped on it only, and its event also tells
            that the sound was removed.

    Its value is None or {"file": FileData, "name": str}. The server answers with {..., "taken": True,
    "preview": what `sound_player` takes, "notices": [str, ...]}, or {"rejected": True}: then there is no
    sound. A preview without a file is of the file that the browser has. Event: "picked".
    """
    player = template(
        "player.html", strings.PLAYER_WORDS | {"id": f"{elem_id}-preview", "play": strings.PLAY_SOUND}
    )
    settings = widgets.script_value({"id": elem_id, "longest": longest, "name": name, "aside": aside})
    return widgets.scripted(
        elem_id,
        template("sound.html", strings.SOUND_WORDS).replace("@player", player),
        f'imagecraft.sound(element, props, trigger, upload, watch, {settings}, ["picked"])',
        max_bytes=max_bytes,
    )


def files(elem_id: str, label: str, accept: str, *, max_bytes: int, several: bool = False) -> gr.HTML:
    """A native file input. Its value is None or {"file": FileData, "name": str}; several: a list of these."""
    return widgets.scripted(
        elem_id,
        f'<div class="ic-file-field" data-sending="{escape(strings.STILL_SENDING_FILE)}">'
        f'<label class="ic-label" for="{elem_id}-file">{escape(label)}</label>'
        f'<input id="{elem_id}-file" type="file" accept="{escape(accept)}"{" multiple" * several}>'
        '<p role="alert" hidden></p></div>',
        "imagecraft.files(element, props, upload)",
        max_bytes=max_bytes,
    )
