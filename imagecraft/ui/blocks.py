"""The page: its head, its tabs, its foot; and how it is served."""

from __future__ import annotations

import html
import logging
import os
import threading
from collections.abc import Callable
from typing import Any

import gradio as gr

from imagecraft.media.images import MAX_BYTES
from imagecraft.pipelines import models
from imagecraft.ui import (
    api,
    arenas,
    assets,
    audio_to_image,
    audio_to_image_words,
    evaluation,
    evaluation_words,
    image_to_soundscape,
    image_to_speech,
    leftovers,
    segmentation,
    segmentation_words,
    soundscape_words,
    status,
    strings,
    widgets,
    work,
)
from imagecraft.ui.theme import theme

KEPT_SECONDS = 3600
CLEARED_EVERY_SECONDS = 300
QUEUE_LENGTH = 64
THREADS = QUEUE_LENGTH + 16
"""Visitors whose turn has not come wait in a thread each: so the page can tell them, and they can leave."""
WORKERS = 2
VISITORS_KEPT = 200
"""Visitors and API clients whose state is kept; those of whom nothing was heard longest are given up first.
Gradio keeps a copy of the page's state for each, .65 MB and more, and by itself 10,000 of them."""

TABS: tuple[tuple[str, str, Callable[[], None]], ...] = (
    ("image-to-speech", strings.TAB_IMAGE_TO_SPEECH, image_to_speech.tab),
    ("image-to-soundscape", soundscape_words.TAB, image_to_soundscape.tab),
    ("segmentation", segmentation_words.TAB, segmentation.tab),
    ("audio-to-image", audio_to_image_words.TAB, audio_to_image.tab),
    ("evaluation", evaluation_words.TAB, evaluation.tab),
)
"""Id, title and builder of each tab, in the order of the page."""

_log = logging.getLogger(__name__)


def build() -> gr.Blocks:
    """The whole page, ready to be launched."""
    with gr.Blocks(
        title=strings.NAME,
        analytics_enabled=False,
        fill_width=True,
        delete_cache=(CLEARED_EVERY_SECONDS, KEPT_SECONDS),
    ) as page:
        status.head()
        with gr.Tabs(elem_id="ic-tabs"):
            for name, title, tab in TABS:
                with gr.Tab(title, id=name):
                    widgets.heading(title, 2)
                    tab()
        widgets.markup(_foot(), elem_id="ic-foot")
        api.endpoints()
    return page


def launch(*, host: str | None = None, port: int | None = None, auth: Any = None, mcp: bool = False) -> None:
    """Serve the page until the process is stopped.

    Args:
        host: Address to listen on; None for GRADIO_SERVER_NAME, every address on a Space, else loopback only.
        port: Port; None for GRADIO_SERVER_PORT, else the first free one from 7860.
        auth: (name, password), a list of them, or None for a page without a login.
        mcp: Offer the jobs as tools of the Model Context Protocol, too; GRADIO_MCP_SERVER does the same.
    """
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    arenas.use_few()
    models.start_space()
    leftovers.own_folder()
    page = build()
    page.queue(max_size=QUEUE_LENGTH, default_concurrency_limit=WORKERS)
    page.launch(
        server_name=host or _host(),
        server_port=port,
        auth=auth,
        theme=theme(),
        css=assets.style(),
        head=assets.head(),
        favicon_path=assets.favicon(),
        max_file_size=MAX_BYTES,
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        pwa=False,
        max_threads=THREADS,
        state_session_capacity=VISITORS_KEPT,
        show_error=True,
        prevent_thread_lock=True,
        mcp_server=mcp or None,
    )
    threading.Thread(target=_warm_up, name="warm-up", daemon=True).start()
    page.block_thread()


def _host() -> str | None:
    if os.environ.get("GRADIO_SERVER_NAME"):
        return None
    return "0.0.0.0" if os.environ.get("SPACE_ID") else None


def _warm_up() -> None:
    """Load the default models, so that the first visitor does not wait for them."""
    try:
        work.warm_up()
    except Exception as error:
        _log.info("Not warmed up: %s", error)


def _foot() -> str:
    shortcuts = "".join(
        f"<div><dt><kbd>{html.escape(keys)}</kbd></dt><dd>{html.escape(does)}</dd></div>"
        for keys, does in strings.SHORTCUT_LIST
    )
    title = html.escape(strings.SHORTCUTS)
    return (
        '<div class="ic-sr" id="ic-live" aria-live="polite" aria-atomic="true"></div>'
        f'<p class="ic-quiet">{html.escape(strings.PRIVACY)}</p>'
        f'<button type="button" id="ic-help-open" class="ic-button">{title}</button>'
        f'<dialog id="ic-help" aria-labelledby="ic-help-title"><h2 id="ic-help-title">{title}</h2>'
        f"<dl>{shortcuts}</dl>"
        f'<button type="button" id="ic-help-close" class="ic-button">{strings.CLOSE}</button></dialog>'
    )
