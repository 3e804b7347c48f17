"""The tab "Image → Speech": a photo in, its description to hear and to read out."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import partial
from typing import Any

import gradio as gr

from imagecraft.media.images import MAX_BYTES
from imagecraft.ui import describing, examples, folder, grounds, intake, own_voice, photos, strings, widgets
from imagecraft.ui.captioners import about, language_menu
from imagecraft.ui.model_menus import model_menu
from imagecraft.ui.running import PRIVATE, WORKING, RunBar, run_bar, told, told_once
from imagecraft.ui.voices import voice_menu

RUN = "describe"
SPEED_RANGE = (0.5, 2.0)


@dataclass(frozen=True)
class Widgets:
    """The tab's controls, by what they are for."""

    photo: Any
    photo_problem: Any
    length: Any
    voice: Any
    speed: Any
    limit: Any
    model: Any
    about_model: Any
    language: Any
    limit_problem: Any
    own_voice: own_voice.Widgets
    sample_problem: Any
    bar: RunBar
    status: Any
    subject: Any
    player: Any
    caption: Any
    copy: Any
    speak: Any
    speech_problem: Any
    made_by: Any
    words: Any
    evidence: Any
    show_seen: Any
    seen: Any
    json: Any
    downloads: Any
    examples: Any
    remembered: Any


def tab() -> None:
    """Lay the tab out and wire it."""
    with gr.Row(elem_classes="ic-columns"):
        with gr.Column(elem_classes="ic-input"):
            folder.mode()
            inputs, several = _input_column()
        with gr.Column(elem_classes="ic-output", elem_id="ic-result"):
            with gr.Column(elem_classes="ic-one"):
                outputs = _output_column()
            several |= folder.showing()
    gallery = examples.gallery("ic-examples", run=RUN)
    page = Widgets(**inputs, **outputs, examples=gallery, remembered=gr.State(None))
    _wire(page)
    folder.wire(folder.Widgets(**several), page)


def _input_column() -> tuple[dict[str, Any], dict[str, Any]]:
    """The controls of one photo, and those of several; the options are for both."""
    widgets.heading(strings.PHOTO_HEADING, 3)
    with gr.Column(elem_classes="ic-one"):
        photo = intake.photo_input("ic-photo", max_bytes=MAX_BYTES)
        photo_problem = widgets.notice("ic-photo-problem")
    several = folder.choosing()
    with gr.Row(elem_classes="ic-options"):
        length = widgets.choice("ic-length", strings.LENGTH, strings.LENGTHS, "short")
        voice = widgets.menu("ic-voice", strings.VOICE)
        speed = widgets.slider("ic-speed", strings.SPEED, *SPEED_RANGE, 1.0)
    with widgets.disclosure("ic-more", strings.MORE_OPTIONS):
        model = widgets.menu("ic-caption-model", strings.CAPTION_MODEL, tells=True)
        about_model = widgets.markup(about(), elem_id="ic-caption-model-about")
        language = widgets.menu("ic-caption-language", strings.CAPTION_LANGUAGE)
        limit = widgets.number(
            "ic-limit",
            strings.LIMIT,
            strings.LIMIT_INFO,
            strings.LIMIT_PLACEHOLDER,
            low=describing.LIMIT_RANGE[0],
        )
        limit_problem = widgets.notice("ic-limit-problem")
    with gr.Column(elem_classes="ic-one"):
        own = own_voice.section()
        bar = run_bar(
            RUN,
            strings.DESCRIBE,
            problem="ic-photo-problem",
            others={"ic-speak": "ic-speech-problem"},
            enters={"ic-description": "ic-speak"},
            player="ic-player",
        )
    several["bar"] = folder.starting()
    one = {
        "photo": photo,
        "photo_problem": photo_problem,
        "length": length,
        "voice": voice,
        "speed": speed,
        "limit": limit,
        "model": model,
        "about_model": about_model,
        "language": language,
        "limit_problem": limit_problem,
        "own_voice": own,
        "sample_problem": own.sample_problem,
        "bar": bar,
        "status": bar.status,
    }
    return one, several


