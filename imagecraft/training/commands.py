"""`imagecraft train captioner`, `check` …: commands over the settings of `imagecraft.training.frame`."""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path
from typing import Annotated, Any

import typer

from imagecraft.errors import InvalidInput, ModelUnavailable
from imagecraft.training.frame.options import command
from imagecraft.training.frame.settings import Settings
from imagecraft.training.tasks import TASKS, Task

MENDABLE = 2
MOST_CLASSES = 30  # that are listed
PACKAGES = {
    "torch": "torch",
    "transformers": "transformers",
    "accelerate": "accelerate",
    "matplotlib": "matplotlib",
}


def add_to(train: typer.Typer) -> None:
    """Add the commands to `imagecraft train`."""
    for task in TASKS:
        train.command(task.settings.task())(command(task.settings, _starter(task), task.help))
    train.command("check")(check)
    train.command("sound")(sound)


def add_to_prepare(prepare: typer.Typer) -> None:
    """Add the commands to `imagecraft train prepare`."""
    prepare.command("speech")(speech)
    prepare.command("masks")(masks)


def sound(
    image: Annotated[Path, typer.Argument(metavar="IMAGE", help="The picture.")],
    model: Annotated[Path, typer.Option(metavar="FOLDER", help="Model of `imagecraft train generator`.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE.wav", help="Sound to write.")],
    vocoder: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="griffin-lim, hifigan (SpeechT5's) or hifigan@FOLDER; hifigan where it is here.",
        ),
    ] = None,
) -> None:
    """Experimental: the bare second of sound that a generator of yours makes of a picture.

    `imagecraft image-to-soundscape --model generator@FOLDER` makes a soundscape of it.
    """
    _require("torch", "transformers")
    from imagecraft.catalog import chosen_card
    from imagecraft.cli.spoken import check_sound_file
    from imagecraft.cli.terminal import print_line, print_note
    from imagecraft.media.audio import write_audio
    from imagecraft.soundscape.straight import second_of

    check_sound_file(out)
    made = second_of(image, chosen_card(f"generator@{model}", "soundscape"), vocoder)
    write_audio(made.audio, out)
    print_line(f"{out}: {made.audio.duration:.1f} s")
    print_note(made.notice)


def speech(
    data: Annotated[Path, typer.Option(metavar="PATH", help="Pictures with captions.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FOLDER", help="Folder to fill.")],
) -> None:
    """Have the captions of pictures spoken: a set for `imagecraft train generator`."""
    from imagecraft.cli.terminal import print_line, print_note, progress_bar
    from imagecraft.training.generator.sounding import speak_captions
    from imagecraft.training.sets.opening import open_set

    found = open_set(data, "captions")
    with progress_bar(" captions") as progress:
        spoken = speak_captions(found, out, progress)
    if spoken.left_out:
        print_note(
            f"{len(spoken.left_out)} captions have no words to speak, such as of {spoken.left_out[0]}."
        )
    print_line(f"Ready ({spoken.count} sounds): imagecraft train generator --data {out} --out run")


def masks(
    data: Annotated[Path, typer.Option(metavar="PATH", help="LabelMe's files, or COCO's instances.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FOLDER", help="Folder to fill.")],
) -> None:
    """Draw outlines into masks: PNGs of class numbers, with the names of the classes and a table beside."""
    from imagecraft.cli.terminal import print_line, print_note, progress_bar
    from imagecraft.training.sets.mask_files import write_masks
    from imagecraft.training.sets.opening import open_set

    found = open_set(data, "masks")
    with progress_bar(" masks") as progress:
        left_out = write_masks(found, out, progress)
    if left_out:
        print_note(f"{len(left_out)} pictures have no mask that can be drawn: {left_out[0]} …")
    count = len(found.items) - len(left_out)
    print_line(f"Ready ({count} masks): imagecraft train segmenter --data {out} --out run")


def check(
    data: Annotated[Path, typer.Argument(metavar="PATH", help="Folder or file to look at.")],
    kind: Annotated[
        str | None, typer.Option(metavar="captions|classes|masks|triplets", help="What it should have.")
    ] = None,
    samples: Annotated[
        Path | None, typer.Option(metavar="FILE.png", help="Draw a dozen of its pictures on a sheet.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> int:
    """Say what a set of pictures is, what is wrong with it, and show samples.

    Exit status 2 where something has to be mended before training: files that are missing or damaged, empty
    captions, masks that do not fit, pictures that are in several parts.

    \b
    Examples:
      imagecraft train check photos/ --kind captions
      imagecraft train check data/captions.json --samples sheet.png
    """
    from imagecraft.cli.terminal import print_json, print_line, progress_bar
    from imagecraft.training.sets.base import KINDS
    from imagecraft.training.sets.check import check as look
    from imagecraft.training.sets.opening import open_set
    from imagecraft.training.sets.samples import sample_lines, sample_sheet

    wanted = next((known for known in KINDS if known == kind), None)
    if kind is not None and wanted is None:
        raise InvalidInput(f"There is no kind '{kind}'.", f"Choose one of: {', '.join(KINDS)}.")
    found = open_set(data, wanted)
    with progress_bar(" pictures") as progress:
        report = look(found, progress)
    if samples is not None:
        sample_sheet(found, samples)
    if json:
        print_json(report.to_dict())
        return 0 if report.usable else MENDABLE
    parts = ", ".join(f"{count} {part}" for part, count in report.counts.items())
    print_line(f"{report.kind}: {len(found.items)} pictures ({parts})")
    if report.words:
        print_line(", ".join(f"{value:g} {name.replace('_', ' ')}" for name, value in report.words.items()))
    unit = " of the pixels" if found.kind == "masks" else " pictures"
    largest = sorted(report.classes.items(), key=lambda entry: -entry[1])
    for name, count in largest[:MOST_CLASSES]:
        print_line(f"  {name}: {f'{count:.1%}' if found.kind == 'masks' else f'{count:.0f}'}{unit}")
    if len(largest) > MOST_CLASSES:
        print_line(f"  and {len(largest) - MOST_CLASSES} smaller classes")
    for line in sample_lines(found):
        print_line(f"  {line}")
    for finding in report.findings:
        print_line(finding.line())
    print_line("Nothing has to be mended." if report.usable else "Mend what is wrong first.")
    return 0 if report.usable else MENDABLE


def _starter(task: Task) -> Any:
    def start(settings: Settings, *, resume: bool, dry_run: bool, json: bool) -> None:
        from imagecraft.cli.terminal import print_json, print_line

        _require(*PACKAGES, *task.packages)
        from imagecraft.training.frame.job import is_main_process
        from imagecraft.training.frame.story import train

        job = getattr(importlib.import_module(task.module), task.job)
        outcome = train(settings, job, resume=resume, dry_run=dry_run)
        if not is_main_process():
            return
        if json:
            print_json(outcome.to_dict())
            return
        for name, value in outcome.scores.items():
            print_line(f"{name}: {value:.4g}")
        for name, value in outcome.tested.items():
            print_line(f"test {name}: {value:.4g}")
        if outcome.run is not None and not outcome.stopped:
            print_line(f"Ready: {outcome.use}")

    return start


def _require(*packages: str) -> None:
    missing = [name for name in packages if importlib.util.find_spec(name) is None]
    if missing:
        raise ModelUnavailable(
            f"Training needs packages that are not installed: {', '.join(missing)}.",
            "Install them with: pip install 'imagecraft[train]'",
        )
