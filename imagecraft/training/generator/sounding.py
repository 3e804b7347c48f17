"""Sets for the training of a generator of sound, from captions."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from imagecraft.errors import InvalidInput
from imagecraft.media.files import quoted, replacing
from imagecraft.training.sets.base import PictureSet

Progress = Callable[[str, int, int], None]


def speak_captions(found: PictureSet, out: Path, progress: Progress | None = None) -> int:
    """Have the first caption of every picture spoken, and write a table of pictures, captions and sounds.

    Args:
        found: Pictures with captions.
        out: Folder for sounds/*.wav and triplets.jsonl; sounds that are there already are kept.
        progress: Told how far it is.

    Returns:
        How many there are.

    Raises:
        InvalidInput: if the folder cannot be written.
    """
    import imagecraft
    from imagecraft.media.audio import write_audio

    try:
        (out / "sounds").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidInput(f"{quoted(str(out))} cannot be written.", "Choose another folder.") from error
    rows = []
    told = [item for item in found.items if any(item.captions)]
    for place, item in enumerate(told, 1):
        caption = next(text for text in item.captions if text)
        path = out / "sounds" / f"{place:06}.wav"
        if not path.exists():
            write_audio(imagecraft.speak(caption), path)
        row = {"image": str(item.image.resolve()), "caption": caption, "sound": f"sounds/{path.name}"}
        rows.append(row | ({"split": item.split} if item.split else {}))
        if progress is not None:
            progress("captions", place, len(told))
    with replacing(out / "triplets.jsonl") as target:
        target.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return len(rows)
