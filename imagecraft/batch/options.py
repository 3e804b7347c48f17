"""A task with its options, from what a user typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from imagecraft.batch.claims import claims_path
from imagecraft.batch.places import Places
from imagecraft.batch.sidecars import Sidecar, checked_kind
from imagecraft.batch.tasks import CaptionTask, EvaluateTask, TagTask, Task
from imagecraft.batch.tasks_with_files import SegmentTask, SoundscapeTask, SpeakTask
from imagecraft.batch.work import Work
from imagecraft.captioning.base import Length
from imagecraft.errors import InvalidInput
from imagecraft.media.audio import audio_container

WITH_CAPTIONS = ("caption", "speak")
SOUNDSCAPE_SECONDS = 10.0
HEARD_SECONDS = 60.0


@dataclass(frozen=True)
class Options:
    """All options of all tasks; each takes what concerns it. They mean what they mean for the single verbs.

    Attributes:
        task: Name of the task.
        sidecar: "txt", "xmp" or "metadata"; None to keep captions in the table only.
        in_place: Put metadata into the pictures, not into copies.
        overwrite: Replace words and files beside pictures that somebody else made.
        beside: Put files that are made beside their pictures.
        files: The folder for files that are made; None for one beside the table.
    """

    task: str
    model: str | None = None
    length: str = "short"
    language: str = "en"
    max_chars: int | None = None
    hedge: bool = False
    voice: str | None = None
    speed: float = 1.0
    speech_model: str | None = None
    seconds: float | None = None
    seed: int = 0
    sound_format: str = "wav"
    top: int = 10
    sidecar: str | None = None
    in_place: bool = False
    overwrite: bool = False
    beside: bool = False
    files: Path | None = None


def chosen_work(options: Options, out: Path) -> Work:
    """The work that the options describe; they are checked.

    Args:
        options: What a user asked for.
        out: The table.

    Raises:
        InvalidInput: if an option is not possible; the error lists those that are.
    """
    if options.task not in _TASKS:
        raise InvalidInput(f"There is no task '{options.task}'.", f"Choose one of: {', '.join(_TASKS)}.")
    task = _TASKS[options.task](options)
    folder = options.files or out.with_name(f"{out.stem}-files")
    places = Places(folder, options.beside, options.overwrite, claims_path(out))
    if options.in_place and options.sidecar != "metadata":
        raise InvalidInput("--in-place puts metadata into pictures.", "Give --sidecar metadata with it.")
    if options.sidecar is None:
        return Work(task, places)
    if options.task not in WITH_CAPTIONS:
        raise InvalidInput(
            f"The task {options.task} makes no captions to keep with the pictures.",
            f"Leave --sidecar out, or choose --task {' or '.join(WITH_CAPTIONS)}.",
        )
    kind = checked_kind(options.sidecar)
    return Work(task, places, Sidecar(kind, places, options.in_place, options.overwrite))


def _caption(options: Options) -> CaptionTask:
    from imagecraft import captioning

    task = CaptionTask(
        options.model, cast(Length, options.length), options.language, options.max_chars, options.hedge
    )
    captioning.captions((), model=task.model, **task.options())  # says what is wrong with them
    return task


def _speak(options: Options) -> SpeakTask:
    audio_container(options.sound_format)
    return SpeakTask(
        _caption(options), options.voice, options.speed, options.speech_model, options.sound_format
    )


def _segment(options: Options) -> SegmentTask:
    return SegmentTask(options.model)


def _soundscape(options: Options) -> SoundscapeTask:
    from imagecraft.pipelines.image_to_soundscape import Options as Checked

    audio_container(options.sound_format)
    seconds = SOUNDSCAPE_SECONDS if options.seconds is None else options.seconds
    Checked(seconds, options.model, options.seed)
    return SoundscapeTask(options.model, seconds, options.seed, format=options.sound_format)


def _tag(options: Options) -> TagTask:
    if options.top < 1:
        raise InvalidInput(f"{options.top} classes cannot be named.", "Choose --top 1 or more.")
    return TagTask(options.model, options.top, HEARD_SECONDS if options.seconds is None else options.seconds)


def _evaluate(_options: Options) -> EvaluateTask:
    return EvaluateTask()


_TASKS: dict[str, Callable[[Options], Task]] = {
    "caption": _caption,
    "speak": _speak,
    "segment": _segment,
    "soundscape": _soundscape,
    "tag": _tag,
    "evaluate": _evaluate,
}
