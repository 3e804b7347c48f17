"""A default is taken only where its weights fit the memory, in the number format that they have there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from imagecraft import catalog
from imagecraft.runtime import device, neural, selection


@pytest.fixture(params=["float32", "bfloat16"])
def dtype(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The number format of a CPU without a GPU."""
    here = replace(device.hardware(), profile="cpu", device="cpu", dtype=request.param)
    monkeypatch.setattr(neural, "hardware", lambda: here)
    return str(request.param)


def fits(model: str, share: float, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether a model has room where memory has this share of what it takes on disk."""
    card = catalog.card(model)
    monkeypatch.setenv("IMAGECRAFT_MEMORY_MB", str(round(card.size_bytes * share / 1e6)))
    return selection.has_room(card)


@pytest.mark.parametrize("model", ["sd-turbo", "florence-2-base", "z-image-turbo", "qwen3-vl-2b"])
def test_half_precision_takes_twice_its_room_where_it_is_widened(model, dtype, monkeypatch):
    assert fits(model, 1.5, monkeypatch) == (dtype == "bfloat16")
    assert fits(model, 2.1, monkeypatch)


@pytest.mark.parametrize("model", ["ast", "eomt-large"])
@pytest.mark.usefixtures("dtype")
def test_full_precision_takes_no_more_than_on_disk(model, monkeypatch):
    assert fits(model, 1.1, monkeypatch)
    assert not fits(model, 0.9, monkeypatch)
