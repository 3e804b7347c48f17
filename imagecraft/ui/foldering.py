"""What several photos at once do when they are asked to: describe all, speak one, save.

Each step is told as a dict: name of a control -> its new value.
"""

from __future__ import annotations

import io
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from imagecraft.errors import InvalidInput
from imagecraft.pipelines.folder import Described, describe_each, pictures, saved
from imagecraft.pipelines.image_to_speech import Speech, say
from imagecraft.ui import describing, folder_words, results, strings, turns, work
from imagecraft.ui.captioners import chosen_language, speaks
from imagecraft.ui.errors import NO_PROBLEM, problem
from imagecraft.ui.files import served, uploaded_path
from imagecraft.ui.model_menus import chosen_model
from imagecraft.ui.sounding import Sounding
from imagecraft.ui.turns import Waiting
from imagecraft.ui.voices import chosen_voice

Update = dict[str, Any]

PLAYER = "ic-folder-player"
MOST_PHOTOS = 100
MOST_PHOTOS_ON_A_SPACE = 20
LONGEST_CAPTION = 20_000
LONGEST_NAME = 200
THUMBNAIL_QUALITY = 80
NO_PROBLEMS = dict.fromkeys(("several_problem", "several_speech_problem"), NO_PROBLEM)


def most_photos() -> int:
    """How many one visitor may have described at once; fewer where many visitors share a machine."""
    return MOST_PHOTOS_ON_A_SPACE if os.environ.get("SPACE_ID") else MOST_PHOTOS


def describe(
    files: Any, length: Any, limit: Any, model: Any = None, language: Any = None
) -> Iterator[Update]:
    """Describe all photos; each stands in the table as soon as it is described."""
    yield {"several_status": work.busy(folder_words.LOOKING.format(number=1, total="…"))} | NO_PROBLEMS
    beside = "limit_problem"
    try:
        longest = describing.checked_limit(limit)
        beside = "several_problem"
        items = pictures(_uploaded(files), most_photos())
        for status in work.fetched_if_used("caption", chosen_model(model)):
            yield {"several_status": status}
        made, rows = time.time_ns(), list[dict[str, Any]]()
        yield {"several_downloads": [], "table": {"made": made, "rows": []}}
        steps = describe_each(
            items,
            model=chosen_model(model),
            length=length,
            language=chosen_language(language),
            max_chars=longest,
        )
        for step in turns.quick.share(steps):
            if isinstance(step, Waiting):
                yield {"several_status": work.waiting(step)}
                continue
            rows.append(_row(step))
            done = len(rows)
            words = folder_words.LOOKING.format(number=min(done + 1, len(items)), total=len(items))
            yield {
                "several_status": work.busy(words, done / len(items)),
                "table": {"made": made, "rows": list(rows)},
            }
        yield {"several_status": work.done(folder_words.READY, _said(rows))}
    except Exception as error:
        yield {"several_status": work.failed(), beside: problem(error)}


def speak(table: Any, voice: Any, speed: Any, language: Any = None) -> Iterator[Update]:
    """Speak the description that was asked for, as it stands in the table."""
    yield {"several_status": work.busy(strings.STARTING)} | NO_PROBLEMS
    try:
        rows = _rows(table)
        asked = table.get("asked")
        if not isinstance(asked, int) or not 0 <= asked < len(rows) or not rows[asked]["caption"].strip():
            raise InvalidInput(folder_words.NOTHING_TO_SPEAK, folder_words.NOTHING_TO_SPEAK_HINT)
        row = rows[asked]
        sounding = Sounding(results.file_stem(row["file"]), ready=True)
        spoken: Speech | None = None
        tongue = chosen_language(language)
        speaker = chosen_voice(voice) if speaks(chosen_voice(voice), tongue) else None
        for step in turns.quick.share(say(row["caption"], voice=speaker, speed=speed, language=tongue)):
            if isinstance(step, Waiting):
                yield {"several_status": work.waiting(step)}
            elif step.piece is not None and (update := sounding.add(step.piece, step.total)):
                yield {f"several_{name}": value for name, value in update.items()}
            elif step.speech is not None:
                spoken = step.speech
        if spoken is None:
            raise RuntimeError("the work ended without a result")
        yield {
            "several_player": sounding.whole(spoken.audio),
            "several_status": work.done(
                folder_words.HEARD.format(name=row["file"]),
                results.announcement(None, spoken),
                player=PLAYER,
            ),
        }
    except Exception as error:
        yield {"several_status": work.failed(), "several_speech_problem": problem(error)}


def save(table: Any) -> Update:
    """The descriptions as they stand in the table, as files to download."""
    try:
        rows = _rows(table)
        if not rows:
            raise InvalidInput(folder_words.NOTHING_TO_SAVE, folder_words.NOTHING_TO_SAVE_HINT)
        files = saved(rows)
    except Exception as error:
        return {"several_speech_problem": problem(error), "several_downloads": []}
    made = time.time_ns()  # the page took the links away when a text was changed, and must notice them again
    links = [
        {"label": label, "file": served(files[name], name), "made": made}
        for name, label in folder_words.DOWNLOADS
    ]
    return {"several_speech_problem": NO_PROBLEM, "several_downloads": links}


def _uploaded(files: Any) -> list[tuple[str, Path]]:
    """Names and paths of what a browser sent.

    Raises:
        InvalidInput: if there is nothing, or something that is no visitor's file.
    """
    if not isinstance(files, list) or not files:
        raise InvalidInput(folder_words.NO_FILES["none"], folder_words.NO_FILES["none_hint"])
    paths = [uploaded_path(one, folder_words.NO_FILES) for one in files[: most_photos() + 1]]
    names = [one.get("name") if isinstance(one, dict) else None for one in files]
    return [(str(name or path.name)[:LONGEST_NAME], path) for name, path in zip(names, paths, strict=False)]


def _row(described: Described) -> dict[str, Any]:
    """A row of the table: `said` is what the model wrote, `caption` what the visitor makes of it."""
    return {
        "file": described.name,
        "caption": described.caption,
        "said": described.caption,
        "model": described.model,
        "error": described.error,
        "notices": list(described.notices),
        "thumbnail": _thumbnail(described),
    }


def _thumbnail(described: Described) -> dict[str, Any] | None:
    if described.thumbnail is None:
        return None
    buffer = io.BytesIO()
    described.thumbnail.save(buffer, "JPEG", quality=THUMBNAIL_QUALITY)
    return served(buffer.getvalue(), "thumbnail.jpg")


def _rows(table: Any) -> list[dict[str, Any]]:
    """The rows in what a browser sent, their texts no longer than can be."""
    sent = table.get("rows") if isinstance(table, dict) else None
    rows = [row for row in sent if isinstance(row, dict)] if isinstance(sent, list) else []
    texts = [
        {
            name: str(row.get(name) or "")[:LONGEST_CAPTION]
            for name in ("file", "caption", "said", "model", "error")
        }
        for row in rows[: most_photos()]
    ]
    return [row | {"edited": row["caption"] != row["said"]} for row in texts]


def _said(rows: Sequence[dict[str, Any]]) -> str:
    failed = sum(bool(row["error"]) for row in rows)
    done = len(rows) - failed
    words = folder_words.SAID_ONE if done == 1 else folder_words.SAID.format(count=done)
    return words + (folder_words.FAILED.format(count=failed) if failed else "")
