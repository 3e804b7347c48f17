"""`segment`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imagecraft.cli.spoken import check_sound_file, fetch
from imagecraft.cli.terminal import print_json, print_line, print_note, print_table
from imagecraft.errors import InvalidInput
from imagecraft.media.files import replacing

if TYPE_CHECKING:
    from imagecraft.pipelines.segmentation import Segmentation

Json = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")]


def segment(
    image: Annotated[str, typer.Argument(metavar="IMAGE", help="Picture to divide.")],
    out: Annotated[
        Path,
        typer.Option("-o", "--out", metavar="OVERLAY.png", help="The picture with its regions drawn over."),
    ],
    mask: Annotated[
        Path | None,
        typer.Option(metavar="MASK.png", help="Write the class of each pixel, 8 bits; 0 is background."),
    ] = None,
    sounds: Annotated[
        Path | None,
        typer.Option(metavar="OUT.wav", help="Write what is there, spoken, then the things' sounds."),
    ] = None,
    cut_outs: Annotated[
        Path | None, typer.Option(metavar="OUT.zip", help="Write each region alone, with transparency.")
    ] = None,
    legend: Annotated[
        Path | None, typer.Option(metavar="LEGEND.png", help="Write what the colours or patterns stand for.")
    ] = None,
    coco: Annotated[
        Path | None, typer.Option(metavar="OUT.json", help="Write the regions in COCO's format.")
    ] = None,
    table: Annotated[Path | None, typer.Option(metavar="OUT.csv", help="Write the table of classes.")] = None,
    opacity: Annotated[float, typer.Option(metavar="X", help="Of the fillings, 0 to 1.")] = 0.5,
    variant: Annotated[
        str, typer.Option(metavar="colours|contrast|patterns", help="How to draw.")
    ] = "colours",
    model: Annotated[
        str | None, typer.Option(metavar="ID", help="Segmentation model; see 'imagecraft models'.")
    ] = None,
    json: Json = False,
) -> None:
    """Divide a picture into what it shows, and count it.

    \b
    Examples:
      imagecraft segment photo.jpg -o regions.png
      imagecraft segment photo.jpg -o regions.png --mask classes.png --sounds photo.wav --json
      imagecraft segment photo.jpg -o regions.png --variant patterns --cut-outs parts.zip --coco photo.json
    """
    import json as jsons

    import imagecraft
    from imagecraft.pipelines import segmentation as pipeline

    _check(out, ".png")
    for path, suffix in (
        (mask, ".png"),
        (legend, ".png"),
        (cut_outs, ".zip"),
        (coco, ".json"),
        (table, ".csv"),
    ):
        if path is not None:
            _check(path, suffix)
    if sounds is not None:
        check_sound_file(sounds)
    _check_apart(Path(image), [path for path in (out, mask, legend, sounds, cut_outs, coco, table) if path])
    known = next((name for name in pipeline.VARIANTS if name == variant), None)
    if known is None:
        raise InvalidInput(
            f"There is no variant '{variant}'.", f"Choose one of: {', '.join(pipeline.VARIANTS)}."
        )
    fetch("segment", model)
    made = imagecraft.segment(image, model=model)
    _write(out, pipeline.png(pipeline.overlay(made, opacity=opacity, variant=known)))
    if mask is not None:
        _write(mask, pipeline.png(pipeline.label_map(made)))
    if legend is not None:
        _write(legend, pipeline.png(pipeline.legend(made, variant=known)))
    if cut_outs is not None:
        _write(cut_outs, pipeline.cut_outs(made))
    if coco is not None:
        _write(coco, jsons.dumps(pipeline.coco(made, Path(image).name)).encode())
    if table is not None:
        _write(table, pipeline.to_csv(pipeline.class_rows(made)).encode())
    if sounds is not None:
        _write_sounds(sounds, made)
    if json:
        print_json(pipeline.details(made, file=image))
    else:
        _print(made)


def _check(path: Path, suffix: str) -> None:
    """Refuse what could not be written before any work is done for it."""
    if path.suffix.lower() != suffix:
        raise InvalidInput(f"'{path}' does not end in {suffix}.", f"Let it end in {suffix}.")
    if not path.parent.is_dir():
        raise InvalidInput(
            f"There is no folder '{path.parent}'.", "Make the folder first, or choose another."
        )


def _check_apart(image: Path, outs: Sequence[Path]) -> None:
    """Refuse to write over the picture itself, or one result over another."""
    taken = {image.resolve(): "the picture itself"}
    for path in outs:
        file = path.resolve()
        if file in taken:
            raise InvalidInput(f"'{path}' is {taken[file]}.", "Give each file a name of its own.")
        taken[file] = "asked for twice"


def _write(path: Path, data: bytes) -> None:
    with replacing(path) as temporary:
        temporary.write_bytes(data)


def _write_sounds(path: Path, made: Segmentation) -> None:
    from imagecraft.media.audio import write_audio
    from imagecraft.pipelines.segmentation import play_all, spoken_summary

    write_audio(play_all(made, spoken_summary(made)), path)


def _print(made: Segmentation) -> None:
    from imagecraft.pipelines.segmentation import class_rows, summary

    print_line(summary(made))
    rows = [
        [
            row.label,
            str(row.regions or ""),
            f"{row.share:.1%}",
            row.largest_place,
            f"{row.mean_score:.2f}" if row.regions else "",
        ]
        for row in class_rows(made)
    ]
    print_table(["class", "regions", "share", "largest", "score"], rows)
    for notice in made.notices:
        print_note(notice)
