"""Where files that are made of an input go: below one folder, under names that never meet."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from imagecraft.batch.items import Item

LONGEST_PART = 80
_UNFIT = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\/]')


@dataclass(frozen=True)
class Places:
    """A folder for files that are made.

    Attributes:
        folder: It; made when the first file is.
        beside: Whether what is made of a file on disk goes beside it instead, as `photo.jpg` -> `photo.wav`
            (`photo.jpg.wav` where there is a `photo.png`, too).
        overwrite: Replace files beside inputs that somebody else made.
        claims: Where it is told which files beside inputs are going to be made, see `batch.claims`.
    """

    folder: Path
    beside: bool = False
    overwrite: bool = False
    claims: Path | None = None

    def file(self, item: Item, ending: str) -> Path:
        """The file of an input that has a certain ending; its folder is there afterwards."""
        if self.beside and item.path is not None:
            return beside(item.path, ending)
        path = self.folder / f"{_stem(item)}{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


def beside(path: Path, ending: str) -> Path:
    """A file's companion in its folder; it keeps the whole name where the stem alone is not its own."""
    from imagecraft.assets import vocabulary

    endings = vocabulary("batch")["suffixes"]
    known = (*endings["picture"], *endings["sound"])
    twins = (
        path.with_suffix(other) for lower in known for other in (lower, lower.upper()) if lower != ending
    )
    alone = not any(twin.exists() and not twin.samefile(path) for twin in twins if twin != path)
    return path.with_suffix(ending) if alone else path.with_name(f"{path.name}{ending}")


def _stem(item: Item) -> Path:
    """A path that is safe and this input's own: `sub/photo-1a2b3c4d`."""
    parts = [part for part in re.split(r"[\\/]", item.below) if part not in ("", ".", "..")]
    safe = [_UNFIT.sub("_", part).strip(" .")[:LONGEST_PART] or "_" for part in parts] or ["_"]
    own = hashlib.sha256(item.name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return Path(*safe[:-1], f"{Path(safe[-1]).stem}-{own}")
