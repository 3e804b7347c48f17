"""What every family of hub models must do; a family's tests inherit `NetworkTests` and name it.

The models are the random-weight ones of `tiny_models`, loaded from a folder: no network, no real weights.
"""

from __future__ import annotations

import gc
import importlib
import io
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import imagecraft
from imagecraft import catalog
from imagecraft.cli import run
from imagecraft.errors import InvalidInput, ModelUnavailable
from imagecraft.runtime import device, neural
from imagecraft.runtime.loaded import loaded_ids

SETTINGS = ("tokenizer_config.json", "preprocessor_config.json", "processor_config.json")
KINDS = ("tokenizer_class", "image_processor_type", "feature_extractor_type", "processor_class")
AUTO_CLASSES = (
    "AutoConfig",
    "AutoModel",
    "AutoModelForCausalLM",
    "AutoTokenizer",
    "AutoProcessor",
    "AutoImageProcessor",
    "AutoFeatureExtractor",
)


class NetworkTests:
    """Inherit; set `model` and `tiny`; write `ask` and `command`."""

    model: str
    """Id of the card."""

    tiny: str
    """Name of the family's function in `tiny_models`."""

    other: str = "ast"
    """The same of another family, which its cards must not take."""

    def ask(self, name: str) -> Any:
        """Ask the public verb for a result of the model called `name` (ID@FOLDER); check what it is.

        Returns something that can be compared: equal for equal requests. Results that hold arrays are
        returned as lists or bytes.
        """
        raise NotImplementedError

    def command(self, name: str, folder: Path) -> Sequence[str]:
        """Words of a command line that uses the model; files go into `folder`."""
        raise NotImplementedError

    @pytest.fixture(autouse=True)
    def _plain_numbers(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        """On the CPU and in float32, so that results do not depend on the machine; nothing stays loaded."""
        here = replace(device.hardware(), profile="cpu", device="cpu", dtype="float32")
        monkeypatch.setattr(neural, "hardware", lambda: here)
        yield
        imagecraft.unload()

    @pytest.fixture
    def folder(self, tiny_model: Callable[[str], Path]) -> Path:
        """The family's random-weight model. Do not write in it."""
        return tiny_model(self.tiny)

    @pytest.fixture
    def name(self, folder: Path) -> str:
        return f"{self.model}@{folder}"

    def test_equal_requests_get_equal_results(self, name: str) -> None:
        assert self.ask(name) == self.ask(name)

    def test_it_runs_in_bfloat16(self, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        short = replace(neural.hardware(), dtype="bfloat16")
        monkeypatch.setattr(neural, "hardware", lambda: short)
        self.ask(name)

    def test_unloading_gives_its_memory_back_and_it_comes_again(self, name: str) -> None:
        before = self.ask(name)
        assert self.model in loaded_ids()
        assert self._networks()
        imagecraft.unload(self.model)
        assert self.model not in loaded_ids()
        assert not self._networks()
        assert self.ask(name) == before

    def test_the_command_line_takes_the_folder_too(self, name: str, tmp_path: Path, capsys: Any) -> None:
        status = run(list(self.command(name, tmp_path)))
        printed = capsys.readouterr()
        assert (status, printed.err) == (0, "")
        assert name in printed.out

    def test_without_its_files_it_says_how_to_get_them(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
        with pytest.raises(ModelUnavailable) as problem:
            self.ask(self.model)
        assert self.model in problem.value.message
        assert problem.value.hint

    def test_a_folder_without_a_model_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(InvalidInput, match="no folder"):
            self.ask(f"{self.model}@{tmp_path / 'nowhere'}")
        with pytest.raises(InvalidInput, match="no whole model"):
            self.ask(f"{self.model}@{tmp_path}")

    def test_damaged_weights_are_refused_in_words(self, folder: Path, tmp_path: Path) -> None:
        copy = shutil.copytree(folder, tmp_path / "copy")
        for weights in copy.rglob("*.safetensors"):
            weights.write_bytes(weights.read_bytes()[: weights.stat().st_size // 2])
        self._is_refused(copy)

    def test_another_kind_of_model_is_refused_in_words(self, folder: Path, tmp_path: Path) -> None:
        copy = shutil.copytree(folder, tmp_path / "copy")
        for config in (*copy.rglob("config.json"), *copy.glob("model_index.json")):
            config.write_text('{"model_type": "unheard-of", "_class_name": "UnheardOf"}')
        self._is_refused(copy)

    def test_a_folder_of_another_family_is_refused_in_words(
        self, tiny_model: Callable[[str], Path], tmp_path: Path, capsys: Any
    ) -> None:
        folder = tiny_model(self.other)
        self._is_refused(folder)
        capsys.readouterr()
        assert run(list(self.command(f"{self.model}@{folder}", tmp_path))) == 2
        assert capsys.readouterr().err.count("\n") == 2, "one sentence, and what to do"

    def test_pickled_weights_are_never_read(self, folder: Path, tmp_path: Path) -> None:
        copy = shutil.copytree(folder, tmp_path / "copy")
        for weights in copy.rglob("*.safetensors"):
            weights.rename(weights.with_name("pytorch_model.bin"))
        self._is_refused(copy)

    def test_code_in_its_folder_is_never_run(
        self, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        copy = shutil.copytree(folder, tmp_path / "copy")
        for config in list(copy.rglob("config.json")):
            self._with_code(config, model_type="weird")
        for index in copy.glob("model_index.json"):
            parts = json.loads(index.read_text("utf-8"))
            for name, (library, *_) in ((k, v) for k, v in parts.items() if isinstance(v, list)):
                if library == "transformers":
                    parts[name] = [library, "AutoTokenizer" if "tokenizer" in name else "AutoModel"]
            index.write_text(json.dumps(parts), "utf-8")
        monkeypatch.setattr("sys.stdin", io.StringIO("y\n" * 20))
        self._is_refused(copy)
        assert not list(copy.rglob("ran"))

    def test_code_for_its_processors_is_never_run(
        self, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        copy = shutil.copytree(folder, tmp_path / "copy")
        for settings in [file for name in SETTINGS for file in copy.rglob(name)]:
            self._with_code(settings, **dict.fromkeys(KINDS, "Weird"))
        monkeypatch.setattr("sys.stdin", io.StringIO("y\n" * 20))
        with suppress(InvalidInput, ModelUnavailable):  # some read their files without asking what they are
            self.ask(f"{self.model}@{copy}")
        assert not list(copy.rglob("ran"))

    def _with_code(self, settings: Path, **told: str) -> None:
        """Let settings name classes in a file beside them, which leaves a file `ran` when it runs."""
        (settings.parent / "conf.py").write_text(
            "from pathlib import Path\n"
            "import transformers\n"
            f"Path({str(settings.parent / 'ran')!r}).touch()\n"
            "class W(transformers.PretrainedConfig):\n"
            "    model_type = 'weird'\n",
            "utf-8",
        )
        classes = {name: ["conf.W", None] if name == "AutoTokenizer" else "conf.W" for name in AUTO_CLASSES}
        before = json.loads(settings.read_text("utf-8"))
        settings.write_text(json.dumps(before | told | {"auto_map": classes}), "utf-8")

    def _is_refused(self, folder: Path) -> None:
        with pytest.raises((InvalidInput, ModelUnavailable)) as problem:
            self.ask(f"{self.model}@{folder}")
        assert str(folder) in problem.value.message
        assert problem.value.hint
        assert self.model not in loaded_ids()

    def _networks(self) -> list[Any]:
        """The family's networks that are in memory."""
        module, _, family = catalog.card(self.model).family.partition(":")
        kind = getattr(importlib.import_module(module), family)
        gc.collect()
        return [thing for thing in gc.get_objects() if type(thing) is kind]


class BatchTests(NetworkTests):
    """What those do whose networks look at several inputs together; write `several`.

    Painters and makers of sound make one result at a time, voices one sentence: they have no batches.
    """

    def several(self, name: str) -> tuple[Sequence[Any], Sequence[Any]]:
        """Results of some inputs of unequal sizes: asked for together, and each alone."""
        raise NotImplementedError

    def equal(self, one: Any, other: Any) -> bool:
        """Whether two results are the same, but for the last bits of sums where they are numbers."""
        return bool(one == other)

    def test_several_at_once_are_what_each_is_alone(self, name: str) -> None:
        together, alone = self.several(name)
        assert len(together) == len(alone) > 1
        assert all(map(self.equal, together, alone))
