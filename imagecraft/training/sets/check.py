"""What is wrong with a set of pictures, in words, before hours are spent on it."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from imagecraft.errors import ImageCraftError
from imagecraft.media.images import open_image
from imagecraft.scoring.tokens import tokenize
from imagecraft.training.sets.base import IGNORED, SPLITS, Item, PictureSet
from imagecraft.training.sets.upright import UPRIGHT, drawn_as_stored, orientation_of, turned_as

Progress = Callable[[str, int, int], None]
Grade = Literal["wrong", "odd"]

MOST_NAMED = 3  # files that a finding names
UNBALANCED = 10.0  # times as many pictures of one class as of another
LONGEST_CAPTION = 60  # words; models cut what is longer
SMALLEST_SIDE = 32  # pixels
THUMBNAIL = 512
_UNNAMED = re.compile(r"class \d+")  # numbers that a list of classes skips


@dataclass(frozen=True)
class Finding:
    """Something to know about a set.

    Attributes:
        grade: "wrong" where it has to be mended, "odd" where it may be meant.
        what: What it is, with the number of cases.
        examples: A few names.
    """

    grade: Grade
    what: str
    examples: tuple[str, ...] = ()

    def line(self) -> str:
        return f"{self.grade}: {self.what}" + (f" ({', '.join(self.examples)})" if self.examples else "")


@dataclass(frozen=True)
class SetReport:
    """What a set is and what is wrong with it.

    Attributes:
        kind: What is known of its pictures.
        counts: Pictures by part; "unsplit" for those of none.
        classes: Pictures by class; for masks, the share of all pixels.
        words: Captions, different words, and words a caption; empty without captions.
        findings: What is wrong or odd, the worst first.
    """

    kind: str
    counts: dict[str, int]
    classes: dict[str, float]
    words: dict[str, float]
    findings: tuple[Finding, ...]

    @property
    def usable(self) -> bool:
        """Whether nothing has to be mended."""
        return all(finding.grade != "wrong" for finding in self.findings)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        return {
            "kind": self.kind,
            "counts": self.counts,
            "classes": self.classes,
            "words": self.words,
            "findings": [
                {"grade": one.grade, "what": one.what, "examples": list(one.examples)}
                for one in self.findings
            ],
        }


def check(found: PictureSet, progress: Progress | None = None) -> SetReport:
    """Read every file of a set and say what is wrong.

    Args:
        found: The set.
        progress: Told how far it is.
    """
    wrong: defaultdict[tuple[Grade, str], list[str]] = defaultdict(list)
    copies: defaultdict[bytes, list[Item]] = defaultdict(list)
    pixels: Counter[int] = Counter()
    as_stored = drawn_as_stored(found.items) if found.kind == "masks" else None
    for place, item in enumerate(found.items, 1):
        for grade, what in _of_item(item, found, copies, pixels, as_stored):
            wrong[grade, what].append(item.image.name)
        if progress is not None:
            progress("pictures", place, len(found.items))
    findings = [Finding(grade, f"{len(names)} {what}", _few(names)) for (grade, what), names in wrong.items()]
    findings += _copies(copies)
    findings += [Finding("odd", remark) for remark in found.remarks]
    classes = _classes(found, pixels)
    findings += _balance(found, classes)
    counts = {split: len(found.part(split)) for split in SPLITS if found.part(split)}
    unsplit = sum(item.split is None for item in found.items)
    findings.sort(key=lambda finding: finding.grade != "wrong")
    return SetReport(
        found.kind,
        counts | ({"unsplit": unsplit} if unsplit else {}),
        classes,
        _words(found),
        tuple(findings),
    )


def _of_item(
    item: Item,
    found: PictureSet,
    copies: dict[bytes, list[Item]],
    pixels: Counter[int],
    as_stored: bool | None,
) -> Iterator[tuple[Grade, str]]:
    size = None
    if not item.image.is_file():
        yield "wrong", "pictures are missing"
    else:
        try:
            picture = open_image(item.image, max_side=THUMBNAIL)
            size = picture.size
            copies[hashlib.sha256(picture.image.tobytes()).digest()].append(item)
            if min(size) < SMALLEST_SIDE:
                yield "odd", f"pictures have fewer than {SMALLEST_SIDE} pixels on a side"
        except ImageCraftError:
            yield "wrong", "pictures cannot be opened"
    if found.kind in ("captions", "triplets"):
        yield from _of_captions(item.captions)
    if found.kind == "classes" and not item.label:
        yield "wrong", "pictures have no class"
    if found.kind == "masks":
        yield from _of_mask(item, size, len(found.classes), pixels, as_stored)
    if found.kind == "triplets":
        yield from _of_sound(item.sound)


def _of_captions(captions: Sequence[str]) -> Iterator[tuple[Grade, str]]:
    if not any(caption.strip() for caption in captions):
        yield "wrong", "pictures have no caption"
    elif not all(caption.strip() for caption in captions):
        yield "wrong", "pictures have an empty caption"
    if len(set(captions)) < len(captions):
        yield "odd", "pictures have the same caption twice"
    if any(len(tokenize(caption)) > LONGEST_CAPTION for caption in captions):
        yield "odd", f"pictures have a caption of more than {LONGEST_CAPTION} words, which will be cut"


def _of_mask(
    item: Item,
    size: tuple[int, int] | None,
    classes: int,
    pixels: Counter[int],
    as_stored: bool | None,
) -> Iterator[tuple[Grade, str]]:
    if item.mask is None:
        yield "wrong", "pictures have no mask"
        return
    try:
        mask = item.mask.draw()
    except ImageCraftError:
        yield "wrong", "masks cannot be read"
        return
    if size is not None:
        yield from _of_turning(mask, item.image, size, as_stored)
    values, counts = np.unique(mask, return_counts=True)
    pixels.update(dict(zip(values.tolist(), counts.tolist(), strict=True)))
    if any(value >= classes and value != IGNORED for value in values):
        yield "wrong", f"masks have numbers that are no class (there are {classes})"
    if set(values.tolist()) <= {0, IGNORED}:
        yield "odd", "masks show nothing but background"


def _of_turning(
    mask: np.ndarray, photo: Path, size: tuple[int, int], as_stored: bool | None
) -> Iterator[tuple[Grade, str]]:
    """How a mask lies on its photo."""
    turned = "masks lie as the camera held the photo, and are turned with it"
    if mask.shape[::-1] != size:
        if turned_as(mask, photo).shape[::-1] == size:
            yield "odd", turned
        else:
            yield "wrong", "masks have another size than their pictures"
    elif orientation_of(photo) != UPRIGHT and turned_as(mask, photo).shape == mask.shape:
        if as_stored:
            yield "odd", turned
        elif as_stored is None:
            yield (
                "odd",
                "photos are turned by EXIF data, and nothing tells whether their masks are, too: these are "
                "taken for upright",
            )


def _of_sound(sound: Path | None) -> Iterator[tuple[Grade, str]]:
    from imagecraft.media.sounds import open_sound

    if sound is None or not sound.is_file():
        yield "wrong", "sounds are missing"
        return
    try:
        if not np.any(open_sound(sound).samples):
            yield "wrong", "sounds are silent"
    except ImageCraftError:
        yield "wrong", "sounds cannot be opened"


def _copies(copies: dict[bytes, list[Item]]) -> Iterator[Finding]:
    """The same picture several times: across parts, also in one file, it makes scores too good."""
    across = [_equal(items) for items in copies.values() if len({item.split for item in items}) > 1]
    within = [
        _equal(items)
        for items in copies.values()
        if len({item.split for item in items}) == 1 and len({item.image for item in items}) > 1
    ]
    unsure = [_equal(items) for items in copies.values() if len({item.label for item in items}) > 1]
    if unsure:
        yield Finding("wrong", f"{len(unsure)} pictures are in several classes", _few(unsure))
    if across:
        what = f"{len(across)} pictures are in several parts, so that scores would be too good"
        yield Finding("wrong", what, _few(across))
    if within:
        yield Finding("odd", f"{len(within)} pictures are there under several names", _few(within))


def _equal(items: Sequence[Item]) -> str:
    return " = ".join(path.name for path in dict.fromkeys(item.image for item in items))


def _classes(found: PictureSet, pixels: Counter[int]) -> dict[str, float]:
    if found.kind == "masks":
        known = sum(count for value, count in pixels.items() if value < len(found.classes))
        return {name: round(pixels[number] / known, 5) for number, name in enumerate(found.classes) if known}
    counted = Counter(item.label for item in found.items if item.label)
    return {name: float(counted[name]) for name in found.classes}


def _balance(found: PictureSet, classes: dict[str, float]) -> Iterator[Finding]:
    there = {name: count for name, count in classes.items() if count > 0}
    missing = [name for name in classes if name not in there and not _UNNAMED.fullmatch(name)]
    if missing:
        yield Finding("odd", f"{len(missing)} classes are in no picture", _few(missing))
    if found.kind == "classes" and there:
        ordered = sorted(there, key=lambda name: there[name])
        least, most = ordered[0], ordered[-1]
        if there[most] > UNBALANCED * there[least]:
            yield Finding(
                "odd",
                f"'{most}' has {there[most]:.0f} pictures and '{least}' {there[least]:.0f}; training weighs "
                "them so that rare ones count as much",
            )
        alone = [name for name in ordered if there[name] == 1]
        if alone:
            what = f"{len(alone)} classes have a single picture, too few to learn from and to score on"
            yield Finding("odd", what, _few(alone))
        for split in SPLITS:
            labels = {item.label for item in found.part(split)}
            lacking = [name for name in found.classes if labels and name not in labels]
            if lacking:
                yield Finding("wrong", f"{len(lacking)} classes are not in the part '{split}'", _few(lacking))


def _words(found: PictureSet) -> dict[str, float]:
    captions = [tokenize(caption) for item in found.items for caption in item.captions]
    if not captions:
        return {}
    return {
        "captions": len(captions),
        "different_words": len({word for words in captions for word in words}),
        "words_per_caption": round(float(np.mean([len(words) for words in captions])), 2),
    }


def _few(names: Sequence[str]) -> tuple[str, ...]:
    shown = tuple(names[:MOST_NAMED])
    return shown if len(names) <= MOST_NAMED else (*shown, f"and {len(names) - MOST_NAMED} more")
