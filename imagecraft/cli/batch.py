"""`batch`."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from imagecraft.cli.progress import shown_as, stopping
from imagecraft.cli.spoken import fetch
from imagecraft.cli.terminal import print_error, print_json, print_line, print_note
from imagecraft.errors import InvalidInput

if TYPE_CHECKING:
    from imagecraft.batch.local import Batch, Standing
    from imagecraft.batch.on_ray import Cluster

INTERRUPTED, MENDABLE = 130, 2
ENGINES = ("local", "ray")
SERVERS = ("vllm",)


def batch(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE...",
            help="Files, folders, patterns, lists (.txt, or - for stdin), .zip, .tar, .parquet, .jsonl.",
        ),
    ],
    task: Annotated[
        str,
        typer.Option(metavar="NAME", help="caption, speak, segment, soundscape, tag or evaluate."),
    ],
    out: Annotated[
        Path, typer.Option("-o", "--out", metavar="FILE", help="Table to write: .jsonl, .parquet or .csv.")
    ],
    engine: Annotated[
        str, typer.Option(metavar="NAME", help="local: this machine; ray: a cluster.")
    ] = "local",
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a table: only what is new, changed or failed.")
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Begin the table anew; replace all that is beside pictures.")
    ] = False,
    overwrite_beside: Annotated[
        bool, typer.Option("--overwrite-beside", help="Replace words and files of yours beside pictures.")
    ] = False,
    recursive: Annotated[
        bool, typer.Option("-r", "--recursive", help="Search folders with all folders in them.")
    ] = False,
    sidecar: Annotated[
        str | None,
        typer.Option(metavar="txt|xmp|metadata", help="Keep captions with the pictures, too."),
    ] = None,
    in_place: Annotated[
        bool, typer.Option("--in-place", help="With --sidecar metadata: into the pictures, not into copies.")
    ] = False,
    files: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="For files that are made; otherwise OUT's name and '-files'."),
    ] = None,
    beside: Annotated[
        bool, typer.Option("--beside", help="Put files that are made beside their pictures.")
    ] = False,
    column: Annotated[
        str | None, typer.Option(metavar="NAME", help="Column of paths or bytes in tables.")
    ] = None,
    model: Annotated[
        str | None, typer.Option(metavar="ID", help="Model of the task; see 'imagecraft models'.")
    ] = None,
    length: Annotated[str, typer.Option(metavar="short|detailed", help="Of captions.")] = "short",
    language: Annotated[str, typer.Option(metavar="TAG", help="Of captions and speech.")] = "en",
    max_chars: Annotated[
        int | None, typer.Option("--max-chars", metavar="N", help="Longest caption, in characters.")
    ] = None,
    hedge: Annotated[bool, typer.Option("--hedge", help="Say 'probably' where it is not very sure.")] = False,
    voice: Annotated[str | None, typer.Option(metavar="NAME", help="See 'imagecraft voices'.")] = None,
    speed: Annotated[float, typer.Option(metavar="X", help="Of speech, 0.5 to 2.0.")] = 1.0,
    speech_model: Annotated[str | None, typer.Option(metavar="ID", help="Speech model.")] = None,
    seconds: Annotated[
        float | None, typer.Option(metavar="S", help="Length of soundscapes; of sounds, how much is heard.")
    ] = None,
    seed: Annotated[int, typer.Option(metavar="N", help="Of soundscapes.")] = 0,
    sound_format: Annotated[str, typer.Option("--format", metavar="wav|flac|mp3|ogg")] = "wav",
    top: Annotated[int, typer.Option(metavar="N", help="Classes to name for each sound.")] = 10,
    workers: Annotated[int | None, typer.Option(metavar="N", help="Processes; all cores otherwise.")] = None,
    batch_size: Annotated[int | None, typer.Option(metavar="N", help="Inputs a model gets at once.")] = None,
    ray_address: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS", help="With ray: auto or ray://host:10001; else RAY_ADDRESS, or here."
        ),
    ] = None,
    most_workers: Annotated[
        int | None, typer.Option(metavar="N", help="With ray: grow from --workers to so many.")
    ] = None,
    cpus: Annotated[float, typer.Option(metavar="X", help="With ray: cores for each worker.")] = 1.0,
    gpus: Annotated[float, typer.Option(metavar="X", help="With ray: GPUs for each worker.")] = 0.0,
    serve_with: Annotated[
        str | None, typer.Option(metavar="vllm", help="With ray: captions by a chat model in vLLM's engines.")
    ] = None,
    limit: Annotated[int | None, typer.Option(metavar="N", help="At most so many inputs.")] = None,
    shard: Annotated[
        str | None, typer.Option(metavar="I/N", help="Only the I-th of N parts, such as 1/4.")
    ] = None,
    on_error: Annotated[
        str, typer.Option(metavar="skip|stop", help="An error becomes a row, or ends the batch.")
    ] = "skip",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    progress: Annotated[str, typer.Option(metavar="bar|json|none", help="How far it is, on stderr.")] = "bar",
    json: Annotated[bool, typer.Option("--json", help="Print the summary as one JSON object.")] = False,
) -> int:
    """Work through folders, archives or tables of inputs into one table.

    An input that cannot be worked on becomes a row with an error. Whatever stops the batch, rows that were
    finished are kept, and --resume goes on. Exit status 2 if every input failed.

    \b
    Examples:
      imagecraft batch photos/ --task caption -o captions.jsonl
      imagecraft batch photos/ -r --task caption --sidecar metadata -o captions.parquet --resume
      imagecraft batch photos.zip --task speak --format mp3 -o spoken.csv
      imagecraft batch "sounds/*.wav" --task tag -o tags.jsonl --shard 1/4
      imagecraft batch s3://bucket/photos -r --task caption -o captions.parquet --engine ray --gpus 1
    """
    from imagecraft.batch.local import Batch
    from imagecraft.batch.options import Options, chosen_work
    from imagecraft.batch.sources import Sources, parse_shard
    from imagecraft.batch.tables_out import check_name, rows_path

    cluster = _cluster(
        _one_of("--engine", engine, ENGINES), ray_address, workers, most_workers, cpus, gpus, serve_with
    )
    check_name(out)
    if out.resolve() in [Path(name).resolve() for name in sources if name != "-" and "\0" not in name]:
        raise InvalidInput(f"'{out}' is one of the sources.", "Write the table to another file.")
    options = Options(
        task, model, length, language, max_chars, hedge, voice, speed, speech_model, seconds, seed,
        sound_format, top, sidecar, in_place, overwrite or overwrite_beside, beside, files,
    )  # fmt: skip
    work = chosen_work(options, out)
    if cluster and cluster.serve_with:
        from imagecraft.batch import on_vllm

        on_vllm.check(work)
    described = Batch(
        sources=Sources(
            tuple(sources),
            work.task.kind,
            recursive,
            column,
            parse_shard(shard) if shard is not None else None,
            limit,
            work.places.folder,
            tuple(ending for ending in work.task.endings() if ending.count(".") > 1),
            (out.resolve(), rows_path(out).resolve()),
        ),
        work=work,
        out=out,
        resume=resume,
        overwrite=overwrite,
        on_error=_one_of("--on-error", on_error, ("skip", "stop")),
        workers=workers,
        together=batch_size,
        cluster=cluster,
    )
    shown = _one_of("--progress", progress, ("bar", "json", "none"))
    return _plan(described, json) if dry_run else _run(described, shown, json)


def _cluster(
    engine: str,
    address: str | None,
    workers: int | None,
    most: int | None,
    cpus: float,
    gpus: float,
    serve_with: str | None,
) -> Cluster | None:
    """The cluster of the engine ray; None for this machine."""
    from imagecraft.batch.on_ray import Cluster, require

    if engine == "local":
        if address or most or gpus or serve_with:
            raise InvalidInput("Only the engine ray has a cluster.", "Give --engine ray with it.")
        return None
    require()
    if cpus < 0 or gpus < 0 or cpus + gpus == 0 or (most is not None and most < (workers or 1)):
        raise InvalidInput(
            "No worker can be made of that.",
            "Give --cpus or --gpus above 0, and --most-workers above --workers.",
        )
    if serve_with is not None:
        _one_of("--serve-with", serve_with, SERVERS)
        if gpus != int(gpus):
            raise InvalidInput("vLLM takes whole GPUs.", "Give --gpus 1 or more.")
        gpus = max(gpus, 1)
    span = None if workers is None and most is None else (workers or 1, most or workers or 1)
    return Cluster(address, span, cpus, gpus, serve_with)


def _plan(described: Batch, json: bool) -> int:
    from imagecraft.batch.local import plan

    planned = plan(described)
    if json:
        print_json(planned)
        return 0
    finished = f", {planned['finished']} of them with a row already" if described.resume else ""
    print_line(f"{planned['inputs']} inputs{finished}")
    for name in planned["first"]:
        print_line(f"  {name}")
    return 0


def _run(described: Batch, shown: str, json: bool) -> int:
    from imagecraft.batch.local import run

    served = described.cluster is not None and described.cluster.serve_with
    for kind, model in () if served else described.work.task.needs:
        fetch(kind, model)
    with (
        stopping() as stopped,
        shown_as(shown, described.work.task.name) as told,
        redirect_stdout(sys.stderr),  # Ray tells there of workers that died
    ):
        standing = run(described, told=told, stopped=stopped)
    if json:
        print_json(_summary(described, standing))
    else:
        print_line(_sentence(described, standing))
    if not standing.done + standing.skipped and not stopped():
        print_note(_nothing(described))
    if standing.errors and described.on_error == "stop":
        print_error(standing.error, "Leave --on-error stop out to go on with the others.")
        return MENDABLE
    if stopped():
        print_note(f"Stopped. Go on with --resume; '{described.out}' holds what was finished.")
        return INTERRUPTED
    return MENDABLE if standing.errors and standing.errors == standing.done + standing.skipped else 0


def _summary(described: Batch, standing: Standing) -> dict[str, Any]:
    work = described.work
    return {
        "out": str(described.out),
        "engine": "ray" if described.cluster else "local",
        **work.settings,
        "key": work.key,
        **{
            name: value for name, value in standing.to_dict().items() if name not in ("total", "seconds_left")
        },
        "inputs": standing.done + standing.skipped,
        "stopped": standing.stopped,
        "files": str(work.places.folder) if work.places.folder.is_dir() else None,
    }


def _sentence(described: Batch, standing: Standing) -> str:
    parts = [f"{standing.done} done in {standing.seconds:.1f} s ({standing.rate:.1f} a second)"]
    if standing.skipped:
        parts.append(f"{standing.skipped} already done")
    if standing.errors:
        parts.append(f"{standing.errors} could not be worked on, see the column 'error'")
    return f"{described.out}: {', '.join(parts)}"


def _nothing(described: Batch) -> str:
    sources = described.sources
    deeper = any(Path(name).is_dir() for name in sources.names) and not sources.recursive
    return f"No {sources.kind}s were found." + (" Folders in folders are searched with -r." if deeper else "")


def _one_of(option: str, given: str, choices: tuple[str, ...]) -> Any:
    if given not in choices:
        raise InvalidInput(f"{option} cannot be '{given}'.", f"Choose one of: {', '.join(choices)}.")
    return given
