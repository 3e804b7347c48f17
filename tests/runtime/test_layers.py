"""Linear layers in oneDNN's order beside those that they stand for."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from imagecraft.runtime.layers import OPERATIONS, in_onednn_order
from imagecraft.runtime.neural import Place

torch = pytest.importorskip("torch")

PLACE = Place("cpu", "bfloat16")


@pytest.fixture(autouse=True)
def _bfloat16() -> None:
    if not torch.ops.mkldnn._is_mkldnn_bf16_supported():
        pytest.skip("this CPU does not compute in bfloat16")


def layers(bias: bool = True) -> Any:
    torch.manual_seed(0)
    return torch.nn.Sequential(torch.nn.Linear(64, 32, bias=bias)).bfloat16().eval()


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("shape", [(1, 64), (2, 5, 64), (700, 64), (0, 64)])
def test_what_they_give_stays(bias: bool, shape: tuple[int, ...]) -> None:
    given = torch.randn(shape, generator=torch.Generator().manual_seed(1)).bfloat16()
    with torch.inference_mode():
        right, found = layers(bias)(given), in_onednn_order(layers(bias), PLACE)(given)
    assert found.dtype == right.dtype
    assert torch.allclose(found, right, atol=0.02)


@pytest.mark.parametrize("place", [Place("cpu", "float32"), Place("cuda", "bfloat16")])
def test_other_places_keep_their_layers(place: Place) -> None:
    network = layers()
    before = network[0]
    assert in_onednn_order(network, place)[0] is before


def test_what_is_to_be_compiled_keeps_its_layers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAGECRAFT_COMPILE", "1")
    network = layers()
    before = network[0]
    assert in_onednn_order(network, PLACE)[0] is before


@pytest.mark.parametrize("lost", OPERATIONS)
def test_without_one_of_torchs_operations_the_layers_stay(lost: str, monkeypatch: pytest.MonkeyPatch) -> None:
    left = {name: getattr(torch.ops.mkldnn, name) for name in OPERATIONS if name != lost}
    monkeypatch.setattr(torch.ops, "mkldnn", SimpleNamespace(**left))
    network = layers()
    before = network[0]
    assert in_onednn_order(network, PLACE)[0] is before


def test_a_layer_in_two_places_stays_one() -> None:
    layer = torch.nn.Linear(64, 64).bfloat16()
    ordered = in_onednn_order(torch.nn.ModuleDict({"one": layer, "two": layer}), PLACE)
    assert ordered["one"] is not layer
    assert ordered["one"] is ordered["two"]
