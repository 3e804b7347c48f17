"""Several photos at once, in the tab "Image → Speech": a table of what they show, to change and hear."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from imagecraft.media.images import MAX_BYTES
from imagecraft.ui import folder_words, foldering, intake, widgets
from imagecraft.ui.running import PRIVATE, WORKING, RunBar, run_bar, told, told_once

RUN = "folder"
PLAYER = foldering.PLAYER
ACCEPTED = "image/*,.heic,.heif,.avif,.zip"


@dataclass(frozen=True)
class Widgets:
    """The controls of several photos; those of the input, then those of the result."""

    files: Any
    several_problem: Any
    bar: RunBar
    table: Any
    several_player: Any
    save: Any
    several_speech_problem: Any
    several_downloads: Any


def mode() -> gr.HTML:
    """One photo or several; the style sheet shows what belongs to the choice (ic-one, ic-several)."""
    return widgets.choice("ic-mode", folder_words.MODE, folder_words.MODES, "one")


def choosing() -> dict[str, Any]:
    """Lay out the input."""
    with gr.Column(elem_classes="ic-several"):
        files = intake.files("ic-photos", folder_words.FILES, ACCEPTED, max_bytes=MAX_BYTES, several=True)
        hint = folder_words.FILES_HINT.format(most=foldering.most_photos())
        widgets.markup(f'<p class="ic-quiet">{hint}</p>')
        several_problem = widgets.notice("ic-photos-problem")
    return {"files": files, "several_problem": several_problem}


def starting() -> RunBar:
    """Lay out the bar with the main button."""
    with gr.Column(elem_classes="ic-several"):
        return run_bar(RUN, folder_words.DESCRIBE, problem="ic-photos-problem", result="ic-folder-table")


def showing() -> dict[str, Any]:
    """Lay out the result."""
    with gr.Column(elem_classes="ic-several", elem_id="ic-folder-result"):
        widgets.heading(folder_words.HEADING, 3)
        table = widgets.scripted(
            "ic-folder-table",
            '<div class="ic-folder"></div>',
            f'imagecraft.folder(element, props, watch, trigger, "{RUN}", ["asked"])',
        )
        speech_problem = widgets.notice("ic-folder-speech-problem")
        player = widgets.sound_player(
            PLAYER,
            run=RUN,
            result="ic-folder-result",
            play=folder_words.PLAY,
            playing=folder_words.PLAYING,
            asked=True,
        )
        save = gr.Button(folder_words.SAVE, elem_id="ic-folder-save", size="md")
        downloads = widgets.downloads("ic-folder-downloads")
    return {
        "table": table,
        "several_player": player,
        "save": save,
        "several_speech_problem": speech_problem,
        "several_downloads": downloads,
    }


def wire(page: Widgets, shared: Any) -> None:
    """Let the controls work.

    Args:
        page: Those of several photos.
        shared: The tab's, with the options that one photo and several share.
    """
    controls = {
        "several_problem": page.several_problem,
        "several_status": page.bar.status,
        "several_speech_problem": page.several_speech_problem,
        "several_player": page.several_player,
        "several_downloads": page.several_downloads,
        "table": page.table,
        "limit_problem": shared.limit_problem,
    }
    changed = list(controls.values())
    describing = page.bar.start.click(
        told(controls, foldering.describe),
        [page.files, shared.length, shared.limit, shared.model, shared.language],
        changed,
        **WORKING,
    )
    speaking = page.table.asked(
        told(controls, foldering.speak),
        [page.table, shared.voice, shared.speed, shared.language],
        changed,
        **WORKING,
    )
    page.bar.ends(describing, speaking)
    page.save.click(told_once(controls, foldering.save), page.table, changed, queue=False, **PRIVATE)
