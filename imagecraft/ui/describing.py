"""What the tab "Image → Speech" does when it is asked to: describe, speak again, show what was seen.

Each step is told as a dict: name of a control of the tab -> its new value.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from imagecraft.errors import ImageCraftError, InvalidInput
from imagecraft.media.audio import Audio, encode_audio
from imagecraft.media.images import Picture, open_image
from imagecraft.pipelines.image_to_speech import (
    Caption,
    Speech,
    Step,
    details,
    find_voice,
    say,
)
from imagecraft.ui import grounds, results, strings, turns, work
from imagecraft.ui.captioners import LOOKED_AT_SIDE, chosen_language, described_aloud
from imagecraft.ui.errors import NO_PROBLEM, problem
from imagecraft.ui.evidence import drawn, placed
from imagecraft.ui.files import served, uploaded_path
from imagecraft.ui.model_menus import chosen_model
from imagecraft.ui.own_voice import chosen_sample
from imagecraft.ui.sounding import Sounding
from imagecraft.ui.turns import Waiting
from imagecraft.ui.voices import chosen_voice, voice_menu

Update = dict[str, Any]

LONGEST_NAME = 200
LIMIT_RANGE = (20, 100_000)
SAVED_AT_ONCE_SECONDS = 60
NO_SEEN: dict[str, Any] = {"file": None, "alt": ""}
NO_PROBLEMS = dict.fromkeys(
    ("photo_problem", "limit_problem", "sample_problem", "speech_problem"), NO_PROBLEM
)


def describe(
    photo: Any,
    length: Any,
    voice: Any,
    speed: Any,
    limit: Any,
    model: Any = None,
    language: Any = None,
    *own_voice: Any,
) -> Iterator[Update]:
    """Look at the photo, describe it, speak. Arguments are the controls' values as a browser sent them.

    `own_voice` are those of `imagecraft.ui.own_voice`, where there are any.

    From the moment there is a new description, nothing of the one before is left: all of a result belongs to
    one photo.
    """
    yield {"status": work.busy(strings.STARTING)} | NO_PROBLEMS
    beside = "limit_problem"
    caption: Caption | None = None
    spoken: Speech | None = None
    remembered: dict[str, Any] = {}
    try:
        longest = checked_limit(limit)
        beside = "photo_problem"
        path = uploaded_path(photo)
        name = str(photo.get("name") or path.name)[:LONGEST_NAME]
        beside = "sample_problem"
        sample = chosen_sample(*own_voice)
        beside = "photo_problem"
        ready = sample is not None or _is_ready(voice)
        for status in work.fetched_if_used("caption", chosen_model(model)):
            yield {"status": status}
        steps = described_aloud(
            path,
            model=chosen_model(model),
            length=length,
            language=chosen_language(language),
            max_chars=longest,
            voice=None if sample else chosen_voice(voice),
            speed=speed,
            voice_sample=sample,
            consent=sample is not None,
        )
        sounding, size = Sounding(results.file_stem(name), ready), (1, 1)
        for step in turns.quick.share(steps):
            if isinstance(step, Picture):
                size = step.size
            elif isinstance(step, Step) and step.caption and caption is None:
                caption, beside = step.caption, "speech_problem"
                remembered = {"photo": photo["file"]["path"], "name": name, "size": size} | caption.to_dict()
                yield {"status": sounding.status()} | _described(caption, remembered)
            elif update := _told(step, sounding):
                yield update
            if isinstance(step, Step):
                spoken = step.speech
        yield from _finished(caption, spoken, remembered, sounding)
    except Exception as error:
        said = results.announcement(caption, None) if caption else ""
        yield {"status": work.failed(said), beside: problem(error)}


def speak(
    text: Any, voice: Any, speed: Any, remembered: Any, language: Any = None, *own_voice: Any
) -> Iterator[Update]:
    """Speak the description as it stands in the text box; `language` is for a voice from a sample."""
    yield {"status": work.busy(strings.STARTING)} | NO_PROBLEMS
    beside = "sample_problem"
    try:
        sample = chosen_sample(*own_voice)
        beside = "speech_problem"
        if not str(text or "").strip():
            raise InvalidInput(strings.NO_TEXT, strings.NO_TEXT_HINT)
        remembered = (remembered or {}) | {"text": str(text)}
        ready = sample is not None or _is_ready(voice)
        sounding = Sounding(results.file_stem(remembered.get("name")), ready)
        spoken: Speech | None = None
        who = _speaker(voice, language, sample)
        for step in turns.quick.share(say(str(text), speed=speed, **who)):
            if update := _told(step, sounding):
                yield update
            if isinstance(step, Step):
                spoken = step.speech
        yield from _finished(None, spoken, remembered, sounding)
    except Exception as error:
        yield {"status": work.failed(), beside: problem(error)}


def seen(remembered: Any, shown: Any) -> dict[str, Any]:
    """The photo with what was seen drawn over it; nothing if it is shown already."""
    if not remembered or (shown and shown.get("file")):
        return NO_SEEN
    try:
        picture = open_image(Path(remembered["photo"]), max_side=LOOKED_AT_SIDE)
    except ImageCraftError:
        return {"file": None, "alt": f"{strings.NOT_UPLOADED} {strings.NOT_UPLOADED_HINT}"}
    evidence, size = remembered["evidence"], remembered["size"]
    data = drawn(picture.image, evidence, size)
    if data is None:
        return {"file": None, "alt": strings.SEEN_NOTHING}
    labels = ", ".join(dict.fromkeys(item["label"] for item in placed(evidence, size)))
    alt = strings.SEEN_ALT.format(name=remembered["name"], labels=labels)
    return {"file": served(data, "seen.jpg"), "alt": alt}


def _speaker(voice: Any, language: Any, sample: Audio | None) -> dict[str, Any]:
    """Who speaks, as `say` takes it: a voice of the menu, or the sample's."""
    if sample is None:
        return {"voice": chosen_voice(voice)}
    return {"voice_sample": sample, "consent": True, "language": chosen_language(language)}


