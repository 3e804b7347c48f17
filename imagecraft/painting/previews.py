"""Pictures that are not finished yet, seen early: by a small decoder, or by a few numbers.

References:
    O. B. Bohan, "Tiny AutoEncoder for Stable Diffusion" (TAESD), 2023. The numbers' sources are in
    assets/previews.toml.
"""

from __future__ import annotations

from functools import wraps
from typing import Any

import numpy as np
from PIL import Image

from imagecraft import catalog
from imagecraft.assets import vocabulary
from imagecraft.catalog import ModelCard
from imagecraft.runtime import hub
from imagecraft.runtime.denoising import quietly_opened

MOST_SIDE = 512
"""Longer side of a preview, in pixels."""


class Previews:
    """Makes previews of one pipeline's pictures.

    Args:
        card: Its card. The setting `previews` is the kind of its latents, a name in assets/previews.toml;
            without it there are no previews. Its helper is the small decoder.
        pipeline: It, already on its device.
    """

    def __init__(self, card: ModelCard, pipeline: Any) -> None:
        kind = card.settings.get("previews", "")
        self._look = vocabulary("previews")[kind] if kind else {}
        self._pipeline = pipeline
        self._foreseen = _overheard(pipeline.scheduler)
        self._tiny = self._small_decoder(card)

    @property
    def possible(self) -> bool:
        """Whether there can be any."""
        return self._tiny is not None or "factors" in self._look

    def begin(self) -> None:
        """Forget the picture before. To be called before the first step."""
        self._foreseen.clear()

    def after(self, latents: Any, *, wanted: bool) -> Image.Image | None:
        """What the picture would be like if the work ended now; None where that cannot be told.

        To be called after each step.

        Args:
            latents: What it gave: a tensor of shape (1, channels, height, width).
            wanted: Whether there is to be a preview.
        """
        if not wanted or not self.possible or latents.ndim != 4:
            return None
        clean = self._clean(latents)
        encoded = self._encoded(clean.float())
        pixels = self._decoded(encoded) if self._tiny is not None else self._projected(encoded)
        if pixels is None:
            return None
        picture = Image.fromarray((np.nan_to_num(pixels).clip(0, 1) * 255).astype(np.uint8))
        return _at_most(picture, MOST_SIDE)

    def _clean(self, latents: Any) -> Any:
        """The latents without their noise, as far as this step foresees them."""
        if self._foreseen:
            return self._foreseen[-1]
        foreseen = getattr(self._pipeline.scheduler, "model_outputs", None)
        return latents if not foreseen or foreseen[-1] is None else foreseen[-1]

    def _encoded(self, latents: Any) -> Any:
        """Latents on the scale that the factors and the small decoder are made for."""
        config = self._pipeline.vae.config
        mean, deviation = config.get("latents_mean"), config.get("latents_std")
        if mean is not None and deviation is not None:
            shape = (1, -1, 1, 1)
            latents = latents * latents.new_tensor(deviation).view(shape) / config.scaling_factor
            latents = latents + latents.new_tensor(mean).view(shape)
        else:
            latents = latents / config.scaling_factor + (config.get("shift_factor") or 0.0)
        return (latents - self._look.get("shift", 0.0)) * self._look["scale"]

    def _projected(self, latents: Any) -> Any:
        factors = np.asarray(self._look["factors"], np.float32)
        if latents.shape[1] != len(factors):
            return None
        channels = latents[0].permute(1, 2, 0).cpu().numpy()
        return channels @ factors + np.asarray(self._look["bias"], np.float32)

    def _decoded(self, latents: Any) -> Any:
        decoder = self._tiny
        if latents.shape[1] != decoder.config.latent_channels:
            return None
        weights = next(decoder.parameters())
        pixels = decoder.decode(latents.to(weights.device, weights.dtype)).sample[0]
        return (pixels.float().permute(1, 2, 0).cpu().numpy() + 1) / 2

    def _small_decoder(self, card: ModelCard) -> Any:
        """The small decoder, where its files are on this machine."""
        folder = next(filter(None, map(hub.copy_of, catalog.helpers(card))), None)
        if folder is None:
            return None
        decoder = quietly_opened("AutoencoderTiny", folder, self._pipeline.vae.dtype)
        return decoder.to(self._pipeline._execution_device).eval()


def _overheard(scheduler: Any) -> list[Any]:
    """Where a scheduler's steps leave the latents without noise that they foresee; empty if they do not say.

    Those of Euler's kind give them beside what they make, which pipelines do not pass on. Those that follow a
    straight line do not, but the line leads there.
    """
    from diffusers import FlowMatchEulerDiscreteScheduler

    straight = isinstance(scheduler, FlowMatchEulerDiscreteScheduler)
    foreseen: list[Any] = []
    step = scheduler.step

    @wraps(step)  # pipelines look at its parameters
    def overheard(model_output: Any, timestep: Any, sample: Any, *args: Any, **kwargs: Any) -> Any:
        made = step(model_output, timestep, sample, *args, **kwargs)
        if straight:
            foreseen[:] = [sample - scheduler.sigmas[scheduler.step_index - 1] * model_output]
        else:
            foreseen[:] = [made[1]] if len(made) > 1 else []
        return made

    scheduler.step = overheard
    return foreseen


def _at_most(picture: Image.Image, side: int) -> Image.Image:
    """A picture enlarged so that it can be seen, or made smaller so that it comes quickly."""
    factor = side / max(picture.size)
    size = (max(1, round(picture.width * factor)), max(1, round(picture.height * factor)))
    return picture.resize(size, Image.Resampling.BICUBIC)
