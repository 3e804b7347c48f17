"""The command line, as a user meets it: mostly real processes with real files."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import soundfile
from PIL import Image, ImageDraw

from imagecraft.cli import run
from imagecraft.pipelines import models
from imagecraft.speech.text import MAX_CHARACTERS

CHECKOUT = Path(__file__).resolve().parents[1]
SPEAK_FIELDS = {"out", "model", "voice", "seconds", "duration", "sample_rate", "text_sent_out"}
CAPTION_FIELDS = {"file", "caption", "model", "seconds", "evidence"}


def imagecraft(
    *arguments: str | bytes | Path, stdin: bytes = b"", cwd: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """`python -m imagecraft …` in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "imagecraft", *arguments],
        input=stdin,
        capture_output=True,
        cwd=cwd,
        env=_environment(environment),
        timeout=300,
        check=False,
    )


def _environment(more: dict[str, str]) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(CHECKOUT)} | more


def result(done: subprocess.CompletedProcess[bytes]) -> Any:
    """The JSON a command printed, when all went well."""
    assert (done.returncode, done.stderr.decode()) == (0, "")
    (line,) = done.stdout.decode().splitlines()
    return json.loads(line)


def complaint(done: subprocess.CompletedProcess[bytes]) -> list[str]:
    """What was said on stderr: a line that says what is wrong, and one that helps."""
    lines = done.stderr.decode().splitlines()
    assert done.returncode == 2
    assert len(lines) == 2
    assert lines[0].startswith("imagecraft: error: ")
    return lines


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A blue sky over green land with a red ball."""
    image = Image.new("RGB", (320, 240), (120, 170, 230))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 150, 320, 240), (60, 140, 50))
    draw.ellipse((130, 110, 190, 170), (200, 40, 30))
    path = tmp_path / "photo.png"
    image.save(path)
    return path


class TestCaption:
    def test_one_picture_gives_one_line(self, photo: Path) -> None:
        done = imagecraft("caption", photo)
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout.count(b"\n") == 1
        assert len(done.stdout.split()) >= 2

    def test_json_has_the_fields_of_the_contract(self, photo: Path) -> None:
        found = result(imagecraft("caption", "--json", photo))
        assert set(found) >= CAPTION_FIELDS
        assert found["file"] == str(photo)
        assert found["model"] == "grounded"
        assert isinstance(found["seconds"], float)
        for item in found["evidence"]:
            assert set(item) >= {"label", "score", "box"}
            left, top, right, bottom = item["box"]
            assert 0 <= left < right <= 320
            assert 0 <= top < bottom <= 240

    def test_a_bad_file_among_several_is_named_and_the_rest_goes_on(
        self, photo: Path, tmp_path: Path
    ) -> None:
        broken = tmp_path / "broken.jpg"
        broken.write_bytes(b"not a picture")
        done = imagecraft("caption", "--json", photo, broken, photo)
        assert "broken.jpg" in complaint(done)[0]
        assert [json.loads(line)["file"] for line in done.stdout.splitlines()] == [str(photo)] * 2

    def test_options_reach_the_captioner(self, photo: Path) -> None:
        detailed = result(imagecraft("caption", "--json", "--length", "detailed", photo))["caption"]
        short = result(imagecraft("caption", "--json", "--max-chars", "40", photo))["caption"]
        assert len(short) <= 40
        assert len(detailed) > len(short)

    def test_hedged_captions_differ_only_by_a_probably(self, photo: Path) -> None:
        plain, hedged = (
            result(imagecraft("caption", "--json", *option, photo))["caption"]
            for option in ((), ("--hedge",))
        )
        assert hedged.lower().replace("probably ", "") == plain.lower().replace("probably ", "")

    @pytest.mark.skipif(sys.platform == "win32", reason="names are text there")
    def test_any_file_name_is_taken_and_given_back(self, photo: Path, tmp_path: Path) -> None:
        name = os.fsencode(tmp_path) + b"/caf\xe9\n\x1b[31m.png"
        os.rename(photo, name)  # noqa: PTH104 - a Path cannot hold these bytes
        found = result(imagecraft("caption", "--json", name))
        assert os.fsencode(found["file"]) == name
        assert b"\x1b" not in imagecraft("caption", name).stdout
        os.unlink(name)  # noqa: PTH108
        assert "\x1b" not in complaint(imagecraft("caption", name))[0]

    def test_without_weights_and_network_the_way_out_is_said(self, photo: Path, tmp_path: Path) -> None:
        empty = str(tmp_path / "cache")
        done = imagecraft(
            "caption", photo, IMAGECRAFT_CACHE=empty, IMAGECRAFT_WEIGHTS="", IMAGECRAFT_OFFLINE="1"
        )
        assert "IMAGECRAFT_OFFLINE" in " ".join(complaint(done))


class TestSpeak:
    def test_words_become_a_sound_file(self, tmp_path: Path) -> None:
        out = tmp_path / "hello.wav"
        done = imagecraft("speak", "Hello there, world.", "-o", out)
        assert (done.returncode, done.stderr) == (0, b"")
        info = soundfile.info(out)
        assert (info.format, info.subtype, info.channels) == ("WAV", "PCM_16", 1)
        assert 0.7 < info.duration < 3
        assert "hello.wav" in done.stdout.decode()

    def test_json_has_the_fields_of_the_contract(self, tmp_path: Path) -> None:
        out = tmp_path / "hello.flac"
        found = result(
            imagecraft("speak", "Hello.", "-o", out, "--json", "--voice", "heart", "--model", "hibari")
        )
        assert set(found) == SPEAK_FIELDS
        assert (found["out"], found["model"], found["voice"]) == (str(out), "hibari", "heart")
        info = soundfile.info(out)
        assert found["duration"] == pytest.approx(info.duration, abs=0.001)
        assert found["sample_rate"] == info.samplerate

    @pytest.mark.parametrize("text", ["Hello there, world.\n", "\ufeffHello there, world."])
    def test_a_dash_reads_the_words_from_stdin(self, text: str, tmp_path: Path) -> None:
        read = result(imagecraft("speak", "-", "-o", tmp_path / "a.wav", "--json", stdin=text.encode()))
        given = result(imagecraft("speak", "Hello there, world.", "-o", tmp_path / "b.wav", "--json"))
        assert read["duration"] == given["duration"]
        assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()

    @pytest.mark.parametrize(
        ("stdin", "said"),
        [
            (b"", "no text to speak"),
            (b"caf\xe9 latte", "not UTF-8"),
            (b"word " * MAX_CHARACTERS, "20,000 can be spoken at once"),
            ("é".encode() * 3 * MAX_CHARACTERS, "20,000 can be spoken at once"),
            ("日本語".encode(), "no letters that an English voice can read"),
        ],
    )
    def test_stdin_that_cannot_be_spoken_is_said(self, stdin: bytes, said: str, tmp_path: Path) -> None:
        assert said in complaint(imagecraft("speak", "-", "-o", tmp_path / "a.wav", stdin=stdin))[0]
        assert not list(tmp_path.iterdir())

    def test_speed_and_ending_are_honoured(self, tmp_path: Path) -> None:
        slow = result(
            imagecraft("speak", "Hello there.", "-o", tmp_path / "a.ogg", "--speed", "0.5", "--json")
        )
        fast = result(imagecraft("speak", "Hello there.", "-o", tmp_path / "a.mp3", "--speed", "2", "--json"))
        assert slow["duration"] > 2 * fast["duration"]
        assert [soundfile.info(tmp_path / name).format for name in ("a.ogg", "a.mp3")] == ["OGG", "MP3"]


def test_image_to_speech_gives_the_fields_of_both(photo: Path, tmp_path: Path) -> None:
    out = tmp_path / "photo.wav"
    found = result(imagecraft("image-to-speech", photo, "-o", out, "--json", "--speed", "1.5"))
    assert set(found) >= CAPTION_FIELDS | SPEAK_FIELDS
    assert found["model"] == "grounded"
    assert set(found["speech"]) == SPEAK_FIELDS - {"out"}
    assert found["duration"] == pytest.approx(soundfile.info(out).duration, abs=0.001)
    done = imagecraft("image-to-speech", photo, "-o", out)
    assert done.stdout.decode().splitlines()[0] == found["caption"]


class TestCatalogue:
    def test_models_are_listed(self) -> None:
        done = imagecraft("models", "list", "--json")
        cards = {card["id"]: card for card in map(json.loads, done.stdout.splitlines())}
        assert set(cards) >= {"grounded", "hibari", "piper"}
        assert cards["piper"]["license"] == "GPL-3.0-or-later"
        assert cards["hibari"]["on_disk"] is True
        assert imagecraft("models").stdout == imagecraft("models", "list").stdout
        captioners = imagecraft("models", "--task", "caption", "--json").stdout.splitlines()
        assert json.loads(captioners[0])["id"] == "grounded"
        assert {json.loads(line)["task"] for line in captioners} == {"caption"}

    def test_what_was_downloaded_is_verified(self) -> None:
        assert result(imagecraft("models", "download", "grounded", "--json"))["on_disk"] is True
        done = imagecraft("models", "verify", "grounded", "--json")
        checks = [json.loads(line) for line in done.stdout.splitlines()]
        assert {check["state"] for check in checks} == {"verified"}
        assert done.returncode == 0

    def test_damaged_files_are_found(self, tmp_path: Path) -> None:
        (tmp_path / "deeplab_v3.tflite").write_bytes(b"damaged")
        done = imagecraft(
            "models",
            "verify",
            "grounded",
            IMAGECRAFT_CACHE=str(tmp_path),
            IMAGECRAFT_WEIGHTS="",
            IMAGECRAFT_OFFLINE="1",
        )
        assert "models download grounded" in complaint(done)[1]
        assert "damaged" in done.stdout.decode()

    def test_unloading_is_harmless(self) -> None:
        assert imagecraft("models", "unload").returncode == 0
        assert imagecraft("models", "unload", "hibari").returncode == 0

    def test_voices_are_listed(self) -> None:
        done = imagecraft("voices", "--json")
        found = {voice["id"]: voice for voice in map(json.loads, done.stdout.splitlines())}
        assert found["heart"]["ready"] is True
        assert found["joe"]["gender"] == "male"
        assert "heart" in imagecraft("voices", "--language", "en").stdout.decode()


@pytest.mark.parametrize(
    "arguments",
    [
        ["bogus"],
        ["--bogus"],
        ["caption"],
        ["caption", "--bogus", "x.jpg"],
        ["caption", "nothing.jpg"],
        ["caption", "."],
        ["caption", ""],
        ["caption", "https://example.com/a.jpg"],
        ["caption", "--length", "epic", "x.jpg"],
        ["caption", "--language", "xx", "x.jpg"],
        ["caption", "--max-chars", "many", "x.jpg"],
        ["caption", "--max-chars", "-1", "x.jpg"],
        ["caption", "--model", "bogus", "x.jpg"],
        ["caption", "--model", "hibari", "x.jpg"],
        ["speak"],
        ["speak", "Hello."],
        ["speak", "Hello.", "-o"],
        ["speak", "Hello.", "-o", "x.txt"],
        ["speak", "Hello.", "-o", "x"],
        ["speak", "Hello.", "-o", "."],
        ["speak", "Hello.", "-o", "missing/x.wav"],
        ["speak", "", "-o", "x.wav"],
        ["speak", "🐶", "-o", "x.wav"],
        ["speak", "Hello.", "-o", "x.wav", "--speed", "nan"],
        ["speak", "Hello.", "-o", "x.wav", "--speed", "9"],
        ["speak", "Hello.", "-o", "x.wav", "--speed", "fast"],
        ["speak", "Hello.", "-o", "x.wav", "--voice", "nobody"],
        ["speak", "Hello.", "-o", "x.wav", "--language", "fr"],
        ["speak", "Hello.", "-o", "x.wav", "--model", "grounded"],
        ["image-to-speech", "nothing.jpg", "-o", "x.wav"],
        ["image-to-speech", "nothing.jpg"],
        ["models", "bogus"],
        ["models", "list", "--task", "bogus"],
        ["models", "download", "bogus"],
        ["models", "verify", "bogus"],
        ["models", "unload", "bogus"],
        ["voices", "--language", "tlh"],
        ["serve", "--port", "0"],
        ["serve", "--port", "99999"],
        ["serve", "--auth", "nobody"],
        ["serve", "--host", "300.300.300.300"],
        ["serve", "--host", "203.0.113.1", "--port", "7999"],
        ["serve", "--host", "a" * 300],
    ],
)
def test_a_mistake_is_answered_with_a_sentence_and_a_way_out(
    arguments: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(arguments) == 2
    said = capsys.readouterr()
    problem, hint = said.err.splitlines()
    assert problem.startswith("imagecraft: error: ")
    assert hint
    assert said.out == ""
    assert not list(tmp_path.iterdir())


def test_a_fault_of_ours_gives_an_id_to_report(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_task: str | None) -> None:
        raise ZeroDivisionError("a fault of ours")

    monkeypatch.setattr(models, "states", broken)
    monkeypatch.setenv("IMAGECRAFT_CACHE", str(tmp_path))
    assert run(["models"]) == 1
    said = capsys.readouterr().err
    (kept,) = (tmp_path / "faults").iterdir()
    assert f"fault {kept.stem}" in said
    assert str(kept) in said
    assert "Traceback" not in said
    assert "ZeroDivisionError: a fault of ours" in kept.read_text()


def test_a_fault_that_cannot_be_kept_is_still_said_in_words(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "faults").write_text("in the way")
    monkeypatch.setattr(models, "states", lambda _: 1 / 0)
    monkeypatch.setenv("IMAGECRAFT_CACHE", str(tmp_path))
    assert run(["models"]) == 1
    assert "ZeroDivisionError" in capsys.readouterr().err


STOPPED_WHILE_WRITING = """
import os, pathlib, signal, sys

