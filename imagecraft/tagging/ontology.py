"""Which class of sound is a kind of which, as AudioSet's ontology has it.

References:
    Gemmeke et al., "Audio Set: An ontology and human-labeled dataset for audio events", ICASSP 2017.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from imagecraft.assets import vocabulary


@cache
def groups() -> Mapping[str, str]:
    """Who or what makes each sound, such as "people" or "nature": the groups of assets/audioset.toml.

    A class under several others takes the group of the first.
    """
    tops = {name: group for group, names in vocabulary("audioset")["groups"].items() for name in names}
    known = dict(tops)
    for name in parents():
        known[name] = next(tops[top] for top in ancestors(name) if top in tops)
    return MappingProxyType(known)


@cache
def parents() -> Mapping[str, tuple[str, ...]]:
    """The classes right above each class that stands under another."""
    above: dict[str, tuple[str, ...]] = {}
    for parent, children in vocabulary("audioset")["children"].items():
        for child in children:
            above[child] = (*above.get(child, ()), parent)
    return MappingProxyType(above)


@cache
def ancestors(name: str) -> tuple[str, ...]:
    """All classes above one, the nearest first."""
    found: dict[str, None] = {}
    level = [name]
    while level:
        level = [above for one in level for above in parents().get(one, ()) if above not in found]
        found |= dict.fromkeys(level)
    return tuple(found)


@cache
def height(name: str) -> int:
    """Levels below a class: 0 for one that has no kinds of its own, 1 for "Dog", 4 for "Animal"."""
    return max((1 + height(child) for child in vocabulary("audioset")["children"].get(name, ())), default=0)


@cache
def descendants(name: str) -> frozenset[str]:
    """All classes below one."""
    return frozenset(child for child in parents() if name in ancestors(child))
