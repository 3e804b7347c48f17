"""The page's HTTP API, through Gradio's own client, and the promise to clear files away."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import soundfile
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image
from served_page import CHECKOUT, example_in

EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.fixture(scope="module")
def client(app_url: str, tmp_path_factory: pytest.TempPathFactory) -> Client:
    """A client of the running page."""
    return Client(app_url, download_files=tmp_path_factory.mktemp("answers"), verbose=False)


def described(client: Client, photo: Path, **options: Any) -> tuple[str, str, dict[str, Any]]:
    """Sound file, caption and details of a photo."""
    answer: tuple[str, str, dict[str, Any]] = client.predict(
        image=handle_file(photo), api_name="/image_to_speech", **options
    )
    return answer


def test_only_the_jobs_are_offered(client: Client) -> None:
    assert set(client.view_api(return_format="dict")["named_endpoints"]) == {
        "/image_to_speech",
        "/image_to_soundscape",
        "/audio_to_image",
        "/segment",
        "/evaluate",
        "/models",
    }


def test_a_photo_is_described_and_spoken_with_nothing_but_the_photo(client: Client) -> None:
    audio, caption, details = described(client, EXAMPLES / "chelsea.jpg")

    samples, rate = soundfile.read(audio)
    assert len(samples) / rate > 0.3
    assert "cat" in caption.lower()
    assert details["caption"] == caption
    assert details["file"] == "chelsea.jpg"
    assert {"model", "seconds", "evidence"} <= details.keys()
    assert {"label", "score", "box"} <= details["evidence"][0].keys()


def test_the_example_of_the_docs_runs(
    app_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(CHECKOUT)
    exec(example_in("scale.md", "gradio_client", app_url), {})

    printed = capsys.readouterr().out
    assert "cat" in printed.lower()
    assert ".wav" in printed


def test_options_are_followed(client: Client) -> None:
    photo = EXAMPLES / "chelsea.jpg"
    usual, caption, _ = described(client, photo)
    slow, short, _ = described(client, photo, max_chars=40, speed=0.5, length="detailed")

    assert len(short) <= 40
    assert soundfile.info(slow).duration / len(short) > 1.4 * soundfile.info(usual).duration / len(caption)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"voice": "nobody"}, "heart"),
        ({"speed": 9.0}, "0.5"),
        ({"max_chars": 3}, "at least"),
        ({"model": "nothing"}, "grounded"),
    ],
)
def test_a_wrong_option_is_refused_with_the_right_ones(
    client: Client, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(AppError, match=words):
        described(client, EXAMPLES / "chelsea.jpg", **options)


def test_what_is_not_a_picture_is_refused_in_one_sentence(client: Client, tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear reader")

    with pytest.raises(AppError, match="not a picture"):
        described(client, letter)


def test_files_of_the_server_cannot_be_read(client: Client) -> None:
    with pytest.raises(AppError):
        client.predict(
            image={"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}, api_name="/image_to_speech"
        )


def test_models_are_listed_with_how_they_stand(client: Client) -> None:
    everything = client.predict(api_name="/models")
    captioners = client.predict(task="caption", api_name="/models")

    assert {"grounded", "hibari"} <= {model["id"] for model in everything}
    assert {model["task"] for model in captioners} == {"caption"}
    assert captioners[0]["on_disk"] is True
    assert captioners[0]["license"] == "Apache-2.0"


def test_a_photo_becomes_a_soundscape_and_its_plan_the_same_one_again(client: Client) -> None:
    photo = handle_file(EXAMPLES / "chelsea.jpg")
    endpoint = "/image_to_soundscape"
    audio, prompt, details = client.predict(image=photo, seconds=3, seed=5, api_name=endpoint)
    again, _, _ = client.predict(image=None, plan=details["plan"], seconds=3, seed=5, api_name=endpoint)

    samples, rate = soundfile.read(audio)
    assert samples.shape == (3 * rate, 2)
    assert "cat" in prompt
    assert details["prompt"] == prompt
    assert (details["seed"], details["model"], details["file"]) == (5, "layered", "chelsea.jpg")
    assert Path(again).read_bytes() == Path(audio).read_bytes()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "nothing to make"),
        ({"prompt": "rain", "seconds": 1e9}, "180"),
        ({"prompt": "rain", "seconds": 0}, "180"),
        ({"prompt": "rain", "seed": -1}, "seed"),
        ({"prompt": "rain", "model": "nothing"}, "layered"),
        ({"plan": {"layers": [{"sound": "unicorn"}]}}, "unicorn"),
        ({"plan": {"layers": [{"sound": "rain", "pan": "left"}]}}, "pan"),
    ],
)
def test_what_cannot_be_a_soundscape_is_refused_in_words(
    client: Client, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(AppError, match=words):
        client.predict(image=None, api_name="/image_to_soundscape", **options)


def test_captions_are_scored_as_the_command_scores_them(client: Client, tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text('{"1": "a cat on a mat", "2": "rain"}')
    (tmp_path / "r.json").write_text('{"1": ["a cat lies on a mat"], "2": ["it rains", "rain falls"]}')
    ours, theirs = handle_file(tmp_path / "p.json"), handle_file(tmp_path / "r.json")
    table, details = client.predict(predictions=ours, references=theirs, api_name="/evaluate")

    assert table["headers"] == ["metric", "score"]
    assert {"bleu_4", "rouge_l", "cider_d"} <= {row[0] for row in table["data"]}
    assert details["metrics"]["rouge_l"] == pytest.approx(float(dict(table["data"])["rouge_l"]), abs=1e-4)
    with pytest.raises(AppError, match="rouge_l"):
        client.predict(predictions=ours, references=theirs, metrics="blue", api_name="/evaluate")


def test_twenty_at_once_each_get_their_own_answer(client: Client, tmp_path: Path) -> None:
    photos = []
    for number in range(20):
        photo = tmp_path / f"{number}.png"
        with Image.open(EXAMPLES / ("chelsea.jpg" if number % 2 else "coffee.jpg")) as image:
            image.convert("RGB").save(photo)
        photos.append(photo)

    with ThreadPoolExecutor(20) as crowd:
        answers = list(crowd.map(lambda photo: described(client, photo), photos))

    assert [details["file"] for _, _, details in answers] == [photo.name for photo in photos]
    assert len({caption for _, caption, _ in answers[1::2]}) == 1
    assert len({caption for _, caption, _ in answers[0::2]}) == 1
    assert answers[0][1] != answers[1][1]
    assert all(soundfile.info(audio).duration > 0.3 for audio, _, _ in answers)
