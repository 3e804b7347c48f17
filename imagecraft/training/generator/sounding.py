"""Sets for the training of a generator of sound, from captions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from imagecraft.errors import InvalidInput
from imagecraft.media.files import quoted, replacing
from imagecraft.training.sets.base import PictureSet

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Spoken:
    """Captions that were spoken.

    Attributes:
        count: How many.
        left_out: Names of pictures whose caption has no words to speak.
    """

    count: int
    left_out: tuple[str, ...]


def speak_captions(found: PictureSet, out: Path, progress: Progress | None = None) -> Spoken:
    """Have the first caption of every picture spoken, and write a table of pictures, captions and sounds.

    Args:
        found: Pictures with captions.
        out: Folder for sounds/*.wav and triplets.jsonl; sounds of the same caption by the same voice that are
            there already are kept.
        progress: Told how far it is.

    Returns:
        What became of them.

    Raises:
        InvalidInput: if the folder cannot be written, or no caption can be spoken.
        ModelUnavailable: if no voice is ready.
    """
    import imagecraft
    from imagecraft.media.audio import write_audio
    from imagecraft.speech import find_voice

    try:
        (out / "sounds").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidInput(f"{quoted(str(out))} cannot be written.", "Choose another folder.") from error
    voice = find_voice()
    rows: list[dict[str, Any]] = []
    left_out: list[str] = []
    told = [item for item in found.items if any(item.captions)]
    for place, item in enumerate(told, 1):
        caption = next(text for text in item.captions if text)
        path = out / "sounds" / f"{_digest(voice.model, voice.id, caption)}.wav"
        if not path.exists():
            try:
                write_audio(imagecraft.speak(caption, model=voice.model, voice=voice.id), path)
            except InvalidInput:
                left_out.append(item.image.name)
                continue
        row = {"image": str(item.image.resolve()), "caption": caption, "sound": f"sounds/{path.name}"}
        rows.append(row | ({"split": item.split} if item.split else {}))
        if progress is not None:
            progress("captions", place, len(told))
    if not rows:
        raise InvalidInput("No caption has words that can be spoken.", "Give captions in plain words.")
    with replacing(out / "triplets.jsonl") as target:
        target.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return Spoken(len(rows), tuple(left_out))


def _digest(*texts: str) -> str:
    """A name that texts have in common with the same texts only."""
    return hashlib.sha256(json.dumps(texts).encode()).hexdigest()[:16]
