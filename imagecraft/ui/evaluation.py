"""The tab "Evaluation": one caption, files of captions, or sounds in; scores with what they say out."""

from __future__ import annotations

from dataclasses import dataclass, fields
from html import escape
from typing import Any

import gradio as gr

from imagecraft.media.images import MAX_BYTES
from imagecraft.pipelines.evaluation import caption_model_ids
from imagecraft.ui import evaluation_words as words
from imagecraft.ui import intake, metric_choices, scoring, strings, widgets
from imagecraft.ui.running import PRIVATE, WORKING, RunBar, run_bar, told

PICTURES = "image/*,.heic,.heif,.avif"
OPTIONS = (
    {"id": scoring.INTERVALS, "label": words.INTERVALS, "about": words.INTERVALS_INFO},
    {"id": scoring.IMAGECRAFT_1, "label": words.IMAGECRAFT_1, "about": words.IMAGECRAFT_1_INFO},
    {"id": scoring.MISSING_AS_EMPTY, "label": words.MISSING_AS_EMPTY, "about": words.MISSING_AS_EMPTY_INFO},
)
INPUTS = (
    *("mode", "caption", "references", "picture", "predictions_file", "references_file", "second_file"),
    *("pictures", "sound_reference", "sound_estimate", "metrics", "options"),
    *("id_column", "prediction_column", "reference_columns", "fit_picture", "fit_sound"),
)


@dataclass(frozen=True)
class Inputs:
    """The controls of the left column."""

    mode: Any
    picture: Any
    model: Any
    caption_it: Any
    caption: Any
    references: Any
    predictions_file: Any
    references_file: Any
    second_file: Any
    pictures: Any
    sound_reference: Any
    sound_estimate: Any
    fit_picture: Any
    fit_sound: Any
    metrics: Any
    options: Any
    id_column: Any
    prediction_column: Any
    reference_columns: Any
    problem: Any
    bar: RunBar


@dataclass(frozen=True)
class Outputs:
    """The controls of the right column."""

    scores: Any
    words: Any
    charts: Any
    spectrograms: Any
    extremes: Any
    items: Any
    downloads: Any
    json: Any


def tab() -> None:
    """Lay the tab out and wire it."""
    with gr.Row(elem_classes="ic-columns ic-evaluation"):
        with gr.Column(elem_classes="ic-input"):
            inputs = _input_column()
        with gr.Column(elem_classes="ic-output"):
            outputs = _output_column()
    _wire(inputs, outputs)


def _input_column() -> Inputs:
    widgets.heading(words.INPUT_HEADING, 3)
    mode = widgets.choice("ic-score-mode", words.MODE, words.MODES, "one")
    with gr.Column(elem_classes="ic-for-one"):
        picture = _file("ic-score-picture", words.PICTURE, PICTURES)
        model = widgets.menu("ic-score-model", words.MODEL)
        caption_it = gr.Button(words.CAPTION_IT, elem_id="ic-caption-it", size="md")
        caption = gr.Textbox(
            label=words.CAPTION, placeholder=words.CAPTION_PLACEHOLDER, lines=2, elem_id="ic-score-caption"
        )
        references = gr.Textbox(
            label=words.REFERENCES,
            placeholder=words.REFERENCES_PLACEHOLDER,
            lines=4,
            max_lines=10,
            elem_id="ic-score-references",
        )
    with gr.Column(elem_classes="ic-for-files"):
        kinds = ".json,.jsonl,.ndjson,.csv,.tsv,.txt"
        predictions_file = _file("ic-score-predictions", words.PREDICTIONS_FILE, kinds)
        references_file = _file("ic-score-truth", words.REFERENCES_FILE, kinds)
        second_file = _file("ic-score-second", words.SECOND_FILE, kinds)
        pictures = _file("ic-score-pictures", words.PICTURES, "image/*", several=True)
        widgets.markup(f'<p class="ic-quiet">{escape(words.FILES_HINT)}</p>')
    with gr.Column(elem_classes="ic-for-sounds"):
        sound_reference = _file("ic-score-sound", words.SOUND_REFERENCE, "audio/*")
        sound_estimate = _file("ic-score-estimate", words.SOUND_ESTIMATE, "audio/*")
        widgets.markup(f'<p class="ic-quiet">{escape(words.SOUNDS_HINT)}</p>')
    with gr.Column(elem_classes="ic-for-fit"):
        fit_picture = _file("ic-score-fit-picture", words.FIT_PICTURE, PICTURES)
        fit_sound = _file("ic-score-fit-sound", words.FIT_SOUND, "audio/*")
        widgets.markup(f'<p class="ic-quiet">{escape(words.FIT_HINT)}</p>')
    more = gr.Column(elem_classes="ic-not-for-sounds")
    with more, widgets.disclosure("ic-score-more", strings.MORE_OPTIONS):
        metrics = widgets.checks("ic-score-metrics", words.METRICS, metric_choices.choices())
        if lacking := metric_choices.lacking():
            widgets.markup(widgets.operators(lacking))
        options = widgets.checks("ic-score-options", words.OPTIONS, OPTIONS)
        with gr.Column(elem_classes="ic-for-files"):
            widgets.markup(
                f'<p class="ic-label">{escape(words.COLUMNS)}</p>'
                f'<p class="ic-quiet">{escape(words.COLUMNS_HINT)}</p>'
            )
            id_column = _text("ic-score-ids", words.ID_COLUMN)
            prediction_column = _text("ic-score-captions", words.PREDICTION_COLUMN)
            reference_columns = _text(
                "ic-score-texts", words.REFERENCE_COLUMNS, words.REFERENCE_COLUMNS_EXAMPLE
            )
    problem = widgets.notice("ic-score-problem")
    bar = run_bar(
        "score",
        words.SCORE,
        problem="ic-score-problem",
        others={"ic-caption-it": "ic-score-problem"},
        result="ic-score-result",
    )
    return Inputs(
        mode=mode,
        picture=picture,
        model=model,
        caption_it=caption_it,
        caption=caption,
        references=references,
        predictions_file=predictions_file,
        references_file=references_file,
        second_file=second_file,
        pictures=pictures,
        sound_reference=sound_reference,
        sound_estimate=sound_estimate,
        fit_picture=fit_picture,
        fit_sound=fit_sound,
        metrics=metrics,
        options=options,
        id_column=id_column,
        prediction_column=prediction_column,
        reference_columns=reference_columns,
        problem=problem,
        bar=bar,
    )


