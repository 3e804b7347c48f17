"""What the tab "Image → Soundscape" does when asked to: propose words, make a soundscape, mix it again.

Each step is told as a dict: name of a control of the tab -> its new value. All values are as a browser sent
them.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from imagecraft import catalog
from imagecraft.errors import InvalidInput
from imagecraft.media.audio import encode_audio
from imagecraft.pipelines import fallback
from imagecraft.pipelines import image_to_soundscape as pipeline
from imagecraft.pipelines.image_to_soundscape import NATURAL, Options, Plan, Soundscape, Step
from imagecraft.pipelines.listening import Heard, listened
from imagecraft.ui import results, soundscape_views, turns, work
from imagecraft.ui import soundscape_words as words
from imagecraft.ui.errors import NO_PROBLEM, instead, problem
from imagecraft.ui.files import served, uploaded_path
from imagecraft.ui.model_menus import chosen_model
from imagecraft.ui.soundscape_work import or_offline
from imagecraft.ui.stepping import asked_of, stepping_menu
from imagecraft.ui.turns import Waiting

Update = dict[str, Any]

SECONDS_RANGE = (1, 180)
LONGEST_NAME = 200
LONGEST_PROMPT = 2_000
LARGEST_PLAN_BYTES = 1_000_000
LOOP, RECORDINGS = "loop", "recordings"
LISTENER = "yamnet"
STEPS_SLIDER, GUIDANCE_SLIDER = "ic-maker-steps", "ic-maker-guidance"
NO_PROBLEMS = dict.fromkeys(("photo_problem", "problem", "layers_problem"), NO_PROBLEM)


def makers() -> dict[str, Any]:
    """The menu of models."""
    return stepping_menu("soundscape", words.MAKER, steps=STEPS_SLIDER, guidance=GUIDANCE_SLIDER)


def propose(photo: Any, prompt: Any, proposed: Any) -> Iterator[Update]:
    """Write what a photo would sound like into the box, unless the visitor's own words stand there."""
    own = str(prompt or "").strip() not in ("", str(proposed or "").strip())
    model = catalog.default_card("caption").id
    if not photo or own or work.missing("caption", model):
        return
    try:
        path = uploaded_path(photo)
        for step in turns.quick.share(_looked_at(path)):
            if isinstance(step, Plan):
                yield {"prompt": step.prompt, "proposed": step.prompt}
    except Exception as error:
        yield {"photo_problem": problem(error)}


def _looked_at(path: Path) -> Iterator[Plan]:
    yield pipeline.planned(path)[0]


def make(
    photo: Any,
    prompt: Any,
    seconds: Any,
    mood: Any,
    exact: Any,
    seed: Any,
    options: Any,
    plan_file: Any,
    proposed: Any,
    maker: Any = None,
    steps: Any = None,
    guidance: Any = None,
) -> Iterator[Update]:
    """Look at the photo (or read the words, or the plan), plan, mix, listen."""
    yield {"status": work.busy(words.PREPARING)} | NO_PROBLEMS
    beside = "problem"
    try:
        text = _prompt(prompt)
        chosen = _options(seconds if exact is None else exact, mood, seed, options)
        chosen = _made_by(chosen, maker, steps, guidance)
        plan = _plan(plan_file)
        subject: dict[str, Any] = {"name": "", "path": None}
        path: Path | None = None
        if plan is None and photo:
            beside = "photo_problem"
            path = uploaded_path(photo)
            subject = {
                "name": str(photo.get("name") or path.name)[:LONGEST_NAME],
                "path": photo["file"]["path"],
            }
            for status in work.fetched("caption"):
                yield {"status": status}
            if text == str(proposed or "").strip():
                text = ""
        elif plan is None and not text:
            raise InvalidInput(words.NOTHING, words.NOTHING_HINT)
        made = or_offline(path, prompt=text, plan=plan, options=chosen)
        yield from _shown(made, chosen, subject, own_words=bool(text) or path is None)
    except Exception as error:
        yield {"status": work.failed(), beside: problem(error)}


def remix(layers: Any, remembered: Any) -> Iterator[Update]:
    """Mix the layers as the table has them, with the sounds they had before."""
    yield {"status": work.busy(words.MIXING)} | NO_PROBLEMS
    try:
        if not remembered or not layers:
            raise InvalidInput(words.NOT_MIXED, words.NOT_MIXED_HINT)
        plan = _edited(layers)
        options = Options(**remembered["options"])
        made = or_offline(plan=plan, options=options)
        yield from _shown(made, options, remembered["subject"], own_words=True, again=True)
    except Exception as error:
        yield {"status": work.failed(), "layers_problem": problem(error)}


def _shown(
    steps: Iterator[Step | Waiting | fallback.Instead],
    options: Options,
    subject: dict[str, Any],
    *,
    own_words: bool,
    again: bool = False,
) -> Iterator[Update]:
    """Tell the steps of the work, then all of the result."""
    made: Soundscape | None = None
    said: tuple[str, ...] = ()
    for step in steps:
        match step:
            case fallback.Instead():
                said = (instead(step),)
            case Waiting():
                yield {"status": work.waiting(step)}
            case Step(name="looking"):
                yield {"status": work.busy(words.LOOKING)}
            case Step(name="planned", plan=Plan() as plan):
                told = {} if own_words else {"prompt": plan.prompt, "proposed": plan.prompt}
                yield {"status": work.busy(words.PREPARING)} | told
            case Step(name="sounding", share=share):
                yield {"status": work.busy(words.PREPARING, share)}
            case Step(name="mixing", share=share):
                yield {"status": work.busy(words.MIXING, share)}
            case Step(soundscape=Soundscape() as made):
                pass
    if made is None:
        raise RuntimeError("the work ended without a result")
    made = replace(made, notices=(*said, *made.notices))
    stem = results.file_stem(subject["name"] or made.plan.prompt or "soundscape")
    yield _result(made, subject, stem, loop=options.loop, again=again)
    yield from _listened(made)
    remembered = {"subject": subject, "options": asdict(replace(options, mood=NATURAL))}
    yield from _saved(made, subject, stem, remembered)


