"""A segmentation as the page shows it: what the explorer takes, tables, bars."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from imagecraft.media.audio import Audio, concatenate, encode_audio
from imagecraft.media.colours import ink
from imagecraft.media.sounds import resampled
from imagecraft.pipelines import segmentation as pipeline
from imagecraft.pipelines.segmentation import ClassRow, Explored, Segmentation
from imagecraft.ui import segmentation_words as words
from imagecraft.ui.files import served
from imagecraft.ui.results import percent

SPRITE_RATE_HZ = 24_000
SPRITE_GAP_SECONDS = 0.05
MOST_BARS = 12
CHART_WIDTH, BAR_LEFT, BAR_ROOM, BAR_STEP = 360, 112, 190, 26
EXPLORER = "ic-segment-explorer"
"""Id of the explorer, whose patterns the table shows beside the names."""
LEAST_PERCENT = 0.005


NOT_JUDGED = f'<p class="ic-explorer-empty">{escape(words.NOT_JUDGED)}</p>'


def explorer_value(made: int, segmentation: Segmentation, alt: str) -> dict[str, Any]:
    """What the explorer shows, its sounds still to come.

    Args:
        made: A number of its own for each result.
        segmentation: What was found.
        alt: What the picture shows, in words.
    """
    told = {region.number: said for region, said in pipeline.told_regions(segmentation)}
    ordered = pipeline.reading_order(segmentation.regions)
    return {
        "made": made,
        "size": list(segmentation.size),
        "photo": served(_jpeg(segmentation), "photo.jpg"),
        "alt": alt,
        "regions": [
            _region(segmentation, region) | {"words": told.get(region.number, "")} for region in ordered
        ],
        "tags": [_tag(segmentation, tag) for tag in pipeline.tags_for_page(segmentation)],
        "sprite": None,
    }


def with_sounds(value: Mapping[str, Any], explored: Sequence[Explored]) -> dict[str, Any]:
    """The explorer's value with its regions' sounds and spoken words, all in one file."""
    parts: list[Audio] = []
    told: dict[int, dict[str, Any]] = {}
    at = 0.0
    for one in explored:
        places = {}
        for name, audio in (("sound", one.sound), ("speech", one.speech)):
            part = resampled(audio, SPRITE_RATE_HZ)
            parts.append(part)
            places[name] = {"start": round(at, 4), "duration": round(part.duration, 4)}
            at += part.duration + SPRITE_GAP_SECONDS
        told[one.region.number] = {"pan": one.pan} | places
    if not parts:
        return dict(value)
    sprite = served(encode_audio(concatenate(parts, SPRITE_GAP_SECONDS), "wav"), "regions.wav")
    regions = [region | told.get(region["number"], {}) for region in value["regions"]]
    return dict(value) | {"regions": regions, "sprite": sprite}


def summary(text: str) -> str:
    """The summary in words."""
    return f'<p class="ic-summary">{escape(text)}</p>'


def table(rows: Sequence[ClassRow]) -> str:
    """Statistics by class, as a table whose shares are bars too."""
    head = "".join(f'<th scope="col" role="columnheader">{escape(name)}</th>' for name in words.COLUMNS)
    rough = any(row.boxed for row in rows)
    note = f'<p class="ic-quiet ic-note">{escape(words.BOXED)}</p>' if rough else ""
    return (
        '<div class="ic-scroll" tabindex="0" role="region" '
        f'aria-label="{escape(words.STATISTICS_CAPTION)}">'
        f'<table class="ic-table ic-stack ic-shares" role="table"><caption>{escape(words.STATISTICS_CAPTION)}'
        f'</caption><thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{"".join(map(_row, rows))}</tbody></table></div>{note}'
    )


def legend(rows: Sequence[ClassRow]) -> str:
    """What the colours and patterns stand for; empty where nothing was found."""
    entries = "".join(f"<li>{_swatch(row)}{escape(row.label)}</li>" for row in rows if row.index)
    return f'<ul class="ic-legend" aria-label="{escape(words.LEGEND)}">{entries}</ul>' if entries else ""


def chart(rows: Sequence[ClassRow]) -> str:
    """Shares by class, as bars in the classes' own colours and patterns."""
    shown = rows[:MOST_BARS]
    said = ", ".join(f"{row.label} {_share(row.share)}" for row in shown)
    shapes = "".join(
        f'<text x="0" y="{number * BAR_STEP + 15}">{escape(row.label)}</text>'
        f'<text x="{CHART_WIDTH}" y="{number * BAR_STEP + 15}" text-anchor="end">{_share(row.share)}</text>'
        f'<rect class="ic-share-bar" x="{BAR_LEFT}" y="{number * BAR_STEP + 2}" height="18" '
        f'width="{max(1.0, row.share * BAR_ROOM):.1f}" fill="{_fill(row)}"/>'
        for number, row in enumerate(shown)
    )
    return (
        f'<figure class="ic-chart"><figcaption>{escape(words.CHART)}</figcaption>'
        f'<svg viewBox="0 0 {CHART_WIDTH} {len(shown) * BAR_STEP}" role="img" '
        f'aria-label="{escape(words.CHART)}: {escape(said)}.">{shapes}</svg></figure>'
    )


