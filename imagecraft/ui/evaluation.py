"""The tab "Evaluation": one caption, files of captions, or sounds in; scores with what they say out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from html import escape
from typing import Any

import gradio as gr

from imagecraft.media.images import MAX_BYTES
from imagecraft.pipelines.evaluation import caption_model_ids
from imagecraft.ui import evaluation_words as words
from imagecraft.ui import scoring, strings, widgets

MAX_FILE_BYTES = MAX_BYTES
OPTIONS = (
    {"id": scoring.INTERVALS, "label": words.INTERVALS, "about": words.INTERVALS_INFO},
    {"id": scoring.IMAGECRAFT_1, "label": words.IMAGECRAFT_1, "about": words.IMAGECRAFT_1_INFO},
    {"id": scoring.MISSING_AS_EMPTY, "label": words.MISSING_AS_EMPTY, "about": words.MISSING_AS_EMPTY_INFO},
)
INPUTS = (
    *("mode", "caption", "references", "picture", "predictions_file", "references_file", "second_file"),
    *("pictures", "sound_reference", "sound_estimate", "metrics", "options"),
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
    metrics: Any
    options: Any
    problem: Any
    run: Any
    status: Any
    stop: Any


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
        picture = _file("ic-score-picture", words.PICTURE, "image/*,.heic,.heif,.avif", MAX_BYTES)
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
        pictures = _file("ic-score-pictures", words.PICTURES, "image/*", MAX_BYTES, several=True)
        widgets.markup(f'<p class="ic-quiet">{escape(words.FILES_HINT)}</p>')
    with gr.Column(elem_classes="ic-for-sounds"):
        sound_reference = _file("ic-score-sound", words.SOUND_REFERENCE, "audio/*")
        sound_estimate = _file("ic-score-estimate", words.SOUND_ESTIMATE, "audio/*")
        widgets.markup(f'<p class="ic-quiet">{escape(words.SOUNDS_HINT)}</p>')
    more = gr.Column(elem_classes="ic-not-for-sounds")
    with more, widgets.disclosure("ic-score-more", strings.MORE_OPTIONS):
        metrics = _checks("ic-score-metrics", words.METRICS, scoring.metric_choices())
        options = _checks("ic-score-options", words.OPTIONS, OPTIONS)
    problem = widgets.notice("ic-score-problem")
    with gr.Column(elem_classes="ic-score-action"):
        run = gr.Button(words.SCORE, variant="primary", elem_id="ic-score")
        with gr.Row(elem_classes="ic-progress-row"):
            status = _status("ic-score-status")
            stop = gr.Button(words.STOP, elem_id="ic-score-stop", size="md")
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
        metrics=metrics,
        options=options,
        problem=problem,
        run=run,
        status=status,
        stop=stop,
    )


def _output_column() -> Outputs:
    widgets.heading(words.RESULT_HEADING, 3)
    nothing = f'<p class="ic-quiet">{escape(words.NOTHING_YET)}</p>'
    scores = widgets.markup(nothing, elem_id="ic-score-result")
    compared = widgets.markup("", elem_id="ic-score-words")
    downloads = widgets.downloads("ic-score-downloads")
    drawn = widgets.markup("", elem_id="ic-score-charts")
    spectrograms = _picture("ic-score-spectrograms")
    with widgets.disclosure("ic-score-extremes-part", words.EXTREMES):
        extremes = widgets.markup("", elem_id="ic-score-extremes")
    with widgets.disclosure("ic-score-items-part", words.ITEMS):
        items = widgets.markup("", elem_id="ic-score-table")
    with widgets.disclosure("ic-score-details", words.DETAILS):
        raw = widgets.markup("", elem_id="ic-score-json")
    return Outputs(scores, compared, drawn, spectrograms, extremes, items, downloads, raw)


def _wire(inputs: Inputs, outputs: Outputs) -> None:
    private: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    working = private | {"concurrency_id": "work", "concurrency_limit": 2}
    controls = {"status": inputs.status, "problem": inputs.problem, "caption": inputs.caption}
    controls |= {field.name: getattr(outputs, field.name) for field in fields(Outputs)}

    gr.on(None, _models, None, inputs.model, queue=False, **private)
    captioning = inputs.caption_it.click(
        _told(controls, scoring.caption_it),
        [inputs.picture, inputs.model],
        [controls[name] for name in ("status", "problem", "caption")],
        **working,
    )
    scored = inputs.run.click(
        _told(controls, scoring.score),
        [getattr(inputs, name) for name in INPUTS],
        [control for name, control in controls.items() if name != "caption"],
        **working,
    )
    for run in (captioning, scored):
        run.then(None, js="() => imagecraft.scoreSettled()", **private)
    inputs.stop.click(None, cancels=[captioning, scored], **private)


def _told(
    controls: Mapping[str, Any], work: Callable[..., Iterator[dict[str, Any]]]
) -> Callable[..., Iterator[dict[Any, Any]]]:
    """Work that names the controls it changes, as Gradio calls it."""

    def told(*values: Any) -> Iterator[dict[Any, Any]]:
        for update in work(*values):
            yield {controls[name]: value for name, value in update.items()}

    return told


def _models() -> dict[str, Any]:
    ids = caption_model_ids()
    options = [{"id": name, "label": name, "disabled": False} for name in ids]
    return {"chosen": ids[0], "groups": [{"label": words.MODEL, "options": options}]}


def _file(
    elem_id: str, label: str, accept: str, max_bytes: int = MAX_FILE_BYTES, *, several: bool = False
) -> gr.HTML:
    """A native file input. Its value is None or {"file": FileData, "name": str}; several: a list of these."""
    return gr.HTML(
        None,
        html_template=(
            f'<div class="ic-score-file"><label class="ic-label" for="{elem_id}-file">{escape(label)}</label>'
            f'<input id="{elem_id}-file" type="file" accept="{escape(accept)}"{" multiple" * several}>'
            '<p role="alert" hidden></p></div>'
        ),
        js_on_load="imagecraft.scoreFile(element, props, upload)",
        apply_default_css=False,
        elem_id=elem_id,
        max_bytes=max_bytes,
    )


def _checks(elem_id: str, label: str, entries: Sequence[Mapping[str, Any]]) -> gr.HTML:
    """Native checkboxes in a named group. Its value is the list of the ids that are on."""
    boxes = "".join(
        f'<label class="ic-check"><input type="checkbox" value="{escape(entry["id"])}"'
        f"{' checked' if entry.get('on') else ''}{' disabled' if entry.get('disabled') else ''}>"
        f"<span>{escape(entry['label'])}<small>{escape(entry['about'])}</small></span></label>"
        for entry in entries
    )
    return gr.HTML(
        [entry["id"] for entry in entries if entry.get("on")],
        html_template=(
            f'<fieldset class="ic-checks"><legend class="ic-label">{escape(label)}</legend>'
            f"<div>{boxes}</div></fieldset>"
        ),
        js_on_load="imagecraft.checks(element, props)",
        apply_default_css=False,
        elem_id=elem_id,
    )


def _status(elem_id: str) -> gr.HTML:
    """Where the work stands, seen and (in a polite live region of this tab) heard."""
    return gr.HTML(
        None,
        html_template=(
            '<p class="ic-step"></p><progress class="ic-progress" max="1" hidden></progress>'
            '<div class="ic-sr" aria-live="polite" aria-atomic="true"></div>'
        ),
        js_on_load="imagecraft.scoreStatus(element, props, watch)",
        apply_default_css=False,
        elem_id=elem_id,
    )


def _picture(elem_id: str) -> gr.HTML:
    """A picture with its alt text under a title. Its value is {"file": FileData or None, "alt": str}."""
    return gr.HTML(
        {"file": None, "alt": ""},
        html_template=(
            f'<figure class="ic-chart" hidden><figcaption>{escape(words.SPECTROGRAMS)}</figcaption>'
            '<img alt=""></figure>'
        ),
        js_on_load="imagecraft.scorePicture(element, props, watch)",
        apply_default_css=False,
        elem_id=elem_id,
    )
