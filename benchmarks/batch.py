"""Images a second of `imagecraft batch`, beside a plain Python loop in the same run.

    python -m benchmarks.batch [--photos FOLDER] [--rounds N] [--workers 1,2] [--threads]

Every way runs in processes of its own and describes the same photos. Timed is from the first photo to the
last, with the models loaded: what a long run comes to. CPU seconds are those of all its processes in that
time, so they show how much of the machine a way had, also where other programs use it too. "networks" is the
three networks' own time, one after another, pictures opened before: the bound, without decoding and words.
The number after a way is that of the cores it is held to (on Linux; elsewhere it has the machine), and of the
processes of "batch" and the threads of "threads". "networks" has one core.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import chain, islice
from pathlib import Path

from benchmarks.photos import DEFAULT_DATA
from imagecraft.runtime.device import hardware

CHECKOUT = Path(__file__).resolve().parents[1]
WARM = 8


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--photos", type=Path, default=DEFAULT_DATA / "coco" / "photos")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", default=f"1,{hardware().cores}")
    parser.add_argument("--threads", action="store_true", help="also threads of one process")
    parser.add_argument("--way", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way:
        name, _, count = options.way.partition(":")
        _hold_to(int(count or 1))
        print(json.dumps(WAYS[name](sorted(options.photos.glob("*.jpg")), int(count or 1))))
        return
    counts = [int(count) for count in options.workers.split(",")]
    ways = ["networks", *(f"loop:{n}" for n in counts)]
    ways += [f"threads:{n}" for n in counts if options.threads and n > 1]
    ways += [f"batch:{n}" for n in counts]
    found: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
    for _ in range(options.rounds):  # in turn, so that a busy minute is shared by all
        for way in ways:
            found[way].append(_run(way, options.photos))
    print(f"{hardware().cores} cores, load {os.getloadavg()[0]:.1f}, medians of {options.rounds}")
    print(f"{'way':14}{'images/s':>10}{'ms each':>10}{'CPU ms each':>13}{'cores had':>11}")
    for way, results in found.items():
        wall = statistics.median(one for one, _ in results)
        cpu = statistics.median(one for _, one in results)
        print(f"{way:14}{1 / wall:10.1f}{1000 * wall:10.1f}{1000 * cpu:13.1f}{cpu / wall:11.2f}")


def _hold_to(cores: int) -> None:
    """Keep this process, and those it starts, to so many cores."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])


def _run(way: str, photos: Path) -> tuple[float, float]:
    command = [sys.executable, "-m", "benchmarks.batch", "--photos", str(photos), "--way", way]
    output = subprocess.run(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True, check=True).stdout
    wall, cpu = json.loads(output.splitlines()[-1])
    return wall, cpu


def _networks(photos: list[Path], _count: int) -> tuple[float, float]:
    """The three networks alone, one after another; pictures opened before."""
    from imagecraft.media.images import open_image
    from imagecraft.runtime import vision

    images = [open_image(path, max_side=1024).image for path in photos]

    def look() -> None:
        for image in images:
            vision.detect(image)
            vision.classify(image)
            vision.segment(image)

    vision.detect(images[0]), vision.classify(images[0]), vision.segment(images[0])
    return _timed(look, len(images))


def _loop(photos: list[Path], _count: int) -> tuple[float, float]:
    """What people write first: for photo in photos: print(caption(photo).text)."""
    import imagecraft

    for path in photos[:WARM]:
        imagecraft.caption(path)

    def describe() -> None:
        for path in photos:
            imagecraft.caption(path)

    return _timed(describe, len(photos))


def _threads(photos: list[Path], count: int) -> tuple[float, float]:
    from concurrent.futures import ThreadPoolExecutor

    import imagecraft

    imagecraft.caption(photos[0])
    with ThreadPoolExecutor(count) as pool:
        return _timed(lambda: list(pool.map(imagecraft.caption, photos)), len(photos))


def _batch(photos: list[Path], count: int) -> tuple[float, float]:
    """The engine's own pieces, from the first row after its models are loaded to the last."""
    from imagecraft.batch.items import Item, OnDisk
    from imagecraft.batch.places import Places
    from imagecraft.batch.tables_out import Table
    from imagecraft.batch.tasks import CaptionTask
    from imagecraft.batch.work import Work
    from imagecraft.batch.workers import in_processes, in_threads

    task = CaptionTask()
    work = Work(task, Places(Path()))
    warm = [photos[n % len(photos)] for n in range(WARM * count * task.together)]
    jobs = ((Item(str(path), OnDisk(path), path.name), None) for path in (*warm, *photos, *photos))
    with tempfile.TemporaryDirectory() as folder:
        table = Table(Path(folder) / "t.jsonl", task.columns)
        table.begin(resume=False, overwrite=False)
        ways = in_processes if count > 1 else in_threads
        finished = ways(work, jobs, count, task.together)
        outcomes = chain.from_iterable(finished)
        for _ in islice(outcomes, len(warm)):
            pass

        def go() -> None:
            for _, row in islice(outcomes, len(photos)):
                if row is not None:
                    table.add(row)

        result = _timed(go, len(photos), pids=_children())
        finished.close()
        table.close()
    return result


def _children() -> list[int]:
    """Processes that this one started."""
    import multiprocessing

    return [child.pid for child in multiprocessing.active_children() if child.pid]


def _timed(work: Callable[[], object], count: int, pids: list[int] | None = None) -> tuple[float, float]:
    """Seconds and CPU seconds for each of `count` photos."""
    before, started = _cpu(pids or []), time.perf_counter()
    work()
    wall = time.perf_counter() - started
    return wall / count, (_cpu(pids or []) - before) / count


def _cpu(pids: list[int]) -> float:
    """CPU seconds of this process and of others, all threads."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    ticks = os.sysconf("SC_CLK_TCK")
    others = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        others += int(fields[11]) + int(fields[12])
    return own.ru_utime + own.ru_stime + others / ticks


WAYS: dict[str, Callable[[list[Path], int], tuple[float, float]]] = {
    "networks": _networks,
    "loop": _loop,
    "threads": _threads,
    "batch": _batch,
}

if __name__ == "__main__":
    main()
