"""The tab "Image → Speech": a photo in, its description to hear and to read out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from imagecraft import catalog
from imagecraft.errors import ImageCraftError, InvalidInput
from imagecraft.media.audio import encode_audio
from imagecraft.media.images import MAX_BYTES, open_image
from imagecraft.pipelines.image_to_speech import Step, describe_aloud, say
from imagecraft.ui import examples, photos, results, strings, widgets, work
from imagecraft.ui.errors import NO_PROBLEM, problem
from imagecraft.ui.evidence import drawn
from imagecraft.ui.files import served, uploaded_path
from imagecraft.ui.voices import chosen_voice, voice_menu

Update = dict[Any, Any]
SPEED_RANGE = (0.5, 2.0)
SHORTEST_LIMIT = 20
NO_SEEN: dict[str, Any] = {"file": None, "alt": ""}


@dataclass(frozen=True)
class Widgets:
    """The tab's controls, by what they are for."""

    photo: Any
    photo_problem: Any
    length: Any
    voice: Any
    speed: Any
    limit: Any
    describe: Any
    stop: Any
    status: Any
    player: Any
    caption: Any
    copy: Any
    speak: Any
    speech_problem: Any
    made_by: Any
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
            inputs = _input_column()
        with gr.Column(elem_classes="ic-output", elem_id="ic-result"):
            outputs = _output_column()
    gallery = examples.gallery("ic-examples")
    _wire(Widgets(**inputs, **outputs, examples=gallery, remembered=gr.State(None)))


def _input_column() -> dict[str, Any]:
    widgets.heading(strings.PHOTO_HEADING, 3)
    photo = widgets.photo_input("ic-photo", max_bytes=MAX_BYTES)
    photo_problem = widgets.notice("ic-photo-problem")
    with gr.Row(elem_classes="ic-options"):
        length = widgets.choice("ic-length", strings.LENGTH, strings.LENGTHS, "short")
        speed = widgets.slider("ic-speed", strings.SPEED, *SPEED_RANGE, 1.0)
        voice = widgets.menu("ic-voice", strings.VOICE)
    with widgets.disclosure("ic-more", strings.MORE_OPTIONS):
        limit = widgets.number(
            "ic-limit", strings.LIMIT, strings.LIMIT_INFO, strings.LIMIT_PLACEHOLDER, low=SHORTEST_LIMIT
        )
    with gr.Column(elem_classes="ic-action"):
        describe = gr.Button(strings.DESCRIBE, variant="primary", elem_id="ic-describe")
        with gr.Row(elem_classes="ic-progress-row"):
            status = widgets.work_status("ic-status")
            stop = gr.Button(strings.STOP, elem_id="ic-stop", size="md")
    return {
        "photo": photo,
        "photo_problem": photo_problem,
        "length": length,
        "voice": voice,
        "speed": speed,
        "limit": limit,
        "describe": describe,
        "stop": stop,
        "status": status,
    }


def _output_column() -> dict[str, Any]:
    widgets.heading(strings.RESULT_HEADING, 3)
    player = widgets.sound_player("ic-player")
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
        evidence = widgets.markup(results.evidence_table([], (1, 1)), elem_id="ic-evidence")
        show_seen = gr.Button(strings.SHOW_SEEN, elem_id="ic-show-seen", size="md")
        seen = widgets.picture("ic-seen")
        downloads = widgets.downloads("ic-downloads")
        raw = widgets.markup("", elem_id="ic-json")
    return {
        "player": player,
        "caption": caption,
        "copy": copy,
        "speak": speak,
        "speech_problem": speech_problem,
        "made_by": made_by,
        "evidence": evidence,
        "show_seen": show_seen,
        "seen": seen,
        "downloads": downloads,
        "json": raw,
    }


def _wire(page: Widgets) -> None:
    private: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    working = private | {"concurrency_id": "work", "concurrency_limit": 2}
    results_of_work = [
        page.status,
        page.photo_problem,
        page.speech_problem,
        page.player,
        page.caption,
        page.made_by,
        page.evidence,
        page.seen,
        page.json,
        page.downloads,
        page.remembered,
    ]
    options = [page.photo, page.length, page.voice, page.speed, page.limit]

    gr.on(None, voice_menu, None, page.voice, queue=False, **private)
    page.photo.picked(
        lambda value: photos.checked(value, page.photo, page.photo_problem),
        page.photo,
        [page.photo, page.photo_problem],
        queue=False,
        **private,
    )

    def describe(*values: Any) -> Iterator[Update]:
        yield from _describe(page, *values)

    def speak(*values: Any) -> Iterator[Update]:
        yield from _speak(page, *values)

    describing = page.describe.click(describe, options, results_of_work, **working)
    trying = page.examples.tried(examples.photo, None, page.photo, queue=False, **private)
    trying_aloud = trying.then(describe, options, results_of_work, **working)
    speaking = page.speak.click(
        speak, [page.caption, page.voice, page.speed, page.remembered], results_of_work, **working
    )
    for run in (describing, trying_aloud, speaking):
        run.then(None, js="() => imagecraft.settled()", **private)
    page.stop.click(
        None,
        js="() => imagecraft.stopped()",
        cancels=[describing, trying_aloud, speaking],
        **private,
    )
    page.show_seen.click(_seen, [page.remembered, page.seen], page.seen, queue=False, **private)
    page.copy.click(None, page.caption, js="(text) => imagecraft.copy(text)", **private)
    for changed in (page.caption.change, page.limit.changed):
        changed(
            None, [page.caption, page.limit], js="(text, limit) => imagecraft.count(text, limit)", **private
        )


