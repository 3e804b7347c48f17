"""From names in a model's configuration to kinds with words, sounds and colours, for strangers' too."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from imagecraft.assets import vocabulary
from imagecraft.media.texts import one_line
from imagecraft.segmentation.classes import Kind, kinds, labels, surfaces
from imagecraft.segmentation.patterns import PATTERNS

LONGEST_NAME = 60  # characters of a name that a strange checkpoint brings
_NUMBERED = re.compile(r"label[ _]?\d+", re.IGNORECASE)


def named_kinds(names: Sequence[str], data_set: str = "") -> list[Kind | None]:
    """The kind of each class of a model; None for those that stand for nothing, such as "background".

    A class that is known by any of its names has its words, sound and colour; any other has the name it
    came with, no sound, and a colour and pattern that no other of the model's classes has, as long as there
    are such. Two names of one kind are one kind.

    Args:
        names: As the model's configuration has them, in the order of its outputs.
        data_set: Of data_sets.toml, or "coco" for COCO's things; believed where the configuration only
            numbers the classes.
    """
    spoken = _spoken(names, data_set)
    found: dict[str, Kind] = {}
    for name in spoken:
        if name.lower() not in vocabulary("data_sets")["nothing"]["names"]:
            known = known_kind(name)
            found.setdefault(known.label if known else name, known or _stranger(name))
    styled = _told_apart(list(found.values()))
    of_coco = all(kind.coco_id for kind in styled)
    numbered = {
        kind.label: replace(kind, index=index, coco_id=kind.coco_id if of_coco else index)
        for index, kind in enumerate(styled, 1)
    }
    return [numbered.get(_label(name)) for name in spoken]


def known_kind(name: str) -> Kind | None:
    """The kind that a model's name means, if it is one of ours: "television receiver" is a tv."""
    return _by_name().get(plain(name))


def plain(name: str) -> str:
    """A name as it is compared: before the first comma, in lower case, with single spaces."""
    return " ".join(re.sub(r"[-_]", " ", name.partition(",")[0]).lower().split())


def _label(name: str) -> str:
    known = known_kind(name)
    return known.label if known else name


def _spoken(names: Sequence[str], data_set: str) -> list[str]:
    """Names fit to be shown, each of its own, from whatever a configuration holds."""
    known = vocabulary("data_sets").get(data_set, {"classes": ()})
    classes = list(labels()[1:] if data_set == "coco" else known["classes"])
    if all(_NUMBERED.fullmatch(str(name).strip()) for name in names):
        missing = len(names) - len(classes)
        if classes and missing in (0, 1):
            return ["background"] * missing + classes
    return [one_line(name, LONGEST_NAME) or f"class {number}" for number, name in enumerate(names)]


@cache
def _by_name() -> dict[str, Kind]:
    coco = {kind.label: kind for kind in kinds()}
    table = vocabulary("surfaces")
    names = {plain(label): kind for label, kind in coco.items()}
    names |= {plain(name): coco[label] for name, label in table["coco_names"].items()}
    for kind in surfaces():
        for name in (kind.label, *table["kinds"][kind.label].get("names", ())):
            names.setdefault(plain(name), kind)
    return names


def _stranger(name: str) -> Kind:
    """A kind that nobody here knows; what several are called is not known either."""
    return Kind(0, name, coco_id=0, colour="", pattern="", one=name)


def _told_apart(found: Sequence[Kind]) -> list[Kind]:
    """The kinds with a colour and a pattern each; a stranger's follow from its name."""
    colours = sorted({kind.colour for kind in kinds()})
    pairs = [(colour, pattern) for pattern in PATTERNS for colour in colours]
    taken = {(kind.colour, kind.pattern) for kind in found if kind.colour}
    styled = []
    for kind in found:
        if not kind.colour:
            first = zlib.crc32(kind.label.encode())
            turns = ((first + step) % len(pairs) for step in range(len(pairs)))
            pair = next(
                (pairs[turn] for turn in turns if pairs[turn] not in taken), pairs[first % len(pairs)]
            )
            taken.add(pair)
            kind = replace(kind, colour=pair[0], pattern=pair[1])
        styled.append(kind)
    return styled
