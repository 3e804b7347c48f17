"""Painters that work in steps: all text-to-image pipelines of diffusers, each as its card says.

What a card's `settings` say, beside what `runtime.denoising` and `runtime.ranges` read:
    call: More options of the pipeline.
    previews: Kind of its latents in assets/previews.toml, empty for no previews.
    step_seconds: Seconds that a step takes on a large GPU at its own size.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from imagecraft.catalog import ModelCard
from imagecraft.painting.base import Sketch
from imagecraft.painting.previews import Previews
from imagecraft.runtime.denoising import Denoiser
from imagecraft.runtime.neural import Place
from imagecraft.runtime.telling import telling

MOST_PREVIEWS = 10
"""Of one picture: more would take longer than they tell."""
OVERHEAD_SECONDS = 4.0
"""On a GPU: to read the description, to decode, and to bring the result."""
TILED_FROM = 2.5
"""Times the usual number of pixels, from which the decoder works on tiles."""
DECODING = 1
"""Steps' worth of time that decoding counts with."""
LAST_WORDS = 4


@dataclass(frozen=True)
class Painted:
    """What the network made.

    Attributes:
        image: RGB, of the size that it painted in.
        tokens: How many tokens of the description it reads; 0 where all were read.
        unread: The first words that it did not read.
        withheld: Whether its own filter took the picture away.
    """

    image: Image.Image
    tokens: int = 0
    unread: str = ""
    withheld: bool = False


class Diffusion:
    """A loaded painter. See `imagecraft.runtime.neural.Network`."""

    def __init__(self, card: ModelCard, folder: Path, place: Place) -> None:
        self._settings = card.settings
        self._denoiser = Denoiser(card, folder, place)
        self._pipeline = self._denoiser.pipeline
        self._accepts = inspect.signature(self._pipeline.__call__).parameters
        self._previews = Previews(card, self._pipeline)
        self._tiled = False

    @staticmethod
    def gpu_seconds(card: ModelCard, _method: str, *_args: Any, **kwargs: Any) -> float:
        """See `imagecraft.runtime.neural.Network`."""
        steps = float(kwargs["steps"])
        return OVERHEAD_SECONDS + steps * float(card.settings.get("step_seconds", 0.3))

    def paint(
        self, prompt: str, negative: str, *, size: tuple[int, int], steps: int, guidance: float, seed: int
    ) -> Generator[Sketch | Painted, None, None]:
        """Paint a picture.

        Args:
            prompt: What is to be seen.
            negative: What is not to be seen, where the pipeline takes that; else it is left out.
            size: Width and height in pixels that are wished for; what is painted has about their shape.
            steps: How many.
            guidance: How closely it follows the prompt.
            seed: The same gives the same picture, on this kind of device.

        Yields:
            A Sketch after each step, then what was painted.
        """

        def work(tell: Callable[[Sketch], None]) -> Painted:
            return self._painted(prompt, negative, size, steps, guidance, seed, tell)

        painted = yield from telling(work)
        yield painted

    def _painted(
        self,
        prompt: str,
        negative: str,
        size: tuple[int, int],
        steps: int,
        guidance: float,
        seed: int,
        tell: Callable[[Sketch], None],
    ) -> Painted:
        import torch

        width, height = self._denoiser.own_size(size)
        self._tile_if_large(width * height)
        options: dict[str, Any] = {
            "prompt": prompt,
            "width": width,
            "height": height,
            "num_inference_steps": steps,
            "guidance_scale": guidance,
            "generator": torch.Generator("cpu").manual_seed(seed),
            "callback_on_step_end": self._after_step(steps, tell),
        }
        if negative and "negative_prompt" in self._accepts:
            options["negative_prompt"] = negative
        if "intermediate_timesteps" in self._accepts and steps != 2:
            options["intermediate_timesteps"] = None  # SANA-Sprint has one for exactly two steps
        self._previews.begin()
        made = self._denoiser.run(**options, **self._settings.get("call", {}))
        tokens, unread = self._unread(prompt)
        withheld = any(getattr(made, "nsfw_content_detected", None) or [])
        return Painted(made.images[0].convert("RGB"), tokens, unread, withheld)

    def _tile_if_large(self, pixels: int) -> None:
        """Let the decoder work on tiles from now on, if so many pixels would take it too much memory."""
        if pixels > TILED_FROM * self._denoiser.native_side**2 and not self._tiled:
            self._tiled = True
            self._denoiser.tile()

    def _after_step(self, steps: int, tell: Callable[[Sketch], None]) -> Callable[..., dict[str, Any]]:
        every = -(-steps // MOST_PREVIEWS)

        def after(_pipeline: Any, step: int, _time: Any, tensors: dict[str, Any]) -> dict[str, Any]:
            wanted = (step + 1) % every == 0 and step + 1 < steps
            preview = self._previews.after(tensors["latents"], wanted=wanted)
            tell(Sketch((step + 1) / (steps + DECODING), preview))
            return tensors

        return after

    def _unread(self, prompt: str) -> tuple[int, str]:
        """How many tokens are read, and the first words after them; (0, "") where all are."""
        tokenizer = self._pipeline.tokenizer
        longest = self._accepts.get("max_sequence_length")
        limit = int(longest.default) if longest else int(tokenizer.model_max_length)
        tokens = tokenizer(prompt, truncation=False, verbose=False).input_ids
        if len(tokens) <= limit:
            return 0, ""
        rest = tokenizer.decode(tokens[limit - 1 :], skip_special_tokens=True)
        return limit, " ".join(rest.split()[:LAST_WORDS])
