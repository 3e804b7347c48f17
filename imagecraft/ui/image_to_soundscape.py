"""The tab "Image → Soundscape": a photo or words in, its soundscape out, layer by layer to change."""

from __future__ import annotations

from dataclasses import dataclass, fields
from html import escape
from typing import Any

import gradio as gr

from imagecraft.media.images import MAX_BYTES
from imagecraft.pipelines.image_to_soundscape import NATURAL, moods
from imagecraft.ui import examples, intake, photos, soundscaping, strings, widgets
from imagecraft.ui import soundscape_words as words
from imagecraft.ui.running import PRIVATE, WORKING, RunBar, run_bar, told, told_once

RUN = "soundscape"
SLIDER_SECONDS = (5, 60)
USUAL_SECONDS = 10
OPTIONS = (
    {"id": soundscaping.LOOP, "label": words.LOOP, "about": words.LOOP_INFO},
    {
        "id": soundscaping.RECORDINGS,
        "label": words.RECORDINGS,
        "about": words.RECORDINGS_INFO,
        "on": True,
    },
)


@dataclass(frozen=True)
class Widgets:
    """The tab's controls, by what they are for."""

    photo: Any
    photo_problem: Any
    prompt: Any
    seconds: Any
    mood: Any
    exact: Any
    seed: Any
    options: Any
    maker: Any
    steps: Any
    guidance: Any
    plan_file: Any
    problem: Any
    bar: RunBar
    status: Any
    subject: Any
    player: Any
    made_by: Any
    heard: Any
    layers: Any
    layers_problem: Any
    remix: Any
    listener: Any
    spectrogram: Any
    downloads: Any
    json: Any
    photo_examples: Any
    prompt_examples: Any
    proposed: Any
    remembered: Any


def tab() -> None:
    """Lay the tab out and wire it."""
    with gr.Row(elem_classes="ic-columns ic-soundscape"):
        with gr.Column(elem_classes="ic-input"):
            inputs = _input_column()
        with gr.Column(elem_classes="ic-output", elem_id="ic-soundscape-result"):
            outputs = _output_column()
    photo_examples = examples.gallery("ic-soundscape-examples", run=RUN)
    prompt_examples = widgets.markup(
        _prompts(),
        elem_id="ic-soundscape-prompts",
        script=f'imagecraft.choices(element, trigger, "{RUN}", ["tried"])',
    )
    _wire(
        Widgets(
            **inputs,
            **outputs,
            photo_examples=photo_examples,
            prompt_examples=prompt_examples,
            proposed=gr.State(""),
            remembered=gr.State(None),
        )
    )


def _input_column() -> dict[str, Any]:
    widgets.heading(words.INPUT_HEADING, 3)
    photo = intake.photo_input("ic-scene", max_bytes=MAX_BYTES)
    photo_problem = widgets.notice("ic-scene-problem")
    prompt = gr.Textbox(
        label=words.PROMPT,
        placeholder=words.PROMPT_PLACEHOLDER,
        lines=3,
        max_lines=8,
        interactive=True,
        elem_id="ic-prompt",
    )
    with gr.Row(elem_classes="ic-options"):
        mood = widgets.choice(
            "ic-mood", words.MOOD, [(label, name) for name, label in moods().items()], NATURAL
        )
        seconds = widgets.slider(
            "ic-seconds", words.SECONDS, *SLIDER_SECONDS, USUAL_SECONDS, step=5, unit=" s", decimals=0
        )
    with widgets.disclosure("ic-soundscape-more", strings.MORE_OPTIONS):
        exact = widgets.number(
            "ic-exact",
            words.EXACT,
            words.EXACT_INFO.format(most=soundscaping.SECONDS_RANGE[1]),
            words.EXACT_PLACEHOLDER,
            low=soundscaping.SECONDS_RANGE[0],
        )
        seed = widgets.number("ic-seed", words.SEED, words.SEED_INFO, words.SEED_PLACEHOLDER, low=0)
        options = widgets.checks("ic-soundscape-options", words.OPTIONS, OPTIONS)
        maker = widgets.menu("ic-maker", words.MAKER)
        with gr.Column(elem_classes="ic-for-steps"):
            steps = widgets.steps_slider(soundscaping.STEPS_SLIDER, words.STEPS, "soundscape")
            guidance = widgets.guidance_slider(soundscaping.GUIDANCE_SLIDER, words.GUIDANCE, "soundscape")
        plan_file = intake.files(
            "ic-plan", words.PLAN_FILE, ".json,application/json", max_bytes=soundscaping.LARGEST_PLAN_BYTES
        )
        widgets.markup(f'<p class="ic-quiet">{escape(words.PLAN_HINT)}</p>')
    problem = widgets.notice("ic-soundscape-problem")
    bar = run_bar(
        RUN,
        words.MAKE,
        problem="ic-soundscape-problem",
        others={"ic-remix": "ic-layers-problem"},
        player="ic-soundscape-player",
    )
    return {
        "photo": photo,
        "photo_problem": photo_problem,
        "prompt": prompt,
        "seconds": seconds,
        "mood": mood,
        "exact": exact,
        "seed": seed,
        "options": options,
        "maker": maker,
        "steps": steps,
        "guidance": guidance,
        "plan_file": plan_file,
        "problem": problem,
        "bar": bar,
        "status": bar.status,
    }


