"""Files of visitors: only theirs are read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from imagecraft.errors import InvalidInput
from imagecraft.ui.files import served, uploaded_path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where visitors' files lie."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "visitors"))
    (tmp_path / "visitors").mkdir()
    return tmp_path / "visitors"


def test_an_uploaded_file_is_found(folder: Path) -> None:
    photo = folder / "photo.jpg"
    photo.write_bytes(b"photo")

    assert uploaded_path({"file": {"path": str(photo)}}) == photo.resolve()


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        [],
        "photo.jpg",
        {"file": None},
        {"file": {"path": None}},
        {"file": {"path": "/etc/passwd"}},
        {"file": {"path": "https://example.org/photo.jpg"}},
        {"file": {"path": "visitors/../secret.txt"}},
        {"file": {"path": ""}},
        {"file": {"path": "\0"}},
    ],
)
def test_nothing_else_is(folder: Path, value: Any) -> None:
    with pytest.raises(InvalidInput):
        uploaded_path(value)


def test_neither_is_a_way_out_of_the_folder(folder: Path) -> None:
    secret = folder.parent / "secret.txt"
    secret.write_text("secret")
    (folder / "link").symlink_to(secret)

    for path in (folder / ".." / "secret.txt", folder / "link", folder):
        with pytest.raises(InvalidInput):
            uploaded_path({"file": {"path": str(path)}})


def test_what_the_page_makes_lies_among_the_visitors_files(folder: Path) -> None:
    value = served(b"sound", "a cat.wav")

    assert Path(value["path"]).read_bytes() == b"sound"
    assert Path(value["path"]).is_relative_to(folder.resolve())
    assert value["orig_name"] == "a cat.wav"
