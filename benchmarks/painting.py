"""How fast posters are painted.

    python -m benchmarks.painting

One poster of every place, 1024 by 1024 pixels, with three things in rain and wind; the best of three
each. "processor" is processor time, which other programs on the machine hardly change; the exit status judges
it. Listening and naming are measured by benchmarks.tagging.
"""

from __future__ import annotations

import sys
import time

from imagecraft.assets import vocabulary
from imagecraft.painting import paint
from imagecraft.painting.base import Subject, Thing, Wishes
from imagecraft.painting.character import unheard
from imagecraft.painting.files import png_bytes

TRIES = 3
LIMIT_SECONDS = 1.5


def main() -> int:
    worst = 0.0
    print(f"{'place':10}{'seconds':>9}{'processor':>11}{'PNG, MB':>9}{'to PNG':>8}")
    for seed, scene in enumerate(vocabulary("poster")["scenes"]):
        subject = Subject(_things(scene), unheard(1), "benchmark")
        seconds, processor = [], []
        for _ in range(TRIES):
            started = time.process_time()
            made = paint(subject, Wishes(seed=seed))
            processor.append(time.process_time() - started)
            seconds.append(made.seconds)
        started = time.process_time()
        megabytes = len(png_bytes(made)) / 1e6
        to_png = time.process_time() - started
        print(f"{scene:10}{min(seconds):9.2f}{min(processor):11.2f}{megabytes:9.2f}{to_png:8.2f}")
        worst = max(worst, *processor)
    return 0 if worst < LIMIT_SECONDS else 1


def _things(scene: str) -> tuple[Thing, ...]:
    looks = vocabulary("pictures").items()
    of_the_place = [label for label, look in looks if look.get("scene") == scene][:1]
    labels = [*of_the_place, "Bark", "Speech", "Rain", "Wind"] if scene != "waves" else ["Rain", "Wind"]
    return tuple(Thing(label, (label,), 0.9 if label in of_the_place else 0.5) for label in labels)


if __name__ == "__main__":
    sys.exit(main())