def _describe(page: Widgets, photo: Any, length: Any, voice: Any, speed: Any, limit: Any) -> Iterator[Update]:
    """Look at the photo, describe it, speak; the page is told at every step."""
    yield {
        page.status: work.busy(strings.LOOKING),
        page.photo_problem: NO_PROBLEM,
        page.speech_problem: NO_PROBLEM,
    }
    step, pause = Step("looking"), work.Pauses()
    try:
        path = uploaded_path(photo)
        for status in _fetched("caption"):
            yield {page.status: status}
        picture = open_image(path, max_side=photos.LOOKED_AT_SIDE)
        for step in describe_aloud(
            picture,
            length=length,
            max_chars=int(limit) if limit else None,
            voice=chosen_voice(voice),
            speed=speed,
        ):
            if step.name == "speaking" and step.caption and step.piece is None:
                yield {page.status: work.busy(strings.SPEAKING), page.caption: step.caption.text}
            elif pause():
                yield {page.status: work.busy(strings.SPEAKING)}
        if step.caption is None:
            raise RuntimeError("the work ended without a caption")
        name = photo.get("name") or path.name
        remembered = {
            "photo": str(path),
            "name": name,
            "size": picture.size,
            "evidence": [item.to_dict() for item in step.caption.evidence],
        }
        yield _finished(page, step, step.caption.text, remembered, name)
    except Exception as error:
        yield {page.status: work.failed(), _place(page, step): problem(error)}


def _speak(page: Widgets, text: Any, voice: Any, speed: Any, remembered: Any) -> Iterator[Update]:
    """Speak the description as it stands in the text box."""
    yield {page.status: work.busy(strings.SPEAKING), page.speech_problem: NO_PROBLEM}
    step, pause = Step("speaking"), work.Pauses()
    try:
        if not str(text or "").strip():
            raise InvalidInput(strings.NO_TEXT, strings.NO_TEXT_HINT)
        for step in say(text, voice=chosen_voice(voice), speed=speed):
            if pause():
                yield {page.status: work.busy(strings.SPEAKING)}
        yield _finished(page, step, text, remembered, (remembered or {}).get("name", ""))
    except Exception as error:
        yield {page.status: work.failed(), page.speech_problem: problem(error)}


def _place(page: Widgets, step: Step) -> Any:
    """Beside what a problem stands: the photo, or the description once there is one."""
    return page.speech_problem if step.caption else page.photo_problem


def _fetched(task: str) -> Iterator[dict[str, Any]]:
    """Fetch the default model of a task where its files are missing, told as busy states."""
    model = catalog.default_card(task).id
    state = work.missing(task, model)
    if state is None:
        return
    size = f"{max(1, round((state.card.size_bytes - state.bytes_on_disk) / 1e6))} MB"
    for have, total in work.fetching(model):
        yield work.busy(strings.FETCHING[task].format(size=size), have / total if total else None)
    yield work.busy(strings.LOOKING)


def _finished(page: Widgets, step: Step, text: str, remembered: Any, name: str) -> Update:
    """Everything the result's column shows."""
    spoken = step.speech
    if spoken is None:
        raise RuntimeError("the work ended without a sound")
    stem = results.file_stem(name)
    facts = results.details(name, step.caption, spoken)
    update: Update = {
        page.player: results.sound_value(spoken.audio, stem),
        page.made_by: results.made_by(step.caption, spoken),
        page.json: results.json_view(facts),
        page.downloads: [
            {"label": strings.DOWNLOAD_MP3, "file": served(encode_audio(spoken.audio, "mp3"), f"{stem}.mp3")},
            {
                "label": strings.DOWNLOAD_JSON,
                "file": served(json.dumps(facts, indent=2, ensure_ascii=False).encode(), f"{stem}.json"),
            },
        ],
        page.status: work.done(strings.READY, results.announcement(text, spoken)),
    }
    if step.caption:
        update |= {
            page.caption: text,
            page.evidence: results.evidence_table(remembered["evidence"], remembered["size"]),
            page.seen: NO_SEEN,
            page.remembered: remembered,
        }
    return update


def _seen(remembered: Any, shown: Any) -> dict[str, Any]:
    """The photo with what was seen drawn over it; nothing if it is shown already."""
    if not remembered or (shown and shown.get("file")):
        return NO_SEEN
    try:
        picture = open_image(Path(remembered["photo"]), max_side=photos.LOOKED_AT_SIDE)
    except ImageCraftError:
        return {"file": None, "alt": strings.NOT_UPLOADED}
    data = drawn(picture.image, remembered["evidence"], remembered["size"])
    if data is None:
        return {"file": None, "alt": strings.SEEN_NOTHING}
    labels = ", ".join(dict.fromkeys(item["label"] for item in remembered["evidence"]))
    return {"file": served(data, "seen.jpg"), "alt": strings.SEEN_ALT.format(labels=labels)}
