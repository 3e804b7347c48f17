"""Off ZeroGPU the door to the GPU is a plain call."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from imagecraft.errors import InvalidInput, ResourceExhausted

pytest.importorskip("spaces")
from imagecraft.runtime import gpu


@gpu.job("same", seconds=1)
def same(thing: object, *, times: int = 1) -> list[object]:
    return [thing] * times


@gpu.job("numbers", seconds=1)
def numbers(count: int, asked: list[int]) -> Iterator[int]:
    for number in range(count):
        asked.append(number)
        yield number


@gpu.job("refused", seconds=1)
def refused() -> None:
    raise InvalidInput("The picture is empty.", "Choose another one.")


def test_a_job_gets_and_gives_the_very_objects():
    thing = object()
    given = gpu.run("same", thing, times=2)
    assert given[0] is given[1] is thing
    assert not gpu.on_zerogpu()


def test_a_generator_job_is_streamed_as_it_is_asked():
    asked: list[int] = []
    stream = gpu.stream("numbers", 3, asked)
    assert next(stream) == 0
    assert asked == [0]
    assert list(stream) == [1, 2]


def test_running_a_generator_job_gives_its_last_value():
    assert gpu.run("numbers", 3, []) == 2


def test_errors_come_as_they_are():
    with pytest.raises(InvalidInput, match="The picture is empty"):
        gpu.run("refused")


def test_full_gpu_memory_is_named_as_such():
    torch = pytest.importorskip("torch")

    @gpu.job("full", seconds=1)
    def full() -> None:
        raise torch.cuda.OutOfMemoryError("CUDA out of memory")

    with pytest.raises(ResourceExhausted, match="memory is full"):
        gpu.run("full")


def test_a_name_is_given_only_once():
    with pytest.raises(ValueError, match="same"):
        gpu.job("same", seconds=1)(lambda: None)


def test_the_door_does_not_load_torch_or_gradio():
    program = "import sys, imagecraft.runtime.gpu; print({'torch', 'gradio'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.stdout == "set()\n", done.stderr
