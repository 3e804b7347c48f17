"""What tests of the batch command can ask for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def empty_folder(weights: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, from which commands run."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
