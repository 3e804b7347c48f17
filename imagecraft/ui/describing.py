"""What the tab "Image → Speech" does when it is asked to: describe, speak again, show what was seen.

Each step is told as a dict: name of a control of the tab -> its new value.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from imagecraft import catalog
from imagecraft.errors import ImageCraftError, InvalidInput
from imagecraft.media.audio import encode_audio
from imagecraft.media.images import open_image
from imagecraft.pipelines.image_to_speech import Caption, Speech, describe_aloud, details, find_voice, say
from imagecraft.ui import results, strings, work
from imagecraft.ui.errors import NO_PROBLEM, problem
from imagecraft.ui.evidence import drawn
from imagecraft.ui.files import served, uploaded_path
from imagecraft.ui.voices import chosen_voice, voice_menu

Update = dict[str, Any]

LOOKED_AT_SIDE = 1600
LONGEST_NAME = 200
NO_SEEN: dict[str, Any] = {"file": None, "alt": ""}


def describe(photo: Any, length: Any, voice: Any, speed: Any, limit: Any) -> Iterator[Update]:
    """Look at the photo, describe it, speak. Arguments are the controls' values as a browser sent them."""
    yield {"status": work.busy(strings.LOOKING), "photo_problem": NO_PROBLEM, "speech_problem": NO_PROBLEM}
    ready = _is_ready(voice)
    caption: Caption | None = None
    spoken: Speech | None = None
    try:
        path = uploaded_path(photo)
        name = str(photo.get("name") or path.name)[:LONGEST_NAME]
        for status in _fetched("caption"):
            yield {"status": status}
        picture = open_image(path, max_side=LOOKED_AT_SIDE)
        pause = work.Pauses()
        for step in describe_aloud(
            picture, length=length, max_chars=_limit(limit), voice=chosen_voice(voice), speed=speed
        ):
            if step.caption and caption is None:
                caption = step.caption
                yield {"status": _speaking(ready), "caption": caption.text}
            elif pause():
                yield {"status": _speaking(ready)}
            spoken = step.speech
        evidence = [item.to_dict() for item in caption.evidence] if caption else []
        remembered = {"photo": str(path), "name": name, "size": picture.size, "evidence": evidence}
        yield _finished(caption, spoken, name, ready) | {
            "evidence": results.evidence_table(evidence, picture.size),
            "seen": NO_SEEN,
            "remembered": remembered,
        }
    except Exception as error:
        beside = "speech_problem" if caption else "photo_problem"
        yield {"status": work.failed(), beside: problem(error)}


def speak(text: Any, voice: Any, speed: Any, remembered: Any) -> Iterator[Update]:
    """Speak the description as it stands in the text box."""
    ready = _is_ready(voice)
    yield {"status": _speaking(ready), "speech_problem": NO_PROBLEM}
    spoken: Speech | None = None
    try:
        if not str(text or "").strip():
            raise InvalidInput(strings.NO_TEXT, strings.NO_TEXT_HINT)
        pause = work.Pauses()
        for step in say(str(text), voice=chosen_voice(voice), speed=speed):
            if pause():
                yield {"status": _speaking(ready)}
            spoken = step.speech
        yield _finished(str(text), spoken, (remembered or {}).get("name", ""), ready)
    except Exception as error:
        yield {"status": work.failed(), "speech_problem": problem(error)}


def seen(remembered: Any, shown: Any) -> dict[str, Any]:
    """The photo with what was seen drawn over it; nothing if it is shown already."""
    if not remembered or (shown and shown.get("file")):
        return NO_SEEN
    try:
        picture = open_image(Path(remembered["photo"]), max_side=LOOKED_AT_SIDE)
    except ImageCraftError:
        return {"file": None, "alt": f"{strings.NOT_UPLOADED} {strings.NOT_UPLOADED_HINT}"}
    data = drawn(picture.image, remembered["evidence"], remembered["size"])
    if data is None:
        return {"file": None, "alt": strings.SEEN_NOTHING}
    labels = ", ".join(dict.fromkeys(item["label"] for item in remembered["evidence"]))
    return {"file": served(data, "seen.jpg"), "alt": strings.SEEN_ALT.format(labels=labels)}


def _finished(described: Caption | str | None, spoken: Speech | None, name: str, ready: bool) -> Update:
    """The result's controls, for a caption or for a text that a visitor wrote."""
    if described is None or spoken is None:
        raise RuntimeError("the work ended without a result")
    stem = results.file_stem(name)
    if isinstance(described, Caption):
        text, facts = described.text, details(described, spoken, file=name)
    else:
        text, facts = described, {"text": described} | spoken.to_dict()
    mp3, listing = encode_audio(spoken.audio, "mp3"), json.dumps(facts, indent=2, ensure_ascii=False)
    voice = {} if ready else {"voice": voice_menu(spoken.voice.id)}
    return voice | {
        "status": work.done(strings.READY, results.announcement(text, spoken)),
        "caption": text,
        "player": results.sound_value(spoken.audio, stem),
        "made_by": results.made_by(described if isinstance(described, Caption) else None, spoken),
        "json": results.json_view(listing),
        "downloads": [
            {"label": strings.DOWNLOAD_MP3, "file": served(mp3, f"{stem}.mp3")},
            {"label": strings.DOWNLOAD_JSON, "file": served(listing.encode(), f"{stem}.json")},
        ],
    }


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


def _is_ready(voice: Any) -> bool:
    """Whether the chosen voice speaks without being fetched first."""
    try:
        return find_voice(chosen_voice(voice)).ready
    except ImageCraftError:
        return True  # the speech itself says what is wrong with it


def _speaking(ready: bool) -> dict[str, Any]:
    """The busy state of speaking, and of fetching the voice first."""
    return work.busy(strings.SPEAKING if ready else strings.FETCHING["speech"])


def _limit(value: Any) -> int | None:
    """The alt-text limit in what a browser sent."""
    return int(value) if isinstance(value, int | float) and 0 < value < results.LONGEST_LIMIT else None
