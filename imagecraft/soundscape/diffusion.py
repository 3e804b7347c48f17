"""Makers of sound that work in steps: Stable Audio and AudioLDM 2.

What a card's `settings` say, beside what `runtime.denoising` and `runtime.ranges` read:
    seconds: The longest sound that it makes at once, where its own configuration does not say.
    call: More options of the pipeline.
    step_seconds: Seconds that a step takes on a large GPU.

References:
    Z. Evans et al., "Stable Audio Open", 2024. H. Liu et al., "AudioLDM 2: Learning holistic audio generation
    with self-supervised pretraining", 2023.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagecraft.catalog import ModelCard
from imagecraft.runtime import pretrained
from imagecraft.runtime.denoising import Denoiser, dtype_of
from imagecraft.runtime.neural import Place
from imagecraft.runtime.telling import telling

Samples = NDArray[np.float32]

OVERHEAD_SECONDS = 4.0
"""On a GPU: to read the description, to decode, and to bring the result."""


@dataclass(frozen=True)
class Piece:
    """Sound that was made at once.

    Attributes:
        samples: float32 of shape (channels, frames), all finite.
        sample_rate: In Hz.
    """

    samples: Samples
    sample_rate: int


class _Sounding:
    """What both have in common. See `imagecraft.runtime.neural.Network`.

    Steps are computed in the place's number format; the decoder, whose rounding would be heard as noise,
    works in float32.
    """

    def __init__(self, card: ModelCard, folder: Path, place: Place) -> None:
        self._settings = card.settings
        self._denoiser = Denoiser(card, folder, place, **self._parts(card, folder, place))
        self._pipeline = self._denoiser.pipeline
        for part in self._decoders():
            part.float()

    @staticmethod
    def gpu_seconds(card: ModelCard, _method: str, *_args: Any, **kwargs: Any) -> float:
        """See `imagecraft.runtime.neural.Network`."""
        return OVERHEAD_SECONDS + float(kwargs["steps"]) * float(card.settings.get("step_seconds", 0.1))

    def sound(
        self, prompt: str, negative: str, *, seconds: float, steps: int, guidance: float, seed: int
    ) -> Generator[float | Piece, None, None]:
        """Make a sound.

        Args:
            prompt: What is heard.
            negative: What is not heard, or what it is not like.
            seconds: How long it should be; at most `longest` of it is made.
            steps: How many.
            guidance: How closely it follows the prompt.
            seed: The same gives the same sound, on this kind of device.

        Yields:
            After each step how far it is, 0 to 1; then the piece.
        """
        length = min(seconds, self.longest)

        def work(tell: Callable[[float], None]) -> Piece:
            import torch

            options = {
                "prompt": prompt,
                "num_inference_steps": steps,
                "guidance_scale": guidance,
                "generator": torch.Generator("cpu").manual_seed(seed),
                "callback": lambda step, _time, _latents: tell((step + 1) / (steps + 1)),
                "callback_steps": 1,
                "output_type": "latent",
            }
            if negative:
                options["negative_prompt"] = negative
            latents = self._denoiser.run(
                **options, **self._length(length), **self._settings.get("call", {})
            ).audios
            with torch.no_grad():
                samples, rate = self._decoded(latents.float())
            heard = samples.float().cpu().numpy()[:, : round(length * rate)]
            return Piece(np.nan_to_num(heard, posinf=0.0, neginf=0.0), rate)

        piece = yield from telling(work)
        yield piece

    @property
    def longest(self) -> float:
        """Seconds that it makes at once."""
        return float(self._settings["seconds"])

    def _parts(self, _card: ModelCard, _folder: Path, _place: Place) -> dict[str, Any]:
        return {}

    def _decoders(self) -> list[Any]:
        return [self._pipeline.vae]

    def _length(self, seconds: float) -> dict[str, float]:
        """The length as the pipeline takes it."""
        raise NotImplementedError

    def _decoded(self, latents: Any) -> tuple[Any, int]:
        """Samples of shape (channels, frames), and their rate in Hz."""
        raise NotImplementedError


class StableAudio(_Sounding):
    """A loaded Stable Audio: stereo, up to 47 seconds."""

    @property
    def longest(self) -> float:
        """Seconds that it makes at once."""
        vae = self._pipeline.vae
        return float(self._pipeline.transformer.config.sample_size * vae.hop_length / vae.sampling_rate)

    def _length(self, seconds: float) -> dict[str, float]:
        return {"audio_start_in_s": 0.0, "audio_end_in_s": seconds}

    def _decoded(self, latents: Any) -> tuple[Any, int]:
        vae = self._pipeline.vae
        return vae.decode(latents).sample[0], int(vae.sampling_rate)


class AudioLdm2(_Sounding):
    """A loaded AudioLDM 2: one channel at 16 kHz."""

    def _parts(self, card: ModelCard, folder: Path, place: Place) -> dict[str, Any]:
        """Its language model as the class that transformers 5 generates with: the files name another."""
        from transformers import GPT2LMHeadModel

        family: Any = GPT2LMHeadModel
        return {
            "language_model": pretrained.opened(
                family,
                folder / "language_model",
                dtype=dtype_of(card, place),
                use_safetensors=True,
            )
        }

    def _decoders(self) -> list[Any]:
        return [self._pipeline.vae, self._pipeline.vocoder]

    def _length(self, seconds: float) -> dict[str, float]:
        return {"audio_length_in_s": seconds}

    def _decoded(self, latents: Any) -> tuple[Any, int]:
        pipeline = self._pipeline
        spectrogram = pipeline.vae.decode(latents / pipeline.vae.config.scaling_factor).sample
        return pipeline.mel_spectrogram_to_waveform(spectrogram), int(pipeline.vocoder.config.sampling_rate)
