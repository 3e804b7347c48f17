"""Neural captioners on this CPU: ours beside the usual way (float32, one picture at a time).

    python -m benchmarks.captioners [--model blip-base] [--rounds 2] [--only TEXT] [--folder FOLDER]

The networks are of the full published configuration with random weights (no hub is asked), which costs the
same arithmetic as real ones. Each writes 12 tokens of a caption; "and what is where" is Florence-2's second
answer, 24 tokens more. The ways are run in turn, round by round, and told as medians of seconds on the clock
and of the CPU's own seconds, which other work on the machine lengthens less. The floor is the arithmetic at
the best speed of a large matrix product in the same run. The error is that of the network's scores for the
next token, after 12 words on a picture, against the usual way's: the root of the mean square of what they are
apart, in parts of their spread.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from benchmarks.captioner_networks import MAKERS, made
from benchmarks.captioner_ways import TOGETHER, TOKENS, flops, ours, pictures, usual

PRODUCT_SIDES = (4608, 768, 3072)  # of a layer that eight of BLIP's pictures pass through


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", choices=tuple(MAKERS), action="append", help="only this one")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="keeps the networks for another run")
    parser.add_argument(
        "--only", default="", metavar="TEXT", help="of ours the ways with this in their names"
    )
    options = parser.parse_args()
    with kept_folder(options.folder) as folder:
        for model in options.model or MAKERS:
            compare(model, folder, options.rounds, options.only)


def compare(model: str, folder: Path, rounds: int, only: str = "") -> None:
    """Run the ways on the CPU in turn, and print a table; of ours those whose names contain `only`."""
    home = made(model, folder)
    photos = pictures(TOGETHER[model])
    ways = [usual(model, home), *ours(model, home, only)]
    scores = [way.scores(photos[0]) for way in ways]  # which warms up, too
    times: dict[str, list[tuple[float, float]]] = {way.name: [] for way in ways}
    speeds: dict[str, list[tuple[float, float]]] = {"float32": [], "bfloat16": []}
    for _ in range(rounds):
        for dtype, speed in speeds.items():
            speed.append(product_speed(dtype))
        for way in ways:
            clock, own = _timed(lambda way=way: way.run(photos[: way.batch]))
            times[way.name].append((clock / way.batch, own / way.batch))
    work = flops(model, home)
    load = " ".join(f"{one:.0f}" for one in os.getloadavg())
    print(
        f"\n{model}: {work / 1e9:.0f} GFLOP a picture, {TOKENS} tokens, {_threads()} thread(s), load {load}"
    )
    for dtype, found in speeds.items():
        clock, own = (max(pair[side] for pair in found) for side in (0, 1))
        print(
            f"  matrix product in {dtype:9} {clock / 1e9:5.0f} GFLOP/s on the clock, {own / 1e9:5.0f} of CPU "
            f"time; floor {work / own * 1e3:5.0f} ms"
        )
    first = _median(times[ways[0].name])
    print(f"  {'way':34}{'ms':>7}{'CPU ms':>8}{'times':>7}{'CPU x':>7}{'MB':>6}{'error':>8}")
    for way, found in zip(ways, scores, strict=True):
        clock, own = _median(times[way.name])
        print(
            f"  {way.name:34}{clock * 1e3:7.0f}{own * 1e3:8.0f}{first[0] / clock:7.1f}{first[1] / own:7.1f}"
            f"{way.weights / 1e6:6.0f}{_error(found, scores[0]):8.4f}"
        )
    print(f"  peak memory of the process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.1f} GB")


def product_speed(dtype: str) -> tuple[float, float]:
    """FLOP a second of a matrix product: by the clock, and by the CPU's own seconds."""
    import torch

    rows, inner, columns = PRODUCT_SIDES
    left = torch.ones(rows, inner, dtype=getattr(torch, dtype))
    right = torch.ones(inner, columns, dtype=getattr(torch, dtype))
    left @ right
    clock, own = _timed(lambda: [left @ right for _ in range(4)])
    return tuple(4 * 2 * rows * inner * columns / seconds for seconds in (clock, own))  # type: ignore[return-value]


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the clock, and the CPU's own."""
    clock, own = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - own


def _median(found: list[tuple[float, float]]) -> tuple[float, float]:
    return statistics.median(pair[0] for pair in found), statistics.median(pair[1] for pair in found)


def _error(found: np.ndarray, right: np.ndarray) -> float:
    return float(np.sqrt(np.mean((found - right) ** 2)) / right.std())


def _threads() -> int:
    import torch

    return torch.get_num_threads()


@contextmanager
def kept_folder(kept: Path | None) -> Iterator[Path]:
    """A folder for networks: the named one, or one that is gone afterwards."""
    if kept is not None:
        yield kept
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


if __name__ == "__main__":
    main()
