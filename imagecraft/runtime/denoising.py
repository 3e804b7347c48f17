"""Pipelines of diffusers: opened from a folder, put where memory has room for them, run and followed.

What a card's `settings` say of a pipeline:
    pipeline: Name of its class in diffusers.
    variant: Variant of the weights' files that is taken where it is there ("fp16").
    dtype_on_gpu: Number format on a GPU, where it is not the machine's usual one.
    size: Side in pixels of the square that it paints best, where its own configuration does not say.
    sides: Least and most of that side in which it still paints well, beside `size`. If most is less than
        `USUAL_SIDE`, what is larger than most is painted in `size`.
    multiple: Sides must be multiples of it.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from imagecraft.catalog import ModelCard
from imagecraft.runtime import pretrained
from imagecraft.runtime.device import hardware
from imagecraft.runtime.memory import is_memory_error, release
from imagecraft.runtime.neural import Place

Residence = Literal["whole", "one at a time", "layer by layer"]

USUAL_SIDE = 1024
"""Side in pixels of the square that a page's visitor asks for who changes nothing."""

WORKING_BYTES = 3_000_000_000
"""Room that a GPU needs beside the weights: for what is computed on the way to a million pixels."""


class Denoiser:
    """A pipeline of diffusers, where memory has room for it. One thread at a time runs it.

    On a GPU it is there as a whole if it fits, else its networks come one at a time, else layer by layer.
    Where memory ends in the midst of a run, the next of these is tried.

    Args:
        card: Its card; the module says which settings count.
        folder: Its files.
        place: Where it runs.
        parts: Components to be used instead of those in the folder.

    Attributes:
        pipeline: It.
        residence: How it is on its device.

    Raises:
        OSError, ValueError: The files are no such pipeline.
    """

    def __init__(self, card: ModelCard, folder: Path, place: Place, **parts: Any) -> None:
        with _quietly():
            self.pipeline = _opened(card, folder, place, parts)
        self._place = place
        self._settings = card.settings
        self.residence: Residence = self._best_residence()
        self._settle()

    def run(self, **options: Any) -> Any:
        """What the pipeline returns for these options. Raises what it raises, OutOfMemoryError at last.

        Begun again, it draws the same numbers by chance as the first time.
        """
        import torch

        chance = options.get("generator")
        begun = chance.get_state() if chance is not None else None
        while True:
            if chance is not None:
                chance.set_state(begun)
            try:
                with torch.no_grad(), _quietly():
                    return self.pipeline(**options)
            except BaseException as error:
                self.pipeline.maybe_free_model_hooks()
                if not is_memory_error(error) or not self._yield_room():
                    raise
            # Only here is the error gone, and with it the tensors that its frames held.
            release()
            self._settle()

    def rehearse(self) -> None:
        """Run as for a usual request, with its guidance and size, for what watches its networks work."""
        import torch

        with torch.no_grad(), _quietly():
            self.pipeline("a picture", **self._usual_options())

    def _usual_options(self) -> dict[str, Any]:
        settings = self._settings
        names = {"steps": "num_inference_steps", "guidance": "guidance_scale"}
        options: dict[str, Any] = {
            option: settings[name] for name, option in names.items() if name in settings
        }
        if "width" in inspect.signature(self.pipeline.__call__).parameters:
            options["width"], options["height"] = self.own_size((USUAL_SIDE, USUAL_SIDE))
        options.update(settings.get("call", {}))
        return options

    def own_size(self, wished: tuple[int, int]) -> tuple[int, int]:
        """The size in pixels that it paints in: of the wished shape, as large as it was made for.

        Who asks for more than it can gets its best size, if even `USUAL_SIDE` is more than it can.
        """
        usual, multiple = float(self._settings.get("size", 1024)), int(self._settings.get("multiple", 8))
        ends = self._settings.get("sides", (usual, usual))
        least, most = (end * self.native_side / usual for end in ends)
        wished_side = (wished[0] * wished[1]) ** 0.5
        longest = self.native_side if most < USUAL_SIDE and wished_side > most else most
        factor = min(max(wished_side, least), longest) / wished_side
        width, height = (max(multiple, round(length * factor / multiple) * multiple) for length in wished)
        return width, height

    @property
    def native_side(self) -> float:
        """Side in pixels of the square that it paints best: as its configuration says, else its card."""
        network = getattr(self.pipeline, "unet", None)
        if network is None:
            return float(self._settings.get("size", 1024))
        return float(network.config.sample_size * self.pipeline.vae_scale_factor)

    def _best_residence(self) -> Residence:
        if self._place.device != "cuda" or hardware().profile == "zerogpu":
            return "whole"
        import torch

        free = torch.cuda.mem_get_info()[0] - WORKING_BYTES
        sizes = [_size(part) for part in self._networks()]
        if sum(sizes) <= free:
            return "whole"
        return "one at a time" if max(sizes) <= free else "layer by layer"

    def _yield_room(self) -> bool:
        """Choose what takes less memory; False if there is nothing."""
        if self._place.device != "cuda" or self.residence == "layer by layer":
            return False
        self.residence = "one at a time" if self.residence == "whole" else "layer by layer"
        self.tile()
        return True

    def tile(self) -> None:
        """Let the decoder work on a part of a picture at a time from now on, where it can."""
        decoder: Any = getattr(self.pipeline, "vae", None)
        if hasattr(decoder, "enable_tiling"):
            decoder.enable_tiling()

    def _settle(self) -> None:
        self.pipeline.remove_all_hooks()
        if self.residence == "whole":
            self.pipeline.to(self._place.device)
        elif self.residence == "one at a time":
            self.pipeline.enable_model_cpu_offload()
        else:
            self.pipeline.enable_sequential_cpu_offload()

    def _networks(self) -> list[Any]:
        import torch

        return [part for part in self.pipeline.components.values() if isinstance(part, torch.nn.Module)]


