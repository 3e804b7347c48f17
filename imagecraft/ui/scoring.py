"""What the tab "Evaluation" does when asked to: caption a picture, score one caption, files, or sounds.

Each step is told as a dict: name of a control of the tab -> its new value. All values are as a browser sent
them.
"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from PIL import Image

from imagecraft.errors import ImageCraftError, InvalidInput
from imagecraft.media.images import open_image
from imagecraft.pipelines import coherence, evaluation
from imagecraft.ui import charts, results, score_tables, score_views, turns, work
from imagecraft.ui import evaluation_words as words
from imagecraft.ui.errors import NO_PROBLEM, problem
from imagecraft.ui.files import served, uploaded_path
from imagecraft.ui.turns import Waiting

Update = dict[str, Any]
T = TypeVar("T")

LONGEST_TEXT = 20_000
CONFIDENCE = 0.95
THUMBNAIL_SIDE = 160
MOST_PICTURES = 1_000

OF_SETS = ("distinct", "repeated")
INTERVALS, IMAGECRAFT_1, MISSING_AS_EMPTY = "intervals", "imagecraft_1", "missing_as_empty"


def caption_it(picture: Any, model: Any) -> Iterator[Update]:
    """Caption the chosen picture into the caption's box."""
    yield {"status": work.busy(words.CAPTIONING), "problem": NO_PROBLEM}
    try:
        path = uploaded_path(picture)
        chosen = model.get("chosen") if isinstance(model, dict) else None
        for step in turns.quick.share(_captioned(path, str(chosen) if chosen else None)):
            if isinstance(step, Waiting):
                yield {"status": work.waiting(step)}
            else:
                text, by = step
                said = words.CAPTIONED.format(model=by)
                yield {"caption": text, "status": work.done(said, f"{said} {text}")}
    except Exception as error:
        yield {"status": work.failed(), "problem": problem(error)}


def _captioned(path: Path, model: str | None) -> Iterator[tuple[str, str]]:
    yield evaluation.caption_text(path, model)


def score(
    mode: Any,
    caption: Any,
    references: Any,
    picture: Any,
    predictions_file: Any,
    references_file: Any,
    second_file: Any,
    pictures: Any,
    sound_reference: Any,
    sound_estimate: Any,
    metrics: Any,
    options: Any,
    *others: Any,
) -> Iterator[Update]:
    """Score what the chosen mode has, step by step.

    `others` are the names of the columns of ids, predictions and references, and the picture and the sound
    that should fit.
    """
    yield {"status": work.busy(words.WORKING), "problem": NO_PROBLEM}
    try:
        wanted = options if isinstance(options, list) else []
        *columns, fit_picture, fit_sound = others
        if mode == "fit":
            steps = _fit(fit_picture, fit_sound)
        elif mode == "sounds":
            steps = _sounds(sound_reference, sound_estimate)
        elif mode == "files":
            steps = _files(
                predictions_file,
                references_file,
                second_file,
                pictures,
                _options(metrics, wanted) | _columns(*columns),
            )
        else:
            steps = _one(str(caption or ""), str(references or ""), picture, metrics, wanted)
        for step in (turns.whole if mode == "files" else turns.quick).keep(steps):
            yield {"status": work.waiting(step)} if isinstance(step, Waiting) else step
    except Exception as error:
        yield {"status": work.failed(), "problem": problem(error)}


def _one(caption: str, references: str, picture: Any, metrics: Any, options: list[Any]) -> Iterator[Update]:
    texts = [line.strip() for line in references.splitlines() if line.strip()]
    if not caption.strip():
        raise InvalidInput(words.NO_CAPTION, words.NO_CAPTION_HINT)
    if not texts:
        raise InvalidInput(words.NO_REFERENCES, words.NO_REFERENCES_HINT)
    if max(len(caption), len(references)) > LONGEST_TEXT:
        raise InvalidInput(words.TOO_MUCH_TEXT.format(limit=LONGEST_TEXT), words.TOO_MUCH_TEXT_HINT)
    pictures = [uploaded_path(picture)] if picture else None
    for step in _steps(
        lambda told: evaluation.score(
            [caption], [texts], pictures=pictures, progress=told, **_options(metrics, options, one=True)
        )
    ):
        yield (
            _busy(step)
            if isinstance(step, str)
            else _shown(step) | {"words": score_views.compared(caption, texts)}
        )


def _files(
    predictions: Any, references: Any, second: Any, pictures: Any, options: dict[str, Any]
) -> Iterator[Update]:
    ours, theirs = _file(predictions, words.PREDICTIONS_FILE), _file(references, words.REFERENCES_FILE)
    other = _file(second, words.SECOND_FILE) if second else None
    seen = _pictures(pictures)
    chosen = options | {"pictures": seen or None}

    def work_(told: Callable[[str], None]) -> evaluation.ScoreReport | evaluation.Comparison:
        if other is None:
            return evaluation.score(ours, theirs, progress=told, **chosen)
        return evaluation.compare(ours, other, theirs, progress=told, **(chosen | {"confidence": CONFIDENCE}))

    for step in _steps(work_):
        yield _busy(step) if isinstance(step, str) else _shown(step, seen)