def _output_column() -> Outputs:
    widgets.heading(words.RESULT_HEADING, 3)
    nothing = f'<p class="ic-quiet">{escape(words.NOTHING_YET)}</p>'
    scores = widgets.markup(nothing, elem_id="ic-score-result")
    compared = widgets.markup("", elem_id="ic-score-words")
    downloads = widgets.downloads("ic-score-downloads")
    drawn = widgets.markup("", elem_id="ic-score-charts")
    spectrograms = widgets.picture("ic-score-spectrograms", title=words.SPECTROGRAMS)
    with widgets.disclosure("ic-score-extremes-part", words.EXTREMES):
        extremes = widgets.markup("", elem_id="ic-score-extremes")
    with widgets.disclosure("ic-score-items-part", words.ITEMS):
        items = widgets.markup("", elem_id="ic-score-table")
    with widgets.disclosure("ic-score-details", words.DETAILS):
        raw = widgets.markup("", elem_id="ic-score-json")
    return Outputs(scores, compared, drawn, spectrograms, extremes, items, downloads, raw)


def _wire(inputs: Inputs, outputs: Outputs) -> None:
    controls = {"status": inputs.bar.status, "problem": inputs.problem, "caption": inputs.caption}
    controls |= {field.name: getattr(outputs, field.name) for field in fields(Outputs)}

    gr.on(None, _models, None, inputs.model, queue=False, **PRIVATE)
    captioning = inputs.caption_it.click(
        told(controls, scoring.caption_it),
        [inputs.picture, inputs.model],
        [controls[name] for name in ("status", "problem", "caption")],
        **WORKING,
    )
    scored = inputs.bar.start.click(
        told(controls, scoring.score),
        [getattr(inputs, name) for name in INPUTS],
        [control for name, control in controls.items() if name != "caption"],
        **WORKING,
    )
    inputs.bar.ends(captioning, scored)


def _models() -> dict[str, Any]:
    ids = caption_model_ids()
    options = [{"id": name, "label": name, "disabled": False} for name in ids]
    return {"chosen": ids[0], "groups": [{"label": words.MODEL, "options": options}]}


def _text(elem_id: str, label: str, placeholder: str = "") -> gr.Textbox:
    return gr.Textbox(label=label, placeholder=placeholder, max_lines=1, elem_id=elem_id)


def _file(elem_id: str, label: str, accept: str, *, several: bool = False) -> gr.HTML:
    return intake.files(elem_id, label, accept, max_bytes=MAX_BYTES, several=several)