def _result(made: Soundscape, subject: dict[str, Any], stem: str, *, loop: bool, again: bool) -> Update:
    number = time.time_ns()
    update: Update = {
        "status": work.busy(words.LISTENING),
        "subject": subject,
        "player": results.sound_value(made.audio, stem, number) | {"loop": loop},
        "spectrogram": soundscape_views.spectrogram(made.audio),
        "made_by": soundscape_views.made_by(made),
        "heard": soundscape_views.heard(made.plan),
        "listener": "",
        "downloads": [],
    }
    return update if again else update | {"layers": soundscape_views.layers(made.plan, number)}


def _listened(made: Soundscape) -> Iterator[Update]:
    """What the independent listener hears, where its file is here."""
    lacking = work.missing("tag", LISTENER)
    if lacking is not None:
        command = f"imagecraft models download {LISTENER}"
        hint = words.LISTENER_COMMAND.format(command=command)
        yield {"listener": soundscape_views.no_listener(words.LISTENER_MISSING, hint)}
        return

    def hear() -> Iterator[Heard]:
        yield listened(made.plan, made.audio)

    for step in turns.quick.share(hear()):
        if isinstance(step, Waiting):
            yield {"status": work.waiting(step)}
        else:
            yield {"listener": soundscape_views.listener(step)}


def _saved(
    made: Soundscape, subject: dict[str, Any], stem: str, remembered: dict[str, Any]
) -> Iterator[Update]:
    """The files to save, what is remembered for the next mix, and the end."""
    saving = {"status": work.busy(words.SAVING)}
    facts = made.to_dict() | ({"file": subject["name"]} if subject["path"] else {})
    listing = json.dumps(facts, indent=2, ensure_ascii=False)
    files = []
    for label, format in ((words.DOWNLOAD_MP3, "mp3"), (words.DOWNLOAD_FLAC, "flac")):
        data = yield from work.aside(partial(encode_audio, made.audio, format), meanwhile=saving)
        files.append((label, data, f"{stem}.{format}"))
    files.append((words.DOWNLOAD_PLAN, made.plan.to_json().encode(), f"{stem} plan.json"))
    files.append((words.DOWNLOAD_JSON, listing.encode(), f"{stem}.json"))
    yield {
        "remix": gr.Button(interactive=True),
        "downloads": [{"label": label, "file": served(data, name)} for label, data, name in files],
        "json": results.json_view(listing),
        "remembered": remembered,
        "status": work.done(words.READY, soundscape_views.announcement(made)),
    }


def check_length(seconds: Any) -> None:
    """Refuse a length that the page does not make. Raises InvalidInput."""
    least, most = SECONDS_RANGE
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not least <= seconds <= most:
        raise InvalidInput(words.WRONG_LENGTH, words.WRONG_LENGTH_HINT.format(least=least, most=most))


def _options(seconds: Any, mood: Any, seed: Any, options: Any) -> Options:
    check_length(seconds)
    if seed is not None and not (isinstance(seed, int) or (isinstance(seed, float) and seed.is_integer())):
        raise InvalidInput(words.WRONG_SEED, words.WRONG_SEED_HINT)
    wanted = options if isinstance(options, list) else []
    return Options(
        seconds=float(seconds),
        seed=None if seed is None else int(seed),
        loop=LOOP in wanted,
        mood=str(mood),
        recordings=RECORDINGS in wanted,
    )


def _made_by(options: Options, maker: Any, steps: Any, guidance: Any) -> Options:
    """The options with the model that was chosen, and what its sliders sent."""
    card = catalog.card(chosen_model(maker) or str(options.model), "soundscape")
    wanted_steps, wanted_guidance = asked_of(card, steps, guidance)
    return replace(options, model=card.id, steps=wanted_steps, guidance=wanted_guidance)


def _prompt(value: Any) -> str:
    text = str(value or "").strip()
    if len(text) > LONGEST_PROMPT:
        raise InvalidInput(words.TOO_LONG_PROMPT.format(limit=LONGEST_PROMPT), words.TOO_LONG_PROMPT_HINT)
    return text


def _plan(value: Any) -> Plan | None:
    """The plan in the chosen file, if one is chosen."""
    if not value:
        return None
    path = uploaded_path(value, words.PLAN_PROBLEMS)
    if path.stat().st_size > LARGEST_PLAN_BYTES:
        raise InvalidInput(words.PLAN_TOO_LARGE, words.PLAN_WAY_OUT)
    try:
        text = path.read_text("utf-8-sig")
    except ValueError as error:
        raise InvalidInput(words.PLAN_NO_TEXT, words.PLAN_WAY_OUT) from error
    return Plan.from_json(text)


def _edited(value: Any) -> Plan:
    """The plan as the table of layers has it."""
    plan = value.get("plan") if isinstance(value, dict) else None
    if not isinstance(plan, dict) or not isinstance(plan.get("layers"), list):
        raise InvalidInput(words.NOT_MIXED, words.NOT_MIXED_HINT)
    return Plan.from_dict({**plan, "layers": [_without_words(layer) for layer in plan["layers"]]})


def _without_words(layer: Any) -> Any:
    """A layer of the table as the plan has it."""
    if not isinstance(layer, dict):
        return layer
    return {name: value for name, value in layer.items() if name != "says"}
