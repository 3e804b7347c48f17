"""Memory that runs out: batches are halved, and what cannot be mended is told with a way out."""

from __future__ import annotations

import weakref
from collections.abc import Sequence

import pytest

from imagecraft import catalog
from imagecraft.errors import ResourceExhausted
from imagecraft.runtime import memory

FULL = RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB.")


class Network:
    """Squares numbers, at most `room` of them at once."""

    def __init__(self, room: int, error: Exception = FULL) -> None:
        self.room, self.error = room, error
        self.tried: list[int] = []

    def __call__(self, batch: Sequence[int]) -> list[int]:
        self.tried.append(len(batch))
        if len(batch) > self.room:
            raise self.error
        return [number * number for number in batch]


def test_a_batch_that_fits_is_run_whole():
    network = Network(room=8)
    assert memory.halving(range(10), network, 4) == [number * number for number in range(10)]
    assert network.tried == [4, 4, 2]


@pytest.mark.parametrize("room", [1, 2, 3, 5])
def test_a_batch_that_does_not_fit_is_halved_until_it_does(room):
    network = Network(room)
    assert memory.halving(range(11), network, 8) == [number * number for number in range(11)]


def test_a_size_that_was_too_much_is_not_tried_again():
    network = Network(room=2)
    memory.halving(range(8), network, 8)
    assert network.tried == [8, 4, 2, 2, 2, 2]


def test_one_item_that_does_not_fit_is_an_error():
    with pytest.raises(RuntimeError, match="out of memory"):
        memory.halving(range(4), Network(room=0), 4)


def test_another_error_is_not_taken_for_a_full_memory():
    network = Network(room=2, error=RuntimeError("The shapes do not match."))
    with pytest.raises(RuntimeError, match="shapes"):
        memory.halving(range(4), network, 4)
    assert network.tried == [4]


def test_nothing_to_do_is_no_error():
    assert memory.halving([], Network(room=1), 4) == []


def test_what_the_failed_batch_held_is_gone_before_the_next_one():
    class Tensor:
        """Stands for the batch on the GPU."""

    held: list[weakref.ref[Tensor]] = []

    def run(batch: Sequence[int]) -> Sequence[int]:
        assert all(reference() is None for reference in held)
        tensor = Tensor()
        held.append(weakref.ref(tensor))
        if len(batch) > 1:
            raise MemoryError
        return batch

    assert memory.halving([1, 2], run, 2) == [1, 2]


def test_a_full_main_memory_is_known_as_torch_says_it():
    torch = pytest.importorskip("torch")
    with pytest.raises(RuntimeError) as failed:
        torch.empty(1 << 60)
    assert memory.is_memory_error(failed.value)
    assert memory.is_memory_error(torch.OutOfMemoryError("CUDA out of memory"))


def test_a_full_memory_is_told_with_a_way_out():
    card = catalog.cards()[0]
    with pytest.raises(ResourceExhausted, match=card.id) as failed, memory.memory_errors_in_words(card):
        raise FULL
    assert "smaller" in failed.value.hint
    with pytest.raises(RuntimeError, match="shapes"), memory.memory_errors_in_words(card):
        raise RuntimeError("The shapes do not match.")
