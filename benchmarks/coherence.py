"""How well coherence tells a photo's own soundscape from other photos'.

    python -m benchmarks.coherence [--photos N] [--seconds S]

Each of the N first photos of the benchmark's set gets its soundscape, the default listener names what is in
it, and every photo is compared with every soundscape. Printed for each score: its mean over matched and over
mismatched pairs, how many matched pairs have 0, and the area under the curve (AUC): how often a matched pair
scores above a mismatched one, .5 by chance. Both sides come from one look at the photo, so this says how well
listener and measure do, and nothing of whether the photo was seen rightly.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

from benchmarks.photos import DEFAULT_DATA
from imagecraft.media.images import open_image
from imagecraft.pipelines.coherence import against
from imagecraft.pipelines.image_to_soundscape import planned, soundscape
from imagecraft.scoring.coherence import Compared
from imagecraft.tagging import tag

SCORES = ("value", "family", "seen_heard", "heard_expected")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", type=Path, default=DEFAULT_DATA, help="photos are looked for below it")
    parser.add_argument("--photos", type=int, default=12)
    parser.add_argument("--seconds", type=float, default=10.0)
    options = parser.parse_args()
    paths = sorted(options.folder.rglob("*.jpg"))[: options.photos]
    plans, heard = [], []
    for path in paths:
        plan, _ = planned(open_image(path))
        if not any(layer.on for layer in plan.layers):
            print(f"{path.name}: nothing is expected", file=sys.stderr)
            continue
        plans.append(plan)
        heard.append(tag(soundscape(path, seconds=options.seconds, seed=0).audio))
        expected = ", ".join(layer.sound for layer in plan.layers if layer.on)
        own = against(plan, heard[-1])
        print(f"{path.name}: {own.value:.3f} {own.family:.3f} (expected: {expected})")
    pairs = [[against(plan, tags) for tags in heard] for plan in plans]
    print(f"\n{len(plans)} photos\n{'':16}{'matched':>9}{'others':>9}{'zeros':>7}{'AUC':>7}")
    for name in SCORES:
        _show(name, pairs)
    return 0


def _show(name: str, pairs: list[list[Compared]]) -> None:
    values = np.array([[getattr(one, name) for one in row] for row in pairs])
    same = np.eye(len(values), dtype=bool)
    matched, others = values[same], values[~same]
    above = (matched[:, None] > others).mean() + (matched[:, None] == others).mean() / 2
    zeros = f"{int((matched == 0).sum())}/{len(matched)}"
    print(f"{name:16}{matched.mean():9.3f}{others.mean():9.3f}{zeros:>7}{above:7.3f}")


if __name__ == "__main__":
    sys.exit(main())
