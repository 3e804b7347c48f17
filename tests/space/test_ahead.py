"""Networks compiled ahead of time: how it is wired. torch exports them; to compile, `spaces` needs CUDA.

What stands for its two functions here keeps what they promise: the first call of a part is captured and goes
no further, and what comes back is called as the part is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("spaces")
pytest.importorskip("torch")
import torch

from imagecraft.runtime import ahead, gpu, neural


class Captured(Exception):
    """The call was captured."""


@contextmanager
def first_call(part: Any) -> Iterator[SimpleNamespace]:
    call = SimpleNamespace(args=(), kwargs={})

    def forward(*args: Any, **kwargs: Any) -> None:
        call.args, call.kwargs = args, kwargs
        raise Captured

    usual, part.forward = part.forward, forward
    try:
        yield call
    except Captured:
        part.forward = usual


@pytest.fixture(autouse=True)
def _capturing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu, "captured", first_call)


class Painter:
    """A network of two parts; the heavier one is called with two tensors."""

    def __init__(self) -> None:
        self.words = torch.nn.Linear(2, 2)
        self.unet = torch.nn.Bilinear(4, 4, 8)

    def rehearse(self) -> None:
        with torch.no_grad():
            self.unet(torch.ones(3, 4), input2=torch.ones(3, 4))
        raise AssertionError("the rehearsal went on behind the captured call")


@pytest.fixture
def compiled_calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, ...]]:
    """First inputs' shapes of calls that the compiled part got; it is the exported program itself."""
    calls: list[tuple[int, ...]] = []

    def compile_it(exported: Any) -> Callable[..., Any]:
        program = exported.module()

        def run(*args: Any, **kwargs: Any) -> Any:
            calls.append(tuple(args[0].shape))
            return program(*args, **kwargs)

        return run

    monkeypatch.setattr(gpu, "compiled", compile_it)
    return calls


def test_the_heaviest_part_is_compiled_for_the_shapes_of_the_rehearsal(compiled_calls):
    painter = Painter()
    usual, other = torch.randn(3, 4), torch.randn(5, 4)
    before = [painter.unet(each, input2=each) for each in (usual, other)]
    ahead.compile_all({"painter": painter})
    after = [painter.unet(each, input2=each) for each in (usual, other)]
    assert compiled_calls == [(3, 4)]
    for eager, compiled in zip(before, after, strict=True):
        assert torch.allclose(eager, compiled)


def test_what_cannot_be_compiled_runs_as_it_is(monkeypatch, caplog):
    def fail(exported: Any) -> Any:
        raise RuntimeError("no compiler")

    monkeypatch.setattr(gpu, "compiled", fail)
    painter = Painter()
    ahead.compile_all({"painter": painter})
    assert painter.unet(torch.ones(3, 4), torch.ones(3, 4)).shape == (3, 8)
    assert "painter could not be compiled" in caplog.text


def test_a_network_without_a_rehearsal_is_left_alone(compiled_calls):
    class Listener:
        def __init__(self) -> None:
            self.model = torch.nn.Linear(2, 2)

    listener = Listener()
    ahead.compile_all({"listener": listener})
    assert "forward" not in vars(listener.model)


def test_only_the_switch_turns_it_on(monkeypatch):
    asked = []
    monkeypatch.setattr(ahead, "compile_all", lambda networks: asked.append(networks))
    neural.compile_residents()
    assert asked == []
    monkeypatch.setenv("IMAGECRAFT_AOT", "1")
    neural.compile_residents()
    assert len(asked) == 1


def test_a_painter_of_the_hub_can_rehearse(tiny_model: Callable[[str], Path], compiled_calls):
    pytest.importorskip("diffusers")
    from imagecraft.catalog import chosen_card
    from imagecraft.runtime.neural import Place, load

    card = chosen_card(f"sdxl-turbo@{tiny_model('sdxl_turbo')}", "paint")
    network = load(card, Place("cpu", "float32"))
    ahead.compile_all({"sdxl-turbo": network})
    usual = {"size": (1024, 1024), "steps": card.settings["steps"], "guidance": card.settings["guidance"]}
    list(network.paint("a dog", "", seed=0, **usual))
    assert len(compiled_calls) == usual["steps"]
