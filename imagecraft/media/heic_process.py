"""The program that `imagecraft.media.heic` runs: a HEIC file in, a line of JSON, a profile and pixels out."""

from __future__ import annotations

import io
import json
import sys

import pi_heif
from pi_heif import options


def main(max_pixels: int) -> None:
    """Write the facts of the main picture, its colour profile and, if they are not too many, its pixels."""
    options.THUMBNAILS = options.DEPTH_IMAGES = options.AUX_IMAGES = False
    pictures = pi_heif.open_heif(io.BytesIO(sys.stdin.buffer.read()))
    picture = pictures[pictures.primary_index]
    width, height = picture.size
    profile, pixels = b"", b""
    decoded = width * height <= max_pixels
    if decoded:
        image = picture.to_pillow()
        width, height = image.size
        profile, pixels = picture.info.get("icc_profile") or b"", image.tobytes()
    facts = {
        "width": width,
        "height": height,
        "mode": picture.mode,
        "pictures": len(pictures),
        "decoded": decoded,
        "profile_bytes": len(profile),
    }
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n" + profile)
    sys.stdout.buffer.write(pixels)


if __name__ == "__main__":
    main(int(sys.argv[1]))
