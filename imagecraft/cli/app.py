"""The commands and what they are called."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from imagecraft import __version__
from imagecraft.cli import batch, catalogue, divided, evaluation, heard, page, soundscapes, spoken
from imagecraft.training.cli import train as training

# typer carries click inside itself or uses the package, depending on its version; this base is there in both.
UsageProblem: Any = typer.BadParameter.__bases__[0]

app = typer.Typer(
    name="imagecraft",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.command("caption")(spoken.caption)
app.command("speak")(spoken.speak)
app.command("image-to-speech")(spoken.image_to_speech)
app.command("image-to-soundscape")(soundscapes.image_to_soundscape)
app.command("tag")(heard.tag)
app.command("audio-to-image")(heard.audio_to_image)
app.command("segment")(divided.segment)
app.command("evaluate")(evaluation.evaluate)
app.command("evaluate-audio")(evaluation.evaluate_audio)
app.command("evaluate-coherence")(evaluation.evaluate_coherence)
app.command("batch")(batch.batch)
app.command("voices")(catalogue.list_voices)
app.add_typer(soundscapes.sounds)
app.add_typer(catalogue.models)
app.add_typer(training)
app.command("serve")(page.serve)


@app.callback(invoke_without_command=True)
def imagecraft(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    """Hear your pictures: images described in words and aloud.

    Exit status: 0 done, 2 something you can mend (said on stderr), 1 a fault of ours.

    \b
    Examples:
      imagecraft caption photo.jpg
      imagecraft image-to-speech photo.jpg -o photo.mp3
      imagecraft serve
    """
    if version:
        typer.echo(f"imagecraft {__version__}")
    elif context.invoked_subcommand is None:
        typer.echo(context.get_help())


def invoke(arguments: list[str]) -> int:
    """Run a command line; its exit status. Problems with it are raised as `UsageProblem`."""
    result = app(arguments, prog_name="imagecraft", standalone_mode=False)
    return result if isinstance(result, int) else 0
