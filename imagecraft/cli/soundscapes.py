"""`image-to-soundscape` and `sounds`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imagecraft.cli.spoken import check_sound_file, fetch
from imagecraft.cli.terminal import counted, print_json, print_line, print_note, print_table
from imagecraft.errors import InvalidInput

if TYPE_CHECKING:
    from imagecraft.pipelines.image_to_soundscape import Plan
    from imagecraft.soundscape.base import Progress

Json = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")]
Out = Annotated[
    Path, typer.Option("-o", "--out", metavar="FILE", help="Sound file to write: .wav, .flac, .mp3 or .ogg.")
]
Seconds = Annotated[float, typer.Option(metavar="S", help="Length in seconds, 1 to 3600.")]
Seed = Annotated[int | None, typer.Option(metavar="N", help="From 0; the same gives the same sound again.")]
Synthesised = Annotated[
    bool, typer.Option("--no-recordings", help="Use synthesised sounds only, no recordings.")
]
LARGEST_PLAN_BYTES = 1_000_000

sounds = typer.Typer(name="sounds", rich_markup_mode=None)


def image_to_soundscape(
    out: Out,
    image: Annotated[
        str | None,
        typer.Argument(metavar="[IMAGE]", help="Picture; without one, --prompt or --plan says all."),
    ] = None,
    seconds: Seconds = 10.0,
    prompt: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="What should be heard, such as 'light rain, no people'."),
    ] = None,
    model: Annotated[
        str | None, typer.Option(metavar="ID", help="Soundscape model; see 'imagecraft models'.")
    ] = None,
    seed: Seed = None,
    loop: Annotated[bool, typer.Option("--loop", help="Let the end go over into the start.")] = False,
    mood: Annotated[str, typer.Option(metavar="calm|natural|lively", help="How much goes on.")] = "natural",
    rate: Annotated[int, typer.Option("--rate", metavar="HZ", help="44100 or 48000.")] = 44_100,
    plan: Annotated[
        Path | None,
        typer.Option("--plan", metavar="FILE", help="Plan (JSON) to mix; no picture is looked at."),
    ] = None,
    plan_out: Annotated[
        Path | None,
        typer.Option("--plan-out", metavar="FILE", help="Write the plan that was mixed, as JSON."),
    ] = None,
    no_recordings: Synthesised = False,
    steps: Annotated[
        int | None, typer.Option(metavar="N", help="For models that work in steps; each has its own range.")
    ] = None,
    guidance: Annotated[
        float | None, typer.Option(metavar="X", help="How closely such models follow the words.")
    ] = None,
    json: Json = False,
) -> None:
    """Make a soundscape of a picture, of a sentence, or of a plan.

    The plan that --plan-out writes can be edited and given back with --plan; with the same seed it sounds
    the same.

    \b
    Examples:
      imagecraft image-to-soundscape beach.jpg -o beach.wav
      imagecraft image-to-soundscape --prompt "light rain, distant thunder" --seconds 300 --loop -o rain.flac
      imagecraft image-to-soundscape beach.jpg -o beach.wav --plan-out beach.json
      imagecraft image-to-soundscape --plan beach.json --seed 7 -o beach.mp3
      imagecraft image-to-soundscape beach.jpg -o beach.wav --model stable-audio-open --steps 100
      imagecraft image-to-soundscape beach.jpg -o beach.wav --model generator@RUN/model    (an experiment)
    """
    from imagecraft.pipelines.image_to_soundscape import Options, write_soundscape

    check_sound_file(out)
    if plan is not None and (image is not None or prompt is not None):
        raise InvalidInput(
            "A plan says all that is heard.", "Give --plan, or a picture and a prompt; not both."
        )
    options = Options(seconds, model, seed, rate, loop, mood, not no_recordings, steps, guidance)
    given = _plan(plan)
    if image is not None and options.looks:
        fetch("caption", None)
    with _percent("Mixing: {n} %") as progress:
        details, mixed = write_soundscape(
            out, image, prompt=prompt, plan=given, options=options, progress=progress
        )
    if plan_out is not None:
        _write_plan(mixed, plan_out)
    if json:
        print_json({"out": str(out)} | details)
        return
    print_line(f"{out}: {details['duration']:.1f} s, model {details['model']}, seed {details['seed']}")
    for layer in mixed.heard:
        print_line(f"  {layer.sound}: {layer.gain_db:+.0f} dB, {_side(layer.pan)}. {layer.why}".rstrip())
    for notice in details["notices"]:
        print_note(notice)


@sounds.callback(invoke_without_command=True)
def sounds_command(context: typer.Context, json: Json = False) -> None:
    """Sounds that soundscapes are made of: list them, or write one to a file. Without a command, the list.

    Recordings in the folder IMAGECRAFT_SOUNDS, named like a sound (dog.wav, dog-2.mp3), win over all others.

    \b
    Examples:
      imagecraft sounds
      imagecraft sounds play-to-file sea_waves -o waves.wav --seconds 20
    """
    if context.invoked_subcommand is None:
        list_sounds(json)


@sounds.command("list")
def list_sounds(json: Json = False) -> None:
    """List the sounds: kind, where each comes from, licence."""
    from imagecraft.pipelines.image_to_soundscape import sounds as all_sounds

    found, notices = all_sounds()
    for notice in notices:
        print_note(notice)
    if json:
        for sound in found:
            print_json(sound.to_dict())
        return
    rows = [
        (
            sound.name,
            sound.kind,
            ", ".join((sound.source or "not there yet", *sound.files)),
            sound.license,
            sound.says,
        )
        for sound in found
    ]
    print_table(("SOUND", "KIND", "FROM", "LICENCE", "IS"), rows)


@sounds.command("play-to-file")
def play_to_file(
    name: Annotated[str, typer.Argument(metavar="SOUND", help="Its name; see 'imagecraft sounds list'.")],
    out: Out,
    seconds: Seconds = 6.0,
    seed: Seed = 0,
    intensity: Annotated[float, typer.Option(metavar="X", help="0 (faint) to 1 (strong).")] = 0.5,
    no_recordings: Synthesised = False,
    json: Json = False,
) -> None:
    """Write one sound to a file, near and in the middle."""
    from imagecraft.media.audio import write_audio
    from imagecraft.pipelines.image_to_soundscape import sound

    check_sound_file(out)
    audio = sound(name, seconds=seconds, seed=seed or 0, intensity=intensity, recordings=not no_recordings)
    write_audio(audio, out)
    if json:
        print_json({"out": str(out), "sound": name, "duration": round(audio.duration, 3)})
    else:
        print_line(f"{out}: {audio.duration:.1f} s")


@contextmanager
def _percent(words: str) -> Iterator[Progress]:
    """Progress from 0 to 1 as percent on stderr."""
    with counted(words, 100) as bar:
        yield lambda share: bar.update(round(100 * share) - bar.n)


def _plan(path: Path | None) -> str | None:
    """The text of a plan's file."""
    if path is None:
        return None
    try:
        if path.stat().st_size > LARGEST_PLAN_BYTES:
            raise InvalidInput(f"'{path}' is too large for a plan.", "Give a file that --plan-out wrote.")
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise InvalidInput(f"'{path}' cannot be read ({error.strerror}).", "Check its name.") from error
    except ValueError as error:
        raise InvalidInput(f"'{path}' is not text.", "Give a file that --plan-out wrote.") from error


def _write_plan(plan: Plan, path: Path) -> None:
    from imagecraft.media.files import replacing

    with replacing(path) as temporary:
        temporary.write_text(plan.to_json(), "utf-8")


def _side(pan: float) -> str:
    if abs(pan) < 0.15:
        return "in the middle"
    strength = "far " if abs(pan) > 0.7 else ""
    return f"{strength}{'left' if pan < 0 else 'right'}"
