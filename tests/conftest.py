"""What every test can ask for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Photos, sounds and scores beside the checkout; skips where they are absent."""
    if not SHARED.is_dir():
        pytest.skip("no shared data beside this checkout")
    return SHARED


@pytest.fixture(scope="session")
def weights() -> Mapping[str, Path]:
    """The offline layer's model files by name, fetched once a machine into the user's own cache."""
    from imagecraft.runtime.weights import asset_path, assets

    return {name: asset_path(name) for name in assets()}
