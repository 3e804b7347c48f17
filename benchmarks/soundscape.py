"""How long a soundscape takes and how much memory: ours beside the usual way with pydub, on one core.

    python -m benchmarks.soundscape [--cores 1]

Every row runs in a process of its own. The plan is the same everywhere: rain, traffic and six kinds of
events, synthesised (no recordings). Times are of the processor: what it takes when nothing else runs. "cold"
is the first mix of a process, imports not counted; "warm" the next with another seed, so that all sounds are
made anew; "again" the same once more, as when a level is moved in the app. An hour is written to a FLAC file.

The peer is what a script with pydub would do: it is given the very same sounds, ready made and cut to
length, and overlays them with level and pan, then brings the result to the level. It does no distance, no
room, no ducking, no search for seams, no measured loudness and no true peak; its time is for overlaying
alone.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
LENGTHS_SECONDS = (10, 60, 300, 3_600)
PROMPT = "light rain on a busy street, distant thunder, birds, a dog"
WAYS = ("ours", "pydub")
IN_MEMORY_SECONDS = 300


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cores", type=int, default=1, help="on how many cores (default 1)")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way:
        print(json.dumps((_ours if options.way == "ours" else _pydub)(options.seconds)))
        return
    print(f"{PROMPT!r}, {options.cores} core(s)")
    print(f"{'way':8}{'length':>8}{'cold':>9}{'warm':>9}{'again':>9}{'x real time':>13}{'memory':>10}")
    for seconds in LENGTHS_SECONDS:
        for way in WAYS:
            if way == "pydub" and seconds > IN_MEMORY_SECONDS:
                continue
            _row(way, seconds, options.cores)


def _row(way: str, seconds: int, cores: int) -> None:
    command = [sys.executable, "-m", "benchmarks.soundscape", "--way", way, "--seconds", str(seconds)]
    environ = os.environ | {"OMP_NUM_THREADS": str(cores), "OPENBLAS_NUM_THREADS": str(cores)}
    done = subprocess.run(
        command,
        cwd=CHECKOUT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: os.sched_setaffinity(0, range(cores)),
    )
    if done.returncode:
        print(f"{way:8}{seconds:>6} s  not run ({done.stderr.strip().splitlines()[-1]})")
        return
    told = json.loads(done.stdout.splitlines()[-1])
    cells = "".join(
        f"{told[name]:>7.2f} s" if name in told else f"{'':>9}" for name in ("cold", "warm", "again")
    )
    print(
        f"{way:8}{seconds:>6} s{cells}{seconds / told['warm']:>12.0f}x{told['megabytes']:>7.0f} MB",
        flush=True,
    )


def _ours(seconds: int) -> dict[str, float]:
    """Up to five minutes in memory; an hour into a FLAC file."""
    from imagecraft.media.streamed import write_blocks
    from imagecraft.soundscape.mix import prepare
    from imagecraft.soundscape.plan import plan_from_prompt

    plan = plan_from_prompt(PROMPT)
    times = {}
    for name, seed in (("cold", 1), ("warm", 2), ("again", 2)):
        started = time.process_time()
        mixdown = prepare(plan, seconds=seconds, seed=seed, recordings=False)
        if seconds <= IN_MEMORY_SECONDS:
            mixdown.audio()
        else:
            with tempfile.TemporaryDirectory() as folder:
                write_blocks(mixdown.blocks(), Path(folder) / "hour.flac", 44_100)
        times[name] = time.process_time() - started
    return times | {"megabytes": _peak_megabytes()}


def _pydub(seconds: int) -> dict[str, float]:
    import numpy as np
    from pydub import AudioSegment

    from imagecraft.soundscape.mix import prepare
    from imagecraft.soundscape.plan import plan_from_prompt

    mixdown = prepare(plan_from_prompt(PROMPT), seconds=seconds, seed=1, recordings=False)

    def segment(samples: object) -> AudioSegment:
        data = np.rint(np.clip(np.asarray(samples).T, -1, 1) * 32_767).astype(np.int16)
        return AudioSegment(data.tobytes(), frame_rate=44_100, sample_width=2, channels=2)

    beds = [segment(bed.sound.read(0, mixdown.frames)) for bed in mixdown.beds]
    events = [([segment(sound) for sound in layer.variants], layer.times) for layer in mixdown.events]
    started = time.process_time()
    whole = AudioSegment.silent(seconds * 1000, frame_rate=44_100).set_channels(2)
    for bed in beds:
        whole = whole.overlay((bed - 3).pan(0.1))
    for variants, times in events:
        for one in times:
            sound = (variants[one.variant] - 1).pan(-0.2)
            whole = whole.overlay(sound, position=round(one.start / 44.1))
    whole = whole.apply_gain(-20 - whole.dBFS)
    return {"warm": time.process_time() - started, "megabytes": _peak_megabytes()}


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


if __name__ == "__main__":
    main()
