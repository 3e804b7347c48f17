"""How well and how fast sounds are named, beside the usual way of doing it.

    python -m benchmarks.tagging [--data DATA/esc10]

Clips of ESC-10, five seconds each. "Forced choice": which of the ten classes has the largest score, each
standing for its own AudioSet names. "First": how often the first class named is one of the right ones,
"first 3" one of the first three. The real-time factor is the time of reading, resampling and naming over the
clip's length, the best of three a clip; the last column is the same for processor time, all threads together,
which other programs on the machine hardly change. It is what the exit status judges.

The usual way is the mean of YAMNet's scores over time, from ai-edge-litert's interpreter fed window by window
(pip install ai-edge-litert; left out without it).
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import imagecraft
from imagecraft.media.sounds import hear
from imagecraft.runtime.weights import asset_path
from imagecraft.tagging.ranking import specific_scores
from imagecraft.tagging.yamnet import FED_SAMPLES, HOP_SAMPLES, SAMPLE_RATE

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "esc10"
TRIES = 3
LOWEST_ACCURACY = 0.94
LARGEST_REAL_TIME_FACTOR = 0.01
NAMES = {
    "baby_cry": ("Baby cry, infant cry", "Crying, sobbing"),
    "chainsaw": ("Chainsaw",),
    "clock_tick": ("Clock", "Tick", "Tick-tock"),
    "dog_bark": ("Dog", "Bark", "Bow-wow", "Yip"),
    "fire_crackling": ("Fire", "Crackle"),
    "helicopter": ("Helicopter",),
    "person_sneeze": ("Sneeze",),
    "rain": ("Rain", "Raindrop", "Rain on surface"),
    "rooster": ("Chicken, rooster", "Crowing, cock-a-doodle-doo"),
    "sea_waves": ("Ocean", "Waves, surf"),
}

Scores = NDArray[np.float32]
Way = Callable[[Path], tuple[Scores, Scores]]
"""Gives a clip's scores of all classes, for the forced choice and for the order of names."""


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DATA)
    folder = parser.parse_args().data
    clips = [(path, path.parent.name) for path in sorted(folder.glob("*/*.ogg")) if path.parent.name in NAMES]
    if not clips:
        print(f"No clips in {folder}.", file=sys.stderr)
        return 2
    labels = imagecraft.tag(clips[0][0]).labels
    ways: dict[str, Way] = {"imagecraft": _ours}
    if importlib.util.find_spec("ai_edge_litert"):
        ways["mean, ai-edge-litert"] = _usual_way()

    print(f"{len(clips)} clips, {os.cpu_count()} cores\n")
    print(f"{'':22}{'forced choice':>15}{'first':>8}{'first 3':>9}{'real-time factor':>18}{'processor':>11}")
    found = {}
    for name, way in ways.items():
        way(clips[0][0])
        found[name] = row = _row(way, clips, labels)
        print(f"{name:22}{row[0]:15.1%}{row[1]:8.1%}{row[2]:9.1%}{row[3]:18.4f}{row[4]:11.4f}")
    accuracy, _, _, _, factor = found["imagecraft"]
    return 0 if accuracy >= LOWEST_ACCURACY and factor < LARGEST_REAL_TIME_FACTOR else 1


def _row(
    way: Way, clips: list[tuple[Path, str]], labels: tuple[str, ...]
) -> tuple[float, float, float, float, float]:
    own = {name: [labels.index(label) for label in known] for name, known in NAMES.items()}
    chosen = first = third = 0
    seconds = processor = played = 0.0
    for path, truth in clips:
        times, processor_times = [], []
        for _ in range(TRIES):
            started, before = time.perf_counter(), time.process_time()
            scores, order = way(path)
            times.append(time.perf_counter() - started)
            processor_times.append(time.process_time() - before)
        seconds += min(times)
        processor += min(processor_times)
        played += hear(path, sample_rate=SAMPLE_RATE).audio.duration
        chosen += max(own, key=lambda name: scores[own[name]].max()) == truth
        ranked = np.argsort(-order, kind="stable")
        first += int(ranked[0]) in own[truth]
        third += any(int(index) in own[truth] for index in ranked[:3])
    count = len(clips)
    return chosen / count, first / count, third / count, seconds / played, processor / played


def _ours(path: Path) -> tuple[Scores, Scores]:
    heard = imagecraft.tag(path)
    return heard.overall, specific_scores(heard.overall, heard.labels)


def _usual_way() -> Way:
    from ai_edge_litert.interpreter import Interpreter

    network = Interpreter(str(asset_path("yamnet")), num_threads=1)
    network.allocate_tensors()
    entry, exit_ = network.get_input_details()[0], network.get_output_details()[0]

    def mean(path: Path) -> tuple[Scores, Scores]:
        samples = hear(path, sample_rate=SAMPLE_RATE).audio.samples[0]
        made = []
        for start in range(0, max(1, len(samples) - FED_SAMPLES + 1), HOP_SAMPLES):
            window = np.zeros(FED_SAMPLES, np.float32)
            piece = samples[start : start + FED_SAMPLES]
            window[: len(piece)] = piece
            network.set_tensor(entry["index"], window.reshape(entry["shape"]))
            network.invoke()
            made.append(network.get_tensor(exit_["index"])[0])
        scores = np.mean(made, axis=0)
        return scores, scores

    return mean


if __name__ == "__main__":
    sys.exit(main())
