"""The tab "Segmentation": a photo in; its regions out, to see, touch, hear and count."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import partial
from html import escape
from typing import Any

import gradio as gr

from imagecraft.media.images import MAX_BYTES
from imagecraft.pipelines.segmentation import OPACITY
from imagecraft.ui import dividing, examples, intake, photos, region_views, strings, widgets
from imagecraft.ui import segmentation_words as words
from imagecraft.ui.explorer import explorer as explorer_widget
from imagecraft.ui.model_menus import model_menu
from imagecraft.ui.running import PRIVATE, WORKING, RunBar, run_bar, told, told_once
from imagecraft.ui.voices import english_menu

RUN = "segment"
PHOTO = "ic-segment-photo"
SPEED_RANGE = (0.5, 2.0)
OF_RESULTS = (
    *(
        "status",
        "photo_problem",
        "files_problem",
        "subject",
        "explorer",
        "legend",
        "player",
        "summary",
        "table",
        "chart",
    ),
    *("likeliest", "made_by", "downloads", "json", "remembered"),
)


@dataclass(frozen=True)
class Controls:
    """The tab's controls, by what they are for."""

    photo: Any
    photo_problem: Any
    mode: Any
    model: Any
    voice: Any
    speed: Any
    bar: RunBar
    status: Any
    subject: Any
    explorer: Any
    legend: Any
    opacity: Any
    variant: Any
    player: Any
    summary: Any
    made_by: Any
    likeliest: Any
    table: Any
    chart: Any
    prepare: Any
    files_problem: Any
    downloads: Any
    json: Any
    examples: Any
    remembered: Any


def tab() -> None:
    """Lay the tab out and wire it."""
    with gr.Row(elem_classes="ic-columns ic-segmentation"):
        with gr.Column(elem_classes="ic-input"):
            inputs = _input_column()
        with gr.Column(elem_classes="ic-output", elem_id="ic-segment-result"):
            outputs = _output_column()
    gallery = examples.gallery("ic-segment-examples", run=RUN)
    _wire(Controls(**inputs, **outputs, examples=gallery, remembered=gr.State(None)))


def _input_column() -> dict[str, Any]:
    widgets.heading(words.PHOTO_HEADING, 3)
    photo = intake.photo_input(PHOTO, max_bytes=MAX_BYTES)
    photo_problem = widgets.notice(f"{PHOTO}-problem")
    with gr.Row(elem_classes="ic-options"):
        mode = widgets.choice("ic-segment-mode", words.MODE, words.MODES, "regions")
    with widgets.disclosure("ic-segment-more", strings.MORE_OPTIONS):
        model = widgets.menu("ic-segment-model", words.MODEL)
        widgets.markup(f'<p class="ic-quiet">{escape(words.MODELS_ABOUT)}</p>')
        with gr.Row(elem_classes="ic-options"):
            voice = widgets.menu("ic-segment-voice", words.VOICE)
            speed = widgets.slider("ic-segment-speed", words.SPEED, *SPEED_RANGE, 1.0)
    bar = run_bar(
        RUN,
        words.SEGMENT,
        problem=f"{PHOTO}-problem",
        others={"ic-segment-prepare": "ic-segment-files-problem"},
        result="ic-segment-result",
    )
    return {
        "photo": photo,
        "photo_problem": photo_problem,
        "mode": mode,
        "model": model,
        "voice": voice,
        "speed": speed,
        "bar": bar,
        "status": bar.status,
    }


def _output_column() -> dict[str, Any]:
    widgets.heading(words.RESULT_HEADING, 3)
    subject = widgets.subject("ic-segment-subject", field=PHOTO, words=words.SUBJECT)
    with gr.Column(elem_classes="ic-for-whole"):
        likeliest = widgets.markup(region_views.NOT_JUDGED, elem_id="ic-segment-likeliest")
    with gr.Column(elem_classes="ic-for-regions"):
        explorer = explorer_widget(
            region_views.EXPLORER,
            opacity="ic-segment-opacity",
            variant="ic-segment-variant",
            player="ic-segment-player",
        )
        legend = widgets.markup("", elem_id="ic-segment-legend")
        with gr.Row(elem_classes="ic-options"):
            variant = widgets.choice("ic-segment-variant", words.VARIANT, words.VARIANTS, "colours")
            opacity = widgets.slider(
                "ic-segment-opacity", words.OPACITY, 0.0, 1.0, OPACITY, step=0.05, unit="", decimals=2
            )
        summary = widgets.markup("", elem_id="ic-segment-summary")
        player = widgets.sound_player(
            "ic-segment-player", run=RUN, result="ic-segment-result", play=words.PLAY, playing=words.PLAYING
        )
        made_by = widgets.markup("", elem_id="ic-segment-made-by")
        with widgets.disclosure("ic-segment-statistics", words.STATISTICS):
            table = widgets.markup("", elem_id="ic-segment-table")
            chart = widgets.markup("", elem_id="ic-segment-chart")
        with widgets.disclosure("ic-segment-files", words.FILES):
            widgets.markup(f'<p class="ic-quiet">{escape(words.PREPARE_ABOUT)}</p>')
            prepare = gr.Button(words.PREPARE, elem_id="ic-segment-prepare", size="md")
            files_problem = widgets.notice("ic-segment-files-problem")
            downloads = widgets.downloads("ic-segment-downloads")
    with widgets.disclosure("ic-segment-details", words.DETAILS):
        raw = widgets.markup("", elem_id="ic-segment-json")
    return {
        "subject": subject,
        "likeliest": likeliest,
        "explorer": explorer,
        "legend": legend,
        "opacity": opacity,
        "variant": variant,
        "summary": summary,
        "player": player,
        "made_by": made_by,
        "table": table,
        "chart": chart,
        "prepare": prepare,
        "files_problem": files_problem,
        "downloads": downloads,
        "json": raw,
    }


def _wire(page: Controls) -> None:
    controls = {field.name: getattr(page, field.name) for field in fields(Controls)}
    outputs = [controls[name] for name in OF_RESULTS]
    options = [page.photo, page.mode, page.voice, page.speed, page.model]

    gr.on(None, english_menu, None, page.voice, queue=False, **PRIVATE)
    gr.on(None, partial(model_menu, "segment", words.MODEL), None, page.model, queue=False, **PRIVATE)
    page.photo.picked(
        told_once(controls, photos.checked),
        page.photo,
        [page.photo, page.photo_problem],
        queue=False,
        **PRIVATE,
    )
    segment = told(controls, dividing.segment)
    asking = page.bar.start.click(segment, options, outputs, **WORKING)
    trying = page.examples.tried(examples.photo, None, page.photo, queue=False, **PRIVATE)
    trying_it = trying.then(segment, options, outputs, **WORKING)
    preparing = page.prepare.click(
        told(controls, dividing.files),
        [page.remembered, page.opacity, page.variant],
        [controls[name] for name in ("status", "photo_problem", "files_problem", "downloads")],
        **WORKING,
    )
    page.bar.ends(asking, trying_it, preparing)
