"""The program that measures training at real size, tried on a tiny network."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("peft")


def test_it_measures_both_methods(tmp_path, capsys, monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).resolve().parents[2]))
    from benchmarks import training

    out = tmp_path / "rows.json"
    assert training.main(["--small", "--steps", "1", "--batch", "2", "--json", str(out)]) == 0
    lora, full = json.loads(out.read_text())
    assert (lora["method"], full["method"]) == ("lora", "full")
    assert lora["learning"] < 0.5 * full["learning"] == 0.5 * full["weights"]
    for row in (lora, full):
        assert row["step_seconds"] > 0
        assert row["measured_bytes"] > row["foretold_bytes"] > 0
    printed = capsys.readouterr().out
    assert printed.count("\n|") == 3
    assert "bf16" in printed or "fp32" in printed
