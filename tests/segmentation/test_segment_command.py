"""`imagecraft segment`, as its users and their scripts meet it."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from imagecraft.cli import run

EXAMPLES = Path(__file__).parents[2] / "examples"

pytestmark = pytest.mark.usefixtures("weights")


def test_everything_is_written_and_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    photo, out = str(EXAMPLES / "chelsea.jpg"), str(tmp_path / "out.png")
    files = {
        "--mask": tmp_path / "mask.png",
        "--sounds": tmp_path / "heard.wav",
        "--legend": tmp_path / "legend.png",
        "--cut-outs": tmp_path / "parts.zip",
        "--coco": tmp_path / "coco.json",
        "--table": tmp_path / "table.csv",
    }
    options = [word for name, path in files.items() for word in (name, str(path))]

    assert run(["segment", photo, "-o", out, "--json", *options]) == 0

    told = json.loads(capsys.readouterr().out)
    assert told["file"] == photo
    assert told["model"] == "deeplab"
    assert {"index", "label", "pixels", "share", "regions"} <= told["classes"][0].keys()
    assert sum(entry["share"] for entry in told["classes"]) == pytest.approx(1)
    assert told["summary"].startswith("A cat")
    assert Image.open(out).size == tuple(told["size"]) == (451, 300)
    mask = np.asarray(Image.open(files["--mask"]))
    assert mask.dtype == np.uint8
    for entry in told["classes"]:
        assert (mask == entry["index"]).sum() == entry["pixels"]
    assert Image.open(files["--legend"]).height < 100
    samples, rate = soundfile.read(files["--sounds"])
    assert samples.shape[1] == 2
    assert len(samples) / rate > 2
    assert np.abs(samples).max() > 0.05
    assert zipfile.ZipFile(files["--cut-outs"]).namelist() == ["01 cat.png"]
    assert json.loads(files["--coco"].read_text())["images"][0]["file_name"] == "chelsea.jpg"
    assert "cat" in files["--table"].read_text()


def test_a_table_is_printed_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["segment", str(EXAMPLES / "chelsea.jpg"), "-o", str(tmp_path / "out.png")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("A cat, in the middle")
    assert lines[-1].split()[:2] == ["cat", "1"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["-o", "out.jpg"], "does not end in .png"),
        (["-o", "nowhere/out.png"], "no folder"),
        (["-o", "out.png", "--mask", "mask.bmp"], "does not end in .png"),
        (["-o", "out.png", "--sounds", "heard.txt"], "does not end like a sound file"),
        (["-o", "out.png", "--mask", "./out.png"], "asked for twice"),
        (["-o", "out.png", "--variant", "neon"], "no variant 'neon'"),
        (["-o", "out.png", "--opacity", "2"], "opacity"),
        (["-o", "out.png", "--model", "deepest"], "no segment model"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_written(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["segment", str(EXAMPLES / "chelsea.jpg"), *options]) == 2
    assert words in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_the_picture_itself_is_not_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    photo = tmp_path / "photo.png"
    Image.open(EXAMPLES / "chelsea.jpg").save(photo)
    before = photo.read_bytes()
    (tmp_path / "same.png").symlink_to(photo)
    for out in (photo, tmp_path / "same.png"):
        assert run(["segment", str(photo), "-o", str(out)]) == 2
        assert "the picture itself" in capsys.readouterr().err
    assert photo.read_bytes() == before
