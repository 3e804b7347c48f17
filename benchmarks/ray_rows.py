"""Rows a second that come back from Ray's workers into the table: what one head can take.

    python -m benchmarks.ray_rows [--rows N] [--workers N]

The workers do nothing with their inputs, so that all there is to measure is the way: inputs to the workers,
outcomes back, rows into the file. CPU time is that of the process that runs the command, which is the bound
of a large cluster; here the workers share the machine with it.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from imagecraft.batch.items import Inline, Item
from imagecraft.batch.on_ray import Cluster, in_ray
from imagecraft.batch.places import Places
from imagecraft.batch.rows import Column
from imagecraft.batch.sources import InputKind
from imagecraft.batch.tables_out import Table
from imagecraft.batch.tasks import Files, Made, Need
from imagecraft.batch.work import Work

CAPTION = "A group of people are standing on a beach with a dog and two surfboards."
TOGETHER = 8


@dataclass(frozen=True)
class NothingTask:
    """Answers at once, with a row as long as a caption's."""

    name = "nothing"
    kind: InputKind = "record"
    columns = (Column("caption"), Column("evidence", "boxes"))
    together = TOGETHER
    needs: tuple[Need, ...] = ()

    def options(self) -> dict[str, Any]:
        return {}

    def open(self, data: bytes | Path) -> object:
        return data

    def make(self, opened: Sequence[object], files: Sequence[Files]) -> list[Any]:  # noqa: ARG002
        box = {"label": "person", "score": 0.73, "box": [11, 22, 333, 444], "source": "", "stated": True}
        return [Made({"caption": CAPTION, "evidence": [box] * 3}, 0.0) for _ in opened]

    def endings(self) -> tuple[str, ...]:
        return ()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    from benchmarks.ray_rows import NothingTask as Importable  # by its name in the workers, too

    work = Work(Importable(), Places(Path()))
    jobs = ((Item(f"{n:08}.jpg", Inline(b"%d" % n), f"{n:08}.jpg"), None) for n in range(options.rows))
    cluster = Cluster(workers=(options.workers, options.workers))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.jsonl"
        table = Table(path, work.task.columns)
        table.begin(resume=False, overwrite=False)
        with closing(in_ray(work, jobs, cluster, TOGETHER, lambda: False)) as outcomes:
            next(outcomes)  # when Ray, its workers and their processes are there
            started, used = time.perf_counter(), time.process_time()
            for _, row in outcomes:
                if row is not None:
                    table.add(row)
            seconds, cpu = time.perf_counter() - started, time.process_time() - used
        size = path.stat().st_size / (options.rows - 1)
        table.close()
    rows = options.rows - 1
    print(f"{rows} rows of {size:.0f} bytes, {options.workers} workers, load {os.getloadavg()[0]:.1f} after")
    print(f"{rows / seconds:,.0f} rows a second; {rows / cpu:,.0f} for each second of the head's CPU time")


if __name__ == "__main__":
    main()