def _output_column() -> dict[str, Any]:
    widgets.heading(strings.RESULT_HEADING, 3)
    subject = widgets.subject("ic-subject", field="ic-photo", words=strings.SUBJECT_WORDS)
    player = widgets.sound_player("ic-player", run=RUN, result="ic-result")
    caption = gr.Textbox(
        label=strings.DESCRIPTION,
        placeholder=strings.DESCRIPTION_PLACEHOLDER,
        lines=4,
        max_lines=12,
        interactive=True,
        elem_id="ic-description",
    )
    with gr.Row(elem_classes="ic-under-description"):
        widgets.markup('<p id="ic-counter" class="ic-quiet">0 characters</p>')
        copy = gr.Button(strings.COPY, elem_id="ic-copy", size="md")
        speak = gr.Button(strings.SPEAK_AGAIN, elem_id="ic-speak", size="md")
    speech_problem = widgets.notice("ic-speech-problem")
    made_by = widgets.markup("", elem_id="ic-made-by")
    with widgets.disclosure("ic-details", strings.DETAILS):
        words = widgets.markup("", elem_id="ic-words")
        evidence = widgets.markup(grounds.EMPTY, elem_id="ic-evidence")
        show_seen = gr.Button(strings.SHOW_SEEN, elem_id="ic-show-seen", size="md")
        seen = widgets.picture(
            "ic-seen",
            toggle={"button": "ic-show-seen", "show": strings.SHOW_SEEN, "hide": strings.HIDE_SEEN},
        )
        downloads = widgets.downloads("ic-downloads")
        raw = widgets.markup("", elem_id="ic-json")
    return {
        "subject": subject,
        "player": player,
        "caption": caption,
        "copy": copy,
        "speak": speak,
        "speech_problem": speech_problem,
        "made_by": made_by,
        "words": words,
        "evidence": evidence,
        "show_seen": show_seen,
        "seen": seen,
        "downloads": downloads,
        "json": raw,
    }


def _wire(page: Widgets) -> None:
    results_of_work = [
        getattr(page, name)
        for name in (
            "status",
            "photo_problem",
            "limit_problem",
            "sample_problem",
            "speech_problem",
            "subject",
            "player",
            "caption",
            "made_by",
            "words",
            "evidence",
            "seen",
            "json",
            "downloads",
            "voice",
            "remembered",
        )
    ]
    controls = {field.name: getattr(page, field.name) for field in fields(Widgets)}
    options = [
        page.photo,
        page.length,
        page.voice,
        page.speed,
        page.limit,
        page.model,
        page.language,
        *page.own_voice.inputs,
    ]
    speaking_options = [
        *(page.caption, page.voice, page.speed, page.remembered, page.language),
        *page.own_voice.inputs,
    ]

    gr.on(None, voice_menu, None, page.voice, queue=False, **PRIVATE)
    gr.on(
        None, partial(model_menu, "caption", strings.CAPTION_MODEL), None, page.model, queue=False, **PRIVATE
    )
    gr.on(None, language_menu, None, page.language, queue=False, **PRIVATE)
    page.model.changed(about, page.model, page.about_model, queue=False, **PRIVATE)
    page.model.changed(language_menu, [page.model, page.language], page.language, queue=False, **PRIVATE)
    page.photo.picked(
        told_once(controls, photos.checked),
        page.photo,
        [page.photo, page.photo_problem],
        queue=False,
        **PRIVATE,
    )
    describe = told(controls, describing.describe)
    speak = told(controls, describing.speak)

    asking = page.bar.start.click(describe, options, results_of_work, **WORKING)
    trying = page.examples.tried(examples.photo, None, page.photo, queue=False, **PRIVATE)
    trying_aloud = trying.then(describe, options, results_of_work, **WORKING)
    speaking = page.speak.click(speak, speaking_options, results_of_work, **WORKING)
    page.bar.ends(asking, trying_aloud, speaking)
    page.show_seen.click(describing.seen, [page.remembered, page.seen], page.seen, queue=False, **PRIVATE)
    page.copy.click(None, page.caption, js="(text) => imagecraft.copy(text)", **PRIVATE)
    for changed in (page.caption.change, page.limit.changed):
        changed(
            None, [page.caption, page.limit], js="(text, limit) => imagecraft.count(text, limit)", **PRIVATE
        )
