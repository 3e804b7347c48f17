"""Pictures tagged by a random-weight network of MobileNetV2's class: what it sees means nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from neural_base import NetworkTests

pytest.importorskip("transformers")

import imagecraft
from imagecraft.cli import run
from imagecraft.errors import InvalidInput
from imagecraft.media.audio import Audio

PHOTO = Path(__file__).resolve().parents[2] / "examples" / "chelsea.jpg"
SILENCE = Audio(np.zeros((1, 16_000), np.float32), 16_000)


class TestMobilenet(NetworkTests):
    model, tiny = "mobilenet", "classifier"

    def ask(self, name: str) -> Any:
        seen = imagecraft.tag(PHOTO, model=name)
        assert seen.model == name
        assert seen.labels == ("Animal", "Dog")
        assert seen.scores.shape == (1, 2)
        assert seen.scores.sum() == pytest.approx(1, abs=1e-2)
        return seen.scores.tolist()

    def command(self, name: str, folder: Path) -> Sequence[str]:
        return ["tag", str(PHOTO), "--model", name, "--json"]

    def test_its_json_is_that_of_tags_without_time(
        self, name: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert run(["tag", str(PHOTO), "--model", name, "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert told.keys() == {"file", "model", "seconds", "top"}
        scores = {one["label"]: one["score"] for one in told["top"]}
        assert sum(scores.values()) == pytest.approx(1, abs=1e-3), (
            "no class is taken off another one above it"
        )
        assert list(scores.values()) == sorted(scores.values(), reverse=True)
        assert run(["tag", str(PHOTO), "--model", name, "--rule", "frequent", "--top", "1"]) == 0
        assert capsys.readouterr().out.startswith(told["top"][0]["label"])

    def test_what_is_no_picture_is_named_and_the_others_are_seen(
        self, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "notes.jpg").write_text("no picture")
        assert run(["tag", str(tmp_path / "notes.jpg"), str(PHOTO), "--model", name]) == 2
        printed = capsys.readouterr()
        assert "notes.jpg" in printed.err
        assert printed.out.startswith(f"{PHOTO}: ")

    def test_it_does_not_listen(self, name: str) -> None:
        from imagecraft.pipelines.audio_to_image import listen

        with pytest.raises(InvalidInput):
            imagecraft.tag(SILENCE, model=name)
        with pytest.raises(InvalidInput, match="cannot listen"):
            listen(SILENCE, model=name)
        with pytest.raises(InvalidInput, match="only names the classes it knows"):
            imagecraft.tag(PHOTO, model=name, labels="cat, dog")
