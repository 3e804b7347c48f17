"""Which files models need: what each is called, what its bytes are, where it comes from."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

State = Literal["missing", "partial", "present", "verified", "damaged"]


@dataclass(frozen=True)
class Alternate:
    """The same thing in another build of the same size, as good as the first.

    Attributes:
        sha256: Hexadecimal digest of its bytes.
        url: Its official address.
    """

    sha256: str
    url: str


@dataclass(frozen=True)
class Asset:
    """One file that models need.

    Attributes:
        name: What cards and code call it.
        summary: What it knows, for people.
        file: Its name on disk.
        size: Bytes.
        sha256: Hexadecimal digest of its bytes.
        url: Its official address.
        wheel: A published wheel with a copy of it ("name==version"), empty when there is none.
        wheel_size: Bytes of that wheel.
        member: The file's path inside that wheel.
        alternates: Other builds that may stand in its place.
    """

    name: str
    summary: str
    file: str
    size: int
    sha256: str
    url: str
    wheel: str = ""
    wheel_size: int = 0
    member: str = ""
    alternates: tuple[Alternate, ...] = ()

    @property
    def digests(self) -> frozenset[str]:
        """The sha256 of every build that is right."""
        return frozenset([self.sha256, *(other.sha256 for other in self.alternates)])


@dataclass(frozen=True)
class AssetStatus:
    """How an asset stands on this machine.

    Attributes:
        asset: The asset.
        state: "missing", "partial" (a fetch was stopped; the next one goes on from there), "present" (there,
            with the right size, not read), "verified" or "damaged" (read: the sha256 is right or wrong).
        path: Where the file is, or would be put.
        bytes_on_disk: Bytes it takes now, a partial file's included.
    """

    asset: Asset
    state: State
    path: Path
    bytes_on_disk: int


@cache
def assets() -> Mapping[str, Asset]:
    """Every asset by name, from imagecraft/assets/weights.toml."""
    table = tomllib.loads((files("imagecraft") / "assets" / "weights.toml").read_text("utf-8"))
    return MappingProxyType({name: _from_table(name, **fields) for name, fields in table.items()})


def _from_table(name: str, alternates: Sequence[Mapping[str, str]] = (), **fields: Any) -> Asset:
    return Asset(name=name, alternates=tuple(Alternate(**build) for build in alternates), **fields)
