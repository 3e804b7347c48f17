"""`/segment` of the HTTP API."""

from __future__ import annotations

from pathlib import Path

import pytest
import soundfile
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image

PHOTO = Path(__file__).parents[2] / "examples" / "chelsea.jpg"


@pytest.fixture(scope="module")
def client(app_url: str, tmp_path_factory: pytest.TempPathFactory) -> Client:
    """A client of the running page."""
    return Client(app_url, download_files=tmp_path_factory.mktemp("answers"), verbose=False)


def test_a_photo_is_divided_counted_and_heard(client: Client) -> None:
    drawn, table, audio, details = client.predict(image=handle_file(PHOTO), api_name="/segment")

    with Image.open(drawn) as picture, Image.open(PHOTO) as photo:
        assert picture.format == "PNG"
        assert picture.size == photo.size
    assert [row[0] for row in table["data"]] == ["background", "cat"]
    assert sum(row[table["headers"].index("share")] for row in table["data"]) == pytest.approx(1)
    assert soundfile.info(audio).duration > 2
    assert details["file"] == "chelsea.jpg"
    assert details["summary"].startswith("A cat")
    assert {"model", "size", "classes", "regions"} <= details.keys()


def test_a_wrong_option_is_said_in_words(client: Client) -> None:
    with pytest.raises(AppError, match="no variant 'neon'"):
        client.predict(image=handle_file(PHOTO), variant="neon", api_name="/segment")
