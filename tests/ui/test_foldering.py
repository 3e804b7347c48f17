"""Several photos at once, as the page's functions see them."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from imagecraft.batch.tasks import CaptionTask
from imagecraft.errors import InvalidInput
from imagecraft.pipelines.folder import NEURAL_TOGETHER, describe_each, pictures, saved
from imagecraft.ui import folder_words, foldering

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    return tmp_path


def sent(folder: Path, name: str, data: bytes) -> dict[str, Any]:
    path = folder / f"{len(list(folder.iterdir()))}-{Path(name).name}"
    path.write_bytes(data)
    return {"file": {"path": str(path)}, "name": name}


def png() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(buffer, "PNG")
    return buffer.getvalue()


def test_photos_and_archives_become_rows_and_a_damaged_one_an_error(weights, uploads):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("in/side.png", png())
        archive.writestr("../../out.png", png())
    files = [
        sent(uploads, "cat.jpg", (EXAMPLES / "chelsea.jpg").read_bytes()),
        sent(uploads, "bad.jpg", b"\xff\xd8\xff no"),
        sent(uploads, "more.zip", packed.getvalue()),
    ]
    *_, table, done = foldering.describe(files, "short", None)
    rows = table["table"]["rows"]
    assert [row["file"] for row in rows] == [
        "cat.jpg",
        "bad.jpg",
        "more.zip/in/side.png",
        "more.zip/../../out.png",
    ]
    assert "cat" in rows[0]["caption"]
    assert [bool(row["error"]) for row in rows] == [False, True, False, True]
    assert [row["thumbnail"] is not None for row in rows] == [True, False, True, False]
    assert done["several_status"]["say"] == "2 photos described. 2 could not be."


def test_a_large_model_looks_at_some_together_and_a_damaged_one_is_still_an_error(
    tiny_model, uploads, monkeypatch
):
    looked_at = []

    def captions(task, opened, _captions=CaptionTask.captions):
        looked_at.append(len(opened))
        return _captions(task, opened)

    monkeypatch.setattr(CaptionTask, "captions", captions)
    files = [sent(uploads, f"{number}.png", png()) for number in range(NEURAL_TOGETHER + 2)]
    files[1] = sent(uploads, "bad.jpg", b"\xff\xd8\xff no")
    items = pictures([(one["name"], Path(one["file"]["path"])) for one in files], 100)
    rows = list(describe_each(items, model=f"blip-base@{tiny_model('blip')}"))
    assert [row.name for row in rows] == [one["name"] for one in files]
    assert [bool(row.error) for row in rows] == [place == 1 for place in range(len(files))]
    assert looked_at == [NEURAL_TOGETHER - 1, 2]


@pytest.mark.parametrize("name", ["list.txt", "list.lst", "rows.jsonl", "rows.ndjson", "many.tgz", "@list"])
def test_a_list_of_paths_opens_no_file_of_the_server(name, uploads):
    secret = str(EXAMPLES / "chelsea.jpg")
    text = json.dumps({"path": secret}) if "rows" in name else secret
    one = sent(uploads, name, text.encode())
    (item,) = pictures([(name, Path(one["file"]["path"]))], 100)
    assert item.below == name
    with pytest.raises(InvalidInput, match="no picture"):
        item.location.read()


@pytest.mark.parametrize("files", [None, [], "x", [{"file": {"path": "/etc/passwd"}, "name": "a.jpg"}], [7]])
def test_what_is_no_visitor_s_file_is_not_opened(files, uploads):
    *_, last = foldering.describe(files, "short", None)
    assert last["several_status"]["state"] == "failed"
    assert last["several_problem"]["hint"]


def test_more_photos_than_a_space_takes_are_refused(uploads, monkeypatch):
    monkeypatch.setenv("SPACE_ID", "someone/somewhere")
    files = [sent(uploads, f"{n}.png", png()) for n in range(foldering.MOST_PHOTOS_ON_A_SPACE + 1)]
    *_, last = foldering.describe(files, "short", None)
    assert "more than 20" in last["several_problem"]["message"]
    assert len(pictures([(one["name"], Path(one["file"]["path"])) for one in files], 100)) == 21


def test_what_is_saved_is_what_stands_in_the_table(uploads):
    rows = [
        {"file": "a.jpg", "caption": "=SUM(A1)", "said": "A dog.", "model": "m", "error": "", "thumbnail": 3},
        {"file": "../a.png", "caption": "A cat.", "said": "A cat.", "model": "m", "error": ""},
        {"file": "b.jpg", "caption": None, "said": "", "model": "m", "error": "It is damaged."},
        "nonsense",
    ]
    update = foldering.save({"rows": rows})
    by_name = {
        link["file"]["orig_name"]: Path(link["file"]["path"]).read_bytes()
        for link in update["several_downloads"]
    }
    assert list(by_name) == [name for name, _ in folder_words.DOWNLOADS]
    table = list(csv.DictReader(io.StringIO(by_name["captions.csv"].decode())))
    assert [row["caption"] for row in table] == ["'=SUM(A1)", "A cat.", ""]
    assert [row["edited"] for row in table] == ["True", "False", "False"]
    lines = [json.loads(line) for line in by_name["captions.jsonl"].splitlines()]
    assert [line["caption"] for line in lines] == ["=SUM(A1)", "A cat.", ""]
    with zipfile.ZipFile(io.BytesIO(by_name["captions.zip"])) as archive:
        assert archive.namelist() == ["captions.csv", "captions.jsonl", "a.txt", "a 2.txt"]
        assert archive.read("a 2.txt") == b"A cat.\n"


@pytest.mark.parametrize("table", [None, {}, {"rows": []}, {"rows": "x"}, []])
def test_nothing_to_save_or_to_speak_is_said(table, uploads):
    assert foldering.save(table)["several_speech_problem"]["message"]
    *_, last = foldering.speak(table, None, 1.0)
    assert last["several_speech_problem"]["hint"]


def test_the_description_that_was_asked_for_is_spoken_as_it_stands(uploads):
    rows = [
        {"file": f"{n}.jpg", "caption": text, "said": "x"} for n, text in enumerate(("One.", "Two words."))
    ]
    *_, last = foldering.speak({"rows": rows, "asked": 1}, None, 1.0)
    assert last["several_player"]["name"] == "1.wav"
    assert Path(last["several_player"]["file"]["path"]).stat().st_size > 1000
    *_, last = foldering.speak({"rows": rows, "asked": 2}, None, 1.0)
    assert last["several_status"]["state"] == "failed"


def test_texts_of_one_name_do_not_overwrite_each_other():
    rows = [
        {"file": name, "caption": "x", "edited": False, "model": "", "error": ""}
        for name in ("A.jpg", "a.png", "")
    ]
    with zipfile.ZipFile(io.BytesIO(saved(rows)["captions.zip"])) as archive:
        assert archive.namelist()[2:] == ["A.txt", "a 2.txt", "picture.txt"]
