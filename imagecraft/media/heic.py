"""HEIC photos, decoded in a process of their own: a damaged one can crash the decoder, and nothing else then.

(pi-heif 1.4.0 dies of a segmentation fault where the name of a block of metadata is not UTF-8, for one.)
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from imagecraft.errors import InvalidInput

TIMEOUT_SECONDS = 30
_PROGRAM = Path(__file__).with_name("heic_process.py")


@dataclass(frozen=True)
class Heic:
    """What a HEIC file holds.

    Attributes:
        size: Width and height of its main picture, upright.
        pictures: How many pictures there are.
        image: The main picture, upright; None if it has more pixels than were allowed.
    """

    size: tuple[int, int]
    pictures: int
    image: Image.Image | None


def decode_heic(data: bytes, max_pixels: int) -> Heic:
    """Decode the main picture of a HEIC file.

    Args:
        data: The whole file.
        max_pixels: A picture of more pixels is measured, not decoded.

    Raises:
        InvalidInput: if it takes longer than `TIMEOUT_SECONDS`.
        ValueError: if the file is damaged.
    """
    command = [sys.executable, "-P", str(_PROGRAM), str(max_pixels)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise InvalidInput("The HEIC picture takes too long to open.", "Save it as JPEG first.") from error
    if done.returncode != 0:
        raise ValueError(
            done.stderr.decode(errors="replace").strip().rpartition("\n")[2] or "decoder crashed"
        )
    header, _, rest = done.stdout.partition(b"\n")
    facts = json.loads(header)
    size = (facts["width"], facts["height"])
    if not facts["decoded"]:
        return Heic(size, facts["pictures"], None)
    profile, pixels = rest[: facts["profile_bytes"]], rest[facts["profile_bytes"] :]
    image = Image.frombytes(facts["mode"], size, pixels)
    if profile:
        image.info["icc_profile"] = profile
    return Heic(size, facts["pictures"], image)
