"""`imagecraft train`: fine-tune models, and fit the product's own again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from imagecraft.training.commands import add_to, add_to_prepare

train = typer.Typer(name="train", rich_markup_mode=None, no_args_is_help=True)

prepare = typer.Typer(name="prepare", rich_markup_mode=None, no_args_is_help=True)
train.add_typer(prepare, help="Bring what training needs onto this machine.")

Data = Annotated[Path, typer.Option(help="Folder with the photos and texts.")]


@train.callback()
def train_command() -> None:
    """Train: fine-tune models on pictures of yours, or fit the offline captioner's own again.

    \b
    Examples:
      imagecraft train check captions.csv
      imagecraft train captioner --data captions.csv --out run
      imagecraft train prepare coco --out data
      imagecraft train describer --data data --out describer
    """


@train.command("describer")
def describer(
    data: Data = Path("data"),
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the files.")] = Path("describer"),
    seed: Annotated[int, typer.Option(help="Of everything drawn by chance.")] = 1,
    members: Annotated[int, typer.Option(min=1, max=8, help="Networks that learn and write together.")] = 1,
    unseen: Annotated[
        bool, typer.Option("--unseen", help="Write of texts alone, so that the photos can judge the result.")
    ] = False,
) -> None:
    """Train the network that puts what was seen into a sentence (about ten minutes for each member)."""
    from imagecraft.errors import ModelUnavailable

    try:
        import onnx  # noqa: F401
        import torch  # noqa: F401
    except ImportError as error:
        raise ModelUnavailable(
            "Training needs PyTorch and onnx.", "Install them with: pip install torch onnx"
        ) from error
    from imagecraft.training.describer import Recipe, train

    recipe = Recipe(seed=seed, members=members)
    train(data, out, replace(recipe, real_share=0.0) if unseen else recipe, log=typer.echo)


@prepare.command("coco")
def coco(
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder to fill.")] = Path("data"),
    photos: Annotated[
        int, typer.Option(min=10, max=118_000, help="For the describer: photos to learn from.")
    ] = 2000,
    subset: Annotated[
        str | None,
        typer.Option(metavar="10%", help="For all else: this share of COCO, in splits for training."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="With --subset: of the draw.")] = 1,
) -> None:
    """Fetch COCO's captions (250 MB) and some of its photos; goes on where it stopped.

    \b
    Examples:
      imagecraft train prepare coco --subset 10% --out coco
      imagecraft train prepare coco --out data    (for `imagecraft train describer`)
    """
    from tqdm import tqdm

    from imagecraft.training.prepare import prepare_coco
    from imagecraft.training.sets.subset import prepare_subset, share_of

    share = share_of(subset) if subset is not None else None
    with tqdm(unit_scale=True, disable=None) as bar:

        def show(label: str, done: int, total: int) -> None:
            bar.set_description_str(label, refresh=False)
            bar.total, bar.n = total, done
            bar.refresh()

        if share is not None:
            counts = prepare_subset(out, share, seed=seed, progress=show)
        else:
            prepare_coco(out, training=photos, progress=show)
    if share is not None:
        typer.echo(f"Ready ({', '.join(f'{count} {split}' for split, count in counts.items())}):")
        typer.echo(f"  imagecraft train check {out}\n  imagecraft train captioner --data {out} --out run")
        return
    typer.echo(f"Ready: imagecraft train describer --data {out}")


add_to(train)
add_to_prepare(prepare)
