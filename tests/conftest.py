"""What every test can ask for."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from served_page import CHECKOUT, running_app

# Who starts the tests in the background leaves Ctrl-C ignored, and every process they start inherits that.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

SHARED = CHECKOUT.parent / "shared"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Photos, sounds and scores beside the checkout; skips where they are absent."""
    if not SHARED.is_dir():
        pytest.skip("no shared data beside this checkout")
    return SHARED


@pytest.fixture(scope="session")
def weights() -> Mapping[str, Path]:
    """The vision models' files by name, fetched once a machine into the user's own cache."""
    from imagecraft.runtime.weights import asset_path, assets

    return {name: asset_path(name) for name in assets() if name != "yamnet"}


@pytest.fixture
def yamnet(monkeypatch: pytest.MonkeyPatch) -> None:
    """YAMNet's weights, where they are on disk; no package index carries them, so elsewhere this skips."""
    from imagecraft.runtime.weights import status

    if (SHARED / "models").is_dir():
        monkeypatch.setenv("IMAGECRAFT_WEIGHTS", str(SHARED / "models"))
    if status("yamnet").state != "present":
        pytest.skip("YAMNet's weights are not here")


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """From the name of a function of `tiny_models` to the folder with its random-weight model, built once."""
    pytest.importorskip("transformers")
    import tiny_models

    built: dict[str, Path] = {}

    def folder(family: str) -> Path:
        if family not in built:
            built[family] = tmp_path_factory.mktemp(f"tiny-{family}")
            tiny_models.build(family, built[family])
        return built[family]

    return folder


@pytest.fixture(scope="session")
def pocket_network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a random-weight network of Pocket TTS that speaks English and listens to samples."""
    pytest.importorskip("pocket_tts")
    import tiny_voices

    return tiny_voices.pocket(tmp_path_factory.mktemp("pocket-network"), "english")


@pytest.fixture(scope="session")
def app_url(weights: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the page that all tests share; it hears where YAMNet's weights are beside the checkout."""
    own = {"IMAGECRAFT_WEIGHTS": str(SHARED / "models")} if (SHARED / "models").is_dir() else {}
    with running_app(tmp_path_factory.mktemp("app"), **own) as address:
        yield address


@pytest.fixture(scope="session")
def new_app_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a page on a machine that has no model files and no way to fetch them."""
    folder = tmp_path_factory.mktemp("new-app")
    (folder / "temporary").mkdir()
    bare = {"IMAGECRAFT_CACHE": str(folder / "cache"), "TMPDIR": str(folder / "temporary")}
    with running_app(folder, IMAGECRAFT_OFFLINE="1", IMAGECRAFT_WEIGHTS="", **bare) as address:
        yield address
