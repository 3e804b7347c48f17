"""Hub models at work: loaded once, begun again with more room where memory runs out, refused in words."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import imagecraft
from imagecraft import catalog
from imagecraft.catalog import ModelCard
from imagecraft.errors import InvalidInput, ModelUnavailable, ResourceExhausted
from imagecraft.runtime import device, loaded, neural
from imagecraft.runtime.neural import Place

FULL = "CUDA out of memory. Tried to allocate 2.00 GiB."


class Counting:
    """A network that counts; memory holds `room` numbers at once, and twice that once it is offloaded."""

    made = 0
    room = 8
    can_offload = True

    def __init__(self, card: ModelCard, folder: Path, place: Place) -> None:
        if not (folder / "numbers").exists():
            raise OSError("no numbers")
        type(self).made += 1
        self.offloaded = False
        if self.can_offload:
            self.offload = self._offload

    def _offload(self) -> bool:
        again, self.offloaded = self.offloaded, True
        return not again

    @staticmethod
    def gpu_seconds(card: ModelCard, method: str, *args: Any, **kwargs: Any) -> float:
        return 1.0

    def count(self, to: int) -> Iterator[int]:
        for number in range(1, to + 1):
            self.hold(number)
            yield number

    def hold(self, number: int) -> int:
        if number > self.room * (2 if self.offloaded else 1):
            raise RuntimeError(FULL)
        return number

    def divide(self) -> float:
        return 1 / 0


@pytest.fixture
def card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelCard]:
    """A card of a counting model whose folder is there, on a machine without a GPU."""
    folder = tmp_path / "model"
    folder.mkdir()
    for name in ("config.json", "model.safetensors", "numbers"):
        (folder / name).write_text("{}")
    monkeypatch.setattr(Counting, "made", 0)
    plain = replace(device.hardware(), profile="cpu", device="cpu", dtype="float32")
    monkeypatch.setattr(neural, "hardware", lambda: plain)
    family = f"{__name__}:Counting"
    found = ModelCard("counting", "tag", "Counts", "MIT", True, 8, repo="a/b", family=family)
    monkeypatch.setattr(catalog, "CARDS", (found,))
    yield replace(found, folder=str(folder))
    imagecraft.unload()


def test_a_network_is_loaded_once_and_called_by_a_methods_name(card):
    assert neural.call(card, "hold", 3) == 3
    assert list(neural.stream(card, "count", 3)) == [1, 2, 3]
    assert neural.call(card, "count", 3) == 3
    assert Counting.made == 1
    assert loaded.loaded_ids().count("counting") == 1


def test_where_memory_runs_out_the_network_is_offloaded_and_the_call_begun_again(card):
    assert neural.call(card, "hold", 12) == 12
    assert list(neural.stream(card, "count", 12))[-1] == 12


def test_news_come_again_from_a_call_that_is_begun_again(card):
    assert list(neural.stream(card, "count", 10)) == [*range(1, 9), *range(1, 11)]


def test_what_no_memory_holds_is_told_with_a_way_out(card):
    with pytest.raises(ResourceExhausted, match="counting") as problem:
        neural.call(card, "hold", 99)
    assert "smaller" in problem.value.hint
    assert neural.call(card, "hold", 1) == 1


def test_pieces_of_a_result_are_never_told_twice(card, monkeypatch):
    monkeypatch.setattr(Counting, "can_offload", False)
    told = []
    with pytest.raises(ResourceExhausted):
        told.extend(neural.stream(card, "count", 10))
    assert told == [*range(1, 9)]


def test_idle_models_make_room_before_a_call_is_given_up(card, monkeypatch):
    monkeypatch.setattr(Counting, "can_offload", False)
    closed = []

    class Idle:
        def close(self) -> None:
            closed.append(self)
            monkeypatch.setattr(Counting, "room", 99)

    with loaded.use(("idle", "cpu"), Idle):
        pass
    assert neural.call(card, "hold", 50) == 50
    assert len(closed) == 1
    assert loaded.loaded_ids() == ["counting"]


def test_idle_models_make_room_for_one_that_is_loaded(card, monkeypatch):
    refusals = [RuntimeError(FULL)]
    load = Counting.__init__

    def tight(self: Counting, *args: Any) -> None:
        if refusals:
            raise refusals.pop()
        load(self, *args)

    monkeypatch.setattr(Counting, "__init__", tight)
    with loaded.use(("idle", "cpu"), object):
        pass
    assert neural.call(card, "hold", 1) == 1
    refusals.append(RuntimeError(FULL))
    imagecraft.unload()
    with pytest.raises(ResourceExhausted, match="not enough memory for 'counting'"):
        neural.call(card, "hold", 1)


def test_a_fault_of_ours_is_not_taken_for_a_full_memory(card):
    with pytest.raises(ZeroDivisionError):
        neural.call(card, "divide")


def test_a_folder_with_another_model_is_refused_in_words(card):
    (Path(card.folder) / "numbers").unlink()
    with pytest.raises(ModelUnavailable, match="cannot be loaded"):
        neural.call(card, "hold", 1)
    with pytest.raises(InvalidInput, match="no folder"):
        neural.call(replace(card, folder="nowhere"), "hold", 1)


def test_a_stream_that_is_closed_frees_the_network(card):
    stream = neural.stream(card, "count", 8)
    assert next(stream) == 1
    stream.close()
    imagecraft.unload()
    assert loaded.loaded_ids() == []


def test_what_is_unloaded_at_work_is_gone_when_its_call_ends(card, monkeypatch):
    made = []

    class Watched(Counting):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args)
            made.append(weakref.ref(self))

    left = []

    def collected() -> None:
        gc.collect()
        left.append(made[0]())

    monkeypatch.setitem(globals(), "Counting", Watched)
    monkeypatch.setattr(loaded, "release", collected)
    for number in neural.stream(card, "count", 3):
        if number == 2:
            imagecraft.unload()
    assert left == [None], "nothing holds it when a GPU's memory is given back"


def test_a_tiny_model_is_measured_and_arranged_for_its_device(tiny_model: Callable[[str], Path]):
    torch = pytest.importorskip("torch")
    from transformers import BlipForConditionalGeneration

    from imagecraft.runtime import tuning

    class Seeing:
        def __init__(self) -> None:
            self.model = BlipForConditionalGeneration.from_pretrained(
                tiny_model("blip"), dtype=torch.bfloat16, local_files_only=True
            )

    network = Seeing()
    assert list(tuning.parts(network)) == ["model"]
    numbers = sum(weights.numel() for weights in network.model.parameters())
    assert 2 * numbers <= tuning.size_bytes(network) < 3 * numbers


@pytest.mark.parametrize("lent", [True, False])
def test_convolutions_run_with_their_channels_last_on_a_gpu(lent):
    torch = pytest.importorskip("torch")
    from imagecraft.runtime import tuning

    class Both:
        def __init__(self) -> None:
            self.seeing = torch.nn.Sequential(torch.nn.Conv2d(8, 8, 3), torch.nn.ReLU())
            self.reading = torch.nn.Linear(8, 8)

    network = Both()
    tuning.tune(network, "cpu")
    assert not network.seeing[0].weight.is_contiguous(memory_format=torch.channels_last)
    tuning.tune(network, "cuda", lent=lent)
    assert network.seeing[0].weight.is_contiguous(memory_format=torch.channels_last)


def test_networks_are_compiled_only_where_the_user_asks_and_the_gpu_stays(monkeypatch):
    torch = pytest.importorskip("torch")
    from imagecraft.runtime import tuning

    class Reading:
        def __init__(self) -> None:
            self.model = torch.nn.Linear(2, 2)

    network = Reading()

    def compiled() -> bool:
        return network.model._compiled_call_impl is not None

    tuning.tune(network, "cpu")
    assert not compiled()
    monkeypatch.setenv("IMAGECRAFT_COMPILE", "1")
    tuning.tune(network, "cuda", lent=True)
    assert not compiled()
    tuning.tune(network, "cpu")
    assert compiled()


def test_a_lent_gpu_is_asked_for_long_enough_to_start_its_worker(card, monkeypatch):
    large = replace(catalog.CARDS[0], size_bytes=20_000_000_000)
    monkeypatch.setattr(catalog, "CARDS", (large,))
    monkeypatch.setattr(neural, "_resident", {"counting": object()})
    assert neural.gpu_seconds("counting", "count", (3,), {}) == pytest.approx(1 + 5)