def _told(step: Picture | Step | Waiting, sounding: Sounding) -> Update:
    """What a step of the work changes on the page, if anything."""
    match step:
        case Waiting() if not sounding.begun:
            return {"status": work.waiting(step)}
        case Waiting():
            return {"status": sounding.status()}
        case Step(name="looking"):
            return {"status": work.busy(strings.LOOKING)}
        case Step(piece=Audio() as piece, total=total):
            return sounding.add(piece, total)
        case Step(name="speaking"):
            return {"status": sounding.status()}
    return {}


def _described(caption: Caption, remembered: dict[str, Any]) -> Update:
    """All that a description changes, its sound still to come."""
    evidence, words = remembered["evidence"], remembered.get("words", [])
    facts = {"file": remembered["name"]} | caption.to_dict()
    return _facts(facts, results.file_stem(remembered["name"])) | {
        "caption": caption.text,
        "player": None,
        "made_by": results.made_by(caption, None),
        "evidence": grounds.tables(evidence, remembered["size"]),
        "words": grounds.sentence(caption.text, words, evidence),
        "seen": NO_SEEN,
        "subject": {"name": remembered["name"], "path": remembered["photo"]},
        "remembered": remembered,
    }


def _finished(
    caption: Caption | None, spoken: Speech | None, remembered: dict[str, Any], sounding: Sounding
) -> Iterator[Update]:
    """All that speech adds, to a caption or for a text that a visitor wrote."""
    if spoken is None:
        raise RuntimeError("the work ended without a result")
    name = remembered.get("name")
    if caption:
        facts = details(caption, spoken, file=name)
    else:
        facts = {"text": remembered["text"]} | spoken.to_dict()
    heard: Update = {
        "player": sounding.whole(spoken.audio),
        "made_by": results.made_by(caption, spoken),
    }
    if not sounding.ready:
        heard |= {"voice": voice_menu(spoken.voice.id)}
    saving = {"status": work.busy(strings.SAVING)}
    if spoken.audio.duration > SAVED_AT_ONCE_SECONDS:
        yield heard | saving
        heard = {}
    mp3 = yield from work.aside(lambda: encode_audio(spoken.audio, "mp3"), meanwhile=saving)
    done = {"status": work.done(strings.READY, results.announcement(caption, spoken))}
    yield heard | _facts(facts, results.file_stem(name), mp3) | done


def _facts(facts: dict[str, Any], stem: str, mp3: bytes | None = None) -> Update:
    """Everything as JSON, to read and to save; the sound to save too where there is one."""
    listing = json.dumps(facts, indent=2, ensure_ascii=False)
    files = [(strings.DOWNLOAD_MP3, mp3, f"{stem}.mp3")] if mp3 else []
    files.append((strings.DOWNLOAD_JSON, listing.encode(), f"{stem}.json"))
    links = [{"label": label, "file": served(data, name)} for label, data, name in files]
    return {"json": results.json_view(listing), "downloads": links}


def _is_ready(voice: Any) -> bool:
    """Whether the chosen voice speaks without being fetched first."""
    try:
        return find_voice(chosen_voice(voice)).ready
    except ImageCraftError:
        return True  # the speech itself says what is wrong with it


def checked_limit(value: Any) -> int | None:
    """The alt-text limit in what a browser sent.

    Raises:
        InvalidInput: if it is no limit that can be kept.
    """
    least, most = LIMIT_RANGE
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise InvalidInput(strings.WRONG_LIMIT, strings.WRONG_LIMIT_HINT.format(least=least, most=most))
    return value
