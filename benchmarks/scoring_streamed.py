"""Tables of a million captions, scored a part at a time: how much memory and time that takes.

    python -m benchmarks.scoring_streamed [--data DATA] [--rows 20000,200000,1000000] [--workers N]

BLEU-1..4, ROUGE-L and CIDEr-D of rows with four references each, read from JSON lines, every number of rows
in a process of its own. Captions are those of COCO images, over and over; as those of many images would, they
bring new words all the time: in every reference the row's number takes the place of one word. CPU time is
that of all processes; memory is the most that the largest of them had.
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
from typing import Any

from benchmarks.photos import DEFAULT_DATA
from imagecraft.training.data import caption_texts

REFERENCES = 4
METRICS = "bleu,rouge_l,cider_d"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA)
    parser.add_argument("--rows", default="20000,200000,1000000")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--table", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.table:
        print(json.dumps(_measured(options.table, options.workers)))
        return
    print(f"load {os.getloadavg()[0]:.1f} before, {options.workers} processes\n")
    print("| rows | table | peak memory | CPU time | time | load | CIDEr-D |\n|---|---|---|---|---|---|---|")
    for count in map(int, options.rows.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            table = Path(folder) / "captions.jsonl"
            _write(table, options.data, count)
            found = _in_own_process(table, options.workers)
            size = table.stat().st_size / 1e6
        print(
            f"| {count:,} | {size:,.0f} MB | {found['megabytes']:.0f} MB | {found['cpu']:,.0f} s "
            f"| {found['seconds']:,.0f} s | {os.getloadavg()[0]:.1f} | {found['cider_d']:.4f} |",
            flush=True,
        )


def _write(table: Path, data: Path, count: int) -> None:
    images = [texts[: REFERENCES + 1] for texts in caption_texts(data) if len(texts) > REFERENCES]
    with table.open("w", encoding="utf-8") as file:
        for row in range(count):
            said, *theirs = images[row % len(images)]
            references = [_with(row, place, text) for place, text in enumerate(theirs)]
            file.write(json.dumps({"id": row, "prediction": said, "references": references}) + "\n")


def _with(row: int, place: int, text: str) -> str:
    """A caption with the row's number in place of one of its words."""
    words = text.split()
    words[(row + place) % len(words)] = str(row)
    return " ".join(words)


def _measured(table: Path, workers: int) -> dict[str, Any]:
    from imagecraft.scoring.streamed import score_streamed

    started = time.perf_counter()
    report = score_streamed(table, table, metrics=METRICS, workers=workers)
    seconds = time.perf_counter() - started
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return {
        "megabytes": max(one.ru_maxrss for one in used) / 1000,
        "cpu": sum(one.ru_utime + one.ru_stime for one in used),
        "seconds": seconds,
        "cider_d": report.metrics["cider_d"],
    }


def _in_own_process(table: Path, workers: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.scoring_streamed", "--table", str(table)]
    command += ["--workers", str(workers)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    row: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return row


if __name__ == "__main__":
    main()