def likeliest(found: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """What the picture as a whole shows, and what the detector sees, each with how sure that is."""
    pictures = [(entry["label"], entry["score"]) for entry in found["picture"]]
    objects = [(_several(entry), entry["score"]) for entry in found["objects"]]
    return _likely(words.LIKELIEST, words.LIKELIEST_ABOUT, pictures) + _likely(
        words.DETECTED, words.DETECTED_ABOUT, objects
    )


def made_by(segmentation: Segmentation, explored: Sequence[Explored]) -> str:
    """Who made it, in what time; where its sounds come from; what to know of it."""
    says = words.MADE_BY if segmentation.model == pipeline.OFFLINE else words.MADE_BY_ONE
    lines = [says.format(model=segmentation.model, seconds=f"{segmentation.seconds:.2f} s")]
    origins = dict.fromkeys(one.origin for one in explored)
    if origins:
        named = [words.ORIGINS.get(name, words.RECORDED.format(source=name)) for name in origins]
        lines.append(words.SOUNDS_FROM.format(origins=", ".join(named)))
    lines += segmentation.notices
    return "".join(f"<p>{escape(line)}</p>" for line in lines)


def _region(segmentation: Segmentation, region: pipeline.Region) -> dict[str, Any]:
    kind = segmentation.kind_of(region.index)
    return {
        "number": region.number,
        "index": region.index,
        "label": region.label,
        "colour": kind.colour,
        "pattern": kind.pattern,
        "path": pipeline.path(segmentation, region),
        "target": list(pipeline.target(region)),
    }


def _tag(segmentation: Segmentation, tag: pipeline.Tag) -> dict[str, Any]:
    colour = segmentation.kind_of(tag.region.index).colour
    return {
        "frame": [round(edge, 1) for edge in tag.frame],
        "size": tag.font_size,
        "label": tag.region.label,
        "colour": colour,
        "ink": ink(colour),
    }


def _row(row: ClassRow) -> str:
    known = row.index > 0
    swatch = _swatch(row) if known else ""
    note = "\N{NO-BREAK SPACE}*" if row.boxed else ""
    largest = words.LARGEST.format(share=_share(row.largest_share), place=row.largest_place) if known else ""
    bar = f'<span class="ic-share" style="width:{100 * row.share:.1f}%"></span>'
    cells = (
        str(row.regions) if known else "",
        _share(row.share) + bar,
        escape(largest),
        percent(row.mean_score) if known else "",
    )
    named = zip(words.COLUMNS[1:], cells, strict=True)
    return (
        f'<tr role="row"><th scope="row" role="rowheader">{swatch}{escape(row.label)}{note}</th>'
        + "".join(f'<td role="cell" data-label="{escape(name)}">{cell}</td>' for name, cell in named)
        + "</tr>"
    )


def _swatch(row: ClassRow) -> str:
    whole = f'<rect width="100%" height="100%" fill="{_fill(row)}"/>'
    return f'<svg class="ic-swatch" aria-hidden="true" style="--ic-kind:{row.colour}">{whole}</svg>'


def _fill(row: ClassRow) -> str:
    """A class's pattern, which the explorer brings, else its colour."""
    if not row.index:
        return "none"
    return f"url(#{EXPLORER}-pattern-{row.index}) {row.colour}"


def _share(share: float) -> str:
    return f"{100 * share:.1f} %"


def _sure(score: float) -> str:
    return percent(score) if score >= LEAST_PERCENT else words.HARDLY


def _several(entry: Mapping[str, Any]) -> str:
    label, count = str(entry["label"]), int(entry["count"])
    return label if count == 1 else words.TIMES.format(label=label, count=count)


def _likely(title: str, about: str, entries: Sequence[tuple[str, float]]) -> str:
    bars = "".join(
        f"<li><span>{escape(label)}</span><span>{_sure(score)}</span>"
        f'<meter min="0" max="1" value="{score}" aria-label="{escape(label)}"></meter></li>'
        for label, score in entries
    )
    listed = f'<ul class="ic-likely">{bars}</ul>' if bars else f"<p>{escape(words.NOTHING_DETECTED)}</p>"
    return f'<h4 class="ic-heading">{escape(title)}</h4><p class="ic-quiet">{escape(about)}</p>{listed}'


def _jpeg(segmentation: Segmentation) -> bytes:
    file = io.BytesIO()
    segmentation.image.save(file, "JPEG", quality=88)
    return file.getvalue()