def dtype_of(card: ModelCard, place: Place) -> Any:
    """torch's number format that a card's pipeline computes in."""
    import torch

    usual = card.settings.get("dtype_on_gpu", place.dtype) if place.device == "cuda" else place.dtype
    return getattr(torch, usual)


def _opened(card: ModelCard, folder: Path, place: Place, parts: dict[str, Any]) -> Any:
    import diffusers
    import torch

    settings = card.settings
    family = getattr(diffusers, settings["pipeline"])
    variant = settings.get("variant")
    try:
        pipeline = pretrained.opened(
            family,
            folder,
            dtype=dtype_of(card, place),
            variant=variant if variant and any(folder.rglob(f"*.{variant}.safetensors")) else None,
            use_safetensors=True,
            **parts,
        )
    except (AttributeError, ImportError, TypeError) as error:  # so diffusers says that a class is not known
        raise ValueError(f"no {settings['pipeline']} is in the folder") from error
    pipeline.set_progress_bar_config(disable=True)
    for network in pipeline.components.values():
        if isinstance(network, torch.nn.Module):
            _settle_norms(network)
    return pipeline


def _settle_norms(network: Any) -> None:
    """Compute normalised weights once, instead of before each call.

    Before a call the numbers that they are computed of are not there yet where layers come one at a time.
    """
    from torch.nn.utils import remove_weight_norm

    for module in network.modules():
        if hasattr(module, "weight_g"):
            remove_weight_norm(module)


def quietly_opened(family: str, folder: Path, dtype: Any) -> Any:
    """A single network of diffusers. Raises as `Denoiser`."""
    import diffusers

    with _quietly():
        return pretrained.opened(getattr(diffusers, family), folder, dtype=dtype, use_safetensors=True)


def _size(network: Any) -> int:
    """Bytes of a network's weights."""
    return sum(weights.numel() * weights.element_size() for weights in network.parameters())


@contextmanager
def _quietly() -> Iterator[None]:
    """Without bars and advice on stderr."""
    from diffusers.utils import logging
    from transformers.utils import logging as readers

    reading: Any = readers
    shown = logging.is_progress_bar_enabled()
    verbosities = logging.get_verbosity(), reading.get_verbosity()
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    reading.set_verbosity_error()
    warnings.filterwarnings("ignore", module="torchsde")
    warnings.filterwarnings("ignore", message=".*weight_norm", category=FutureWarning)
    try:
        yield
    finally:
        logging.set_verbosity(verbosities[0])
        reading.set_verbosity(verbosities[1])
        if shown:
            logging.enable_progress_bar()
