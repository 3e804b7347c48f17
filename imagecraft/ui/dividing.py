"""What the tab "Segmentation" does when asked to: segment, judge the picture as a whole, make files.

Each step is told as a dict: name of a control of the tab -> its new value. All values are as a browser sent
them.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from imagecraft.errors import InvalidInput
from imagecraft.media.images import open_image
from imagecraft.pipelines import segmentation as pipeline
from imagecraft.pipelines.fallback import Instead, or_offline
from imagecraft.pipelines.models import best
from imagecraft.pipelines.segmentation import Segmentation, Step
from imagecraft.ui import region_views, results, turns, work
from imagecraft.ui import segmentation_words as words
from imagecraft.ui.errors import NO_PROBLEM, instead, problem
from imagecraft.ui.files import served, uploaded_path
from imagecraft.ui.model_menus import chosen_model
from imagecraft.ui.turns import Waiting
from imagecraft.ui.voices import chosen_voice

Update = dict[str, Any]

SHOWN_SIDE = 1600
LONGEST_NAME = 200
NO_PROBLEMS = dict.fromkeys(("photo_problem", "files_problem"), NO_PROBLEM)
NO_REGIONS: Update = {
    "explorer": None,
    "legend": "",
    "player": None,
    "summary": "",
    "table": "",
    "chart": "",
    "made_by": "",
    "downloads": [],
    "remembered": None,
}
"""What is shown of regions where there are none: all of a result belongs to one photo."""


def segment(photo: Any, mode: Any, voice: Any, speed: Any, model: Any = None) -> Iterator[Update]:
    """Divide the photo and give its regions words and sounds; or judge it as a whole."""
    yield {"status": work.busy(words.LOOKING)} | NO_PROBLEMS
    try:
        path = uploaded_path(photo)
        name = str(photo.get("name") or path.name)[:LONGEST_NAME]
        wanted = best("segment").id if mode == "whole" else chosen_model(model) or best("segment").id
        if mode == "whole" or wanted == pipeline.OFFLINE:
            for status in work.fetched("caption" if mode == "whole" else "segment"):
                yield {"status": status}
        subject = {"name": name, "path": photo["file"]["path"]}
        if mode == "whole":
            yield from _in_turns(_whole(path, subject))
        else:
            steps = _regions(path, subject, voice, speed, wanted)
            yield from _in_turns(steps, slow=wanted != pipeline.OFFLINE)
    except Exception as error:
        yield {"status": work.failed(), "photo_problem": problem(error)}


def files(remembered: Any, opacity: Any, variant: Any) -> Iterator[Update]:
    """Make everything that can be saved, the picture as it is drawn on the page now."""
    yield {"status": work.busy(words.SAVING)} | NO_PROBLEMS
    try:
        if not remembered:
            raise InvalidInput(words.NO_RESULT, words.NO_RESULT_HINT)
        slow = remembered.get("model", pipeline.OFFLINE) != pipeline.OFFLINE
        yield from _in_turns(_files(remembered, opacity, variant), slow=slow)
    except Exception as error:
        yield {"status": work.failed(), "files_problem": problem(error)}


def _in_turns(steps: Iterator[Update], *, slow: bool = False) -> Iterator[Update]:
    """The steps up to the one that is done, each in its turn; after that one nobody waits for a turn more.

    Slow ones, by a large network, are all made in one turn.
    """
    for step in turns.whole.keep(steps) if slow else turns.quick.share(steps):
        if isinstance(step, Waiting):
            yield {"status": work.waiting(step)}
            continue
        yield step
        if step["status"]["state"] == "done":
            return


def _regions(path: Path, subject: dict[str, Any], voice: Any, speed: Any, model: str) -> Iterator[Update]:
    stem = results.file_stem(subject["name"])
    number = time.time_ns()
    value: dict[str, Any] = {}
    last = Step("looking")
    subject = subject | {"model": model}
    pause = work.Pauses()
    divide = partial(pipeline.divide, path, max_side=SHOWN_SIDE, voice=chosen_voice(voice), speed=speed)
    said: tuple[str, ...] = ()
    for step in or_offline("segment", model, lambda name: divide(model=name)):
        if isinstance(step, Instead):
            said = (instead(step),)
            subject = subject | {"model": step.model}
            continue
        if step.segmentation is not None and said:
            made = step.segmentation
            step = replace(step, segmentation=replace(made, notices=(*said, *made.notices)))
        last = step
        if step.segmentation is None:
            yield {"status": work.busy(words.LOOKING)}
        elif not value:
            value = region_views.explorer_value(number, step.segmentation, step.summary)
            yield _found(step.segmentation, subject, value) | {"status": work.busy(_speaking(step))}
        elif pause() and step.spoken is None:
            yield {"status": work.busy(_speaking(step), _fraction(step))}
    if last.segmentation is None or last.spoken is None:
        raise RuntimeError("the work ended without a result")
    heard = pipeline.play_all(last.segmentation, last.spoken, last.explored)
    yield {
        "explorer": region_views.with_sounds(value, last.explored),
        "player": results.sound_value(heard, stem, number),
        "made_by": region_views.made_by(last.segmentation, last.explored),
        "status": work.done(words.READY, _said(last)),
    }


def _found(segmentation: Segmentation, subject: dict[str, Any], value: dict[str, Any]) -> Update:
    """All that belongs to a new result; nothing of the one before is left."""
    rows = pipeline.class_rows(segmentation)
    told = pipeline.details(segmentation, file=subject["name"])
    return {
        "subject": {"name": subject["name"], "path": subject["path"]},
        "explorer": value,
        "legend": region_views.legend(rows),
        "player": None,
        "summary": region_views.summary(told["summary"]),
        "table": region_views.table(rows),
        "chart": region_views.chart(rows),
        "likeliest": region_views.NOT_JUDGED,
        "downloads": [],
        "made_by": region_views.made_by(segmentation, ()),
        "json": results.json_view(json.dumps(told, indent=2, ensure_ascii=False)),
        "remembered": subject,
    }


def _whole(path: Path, subject: dict[str, Any]) -> Iterator[Update]:
    found = pipeline.likeliest(path)
    told = {"file": subject["name"]} | found
    first = found["picture"][0]
    said = words.LIKELIEST_SAID.format(label=first["label"], percent=results.percent(first["score"]))
    yield NO_REGIONS | {
        "subject": subject,
        "likeliest": region_views.likeliest(found),
        "json": results.json_view(json.dumps(told, indent=2, ensure_ascii=False)),
        "status": work.done(words.READY, said),
    }


def _files(remembered: dict[str, Any], opacity: Any, variant: Any) -> Iterator[Update]:
    photo = uploaded_path({"file": {"path": remembered["path"]}})
    made = pipeline.segment(open_image(photo), model=remembered.get("model"))
    yield {"status": work.busy(words.SAVING, 0.3)}
    stem, name = results.file_stem(remembered["name"]), remembered["name"]
    drawn = pipeline.overlay(made, opacity=opacity, variant=variant)
    contents = {
        "overlay": (pipeline.png(drawn), f"{stem} regions.png"),
        "labels": (pipeline.png(pipeline.label_map(made)), f"{stem} labels.png"),
        "legend": (pipeline.png(pipeline.legend(made, variant=variant)), f"{stem} legend.png"),
    }
    yield {"status": work.busy(words.SAVING, 0.6)}
    contents |= {
        "cut_outs": (pipeline.cut_outs(made), f"{stem} cut-outs.zip"),
        "coco": (json.dumps(pipeline.coco(made, name)).encode(), f"{stem} coco.json"),
        "csv": (pipeline.to_csv(pipeline.class_rows(made)).encode(), f"{stem} statistics.csv"),
        "json": (pipeline.to_json(made, file=name).encode(), f"{stem}.json"),
    }
    links = [
        {"label": words.FILE_LABELS[kind], "file": served(data, file)}
        for kind, (data, file) in contents.items()
    ]
    yield {"downloads": links, "status": work.done(words.READY, words.FILES_READY)}


def _speaking(step: Step) -> str:
    total = len(step.segmentation.regions) if step.segmentation else 0
    return words.SPEAKING.format(made=len(step.explored), total=min(total, pipeline.MOST_HEARD))


def _fraction(step: Step) -> float | None:
    total = min(len(step.segmentation.regions), pipeline.MOST_HEARD) if step.segmentation else 0
    return len(step.explored) / total if total else None


def _said(step: Step) -> str:
    count = len(step.explored)
    regions = words.ONE_REGION_TO_EXPLORE if count == 1 else words.REGIONS_TO_EXPLORE.format(count=count)
    return words.SAID.format(summary=step.summary, regions=regions if count else "").strip()
