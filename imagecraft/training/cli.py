"""`imagecraft train`: fit the product's own models again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

train = typer.Typer(name="train", rich_markup_mode=None, no_args_is_help=True)

Data = Annotated[Path, typer.Option(help="Folder with the photos and texts.")]


@train.callback()
def train_command() -> None:
    """Train: fit the offline captioner's own models again, on data of yours or COCO's.

    \b
    Examples:
      imagecraft train describer --data data --out describer
    """


@train.command("describer")
def describer(
    data: Data = Path("data"),
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder for the files; the package's own without one.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of everything drawn by chance.")] = 1,
) -> None:
    """Train the network that puts what was seen into a sentence (about half an hour on two cores)."""
    from imagecraft.errors import ModelUnavailable

    try:
        import onnx  # noqa: F401
        import torch  # noqa: F401
    except ImportError as error:
        raise ModelUnavailable(
            "Training needs PyTorch and onnx.", "Install them with: pip install 'imagecraft[train]'"
        ) from error
    from imagecraft.training.describer import Recipe, package_folder, train

    train(data, out or package_folder(), Recipe(seed=seed), log=typer.echo)