def _output_column() -> dict[str, Any]:
    widgets.heading(words.RESULT_HEADING, 3)
    subject = widgets.subject("ic-soundscape-subject", field="ic-scene", words=words.SUBJECT)
    player = widgets.sound_player(
        "ic-soundscape-player",
        run=RUN,
        result="ic-soundscape-result",
        play=words.PLAY,
        playing=words.PLAYING,
    )
    made_by = widgets.markup(f"<p>{escape(words.NOTHING_YET)}</p>", elem_id="ic-soundscape-made-by")
    layers = widgets.layers("ic-layers")
    layers_problem = widgets.notice("ic-layers-problem")
    remix = gr.Button(words.REMIX, elem_id="ic-remix", size="md", interactive=False)
    downloads = widgets.downloads("ic-soundscape-downloads")
    heard = widgets.markup("", elem_id="ic-heard")
    with widgets.disclosure("ic-soundscape-evidence", words.EVIDENCE):
        listener = widgets.markup(f"<p>{escape(words.LISTENER_EMPTY)}</p>", elem_id="ic-listener")
        spectrogram = widgets.picture("ic-spectrogram", title=words.SPECTROGRAM)
    with widgets.disclosure("ic-soundscape-details", strings.DETAILS):
        raw = widgets.markup("", elem_id="ic-soundscape-json")
    return {
        "subject": subject,
        "player": player,
        "made_by": made_by,
        "heard": heard,
        "layers": layers,
        "layers_problem": layers_problem,
        "remix": remix,
        "listener": listener,
        "spectrogram": spectrogram,
        "downloads": downloads,
        "json": raw,
    }


def _wire(page: Widgets) -> None:
    controls = {field.name: getattr(page, field.name) for field in fields(Widgets)}
    results_of_work = [
        controls[name]
        for name in (
            *("status", "photo_problem", "problem", "layers_problem", "prompt", "proposed"),
            *("subject", "player", "made_by", "heard", "layers", "listener", "spectrogram"),
            *("downloads", "json", "remembered", "remix"),
        )
    ]
    inputs = [
        controls[name]
        for name in (
            *("photo", "prompt", "seconds", "mood", "exact", "seed", "options", "plan_file", "proposed"),
            *("maker", "steps", "guidance"),
        )
    ]
    gr.on(None, soundscaping.makers, None, page.maker, queue=False, **PRIVATE)
    picked = page.photo.picked(
        told_once(controls, photos.checked),
        page.photo,
        [page.photo, page.photo_problem],
        queue=False,
        **PRIVATE,
    )
    picked.then(
        told(controls, soundscaping.propose),
        [page.photo, page.prompt, page.proposed],
        [page.prompt, page.proposed, page.photo_problem],
        **WORKING,
    )
    make = told(controls, soundscaping.make)
    making = page.bar.start.click(make, inputs, results_of_work, **WORKING)
    trying = page.photo_examples.tried(
        _photo_example,
        None,
        [page.photo, page.prompt, page.plan_file],
        queue=False,
        **PRIVATE,
    )
    saying = page.prompt_examples.tried(
        _prompt_example, None, [page.photo, page.prompt, page.plan_file], queue=False, **PRIVATE
    )
    making_tried = trying.then(make, inputs, results_of_work, **WORKING)
    making_said = saying.then(make, inputs, results_of_work, **WORKING)
    mixing = page.remix.click(
        told(controls, soundscaping.remix), [page.layers, page.remembered], results_of_work, **WORKING
    )
    page.bar.ends(making, making_tried, making_said, mixing)


def _prompts() -> str:
    entries = "".join(
        f'<li><button type="button" class="ic-button" data-event="tried" data-id="{number}">'
        f"{escape(text)}</button></li>"
        for number, text in enumerate(words.PROMPTS)
    )
    return f'<h3 class="ic-heading">{words.PROMPTS_HEADING}</h3><ul class="ic-prompts">{entries}</ul>'


def _photo_example(event: gr.EventData) -> tuple[dict[str, Any], str, None]:
    """The pressed example, its words still to be proposed, and no plan."""
    return examples.photo(event), "", None


def _prompt_example(event: gr.EventData) -> tuple[None, str, None]:
    """The pressed example's words, and neither a photo nor a plan."""
    known = {str(number): text for number, text in enumerate(words.PROMPTS)}
    return None, known.get(str(event.id), ""), None
