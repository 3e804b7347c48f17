"""A network of Pocket TTS: text and the state of a voice -> samples."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from imagecraft.errors import ModelUnavailable
from imagecraft.media.audio import Audio
from imagecraft.media.resampling import resampled
from imagecraft.speech.chance import seeded
from imagecraft.speech.hub_files import is_load_error
from imagecraft.speech.pocket_files import Files

SAMPLE_RATE = 24_000


class PocketNetwork:
    """A loaded network. It is not safe to call from several threads, so callers wait for each other here."""

    def __init__(self, files: Files) -> None:
        """Load it.

        Raises:
            ModelUnavailable: if its files are damaged or of another kind of model.
        """
        self._turn = threading.Lock()
        try:
            with _undisturbed():
                self._model: Any = _loaded(files)
        except Exception as error:
            if not is_load_error(error):
                raise
            raise _damaged(files.weights) from error

    def voice(self, path: Path) -> Any:
        """The state of a voice made beforehand.

        Raises:
            ModelUnavailable: if its file is damaged.
        """
        try:
            return self._model.get_state_for_audio_prompt(path)
        except Exception as error:
            if not is_load_error(error):
                raise
            raise ModelUnavailable(f"The voice file {path} cannot be read.", "Fetch it again.") from error

    def listen(self, sample: Audio) -> Any:
        """The state of the voice in a sample of one channel."""
        import torch

        heard = np.ascontiguousarray(resampled(sample, SAMPLE_RATE).samples)
        with self._turn, torch.inference_mode():
            return self._model.get_state_for_audio_prompt(torch.from_numpy(heard))

    def speak(self, sentence: str, state: Any) -> np.ndarray:
        """Raw samples of one sentence: float32, shape (frames,). The same sentence gives the same samples."""
        with self._turn, seeded():
            made = self._model.generate_audio(state, sentence)
        return np.asarray(made.numpy(), np.float32).reshape(-1)

    def close(self) -> None:
        """Give the memory back."""
        self._model = None


def _loaded(files: Files) -> Any:
    """The package's model from files on this machine: its settings, with their places put in."""
    import yaml
    from pocket_tts import TTSModel

    settings = yaml.safe_load(files.settings.read_text("utf-8"))
    settings["weights_path"] = str(files.weights)
    settings["weights_path_without_voice_cloning"] = None
    settings["flow_lm"]["lookup_table"]["tokenizer_path"] = str(files.tokens)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "settings.yaml"
        path.write_text(yaml.safe_dump(settings), "utf-8")
        model = TTSModel.load_model(config=path)
    model.max_decoder_frames_per_call = (
        1  # more would depend on the threads' timing, and so would the samples
    )
    return model


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Importing the package sets torch to one thread, and its loading gives the root logger a handler."""
    import torch

    threads = torch.get_num_threads()
    logging.getLogger("pocket_tts").setLevel(logging.ERROR)  # else it warns of each long sentence
    silent, root = logging.NullHandler(), logging.getLogger()
    root.addHandler(silent)
    try:
        yield
    finally:
        root.removeHandler(silent)
        torch.set_num_threads(threads)


def _damaged(path: Path) -> ModelUnavailable:
    return ModelUnavailable(
        f"The network {path} cannot be loaded.",
        "Its file is damaged or of another kind of model: fetch it again, or name another folder.",
    )
