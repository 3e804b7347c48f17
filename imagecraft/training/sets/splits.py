"""Parts of a set: the same on every run and every machine, every kind of picture in each.

A picture's place depends on the seed and its name alone (not on the order of files, nor on Python's hashes).
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from imagecraft.errors import InvalidInput
from imagecraft.scoring.objects import named_objects
from imagecraft.training.sets.base import Item, PictureSet, Split

OTHER = "other"
LEAST_OF_A_KIND = 10  # pictures; rarer kinds are put together
Key = Callable[[Item], str]


def with_splits(found: PictureSet, validation_share: float, seed: int) -> PictureSet:
    """The set with a part for every picture: its own where it has parts, else ones that are drawn.

    Where there is a training part but none to score on, the latter is drawn from the former. Where nothing is
    marked to learn from, that is drawn from pictures without a mark: what is marked for scores or for the
    last test is never learnt from. A set that is "val" as a whole is not divided by its name, and is drawn
    from as one without parts.

    Raises:
        InvalidInput: if there are too few pictures.
    """
    own = {item.split for item in found.items}
    marked = [item for item in found.items if item.split]
    if "train" in own and "val" in own:
        return found.having(marked)
    if "train" in own:
        rest = [item for item in marked if item.split == "test"]
        return found.having([*_drawn(found.part("train"), validation_share, seed), *rest])
    if not marked or own == {"val"}:
        return found.having(_drawn(found.items, validation_share, seed))
    held = {item.image for item in marked}
    free = [item for item in found.items if not item.split and item.image not in held]
    if not free:
        raise InvalidInput(
            "There is no picture to learn from: all are marked to be scored or tested on.",
            "Mark some as 'train', or leave their mark out.",
        )
    if "val" in own:
        return found.having([*(replace(item, split="train") for item in free), *marked])
    return found.having([*_drawn(free, validation_share, seed), *marked])


def stratified(items: Sequence[Item], shares: dict[str, float], seed: int, key: Key) -> dict[str, list[Item]]:
    """Draw parts, each with its share of every kind.

    Args:
        items: Pictures.
        shares: Part -> share of the pictures; what is missing to 1 belongs to no part.
        seed: Of the draw.
        key: What kind a picture is of.

    Returns:
        Part -> its items, in their old order.
    """
    kinds: defaultdict[str, list[int]] = defaultdict(list)
    for place, item in enumerate(items):
        kinds[key(item)].append(place)
    rare = [kind for kind in sorted(kinds) if len(kinds[kind]) < LEAST_OF_A_KIND]
    if len(rare) < len(kinds):
        for kind in rare:
            kinds[OTHER] += kinds.pop(kind) if kind != OTHER else []
    parts: dict[str, list[int]] = {name: [] for name in shares}
    owed = dict.fromkeys(shares, 0.0)
    last = next(reversed(shares)) if sum(shares.values()) > 1 - 1e-9 else None
    for kind in sorted(kinds):
        drawn = sorted(kinds[kind], key=lambda place: _draw(items[place], seed))
        for name, share in shares.items():
            owed[name] += share * len(kinds[kind])
            count = len(drawn) if name == last else min(round(owed[name]), len(drawn))
            parts[name] += drawn[:count]
            owed[name] -= count
            drawn = drawn[count:]
    return {name: [items[place] for place in sorted(places)] for name, places in parts.items()}


def kind_of(item: Item) -> str:
    """What a picture is mostly of: its class, or the thing that most of its captions name."""
    if item.label or not item.captions:
        return item.label or OTHER
    named: defaultdict[str, int] = defaultdict(int)
    for caption in item.captions:
        for classes in named_objects(caption).values():
            if len(classes) == 1:
                named[next(iter(classes))] += 1
    return min(named, key=lambda name: (-named[name], name)) if named else OTHER


def _drawn(items: Sequence[Item], share: float, seed: int) -> list[Item]:
    """The items with parts; those of the same picture are in the same one."""
    pictures = list({item.image: item for item in reversed(items)}.values())[::-1]
    parts = stratified(pictures, {"val": share, "train": 1 - share}, seed, kind_of)
    if not parts["val"] and len(parts["train"]) > 1:
        parts["val"] = [parts["train"].pop(len(parts["train"]) // 2)]
    if not parts["train"] or not parts["val"]:
        raise InvalidInput(
            f"{len(pictures)} pictures are too few to learn from and to score on.", "Give at least two."
        )
    splits: dict[Path, Split] = {item.image: "val" for item in parts["val"]}
    return [replace(item, split=splits.get(item.image, "train")) for item in items]


def _draw(item: Item, seed: int) -> bytes:
    name = f"{seed}/{item.image.parent.name}/{item.image.name}"
    return hashlib.sha256(name.encode("utf-8", "surrogateescape")).digest()
