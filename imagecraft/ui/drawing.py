"""What the tab "Audio → Image" does when it is asked to: listen, propose a description, draw, tell of it.

Each step is told as a dict: name of a control of the tab -> its new value.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

from PIL import Image

from imagecraft.errors import InvalidInput, ModelUnavailable
from imagecraft.media.audio import Audio
from imagecraft.pipelines import audio_to_image as pipeline
from imagecraft.pipelines.audio_to_image import Heard, Painting, Sketch
from imagecraft.pipelines.image_to_speech import Speech, find_voice, say
from imagecraft.pipelines.models import best
from imagecraft.ui import audio_to_image_words as words
from imagecraft.ui import drawing_work, heard_views, results, strings, turns, work
from imagecraft.ui.drawing_options import Options, own_words, read
from imagecraft.ui.drawn import Drawn, Remembered, kept, made_by, small_jpeg
from imagecraft.ui.errors import NO_PROBLEM, problem
from imagecraft.ui.files import served, uploaded_path
from imagecraft.ui.model_menus import chosen_model
from imagecraft.ui.turns import Waiting

Update = dict[str, Any]

LONGEST_NAME = 200
OWN_WORDS = "clap"
"""The listener that takes labels in one's own words."""
SHOWN_WHILE_DRAWING = 5
NO_PROBLEMS = dict.fromkeys(
    ("sound_problem", "prompt_problem", "seed_problem", "account_problem"), NO_PROBLEM
)


def draw(
    sound: Any, text: Any, remembered: Any, listener: Any, labels: Any, *options: Any
) -> Iterator[Update]:
    """Listen to the sound, show what is heard, propose a description, draw it.

    Arguments are the controls' values as a browser sent them. A description that the visitor wrote for this
    very sound is kept.
    """
    yield {"status": work.busy(strings.STARTING)} | NO_PROBLEMS
    beside = "seed_problem"
    try:
        wanted = read(*options)
        beside = "sound_problem"
        path = uploaded_path(sound, strings.SOUND_PROBLEMS)
        own = own_words(text, remembered, str(path))
        wanted_labels = str(labels or "").strip() or None
        model = OWN_WORDS if wanted_labels else chosen_model(listener) or best("tag").id
        if model == pipeline.OFFLINE_LISTENER:
            with suppress(ModelUnavailable):  # what is heard then has no names, and a notice says why
                for status in work.fetched("tag"):
                    yield {"status": status}
        yield {"status": work.busy(words.LISTENING)}
        heard: Heard | None = None
        for step in drawing_work.listened(path, model, wanted_labels):
            if isinstance(step, Waiting):
                yield {"status": work.waiting(step)}
            else:
                heard = step
        if heard is None:
            raise RuntimeError("the work ended without a result")
        name = str(sound.get("name") or path.name)[:LONGEST_NAME]
        light = replace(heard, audio=Audio(heard.audio.samples[:, :0].copy(), heard.audio.sample_rate))
        known = Remembered(str(path), sound["file"]["path"], name, light, heard.audio.duration)
        beside = "prompt_problem"
        yield _heard(known, heard)
        yield from _drawn(known, own, wanted)
    except Exception as error:
        yield {"status": work.failed(), beside: problem(error)}


def redraw(text: Any, remembered: Any, *options: Any) -> Iterator[Update]:
    """Draw the description as it stands in the text box, the sound not listened to again."""
    yield {"status": work.busy(strings.STARTING)} | NO_PROBLEMS
    beside = "seed_problem"
    try:
        wanted = read(*options)
        beside = "prompt_problem"
        known = remembered if isinstance(remembered, Remembered) else Remembered()
        own = own_words(text, known, known.path)
        if not own and known.heard is None:
            raise InvalidInput(words.NO_PROMPT, words.NO_PROMPT_HINT)
        yield from _drawn(known, own, wanted)
    except Exception as error:
        yield {"status": work.failed(), beside: problem(error)}


def choose(variants: Any, remembered: Any) -> Update:
    """Show another of the pictures that were drawn."""
    if not isinstance(remembered, Remembered) or not isinstance(variants, dict):
        return {}
    chosen = variants.get("chosen")
    if isinstance(chosen, bool) or not isinstance(chosen, int) or not 0 <= chosen < len(remembered.drawn):
        return {}
    return _shown(remembered, remembered.drawn[chosen])


def account(remembered: Any, variants: Any) -> Iterator[Update]:
    """Say what was heard, and what the picture shows."""
    yield {"status": work.busy(strings.STARTING), "account_problem": NO_PROBLEM}
    try:
        known = remembered if isinstance(remembered, Remembered) else Remembered()
        if known.heard is None:
            raise InvalidInput(words.NOT_HEARD, words.NOT_HEARD_HINT)
        text = told(known, known.heard, variants)
        ready = find_voice().ready
        busy = work.busy(strings.SPEAKING if ready else strings.FETCHING["speech"])
        spoken: Speech | None = None
        for step in turns.quick.share(say(text)):
            if isinstance(step, Waiting):
                yield {"status": work.waiting(step)}
            else:
                spoken = step.speech
                yield {"status": busy}
        if spoken is None:
            raise RuntimeError("the work ended without a result")
        done = work.done(words.READY, words.ACCOUNT_READY, player="ic-account-player")
        sound = results.sound_value(spoken.audio, words.ACCOUNT_FILE, time.time_ns())
        yield {"account_player": sound, "status": done}
    except Exception as error:
        yield {"status": work.failed(), "account_problem": problem(error)}