def half(self, data):
    with self.open("wb") as stream:
        stream.write(data[: len(data) // 2])
    os.kill(os.getpid(), signal.{signal})

pathlib.Path.write_bytes = half
sys.argv = ["imagecraft", "speak", "Hello there.", "-o", "hello.wav"]
from imagecraft.cli import main
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize(
    ("name", "status"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGKILL", -signal.SIGKILL)]
)
def test_a_command_stopped_while_it_writes_leaves_the_old_file(
    name: str, status: int, tmp_path: Path
) -> None:
    (tmp_path / "hello.wav").write_bytes(b"the old file")
    done = subprocess.run(
        [sys.executable, "-c", STOPPED_WHILE_WRITING.format(signal=name)],
        capture_output=True,
        cwd=tmp_path,
        env=_environment({}),
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (status, b"", b"")
    assert (tmp_path / "hello.wav").read_bytes() == b"the old file"
    if name != "SIGKILL":
        assert [path.name for path in tmp_path.iterdir()] == ["hello.wav"]


@pytest.mark.skipif(sys.platform == "win32", reason="pipes")
@pytest.mark.parametrize("arguments", [["models"], ["voices", "--json"], ["--help"]])
def test_a_closed_pipe_is_no_fault(arguments: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "imagecraft", *arguments],
        stdout=writer,
        stderr=subprocess.PIPE,
        env=_environment({}),
        timeout=120,
        check=False,
    )
    os.close(writer)
    assert done.stderr == b""
    assert done.returncode != 0


@pytest.mark.skipif(sys.platform == "win32", reason="terminals")
def test_progress_is_shown_on_a_terminal_only(tmp_path: Path) -> None:
    import pty
    import termios

    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    command = [sys.executable, "-m", "imagecraft", "speak", "One. Two.", "-o", str(tmp_path / "a.wav")]
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=theirs, env=_environment({}), timeout=120, check=False
    )
    os.write(theirs, b"END")
    shown = b""
    while not shown.endswith(b"END"):
        shown += os.read(ours, 65536)
    os.close(theirs)
    os.close(ours)
    assert done.returncode == 0
    assert b"Speaking: 0 s" in shown
    assert imagecraft("speak", "One. Two.", "-o", tmp_path / "a.wav").stderr == b""


def test_help_is_light_and_shows_examples() -> None:
    listed = imagecraft("--help").stdout.decode()
    for command in ("caption", "speak", "image-to-speech", "models", "voices", "serve"):
        assert command in listed
        shown = imagecraft(command, "--help")
        assert shown.returncode == 0
        assert "\x1b" not in shown.stdout.decode()
        assert command == "voices" or f"imagecraft {command}" in shown.stdout.decode().split("Examples:")[1]


@pytest.mark.parametrize("code", ["import imagecraft", "from imagecraft.cli import run; run(['--help'])"])
def test_nothing_heavy_is_imported_before_it_is_needed(code: str) -> None:
    heavy = {"torch", "mediapipe", "gradio", "numpy", "onnxruntime", "scipy", "PIL", "rich", "hibari"}
    check = f"{code}; import sys; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", check], capture_output=True, text=True, env=_environment({}), check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_version_is_the_packages() -> None:
    from imagecraft import __version__

    assert imagecraft("--version").stdout.decode().strip() == f"imagecraft {__version__}"


class TestServe:
    def test_a_taken_port_is_said(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            assert f"port {port}" in complaint(imagecraft("serve", "--port", str(port)))[0]

    @pytest.mark.skipif(sys.platform == "win32", reason="signals")
    def test_the_page_is_served_until_it_is_interrupted(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        with subprocess.Popen(
            [sys.executable, "-u", "-m", "imagecraft", "serve", "--port", str(port), "--auth", "me:secret"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment({}),
        ) as server:
            assert server.stdout is not None
            address = next(line for line in server.stdout if b"http://" in line).decode().split()[-1]
            assert address.startswith(f"http://127.0.0.1:{port}")
            with urllib.request.urlopen(address, timeout=60) as page:
                assert page.status == 200
            server.send_signal(signal.SIGINT)
            _, said = server.communicate(timeout=60)
        assert b"Traceback" not in said
        assert server.returncode in (0, 130)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full")
def test_a_full_disk_behind_stdout_is_said_in_a_line():
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "imagecraft", "voices"],
            stdout=full, stderr=subprocess.PIPE, text=True, timeout=120, check=False, cwd=CHECKOUT,
        )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.startswith("imagecraft: error: The result could not be written")
    assert "Traceback" not in done.stderr
