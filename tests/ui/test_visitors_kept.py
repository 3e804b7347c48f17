"""What the server keeps of its visitors has a bound."""

from __future__ import annotations

from typing import Any

import gradio as gr
import pytest
from gradio.state_holder import StateHolder

from imagecraft.ui import blocks


def test_of_many_visitors_only_the_last_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[str] = []

    def launch(page: gr.Blocks, *, state_session_capacity: int = 10_000, **_others: Any) -> None:
        page.state_session_capacity = state_session_capacity
        holder = StateHolder()
        holder.set_blocks(page)
        for number in range(6):
            assert holder[f"visitor {number}"]
        kept.extend(holder.session_data)

    monkeypatch.setattr(blocks, "VISITORS_KEPT", 3)
    monkeypatch.setattr(gr.Blocks, "launch", launch)
    monkeypatch.setattr(gr.Blocks, "block_thread", lambda page: None)
    monkeypatch.setattr(blocks, "_warm_up", lambda: None)
    monkeypatch.setattr(blocks.leftovers, "own_folder", lambda: None)
    blocks.launch()

    assert "visitor 5" in kept
    assert len(kept) <= 4  # gradio makes room before it takes one in
    assert "visitor 0" not in kept