def told(known: Remembered, heard: Heard, variants: Any = None) -> str:
    """What was heard and what the picture shows, in sentences."""
    length = words.ACCOUNT_LENGTH.format(duration=results.duration(known.seconds))
    said = [length, pipeline.account(heard)]
    if known.drawn:
        chosen = variants.get("chosen") if isinstance(variants, dict) else 0
        place = chosen if isinstance(chosen, int) and 0 <= chosen < len(known.drawn) else 0
        said.append(words.ACCOUNT_PICTURE.format(alt=known.drawn[place].alt))
    return " ".join(said)


def _heard(known: Remembered, heard: Heard) -> Update:
    """All that a sound changes that was listened to, its picture still to come."""
    tags = heard.tags
    return {
        "status": work.busy(words.PAINTING),
        "subject": {"name": known.name, "path": known.sent_path},
        "picture": {"file": None, "alt": _meanwhile(heard)},
        "variants": None,
        "made_by": "",
        "downloads": [],
        "json": "",
        "heard": heard_views.sentences((pipeline.account(heard),) * bool(tags) + heard.notices, heard.hints),
        "classes": heard_views.classes(tags) if tags else "",
        "timeline": heard_views.timeline(tags, results.peaks(heard.audio)) if tags else "",
        "times": heard_views.times(tags) if tags else "",
        "remembered": known,
    }


def _meanwhile(heard: Heard) -> str:
    """What stands in the picture's place while it is drawn."""
    top = heard.tags.top(SHOWN_WHILE_DRAWING) if heard.tags else []
    if not top:
        return words.DRAWING_UNHEARD
    things = ", ".join(f"{tag.label} ({results.percent(tag.score)})" for tag in top)
    return words.DRAWING_HEARD.format(things=things)


def _drawn(known: Remembered, own: str, wanted: Options) -> Iterator[Update]:
    """Propose a description unless there is one, and draw it as often as wanted, telling each picture."""
    proposed = pipeline.describe(known.heard, style=wanted.style).text if known.heard else ""
    known = replace(known, proposed=proposed, drawn=())
    text = own or proposed
    yield {"prompt": text, "remembered": known, "account_player": None, "status": _busy(0, wanted.pictures)}
    seen: Image.Image | None = None
    for step in drawing_work.painted(known.heard, text, wanted):
        if isinstance(step, Waiting):
            yield {"status": work.waiting(step)}
        elif isinstance(step, Painting):
            stem = results.file_stem(known.name or words.UNNAMED)
            known = replace(known, drawn=(*known.drawn, kept(step, stem)))
            yield {"status": _busy(len(known.drawn), wanted.pictures)} | _told(known, wanted)
        else:
            yield _sketched(step, len(known.drawn), wanted, new=step.preview is not seen)
            seen = step.preview
    yield {"status": work.done(words.READY, _announcement(known))}


def _sketched(sketch: Sketch, made: int, wanted: Options, *, new: bool) -> Update:
    """How far a picture is; the first one is shown while it is painted, where there is something new."""
    status = work.busy(words.LOADING.format(painter=wanted.painter))
    if sketch.share:
        status = _busy(made, wanted.pictures, sketch.share)
    if sketch.preview is None or made or not new:
        return {"status": status}
    shown = served(small_jpeg(sketch.preview), "sketch.jpg")
    return {"status": status, "picture": {"file": shown, "alt": words.SKETCH_ALT}}


def _busy(made: int, total: int, share: float | None = None) -> dict[str, Any]:
    if total == 1:
        return work.busy(words.PAINTING, share)
    number = min(made + 1, total)
    return work.busy(words.PAINTING_ONE.format(number=number, total=total), (made + (share or 0.0)) / total)


def _told(known: Remembered, wanted: Options) -> Update:
    """What one more picture changes; the first is shown at once."""
    total = max(wanted.pictures, len(known.drawn))
    entries = [
        {
            "file": one.thumbnail,
            "alt": one.alt,
            "label": words.VARIANT.format(number=number, total=total, seed=one.facts["seed"]),
        }
        for number, one in enumerate(known.drawn, 1)
    ]
    told: Update = {"variants": {"entries": entries, "chosen": None}, "remembered": known}
    return told | _shown(known, known.drawn[0]) if len(known.drawn) == 1 else told


def _shown(known: Remembered, one: Drawn) -> Update:
    """All that belongs to one picture."""
    facts = ({"file": known.name} if known.name else {}) | one.facts
    tags = known.heard.tags if known.heard else None
    everything = facts | ({"heard": tags.to_dict()} if tags else {})
    stem = results.file_stem(known.name or words.UNNAMED)
    listing = json.dumps(everything, indent=2, ensure_ascii=False)
    return {
        "picture": {"file": one.shown, "alt": one.alt},
        "made_by": made_by(one, known.heard),
        "downloads": [
            {"label": words.DOWNLOAD_PNG, "file": one.saved},
            {"label": words.DOWNLOAD_JSON, "file": served(listing.encode(), f"{stem}.json")},
        ],
        "json": results.json_view(json.dumps(facts, indent=2, ensure_ascii=False)),
    }


def _announcement(known: Remembered) -> str:
    count, alt = len(known.drawn), known.drawn[0].alt
    return words.SAID.format(alt=alt) if count == 1 else words.SAID_SEVERAL.format(count=count, alt=alt)
