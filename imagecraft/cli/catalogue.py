"""`models` and `voices`: what there is, and its files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from imagecraft.cli.terminal import print_error, print_json, print_line, print_table, progress_bar

if TYPE_CHECKING:
    from imagecraft.pipelines.image_to_speech import Voice

MENDABLE = 2

Json = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")]
Ids = Annotated[list[str] | None, typer.Argument(metavar="ID", help="Models; all of them without one.")]
Task = Annotated[str | None, typer.Option(metavar="TASK", help="Only models of one task: caption, speech.")]

models = typer.Typer(name="models", rich_markup_mode=None)


@models.callback(invoke_without_command=True)
def models_command(context: typer.Context, task: Task = None, json: Json = False) -> None:
    """Models: which there are, download, verify, unload. Without a command, the list.

    \b
    Examples:
      imagecraft models
      imagecraft models download florence-2-base
      imagecraft models verify
    """
    if context.invoked_subcommand is None:
        list_models(task=task, json=json)


@models.command("list")
def list_models(ids: Ids = None, task: Task = None, json: Json = False) -> None:
    """List the models: task, licence, size, and whether they can run now."""
    from imagecraft.pipelines.models import named, size_words, states

    wanted = named(ids or [])
    found = [state for state in states(task) if not wanted or state.card.id in wanted]
    if json:
        for state in found:
            print_json(state.to_dict())
        return
    rows = [
        (
            state.card.id,
            state.card.task,
            state.card.license,
            size_words(state.bytes_on_disk or state.card.size_bytes),
            state.reason_unavailable or "ready",
        )
        for state in found
    ]
    print_table(("MODEL", "TASK", "LICENCE", "SIZE", "STATE"), rows)


@models.command("download")
def download_models(ids: Ids = None, json: Json = False) -> None:
    """Fetch and check all that models need, so that they run without a network.

    A download that stopped goes on where it was. Hub models go into the hub's own cache (HF_HOME); one whose
    licence has to be accepted first needs a token in HF_TOKEN. The revision that is printed can be asked for
    elsewhere: IMAGECRAFT_REVISIONS=ID=REVISION.
    """
    from imagecraft.pipelines.models import download, size_words

    with progress_bar() as progress:
        states = download(ids or [], progress)
    for state in states:
        if json:
            print_json(state.to_dict())
        elif state.reason_unavailable:
            print_line(f"{state.card.id}: {state.reason_unavailable}")
        else:
            revision = f", revision {state.revision}" if state.revision else ""
            print_line(f"{state.card.id}: ready, {size_words(state.bytes_on_disk)}{revision}")


@models.command("verify")
def verify_models(ids: Ids = None, json: Json = False) -> int:
    """Read the files of models again and compare them with their published hashes."""
    from imagecraft.pipelines.models import verify

    checks = verify(ids or [])
    if json:
        for check in checks:
            print_json(check.to_dict())
    else:
        print_table(("MODEL", "FILE", "STATE"), [(check.model, check.file, check.state) for check in checks])
    wrong = [check for check in checks if check.state not in ("verified", "present")]
    if not wrong:
        return 0
    names = " ".join(dict.fromkeys(check.model for check in wrong))
    print_error(
        f"{len(wrong)} of {len(checks)} files are not as they should be.",
        f"Run: imagecraft models download {names}",
    )
    return MENDABLE


@models.command("unload")
def unload_models(ids: Ids = None) -> None:
    """Give the memory of models back. Each command frees its own at its end; a served page has a button."""
    from imagecraft.pipelines.models import unload

    if not ids:
        unload()
    for name in ids or []:
        unload(name)
    print_line("No model is in this command's memory.")


@models.command("space")
def space_models(json: Json = False) -> int:
    """Show what a Space on ZeroGPU keeps ready for its GPU, and how much of the 42 GiB that takes."""
    from imagecraft.pipelines.models import SPACE_BYTES, packed_bytes, size_words, space_models

    cards = space_models()
    total = packed_bytes(cards)
    if json:
        print_json({"models": [card.id for card in cards], "bytes": total, "most_bytes": SPACE_BYTES})
    else:
        rows = [(card.id, card.task, card.license, size_words(card.size_bytes)) for card in cards]
        print_table(("MODEL", "TASK", "LICENCE", "SIZE"), rows)
        print_line(f"At most {size_words(total)} of {size_words(SPACE_BYTES)}.")
    if total <= SPACE_BYTES:
        return 0
    print_error(
        "Together they are too large: above that, each call would be charged as one of a larger GPU.",
        "Name fewer in IMAGECRAFT_SPACE_MODELS, ids separated by commas.",
    )
    return MENDABLE


def list_voices(
    model: Annotated[str | None, typer.Option(metavar="ID", help="Only this model's voices.")] = None,
    language: Annotated[str | None, typer.Option(metavar="TAG", help="Only voices of this language.")] = None,
    gender: Annotated[
        str | None, typer.Option(metavar="female|male|unknown", help="Only voices of this gender.")
    ] = None,
    fetch: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Download a voice first; 'sample' for voices from a sample."),
    ] = None,
    json: Json = False,
) -> None:
    """List the voices that 'speak' and 'image-to-speech' can use, or download some.

    \b
    Examples:
      imagecraft voices --language fr --gender female
      imagecraft voices --fetch estelle --fetch mms-fra
    """
    from imagecraft.pipelines import image_to_speech

    if fetch:
        found = [image_to_speech.fetch(name) for name in fetch]
    else:
        found = image_to_speech.voices(model, language, gender)
    if json:
        for voice in found:
            print_json(voice.to_dict())
        return
    rows = [
        (
            voice.id,
            voice.model,
            voice.language,
            image_to_speech.language_name(voice.language),
            voice.gender,
            _standing(voice),
        )
        for voice in found
    ]
    print_table(("VOICE", "MODEL", "TAG", "LANGUAGE", "GENDER", "STATE"), rows)


def _standing(voice: Voice) -> str:
    online = "; the text leaves this machine" if voice.sends_text_out else ""
    return (voice.needs or "ready") + online
