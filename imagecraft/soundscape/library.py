"""Recordings, which win over synthesis where there are any.

They come from three places, the first that has one wins: the user's folder (`IMAGECRAFT_SOUNDS`), the
package's own `assets/sounds/`, and collections that may be installed on the system
(`assets/recordings.toml`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import islice
from pathlib import Path

from imagecraft.assets import vocabulary

FOLDER_VARIABLE = "IMAGECRAFT_SOUNDS"
YOURS = "your folder"
OURS = "ImageCraft"
MOST_FILES = 2_000
MOST_NOTICES = 5
SUFFIXES = frozenset(
    {
        ".wav",
        ".flac",
        ".ogg",
        ".oga",
        ".opus",
        ".mp3",
        ".aiff",
        ".aif",
        ".m4a",
        ".aac",
        ".wma",
        ".webm",
        ".mp4",
    }
)
LARGEST_BYTES = 64_000_000

_TAKE_NUMBER = re.compile(r"[\s_.-]*(?:\(\d+\)|(?<=[\s_.-])\d+|take\s*\d+)$")
_ARTICLE = re.compile(r"^(?:an?|the|someone|something) ")


@dataclass(frozen=True)
class Recording:
    """A file with one take of a sound.

    Attributes:
        path: The file.
        source: The collection that it is from.
        license: SPDX identifier of its licence; empty where that is not known.
        stamp: Time of its last change in ns, and its size in bytes; 0 where it is not there.
    """

    path: Path
    source: str
    license: str = ""
    stamp: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Library:
    """The recordings there are.

    Attributes:
        takes: Sound -> its recordings, all from the best source that has any.
        notices: Files of the user's that cannot be used, and why.
    """

    takes: Mapping[str, tuple[Recording, ...]] = field(default_factory=dict)
    notices: tuple[str, ...] = ()


def library() -> Library:
    """Look at what there is now; no sound is read yet."""
    takes: dict[str, tuple[Recording, ...]] = {}
    for source in (_installed(), _packaged()):
        takes.update(source)
    yours, notices = _of_the_user(os.environ.get(FOLDER_VARIABLE, ""))
    takes.update(yours)
    return Library(takes, notices)


def sound_named(stem: str) -> str | None:
    """The sound that a file's name without suffix means: its name, what it says, or a label; None if none.

    "dog-2", "Dog barking (3)" and "a dog barking" all mean "dog".
    """
    words = _plain(stem)
    names = _names()
    return names.get(words) or names.get(_plain(_TAKE_NUMBER.sub("", words)))


def _of_the_user(folder: str) -> tuple[dict[str, tuple[Recording, ...]], tuple[str, ...]]:
    if not folder:
        return {}, ()
    try:
        with os.scandir(folder) as entries:
            found = sorted(islice(entries, MOST_FILES + 1), key=lambda entry: entry.name)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is not possible"
        return {}, (f"The folder of your sounds, '{folder}', cannot be read ({reason.lower()}).",)
    takes: dict[str, list[Recording]] = {}
    problems: list[str] = []
    if len(found) > MOST_FILES:
        problems.append(f"Your sounds: only the first {MOST_FILES} files of '{folder}' were looked at.")
    for entry in found[:MOST_FILES]:
        _take_in(entry, takes, problems)
    if len(problems) > MOST_NOTICES:
        more = len(problems) - MOST_NOTICES
        problems[MOST_NOTICES:] = [f"Your sounds: {more} more files were left out."]
    return {sound: tuple(several) for sound, several in takes.items()}, tuple(problems)


def _take_in(entry: os.DirEntry[str], takes: dict[str, list[Recording]], problems: list[str]) -> None:
    """File an entry of the user's folder under its sound, or note why not."""
    path = Path(entry.path)
    if path.name.startswith(".") or path.suffix.lower() not in SUFFIXES:
        return
    sound = sound_named(path.stem)
    if sound is None:
        problems.append(f"Your sounds: '{path.name}' is not named like a sound.")
        return
    recording = _recording(path, YOURS, "")
    if recording is None:
        problems.append(
            f"Your sounds: '{path.name}' is no ordinary file or is too large, so it was left out."
        )
        return
    takes.setdefault(sound, []).append(recording)


def _packaged() -> dict[str, tuple[Recording, ...]]:
    folder = Path(str(files("imagecraft.assets"))) / "sounds"
    takes: dict[str, list[Recording]] = {}
    for path in sorted(folder.glob("*")) if folder.is_dir() else ():
        sound = sound_named(path.stem) if path.suffix in SUFFIXES else None
        if sound:
            takes.setdefault(sound, []).extend(_recordings([path], OURS, "CC0-1.0"))
    return {sound: tuple(several) for sound, several in takes.items()}


def _installed() -> dict[str, tuple[Recording, ...]]:
    takes: dict[str, tuple[Recording, ...]] = {}
    for collection in vocabulary("recordings").values():
        folder = Path(collection["folder"])
        if not folder.is_dir():
            continue
        for sound, names in collection["files"].items():
            paths = [folder / name for name in names]
            found = tuple(_recordings(paths, collection["title"], collection["license"]))
            if found:
                takes[sound] = found
    return takes


def _recordings(paths: Iterable[Path], source: str, license: str) -> list[Recording]:
    return [found for path in paths if (found := _recording(path, source, license))]


def _recording(path: Path, source: str, license: str) -> Recording | None:
    """A file as a recording; None if it is none, or too large to read at once."""
    try:
        if not path.is_file():
            return None
        state = path.stat()
    except (OSError, ValueError):
        return None
    if not 0 < state.st_size <= LARGEST_BYTES:
        return None
    return Recording(path, source, license, (state.st_mtime_ns, state.st_size))


@cache
def _names() -> dict[str, str]:
    """Everything that a file may be called -> the sound it means; the surest name wins."""
    sounds = vocabulary("sounds")
    names = {_plain(name): name for name in sounds}
    for name, sound in sounds.items():
        names.setdefault(_plain(sound["says"]), name)
    for name, sound in sounds.items():
        names.setdefault(_plain(sound["audioset"][0]), name)
    return names


def _plain(text: str) -> str:
    words = re.sub(r"[\s_-]+", " ", text.strip().lower())
    return _ARTICLE.sub("", words)
