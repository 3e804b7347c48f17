"""The tab "Audio → Image": a sound in, what is heard in it and a picture of it out."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import partial
from html import escape
from typing import Any

import gradio as gr

from imagecraft.media.images import MAX_BYTES
from imagecraft.media.sounds import HEARD_SECONDS
from imagecraft.ui import audio_to_image_words as words
from imagecraft.ui import drawing, drawing_options, examples, intake, sounds, strings, widgets
from imagecraft.ui.drawing_options import GUIDANCE_SLIDER, STEPS_SLIDER
from imagecraft.ui.model_menus import model_menu
from imagecraft.ui.running import PRIVATE, WORKING, RunBar, run_bar, told, told_once

RUN = "draw"
OPTIONS = ("style", "size", "pictures", "painter", "steps", "guidance", "seed")
RESULTS = (
    *("status", "sound_problem", "prompt_problem", "seed_problem", "account_problem", "subject", "picture"),
    *(
        "variants",
        "prompt",
        "made_by",
        "heard",
        "classes",
        "timeline",
        "times",
        "account_player",
        "downloads",
        "json",
    ),
    "remembered",
)


@dataclass(frozen=True)
class Widgets:
    """The tab's controls, by what they are for."""

    sound: Any
    sound_problem: Any
    style: Any
    size: Any
    pictures: Any
    painter: Any
    listener: Any
    labels: Any
    steps: Any
    guidance: Any
    seed: Any
    seed_problem: Any
    bar: RunBar
    status: Any
    subject: Any
    picture: Any
    variants: Any
    prompt: Any
    again: Any
    prompt_problem: Any
    made_by: Any
    downloads: Any
    classes: Any
    timeline: Any
    times: Any
    heard: Any
    account: Any
    account_problem: Any
    account_player: Any
    json: Any
    examples: Any
    remembered: Any


def tab() -> None:
    """Lay the tab out and wire it."""
    with gr.Row(elem_classes="ic-columns ic-drawing"):
        with gr.Column(elem_classes="ic-input"):
            inputs = _input_column()
        with gr.Column(elem_classes="ic-output", elem_id="ic-drawing-result"):
            outputs = _output_column()
    gallery = examples.sounds_gallery("ic-sound-examples", run=RUN)
    _wire(Widgets(**inputs, **outputs, examples=gallery, remembered=gr.State(None)))


def _input_column() -> dict[str, Any]:
    widgets.heading(words.INPUT_HEADING, 3)
    sound = intake.sound_input("ic-sound", max_bytes=MAX_BYTES, longest=HEARD_SECONDS)
    sound_problem = widgets.notice("ic-sound-problem")
    with gr.Row(elem_classes="ic-options"):
        with gr.Column(elem_classes="ic-style"):
            style = widgets.menu("ic-style", words.STYLE)
            widgets.markup(f'<p class="ic-quiet ic-for-rule">{escape(words.STYLE_BY_RULE)}</p>')
        size = widgets.menu("ic-size", words.SIZE)
        pictures = widgets.choice(
            "ic-pictures", words.PICTURES, words.PICTURES_CHOICES, *drawing_options.usual_pictures()
        )
    with widgets.disclosure("ic-drawing-more", strings.MORE_OPTIONS):
        seed = widgets.number("ic-drawing-seed", words.SEED, words.SEED_INFO, words.SEED_PLACEHOLDER, low=0)
        seed_problem = widgets.notice("ic-drawing-seed-problem")
        painter = widgets.menu("ic-painter", words.PAINTER)
        listener = widgets.menu("ic-listener", words.LISTENER)
        labels = gr.Textbox(
            label=words.LABELS,
            info=words.LABELS_INFO,
            placeholder=words.LABELS_PLACEHOLDER,
            max_lines=1,
            elem_id="ic-listen-for",
        )
        with gr.Column(elem_classes="ic-for-steps"):
            steps = widgets.steps_slider(STEPS_SLIDER, words.STEPS, "paint")
            guidance = widgets.guidance_slider(GUIDANCE_SLIDER, words.GUIDANCE, "paint")
    bar = run_bar(
        RUN,
        words.DRAW,
        problem="ic-sound-problem",
        others={"ic-draw-again": "ic-drawing-prompt-problem", "ic-account": "ic-account-problem"},
        enters={"ic-drawing-prompt": "ic-draw-again"},
        result="ic-drawing-result",
    )
    return {
        "sound": sound,
        "sound_problem": sound_problem,
        "style": style,
        "size": size,
        "pictures": pictures,
        "painter": painter,
        "listener": listener,
        "labels": labels,
        "steps": steps,
        "guidance": guidance,
        "seed": seed,
        "seed_problem": seed_problem,
        "bar": bar,
        "status": bar.status,
    }


