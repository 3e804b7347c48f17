"""Make the sounds of examples/ with ImageCraft's own synthesiser: nothing recorded, so nobody's but ours.

    python docs/example_sounds.py

Prompts and seeds are those of which YAMNet, which knows nothing of them, recognises the most.
"""

from __future__ import annotations

import sys
from pathlib import Path

import imagecraft
from imagecraft.media.audio import write_audio

FOLDER = Path(__file__).resolve().parents[1] / "examples"
SECONDS = 7.0
SOUNDS = {
    "thunderstorm": ("thunder and heavy rain at night", 5),
    "night": ("a dog barking at night", 5),
    "frogs": ("frogs and crickets at night", 2),
    "beach": ("waves on a beach with seagulls", 1),
    "train": ("a steam train passing", 5),
}


def main() -> int:
    for name, (prompt, seed) in SOUNDS.items():
        made = imagecraft.soundscape(prompt=prompt, seconds=SECONDS, seed=seed, recordings=False)
        path = write_audio(made.audio, FOLDER / f"{name}.ogg")
        print(f"{path.name}: {path.stat().st_size / 1e3:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
