"""`tag` and `audio-to-image`."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Annotated

import typer

from imagecraft.cli.spoken import fetch
from imagecraft.cli.terminal import counted, print_error, print_json, print_line, print_note
from imagecraft.errors import ImageCraftError, InvalidInput, ModelUnavailable

MENDABLE = 2
OWN_LABELS = "clap"
"""The listener that takes labels in one's own words."""

Json = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")]
TagModel = Annotated[
    str | None, typer.Option("--model", metavar="ID", help="Tagging model; see 'imagecraft models'.")
]
Listener = Annotated[
    str | None,
    typer.Option("--listener", metavar="ID", help="Tagging model, or ID@FOLDER; see 'imagecraft models'."),
]
Labels = Annotated[
    str | None,
    typer.Option(
        "--labels",
        metavar="WORDS",
        help="Listen for these instead, in your own words, commas between them; with 'clap'.",
    ),
]
Seconds = Annotated[
    float, typer.Option("--seconds", metavar="S", help="Listen to the first S seconds, at most 600.")
]
Rule = Annotated[
    str,
    typer.Option(
        "--rule",
        metavar="NAME",
        help="Order: 'specific', or 'frequent', ImageCraft 1's: share of windows a class leads.",
    ),
]


def tag(
    sounds: Annotated[
        list[str],
        typer.Argument(metavar="AUDIO", help="Sounds, videos with sound; pictures with --model mobilenet."),
    ],
    model: TagModel = None,
    labels: Labels = None,
    top: Annotated[int, typer.Option("--top", metavar="N", help="How many classes to name, from 1.")] = 5,
    seconds: Seconds = 60.0,
    rule: Rule = "specific",
    json: Json = False,
) -> int:
    """Name what is heard in sounds, likeliest first; or what is in pictures, by a model for these.

    A sound that cannot be read is named on stderr, and the others are listened to all the same; the exit
    status is then 2. With --json, what is heard in every window is told as well.

    \b
    Examples:
      imagecraft tag street.wav
      imagecraft tag --top 3 *.mp3
      imagecraft tag --rule frequent --top 2 street.wav
      imagecraft tag --json holiday.mp4
      imagecraft tag --labels "rain, dog barking, my coffee machine" kitchen.wav
      imagecraft tag --model mobilenet@RUN/model *.jpg    (a classifier of your own, see 'imagecraft train')
    """
    import imagecraft

    if top < 1:
        raise InvalidInput(f"{top} classes cannot be named.", "Choose --top 1 or more.")
    fetch("tag", model or (OWN_LABELS if labels is not None else None))
    status = 0
    with counted("Listening: {n} of {total} files", len(sounds)) as bar:
        for sound in sounds:
            try:
                heard = imagecraft.tag(sound, model=model, labels=labels, seconds=seconds)
            except ImageCraftError as error:
                print_error(error.message, error.hint)
                status = MENDABLE
            else:
                if json:
                    print_json({"file": sound} | heard.to_dict(top, rule))
                else:
                    named = ", ".join(f"{one.label} {one.score:.2f}" for one in heard.ranked(top, rule))
                    print_line(f"{sound}: {named}" if len(sounds) > 1 else named)
                    for notice in heard.notices:
                        print_note(notice)
            bar.update()
    return status


def audio_to_image(
    out: Annotated[Path, typer.Option("-o", "--out", metavar="FILE", help="Picture to write: .png.")],
    sound: Annotated[
        str | None, typer.Argument(metavar="[AUDIO]", help="Sound, or video with sound.")
    ] = None,
    prompt: Annotated[str | None, typer.Option(metavar="TEXT", help="What to paint, in words.")] = None,
    negative: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What not to paint, for painters that heed it.")
    ] = None,
    style: Annotated[str, typer.Option(metavar="NAME", help="Wording of the prompt made here.")] = "poster",
    model: Annotated[
        str | None, typer.Option("--model", metavar="ID", help="Painting model; see 'imagecraft models'.")
    ] = None,
    steps: Annotated[
        int | None, typer.Option(metavar="N", help="For painters that work in steps; each has its own range.")
    ] = None,
    guidance: Annotated[
        float | None, typer.Option(metavar="X", help="How closely such painters follow the prompt.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(metavar="N", help="The same seed gives the same picture.")
    ] = None,
    size: Annotated[
        str, typer.Option(metavar="WxH", help="Pixels: 256 to 2048, at most 2 to 1.")
    ] = "1024x1024",
    listener: Listener = None,
    labels: Labels = None,
    json: Json = False,
) -> None:
    """Paint a picture of a sound, of a prompt, or of both.

    The picture's prompt, seed and model are in the file, too.

    \b
    Examples:
      imagecraft audio-to-image street.wav -o street.png
      imagecraft audio-to-image rain.mp3 -o rain.png --style watercolour --seed 7 --json
      imagecraft audio-to-image --prompt "A dog by the sea in the rain" -o dog.png --size 768x1024
      imagecraft audio-to-image street.wav -o street.png --model playground-v2.5 --steps 50 --guidance 3
      imagecraft audio-to-image street.wav -o street.png --labels "rain, dog barking"
    """
    from imagecraft.pipelines import audio_to_image as pipeline

    pipeline.check_name(out)
    if sound is not None:
        _fetch_listener(listener, labels)
    steps_made = pipeline.paint_sound(
        sound,
        prompt=prompt,
        negative=negative,
        style=style,
        model=model,
        steps=steps,
        guidance=guidance,
        seed=seed,
        size=_size(size),
        listener=listener,
        labels=labels,
    )
    made = None
    with counted("Painting: {n} %", 100) as bar:
        for step in steps_made:
            if step.sketch is not None:
                bar.update(round(100 * step.sketch.share) - bar.n)
            made = step.painting
    if made is None:
        raise InvalidInput("Nothing was painted.")
    pipeline.write_png(made, out)
    if json:
        print_json(pipeline.details(made, out=str(out)))
    else:
        print_line(f"{out}: {made.alt}")
        for notice in made.notices:
            print_note(notice)


def _fetch_listener(listener: str | None, labels: str | None) -> None:
    """Download what the listener lacks; where the usual one cannot be had, the sound alone is painted."""
    if listener is not None or labels is not None:
        fetch("tag", listener or OWN_LABELS)
        return
    with contextlib.suppress(ModelUnavailable):
        fetch("tag", None)


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    try:
        return int(width), int(height or width)
    except ValueError:
        raise InvalidInput(f"'{text}' is no size.", "Give it as 1024x768, in pixels.") from None
