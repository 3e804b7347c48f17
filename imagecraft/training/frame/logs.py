"""Where a run's numbers go: lines of JSON, TensorBoard, Weights & Biases."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import math
import netrc
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from imagecraft.errors import ModelUnavailable
from imagecraft.training.frame.runs import Run
from imagecraft.training.frame.settings import Settings

WANDB_HOST = "api.wandb.ai"


class Sink(Protocol):
    """Takes numbers and pictures of a run."""

    def numbers(self, step: int, values: Mapping[str, float]) -> None:
        """Values by name, after a step."""

    def picture(self, step: int, name: str, path: Path) -> None:
        """A PNG."""

    def close(self) -> None:
        """Hand over what is left."""


class JsonLines:
    """One JSON object a line, on disk as soon as it is known. What is no finite number becomes null."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def numbers(self, step: int, values: Mapping[str, float]) -> None:
        finite = {name: value if math.isfinite(value) else None for name, value in values.items()}
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"step": step} | finite) + "\n")

    def picture(self, step: int, name: str, path: Path) -> None:
        """Pictures are in the run's folder anyway."""

    def close(self) -> None:
        """Every line is on disk already."""


class TensorBoard:
    """Event files that `tensorboard --logdir RUN` shows."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        from torch.utils.tensorboard import SummaryWriter

        self._writer = SummaryWriter(str(folder))
        self._writer.add_text("settings", f"```json\n{json.dumps(settings.to_dict(), indent=2)}\n```")

    def numbers(self, step: int, values: Mapping[str, float]) -> None:
        for name, value in values.items():
            self._writer.add_scalar(name, value, step)
        self._writer.flush()

    def picture(self, step: int, name: str, path: Path) -> None:
        import numpy as np
        from PIL import Image

        with Image.open(path) as image:
            self._writer.add_image(name, np.asarray(image.convert("RGB")), step, dataformats="HWC")

    def close(self) -> None:
        self._writer.close()


class WeightsAndBiases:
    """A run on the user's account there; one that goes on after a stop goes on there, too."""

    def __init__(self, run: Run, settings: Settings) -> None:
        import wandb

        self._wandb: Any = wandb
        self._run = wandb.init(
            project="imagecraft",
            name=run.folder.resolve().name,
            id=_identity(run),
            config=settings.to_dict(),
            dir=str(run.folder),
            resume="allow",
        )

    def numbers(self, step: int, values: Mapping[str, float]) -> None:
        self._run.log(dict(values), step=step)

    def picture(self, step: int, name: str, path: Path) -> None:
        self._run.log({name: self._wandb.Image(str(path))}, step=step)

    def close(self) -> None:
        self._run.finish()


def check_sinks(names: tuple[str, ...]) -> None:
    """Raise ModelUnavailable where a package or a key is missing, before anything is computed."""
    if "tensorboard" in names and importlib.util.find_spec("tensorboard") is None:
        raise ModelUnavailable(
            "TensorBoard's package is not installed.", "pip install tensorboard, or leave it out of --log-to."
        )
    if "wandb" in names:
        if importlib.util.find_spec("wandb") is None:
            raise ModelUnavailable(
                "The package of Weights & Biases is not installed.",
                "pip install wandb, or leave it out of --log-to.",
            )
        if not _wandb_key():
            raise ModelUnavailable(
                "Weights & Biases has no key on this machine.",
                "Run `wandb login`, set WANDB_API_KEY, or set WANDB_MODE=offline.",
            )


def sinks(run: Run, settings: Settings) -> list[Sink]:
    """Open the log, and what `settings.log_to` names."""
    opened: list[Sink] = [JsonLines(run.log)]
    for name in settings.sinks:
        match name:
            case "tensorboard":
                opened.append(TensorBoard(run.tensorboard, settings))
            case "wandb":
                opened.append(WeightsAndBiases(run, settings))
    return opened


def _identity(run: Run) -> str:
    """What a run is told apart by: its folder, and when that was filled."""
    began = run.settings_file.stat().st_mtime_ns
    return hashlib.sha256(f"{run.folder.resolve()}/{began}".encode()).hexdigest()[:16]


def _wandb_key() -> bool:
    if os.environ.get("WANDB_API_KEY") or os.environ.get("WANDB_MODE") in ("offline", "disabled"):
        return True
    try:
        return netrc.netrc().authenticators(WANDB_HOST) is not None
    except (OSError, netrc.NetrcParseError):
        return False
