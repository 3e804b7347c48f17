"""Sound straight from a picture: the experimental network of `imagecraft train generator`, and a vocoder.

References:
    Kong, Kim, Bae: HiFi-GAN, NeurIPS 2020. Ao et al.: SpeechT5, ACL 2022 (the one that is used).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from imagecraft.catalog import ModelCard
from imagecraft.runtime import hub, pretrained
from imagecraft.runtime.neural import Place

HIFIGAN = "speecht5_hifigan"
GPU_SECONDS = 1.0


class Generator:
    """A network that sees a picture and gives levels; see `imagecraft.runtime.neural.Network`."""

    def __init__(self, card: ModelCard, folder: Path, place: Place) -> None:  # noqa: ARG002 - as all are made
        from imagecraft.soundscape.picture_network import PictureToSound, PictureToSoundConfig

        kind = hub.read_json(folder / "config.json").get("model_type")
        if kind != PictureToSoundConfig.model_type:
            raise ValueError(f"a model of the kind {kind}")
        family: Any = PictureToSound
        network, found = pretrained.opened(family, folder, use_safetensors=True, output_loading_info=True)
        if found["missing_keys"] or found["mismatched_keys"]:
            raise ValueError("its weights do not fit its configuration")
        self._network = network.to(place.device).eval()
        self._prepare = pretrained.processor(folder, "AutoImageProcessor")
        self._device = place.device

    @staticmethod
    def gpu_seconds(card: ModelCard, method: str, picture: Any) -> float:  # noqa: ARG004 - as all
        """About how long a call takes on a large GPU."""
        return GPU_SECONDS

    def levels(self, picture: Image.Image) -> NDArray[np.float32]:
        """Levels of a second of sound for an RGB picture, of shape (BANDS, FRAMES) of `soundscape.mel`."""
        import torch

        pixels = self._prepare(images=[picture], return_tensors="pt")["pixel_values"]
        with torch.inference_mode():
            found = self._network(pixels.to(self._device)).logits[0].float().cpu().numpy()
        return np.asarray(np.nan_to_num(found), np.float32)


class HifiGan:
    """SpeechT5's HiFi-GAN, which makes samples of levels; see `imagecraft.runtime.neural.Network`."""

    def __init__(self, card: ModelCard, folder: Path, place: Place) -> None:  # noqa: ARG002 - as all are made
        self._network = pretrained.network("SpeechT5HifiGan", folder, place, kinds=[HIFIGAN])
        self._device = place.device

    @staticmethod
    def gpu_seconds(card: ModelCard, method: str, logarithms: Any) -> float:  # noqa: ARG004 - as all
        """About how long a call takes on a large GPU."""
        return GPU_SECONDS

    def samples(self, logarithms: NDArray[np.float32]) -> NDArray[np.float64]:
        """Samples at 16 kHz for levels as `soundscape.mel.to_logarithms` gives them."""
        import torch

        with torch.inference_mode():
            made = self._network(torch.from_numpy(logarithms).to(self._device))
        return np.asarray(np.nan_to_num(made.float().cpu().numpy()), np.float64)
