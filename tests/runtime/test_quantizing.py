"""Layers in whole numbers beside the layers that they stand for."""

from __future__ import annotations

from typing import Any

import pytest

from imagecraft.runtime import quantizing, tuning
from imagecraft.runtime.neural import Place

torch = pytest.importorskip("torch")
if quantizing.ENGINE not in torch.backends.quantized.supported_engines:
    pytest.skip("torch has no such products for this CPU", allow_module_level=True)

CPU = Place("cpu", "float32")


def network(bias: bool = True) -> Any:
    torch.manual_seed(0)
    return torch.nn.Sequential(
        torch.nn.Linear(512, 768, bias=bias), torch.nn.GELU(), torch.nn.Linear(768, 512, bias=bias)
    ).eval()


def states(*shape: int) -> Any:
    return torch.randn(*shape, 512, generator=torch.Generator().manual_seed(1))


def relative(found: Any, right: Any) -> float:
    return float((found.float() - right).norm() / right.norm())


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("shape", [(1,), (3, 5), (700,), (0,)])
def test_a_network_gives_nearly_what_it_gave(dtype: str, bias: bool, shape: tuple[int, ...]) -> None:
    given = states(*shape)
    whole = quantizing.in_whole_numbers(network(bias).to(getattr(torch, dtype)))
    with torch.inference_mode():
        right, found = network(bias)(given), whole(given.to(getattr(torch, dtype)))
    assert found.shape == right.shape
    assert found.dtype == getattr(torch, dtype)
    assert right.numel() == 0 or relative(found, right) < 0.02


def test_a_row_with_large_numbers_does_not_make_the_others_worse() -> None:
    given = states(8)
    loud = given.clone()
    loud[0] *= 1000
    whole = quantizing.in_whole_numbers(network())
    with torch.inference_mode():
        assert torch.equal(whole(loud)[1:], whole(given)[1:])


def test_rows_of_nothing_give_the_bias() -> None:
    layer = torch.nn.Sequential(torch.nn.Linear(512, 512)).eval()
    bias = layer[0].bias.detach()
    assert torch.allclose(quantizing.in_whole_numbers(layer)(torch.zeros(2, 512)), bias.expand(2, -1))


def test_cpus_that_add_in_16_bits_get_numbers_that_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"architecture": "x86_64"})
    whole = quantizing.in_whole_numbers(network())
    given = states(4)
    with torch.inference_mode():
        assert relative(whole(given), network()(given)) < 0.04


def test_small_layers_stay_and_large_ones_take_a_quarter() -> None:
    layers = torch.nn.ModuleDict({"small": torch.nn.Linear(8, 512), "large": torch.nn.Linear(2048, 2048)})
    small, before = layers["small"], tuning.size_bytes(Held(layers))
    quantizing.in_whole_numbers(layers)
    assert layers["small"] is small
    assert tuning.size_bytes(Held(layers)) < 0.26 * before


def test_a_layer_in_two_places_stays_one() -> None:
    layer = torch.nn.Linear(512, 512)
    whole = quantizing.in_whole_numbers(torch.nn.ModuleDict({"one": layer, "two": layer}))
    assert whole["one"] is whole["two"]


@pytest.mark.parametrize(
    ("said", "place", "asked"),
    [
        ("1", CPU, True),
        (" On ", CPU, True),
        ("0", CPU, False),
        ("", CPU, False),
        ("1", Place("cuda", "float16"), False),
    ],
)
def test_only_for_those_who_ask_and_on_a_cpu(
    said: str, place: Place, asked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAGECRAFT_INT8", said)
    assert quantizing.asked_for(place) is asked


class Held:
    """Holds a network as our own do."""

    def __init__(self, network: Any) -> None:
        self.network = network
