"""`tag`."""

from __future__ import annotations

from typing import Annotated

import typer

from imagecraft.cli.spoken import fetch
from imagecraft.cli.terminal import counted, print_error, print_json, print_line, print_note
from imagecraft.errors import ImageCraftError, InvalidInput

MENDABLE = 2

Json = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")]
TagModel = Annotated[
    str | None, typer.Option("--model", metavar="ID", help="Tagging model; see 'imagecraft models'.")
]
Seconds = Annotated[
    float, typer.Option("--seconds", metavar="S", help="Listen to the first S seconds, at most 600.")
]


def tag(
    sounds: Annotated[list[str], typer.Argument(metavar="AUDIO", help="Sounds, or videos with sound.")],
    model: TagModel = None,
    top: Annotated[int, typer.Option("--top", metavar="N", help="How many classes to name, 1 to 521.")] = 5,
    seconds: Seconds = 60.0,
    json: Json = False,
) -> int:
    """Name what is heard in sounds, likeliest first.

    A sound that cannot be read is named on stderr, and the others are listened to all the same; the exit
    status is then 2. With --json, what is heard in every window of a second is told as well.

    \b
    Examples:
      imagecraft tag street.wav
      imagecraft tag --top 3 *.mp3
      imagecraft tag --json holiday.mp4
    """
    import imagecraft

    if top < 1:
        raise InvalidInput(f"{top} classes cannot be named.", "Choose --top 1 or more.")
    fetch("tag", model)
    status = 0
    with counted("Listening: {n} of {total} sounds", len(sounds)) as bar:
        for sound in sounds:
            try:
                heard = imagecraft.tag(sound, model=model, seconds=seconds)
            except ImageCraftError as error:
                print_error(error.message, error.hint)
                status = MENDABLE
            else:
                if json:
                    print_json({"file": sound} | heard.to_dict(top))
                else:
                    named = ", ".join(f"{one.label} {one.score:.2f}" for one in heard.top(top))
                    print_line(f"{sound}: {named}" if len(sounds) > 1 else named)
                    for notice in heard.notices:
                        print_note(notice)
            bar.update()
    return status
