"""How long an offline caption takes, warm: opening, looking, putting into words, and all of it.

    python -m benchmarks.caption_time [--data DATA] [--cores N] [--rounds N]

Each of the photos is described in turn by a process that may use N cores. Medians of all photos and rounds;
CPU milliseconds, of all its threads, beside those on the clock, which grow where other programs want the
same cores.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from benchmarks.photos import DEFAULT_DATA

T = TypeVar("T")
WARM_UP = 5  # photos
TOGETHER = 8  # photos whose sentences are written together


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA)
    parser.add_argument("--cores", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args()
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-options.cores :])

    # Only now, so that what counts cores on loading counts these.
    from imagecraft.captioning import LOOKED_AT_SIDE, caption
    from imagecraft.captioning.account import account
    from imagecraft.captioning.describer import Told, describe
    from imagecraft.captioning.evidence import observe
    from imagecraft.captioning.grounded import describe_account, describe_accounts
    from imagecraft.media.images import open_image
    from imagecraft.training.data import development_photos

    paths = [photo.path for photo in development_photos(options.data)]
    for path in paths[:WARM_UP]:
        caption(path)
    clock = _Clock()
    for _ in range(options.rounds):
        accounts = []
        for path in paths:
            picture = clock("open", partial(open_image, path, max_side=LOOKED_AT_SIDE))
            seen = clock("look", partial(observe, picture.image, picture.size))
            told = clock("weigh", partial(account, seen))
            facts = clock("conclude", partial(Told.of, told.seen, told.weighed))
            clock("one search", partial(describe, facts))
            clock("describer", partial(describe_account, told))
            clock("whole caption", partial(caption, path))
            accounts.append(told)
        for start in range(0, len(accounts), TOGETHER):
            together = accounts[start : start + TOGETHER]
            clock(f"describer, {TOGETHER} together", partial(describe_accounts, together), len(together))
    load = os.getloadavg()[0]
    print(f"{len(paths)} photos, {options.rounds} round(s), {options.cores} core(s), load {load:.1f}")
    clock.print()


class _Clock:
    """Times of steps, on the clock and of the processor."""

    def __init__(self) -> None:
        self._times: dict[str, list[tuple[float, float]]] = {}

    def __call__(self, step: str, work: Callable[[], T], pictures: int = 1) -> T:
        wall, cpu = time.perf_counter(), time.process_time()
        result = work()
        times = (time.perf_counter() - wall) / pictures, (time.process_time() - cpu) / pictures
        self._times.setdefault(step, []).append(times)
        return result

    def print(self) -> None:
        """One line a step."""
        print(f"{'':24}{'ms':>8}{'CPU ms':>8}{'largest tenth, CPU ms':>24}")
        for step, times in self._times.items():
            wall, cpu = (1000 * statistics.median(column) for column in zip(*times, strict=True))
            slow = 1000 * statistics.quantiles([cpu for _, cpu in times], n=10)[-1]
            print(f"{step:24}{wall:8.1f}{cpu:8.1f}{slow:24.1f}")


if __name__ == "__main__":
    main()
