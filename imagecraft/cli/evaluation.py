"""`evaluate` and `evaluate-audio`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from imagecraft.cli.terminal import counted, print_json, print_line, print_note, print_table
from imagecraft.errors import InvalidInput

if TYPE_CHECKING:
    from imagecraft.pipelines.evaluation import Comparison, ScoreReport
    from imagecraft.scoring.pairing import Missing

NOTHING_COMPUTED = 2

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Out = Annotated[
    Path | None,
    typer.Option("-o", "--out", metavar="FILE", help="Report to write: .md, .csv, .json or .tex."),
]


def evaluate(
    predictions: Annotated[Path | None, typer.Option(metavar="FILE", help="Captions to score.")] = None,
    references: Annotated[Path | None, typer.Option(metavar="FILE", help="What people wrote.")] = None,
    metrics: Annotated[
        str | None, typer.Option(metavar="A,B", help="Metrics or single scores; all for whatever can run.")
    ] = None,
    second: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Captions of a second system, to be compared.")
    ] = None,
    pictures: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Pictures named by id, for CLIPScore.")
    ] = None,
    id_column: Annotated[str | None, typer.Option(metavar="NAME", help="Column of ids.")] = None,
    prediction_column: Annotated[
        str | None, typer.Option(metavar="NAME", help="Column of captions to score.")
    ] = None,
    reference_columns: Annotated[
        str | None, typer.Option(metavar="A,B", help="Columns of what people wrote.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(metavar="NAME", help="Of the files, such as shift_jis; else recognised.")
    ] = None,
    confidence: Annotated[
        float | None, typer.Option(metavar="X", help="Give intervals of this confidence, such as 0.95.")
    ] = None,
    draws: Annotated[int, typer.Option(metavar="N", help="Random draws for intervals and tests.")] = 1000,
    seed: Annotated[int, typer.Option(metavar="N", help="Seed of the random draws.")] = 0,
    test: Annotated[str, typer.Option(metavar="NAME", help="randomisation or bootstrap.")] = "randomisation",
    missing: Annotated[
        str, typer.Option(metavar="HOW", help="Ids without a prediction: skip or empty.")
    ] = "skip",
    as_imagecraft_1: Annotated[
        bool, typer.Option("--as-imagecraft-1", help="Lower-case, no final full stop; its three scores.")
    ] = False,
    out: Out = None,
    items: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="Table of every caption with its scores.")
    ] = None,
    stream: Annotated[
        bool, typer.Option("--stream", help="Read the files in parts: for more rows than memory holds.")
    ] = False,
    workers: Annotated[
        int, typer.Option(metavar="N", min=0, help="Processes with --stream; 0 for one a core.")
    ] = 0,
    list_metrics: Annotated[bool, typer.Option("--list", help="List the metrics and stop.")] = False,
    json: Json = False,
) -> int:
    """Score captions against what people wrote.

    Files are COCO results or annotations, {id: text}, JSON lines, CSV, TSV or Parquet. Columns are
    recognised, unless they are named; which were taken is said on stderr, with all that is odd. Exit status 2
    if nothing could be computed.

    \b
    Examples:
      imagecraft evaluate --predictions results.json --references captions_val2017.json
      imagecraft evaluate --predictions all.csv --references all.csv --metrics bleu,cider_d --out table.tex
      imagecraft evaluate --predictions a.json --second b.json --references r.json --confidence 0.95
      imagecraft evaluate --stream --predictions million.parquet --references million.parquet
      imagecraft evaluate --list
    """
    from imagecraft.pipelines import evaluation

    if list_metrics:
        return _list(json)
    if predictions is None or references is None:
        raise InvalidInput("Two files are needed.", "Give --predictions FILE and --references FILE.")
    if out is not None:
        evaluation.check_format(out)
    if items is not None:
        evaluation.check_items(items)
    columns = {
        "id_column": id_column,
        "prediction_column": prediction_column,
        "reference_columns": reference_columns,
    }
    if stream or evaluation.is_parquet(predictions) or evaluation.is_parquet(references):
        _refuse_with_streams(
            {"--second": second, "--pictures": pictures, "--encoding": encoding, "--confidence": confidence}
            | {"--as-imagecraft-1": as_imagecraft_1 or None}
        )
        streamed = _streamed(predictions, references, metrics, missing, columns, items, workers)
        if out is not None:
            evaluation.write_report(streamed, out)
        _show(streamed, streamed, json)
        return 0 if len(streamed) else NOTHING_COMPUTED
    options: dict[str, Any] = columns | {
        "metrics": metrics,
        "as_imagecraft_1": as_imagecraft_1,
        "missing": missing,
        "pictures": evaluation.pictures_in(pictures) if pictures is not None else None,
        "encoding": encoding,
        "draws": draws,
        "seed": seed,
        "progress": _progress,
    }
    result: ScoreReport | Comparison
    if second is not None:
        options |= {"method": test} | ({"confidence": confidence} if confidence is not None else {})
        result = evaluation.compare(predictions, second, references, **options)
        report = result.first
    else:
        result = report = evaluation.score(predictions, references, confidence=confidence, **options)
    if out is not None:
        evaluation.write_report(result, out)
    if items is not None:
        evaluation.write_items(result, items)
    _show(result, report, json)
    return 0 if len(report) else NOTHING_COMPUTED


def _refuse_with_streams(options: dict[str, Any]) -> None:
    """Refuse what needs all items in memory."""
    for name, value in options.items():
        if value is not None:
            raise InvalidInput(
                f"{name} needs all items in memory, and files that are read in parts have none.",
                f"Leave out {name}, or give files that are not Parquet and leave out --stream.",
            )


def _streamed(
    predictions: Path, references: Path, metrics: str | None, missing: str, columns: dict[str, Any],
    items: Path | None, workers: int,
) -> ScoreReport:  # fmt: skip
    from imagecraft.pipelines import evaluation
    from imagecraft.runtime.device import usable_cores

    with counted("{desc}: {n} items") as bar:

        def told(what: str, done: int) -> None:
            bar.set_description_str(what.capitalize(), refresh=False)
            bar.n = done
            bar.refresh()

        return evaluation.score_streamed(
            predictions, references, metrics=metrics, missing=cast("Missing", missing), items=items,
            workers=workers or usable_cores(), progress=told, **columns,
        )  # fmt: skip


def evaluate_audio(
    reference: Annotated[str, typer.Argument(metavar="REFERENCE", help="The sound as it should be.")],
    estimate: Annotated[
        str | None,
        typer.Argument(metavar="[ESTIMATE]", help="The sound to judge; without it, REFERENCE itself."),
    ] = None,
    metrics: Annotated[str | None, typer.Option(metavar="A,B", help="Measures; see the docs.")] = None,
    out: Out = None,
    json: Json = False,
) -> int:
    """Compare a sound with a reference: two versions of one recording.

    With one file it says what needs no reference: loudness, true peak, and DNSMOS for speech where its
    package is installed.

    \b
    Examples:
      imagecraft evaluate-audio original.wav coded.wav
      imagecraft evaluate-audio speech.wav --metrics dnsmos
    """
    from imagecraft.pipelines import evaluation

    if out is not None:
        evaluation.check_format(out)
    if estimate is None:
        report = evaluation.score_sound(reference, metrics=metrics, progress=_progress)
    else:
        report = evaluation.score_audio(reference, estimate, metrics=metrics, progress=_progress)
    if out is not None:
        evaluation.write_report(report, out)
    _show(report, report, json)
    return 0 if len(report) else NOTHING_COMPUTED


def evaluate_coherence(
    image: Annotated[str, typer.Argument(metavar="IMAGE", help="The picture.")],
    sound: Annotated[str, typer.Argument(metavar="SOUND", help="The sound.")],
    metrics: Annotated[str | None, typer.Option(metavar="A,B", help="Measures; see the docs.")] = None,
    model: Annotated[str | None, typer.Option(metavar="ID", help="Who listens.")] = None,
    out: Out = None,
    json: Json = False,
) -> int:
    """How well a sound fits a picture: a soundscape its photo, or a drawing its recording.

    What the picture should sound like is compared with what is heard; CLAP and CLIP are asked where their
    files are on disk. On stderr: which sound is heard and which is not.

    \b
    Examples:
      imagecraft evaluate-coherence photo.jpg soundscape.wav
    """
    from imagecraft.pipelines import evaluation
    from imagecraft.pipelines.coherence import score_coherence

    if out is not None:
        evaluation.check_format(out)
    report = score_coherence(image, sound, metrics=metrics, model=model, progress=_progress)
    if out is not None:
        evaluation.write_report(report, out)
    _show(report, report, json)
    return 0 if len(report) else NOTHING_COMPUTED


def _show(result: ScoreReport | Comparison, report: ScoreReport, json: bool) -> None:
    from imagecraft.pipelines.evaluation import rows_of

    for words in result.notices:
        print_note(words)
    for name, reason in result.not_computed.items():
        print_note(f"{name} was not computed: {reason}")
    if json:
        print_json(result.to_dict())
    elif len(report):
        head, rows = rows_of(result)
        print_table(tuple(name.upper() for name in head), [tuple(row) for row in rows])


def _list(json: bool) -> int:
    from imagecraft.pipelines.evaluation import metric_states

    for state in metric_states():
        if json:
            print_json(state.to_dict())
            continue
        mark = "*" if state.default else " "
        print_line(f"{mark} {state.name}: {state.meaning}")
        if state.outputs != (state.name,):
            print_line(f"    scores: {', '.join(state.outputs)}")
        if state.reason_unavailable:
            print_line(f"    not here: {state.reason_unavailable}")
    if not json:
        print_line("* is computed when no metrics are named.")
    return 0


def _progress(name: str) -> None:
    if sys.stderr.isatty() and not sys.stdout.isatty():
        print_note(f"{name}…")
