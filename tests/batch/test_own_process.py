"""The process of a cluster's worker: inputs are waited for together; one that ends it costs only itself."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from batch_inputs import picture_bytes

from imagecraft.batch.items import Item
from imagecraft.batch.places import Places
from imagecraft.batch.tasks import CaptionTask
from imagecraft.batch.work import Work
from imagecraft.batch.workers import OwnProcess

TOGETHER, PATIENCE_SECONDS = 2, 60
_everyone = threading.Barrier(2 * TOGETHER)


@dataclass(frozen=True)
class Late:
    """A file that comes only once those of the next inputs were asked for, too."""

    number: int

    def read(self) -> bytes:
        _everyone.wait(PATIENCE_SECONDS)
        return picture_bytes(self.number)


@dataclass(frozen=True)
class Deadly:
    """A file that ends the process that reads it, if its number is one of these."""

    number: int
    deadly: tuple[int, ...]

    def read(self) -> bytes:
        if self.number in self.deadly:
            os._exit(11)
        return picture_bytes(self.number)


@pytest.fixture
def process(tmp_path: Path) -> Iterator[OwnProcess]:
    made = OwnProcess(Work(CaptionTask(), Places(tmp_path)), TOGETHER)
    yield made
    made.close()


def test_what_comes_next_is_read_while_the_model_works(process: OwnProcess) -> None:
    outcomes = process([(Item(f"{n}.jpg", Late(n), f"{n}.jpg"), None) for n in range(2 * TOGETHER)])

    assert [row.error for _, row in outcomes if row is not None] == [None] * 2 * TOGETHER


@pytest.mark.parametrize("deadly", [(2,), (1, 4)])
def test_only_the_input_that_ends_it_has_an_error(process: OwnProcess, deadly: tuple[int, ...]) -> None:
    outcomes = process([(Item(f"{n}.jpg", Deadly(n, deadly), f"{n}.jpg"), None) for n in range(5)])

    assert [item.name for item, _ in outcomes] == [f"{n}.jpg" for n in range(5)]
    assert tuple(n for n, (_, row) in enumerate(outcomes) if row is None or row.error) == deadly
