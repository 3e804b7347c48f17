"""Sound from a picture by a trained generator, and sets for its training from captions."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from imagecraft.errors import InvalidInput
from imagecraft.media.audio import Audio
from imagecraft.media.files import quoted, replacing
from imagecraft.media.images import ImageSource, open_image
from imagecraft.training.generator.mel import sound_of
from imagecraft.training.sets.base import PictureSet

Progress = Callable[[str, int, int], None]


def sound(picture: ImageSource, model: Path, vocoder: Path | None = None) -> Audio:
    """A second of sound from a picture.

    Args:
        picture: Any that `imagecraft.media.images.open_image` takes.
        model: Folder that `imagecraft train generator` made.
        vocoder: Folder with SpeechT5's HiFi-GAN; None for Griffin-Lim.

    Raises:
        InvalidInput: if there is no generator in the folder, or the picture cannot be opened.
    """
    import torch

    from imagecraft.runtime import pretrained
    from imagecraft.training.generator.network import PictureToSound

    image = open_image(picture).image
    try:
        network: Any = PictureToSound.from_pretrained(model, local_files_only=True, use_safetensors=True)
        prepare = pretrained.processor(model, "AutoImageProcessor")
    except (OSError, ValueError, RuntimeError) as error:
        raise InvalidInput(
            f"There is no generator of sound in {quoted(str(model))}.",
            "Train one: imagecraft train generator",
        ) from error
    network.eval()
    with torch.inference_mode():
        levels = network(prepare(images=[image], return_tensors="pt")["pixel_values"]).logits[0]
    return sound_of(levels.float().numpy(), vocoder)


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