def _output_column() -> dict[str, Any]:
    widgets.heading(words.RESULT_HEADING, 3)
    subject = widgets.subject("ic-drawing-subject", field="ic-sound", words=words.SUBJECT)
    picture = widgets.picture("ic-drawing", empty=words.NOT_YET)
    variants = widgets.variants("ic-variants", words.VARIANTS)
    made_by = widgets.markup("", elem_id="ic-drawing-made-by")
    prompt = gr.Textbox(
        label=words.PROMPT,
        placeholder=words.PROMPT_PLACEHOLDER,
        lines=3,
        max_lines=8,
        interactive=True,
        elem_id="ic-drawing-prompt",
    )
    with gr.Row(elem_classes="ic-under-prompt"):
        again = gr.Button(words.DRAW_AGAIN, elem_id="ic-draw-again", size="md")
    prompt_problem = widgets.notice("ic-drawing-prompt-problem")
    downloads = widgets.downloads("ic-drawing-downloads")
    with gr.Column(elem_classes="ic-heard-part"):
        widgets.markup(f'<h3 class="ic-heading">{escape(words.HEARD_HEADING)}</h3>')
        heard = widgets.markup("", elem_id="ic-heard-words")
        spoken = gr.Button(words.ACCOUNT, elem_id="ic-account", size="md")
        account_problem = widgets.notice("ic-account-problem")
        account_player = widgets.sound_player(
            "ic-account-player",
            run=RUN,
            result="ic-account-player",
            play=words.PLAY_ACCOUNT,
            playing=words.PLAYING_ACCOUNT,
            asked=True,
        )
        timeline = widgets.markup("", elem_id="ic-timeline")
        with widgets.disclosure("ic-times", words.TIMES_OPEN):
            times = widgets.markup("", elem_id="ic-times-table")
        classes = widgets.markup("", elem_id="ic-classes")
    with widgets.disclosure("ic-drawing-details", strings.DETAILS):
        raw = widgets.markup("", elem_id="ic-drawing-json")
    return {
        "subject": subject,
        "picture": picture,
        "variants": variants,
        "made_by": made_by,
        "prompt": prompt,
        "again": again,
        "prompt_problem": prompt_problem,
        "downloads": downloads,
        "timeline": timeline,
        "times": times,
        "classes": classes,
        "heard": heard,
        "account": spoken,
        "account_problem": account_problem,
        "account_player": account_player,
        "json": raw,
    }


def _wire(page: Widgets) -> None:
    controls = {field.name: getattr(page, field.name) for field in fields(Widgets)}
    results = [controls[name] for name in RESULTS]
    options = [controls[name] for name in OPTIONS]

    gr.on(None, drawing_options.menus, None, [page.style, page.size, page.painter], queue=False, **PRIVATE)
    gr.on(None, partial(model_menu, "tag", words.LISTENER), None, page.listener, queue=False, **PRIVATE)
    page.sound.picked(
        told_once(controls, sounds.checked),
        page.sound,
        [page.sound, page.sound_problem],
        queue=False,
        **PRIVATE,
    )
    draw = told(controls, drawing.draw)
    inputs = [page.sound, page.prompt, page.remembered, page.listener, page.labels, *options]
    drawn = page.bar.start.click(draw, inputs, results, **WORKING)
    trying = page.examples.tried(examples.sound, None, page.sound, queue=False, **PRIVATE)
    tried = trying.then(draw, inputs, results, **WORKING)
    redrawn = page.again.click(
        told(controls, drawing.redraw), [page.prompt, page.remembered, *options], results, **WORKING
    )
    spoken = page.account.click(
        told(controls, drawing.account),
        [page.remembered, page.variants],
        [page.status, page.account_problem, page.account_player],
        **WORKING,
    )
    page.bar.ends(drawn, tried, redrawn, spoken)
    page.variants.chosen(
        told_once(controls, drawing.choose),
        [page.variants, page.remembered],
        [page.picture, page.made_by, page.downloads, page.json],
        queue=False,
        **PRIVATE,
    )
