"""Files of visitors: only theirs are read, and none stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from imagecraft.errors import InvalidInput
from imagecraft.ui.files import as_file_value, served, uploaded_path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where visitors' files lie."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "visitors"))
    (tmp_path / "visitors").mkdir()
    return tmp_path / "visitors"


def test_an_uploaded_file_is_found(folder: Path) -> None:
    photo = folder / "photo.jpg"
    photo.write_bytes(b"photo")

    assert uploaded_path({"file": as_file_value(photo, "photo.jpg")}) == photo.resolve()


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


def test_uploads_and_results_are_cleared_away(folder: Path) -> None:
    """What Gradio does every few minutes with an age of an hour, done at once with an age of nothing."""
    from gradio.route_utils import delete_files_created_by_app
    from gradio_client import Client, handle_file

    from imagecraft.ui.blocks import CLEARED_EVERY_SECONDS, KEPT_SECONDS, build

    page = build()
    assert page.delete_cache == (CLEARED_EVERY_SECONDS, KEPT_SECONDS)
    _, address, _ = page.launch(prevent_thread_lock=True, quiet=True)
    try:
        client = Client(address, verbose=False, download_files=folder.parent / "answers")
        photo = Path(__file__).parents[2] / "examples" / "chelsea.jpg"
        client.predict(image=handle_file(photo), api_name="/image_to_speech")
        assert any(path.is_file() for path in folder.rglob("*"))
        delete_files_created_by_app(page, age=-1)
    finally:
        page.close()

    assert [path for path in folder.rglob("*") if path.is_file()] == []