def _sounds(reference: Any, estimate: Any) -> Iterator[Update]:
    files = [_file(reference, words.SOUND_REFERENCE)]
    files += [_file(estimate, words.SOUND_ESTIMATE)] if estimate else []
    for step in _steps(lambda told: _sounds_scored(files, told)):
        if isinstance(step, str):
            yield _busy(step)
            continue
        report, outlines, drawn = step
        update = _shown(report) | {"charts": charts.waves(outlines, words.WAVES)}
        if drawn is not None:
            file = served(drawn, "spectrograms.png")
            update["spectrograms"] = {"file": file, "alt": words.SPECTROGRAM_ALT}
        yield update


def _sounds_scored(
    files: list[Path], told: Callable[[str], None]
) -> tuple[evaluation.ScoreReport, dict[str, list[float]], bytes | None]:
    """The scores, the outline of each sound by its title, and both sounds' spectrograms as a PNG."""
    told(words.READING_STEP)
    sounds = [evaluation.open_sound(path) for path in files]
    titles = (words.SOUND_REFERENCE, words.SOUND_JUDGED)
    outlines = {title: results.peaks(one) for title, one in zip(titles, sounds, strict=False)}
    if len(sounds) == 1:
        return evaluation.score_sound(sounds[0], progress=told), outlines, None
    report = evaluation.score_audio(sounds[0], sounds[1], progress=told)
    told(words.DRAWING_STEP)
    return report, outlines, _png(evaluation.comparison_picture(sounds[0], sounds[1]))


def _fit(picture: Any, sound: Any) -> Iterator[Update]:
    paths = _file(picture, words.FIT_PICTURE), _file(sound, words.FIT_SOUND)
    for step in _steps(lambda told: coherence.score_coherence(*paths, progress=told)):
        yield _busy(step) if isinstance(step, str) else _shown(step)


def _options(metrics: Any, options: list[Any], *, one: bool = False) -> dict[str, Any]:
    """The options of `imagecraft.score` in what a browser sent."""
    names = [str(name) for name in metrics] if isinstance(metrics, list) else []
    if one:
        names = [name for name in names if name not in OF_SETS]
    old = IMAGECRAFT_1 in options
    if not names and not old:
        raise InvalidInput(words.NO_METRICS, words.NO_METRICS_HINT)
    return {
        "metrics": None if old else names,
        "as_imagecraft_1": old,
        "missing": "empty" if MISSING_AS_EMPTY in options and not one else "skip",
        "confidence": CONFIDENCE if INTERVALS in options and not one else None,
    }


def _columns(id_column: Any = "", prediction_column: Any = "", reference_columns: Any = "") -> dict[str, Any]:
    return {
        "id_column": str(id_column or "").strip(),
        "prediction_column": str(prediction_column or "").strip(),
        "reference_columns": str(reference_columns or ""),
    }


def _file(value: Any, what: str) -> Path:
    if not value:
        raise InvalidInput(words.NO_FILE.format(what=what), words.NO_FILE_HINT)
    return uploaded_path(value)


def _busy(name: str) -> Update:
    called = evaluation.display_name(name)
    return {"status": work.busy(words.METRIC_WORKING.format(name=called) if name else words.WORKING)}


def _shown(
    result: evaluation.ScoreReport | evaluation.Comparison, pictures: Mapping[str, Path] | None = None
) -> Update:
    """Everything the result's column shows; what this result has not is emptied."""
    listing = json.dumps(result.to_dict(), indent=2, ensure_ascii=False)
    files = [
        {"label": label, "file": served(evaluation.render(result, format).encode(), f"scores.{format}")}
        for format, label in words.REPORT_LABELS.items()
    ]
    if any(one.per_item for report in score_views.reports(result) for one in report):
        table = served(evaluation.items_csv(result).encode(), "items.csv")
        files.append({"label": words.ITEMS_LABEL, "file": table})
    return {
        "status": work.done(words.READY, score_views.announcement(result)),
        "scores": score_views.summary(result),
        "words": "",
        "charts": score_views.figures(result),
        "spectrograms": {"file": None, "alt": ""},
        "extremes": score_tables.extremes(result, _thumbnails(result, pictures or {})),
        "items": score_tables.items(result),
        "downloads": files,
        "json": _json_view(listing),
    }


def _pictures(value: Any) -> dict[str, Path]:
    """The pictures that were sent, by the ids that their names may stand for."""
    found: dict[str, Path] = {}
    for one in value[:MOST_PICTURES] if isinstance(value, list) else []:
        path = uploaded_path(one)
        for name in evaluation.picture_names(str(one.get("name") or path.name)):
            found.setdefault(name, path)
    return found


def _thumbnails(
    result: evaluation.ScoreReport | evaluation.Comparison, pictures: Mapping[str, Path]
) -> dict[str, str]:
    """Small pictures of the most telling items, as addresses that hold the picture itself."""
    found = {}
    for item in score_tables.shown_items(result) & pictures.keys() if pictures else ():
        try:
            image = open_image(pictures[item], max_side=2 * THUMBNAIL_SIDE).image
        except ImageCraftError:
            continue
        image.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=80)
        found[item] = f"data:image/jpeg;base64,{base64.b64encode(buffer.getvalue()).decode('ascii')}"
    return found


def _json_view(listing: str) -> str:
    most = 20_000
    return results.json_view(listing if len(listing) <= most else f"{listing[:most]}\n…")


def _png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def _steps(job: Callable[[Callable[[str], None]], T]) -> Iterator[str | T]:
    """The newest step of a job every now and then, and at last its result. Closing stops the job."""
    yield (yield from work.following(job, ""))
