"""All that is done to one input, whichever engine asks for it: read, recognise, decode, work, keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from imagecraft import __version__
from imagecraft.batch.claims import claim, claim_key
from imagecraft.batch.items import Item, sha256_of_file
from imagecraft.batch.places import Places
from imagecraft.batch.rows import FILES, Row, files_key, revision, settings_key, state_key
from imagecraft.batch.sidecars import Sidecar, sha256_of, words_key
from imagecraft.batch.tasks import Made, Task
from imagecraft.errors import ImageCraftError, InvalidInput, ModelUnavailable, ResourceExhausted
from imagecraft.runtime.faults import recorded_once
from imagecraft.runtime.selection import chosen

_STATES = 1 << 64


@dataclass(frozen=True)
class Prepared:
    """An input before it is worked on.

    Attributes:
        item: It.
        sha256: Of its bytes; None where they could not be read.
        data: Its bytes, where they are needed once more.
        opened: What the task decoded.
        error: Why it cannot be worked on.
        said: `words_key` of the caption in its row of an earlier run; 0 if there is none.
        done: Whether that row says all that would come out now.
        free: Whether files may be made of it: none of them is there that somebody else made.
    """

    item: Item
    sha256: str | None = None
    data: bytes = b""
    opened: Any = None
    error: ImageCraftError | None = None
    said: int = 0
    done: bool = False
    free: bool = True


@dataclass(frozen=True)
class Work:
    """A task with all its settings. Can be sent to another process, or another machine.

    Attributes:
        task: What is done.
        places: Where files go that are made.
        sidecar: How words are kept with pictures; None where they are only in the table.
    """

    task: Task
    places: Places
    sidecar: Sidecar | None = None

    @cached_property
    def settings(self) -> dict[str, Any]:
        """All that results depend on beside the input, JSON-ready."""
        cards = [chosen(model, kind) for kind, model in self.task.needs]
        return {
            "task": self.task.name,
            "models": [[card.name, revision(card)] for card in cards] or [[self.task.name, __version__]],
            "options": self.task.options(),
            "sidecar": self.sidecar.kind if self.sidecar else None,
            **({"in_place": True} if self.sidecar and self.sidecar.in_place else {}),
        }

    @cached_property
    def key(self) -> str:
        """The settings' key."""
        return settings_key(self.settings)

    def claimed(self, item: Item, known: int | None, claims: Set[int] = frozenset()) -> int | None:
        """What is known of an input, with the files beside it for its own where none is somebody else's.

        Asked once, before any work is done: an input that is tried again finds files of its own, then.

        Args:
            item: The input.
            known: What its row of an earlier run says, see `known_states`; None if it has no row yet.
            claims: Keys of files that an earlier run was about to make, see `claims.claimed`.
        """
        try:
            beside = self._beside(item)
            ours = (claim_key(item.name, str(path)) in claims or not path.exists() for path in beside)
            if beside and all(ours):
                return _with_files(known, files_key(map(str, beside)))
        except (OSError, ValueError):  # a name that cannot be; its row will say so
            return known
        return known

    def prepare(self, item: Item, known: int | None = None) -> Prepared:
        """Read and decode an input.

        Args:
            item: The input.
            known: What its row of an earlier run says, see `known_states`; None if it has no row yet. An
                input that has the same state now and whose files are there is not decoded.
        """
        before, state = divmod(known or 0, _STATES)
        files, said = divmod(before, _STATES)
        try:
            data, sha256 = self._read(item)
            done = state == state_key(sha256, self.key) and self._has_files(item)
        except ImageCraftError as error:
            return Prepared(item, error=error, said=said)
        except Exception as fault:
            return Prepared(item, error=_as_error(fault), said=said)
        if done:
            return Prepared(item, sha256, said=said, done=True)
        kept = data if self.sidecar is not None and isinstance(data, bytes) else b""
        try:
            beside = self._beside(item)
            free = self.places.overwrite or not beside or files == files_key(map(str, beside))
            return Prepared(item, sha256, kept, self.task.open(data), said=said, free=free)
        except ImageCraftError as error:
            return Prepared(item, sha256, error=error, said=said)
        except Exception as fault:
            return Prepared(item, sha256, error=_as_error(fault), said=said)

    def finish(self, prepared: Sequence[Prepared]) -> list[Row | None]:
        """Work on inputs and keep what is made of them.

        Returns:
            A row for each, None for those that were done before.

        Raises:
            ModelUnavailable: if the model cannot be had, as no input can be worked on then.
            ResourceExhausted: if the disk is full.
        """
        ready = [one for one in prepared if one.error is None and not one.done]
        made = iter(self._made(ready))
        rows: list[Row | None] = []
        for one in prepared:
            if one.done:
                rows.append(None)
            elif one.error is not None:
                rows.append(self.failed(one.item, one.error, one.sha256))
            else:
                rows.append(self.kept(one, next(made)))
        return rows

    def failed(
        self,
        item: Item,
        error: ImageCraftError,
        sha256: str | None = None,
        made: Mapping[str, Any] = MappingProxyType({}),
    ) -> Row:
        """The row of an input that could not be worked on. Of what was made it only names the files."""
        model, state = self.settings["models"][0]
        files = {name: made[name] for name in FILES if name in made}
        return Row(item.name, sha256, files, model, state, None, str(error), self.key)

    def with_files(self, item: Item, row: Row, known: int | None) -> Row:
        """A row; after an error it still names the files beside its input that its earlier row named."""
        if row.error is None or row.result:
            return row
        try:
            beside = self._beside(item)
            there = bool(beside) and any(path.exists() for path in beside)
        except (OSError, ValueError):  # a name that cannot be, as the row says
            return row
        if not there or (known or 0) // _STATES**2 != files_key(map(str, beside)):
            return row
        names = [name for name in FILES if name in {column.name for column in self.task.columns}]
        return replace(row, result=dict(zip(names, map(str, beside), strict=True)))

    def _made(self, ready: Sequence[Prepared]) -> list[Made | ImageCraftError]:
        if not ready:
            return []
        files = [partial(self._file, one) for one in ready]
        try:
            return self.task.make([one.opened for one in ready], files)
        except ModelUnavailable:
            raise
        except Exception as fault:
            if len(ready) == 1:
                return [fault if isinstance(fault, ImageCraftError) else _as_error(fault)]
            return [made for one in ready for made in self._made([one])]

    def kept(self, one: Prepared, made: Made | ImageCraftError) -> Row:
        """The row of what was made of an input, with its words beside it. Raises as `finish`."""
        if isinstance(made, ModelUnavailable) or _is_disk_full(made):
            raise made  # type: ignore[misc]
        if isinstance(made, ImageCraftError):
            return self.failed(one.item, made, one.sha256)
        sha256 = one.sha256
        if self.sidecar is not None:
            try:
                changed = self.sidecar.write(one.item, one.data, str(made.result["caption"]), one.said)
            except ResourceExhausted:
                raise
            except ImageCraftError as error:
                return self.failed(one.item, error, one.sha256, made.result)
            except Exception as fault:
                return self.failed(one.item, _as_error(fault), one.sha256, made.result)
            sha256 = sha256_of(changed) if changed is not None else sha256
        model, state = self.settings["models"][0]
        return Row(
            one.item.name, sha256, made.result, model, state, made.seconds, None, self.key, made.notices
        )

    def _read(self, item: Item) -> tuple[bytes | Path, str]:
        if self.task.kind == "sound" and item.path is not None:
            return item.path, sha256_of_file(item.path)
        data = item.location.read()
        return data, sha256_of(data)

    def _file(self, one: Prepared, ending: str) -> Path:
        """Where a file goes that is made of an input. Raises InvalidInput if somebody else's is there."""
        path = self.places.file(one.item, ending)
        if not one.free and path.exists():
            raise InvalidInput(
                f"'{path.name}' is there already, and is not of this table's making.",
                "Move it away, or replace it with --overwrite-beside.",
            )
        if self.places.claims is not None and path in self._beside(one.item):
            claim(self.places.claims, one.item.name, path)
        return path

    def _beside(self, item: Item) -> list[Path]:
        """The files that are made beside an input; none where they go into a folder of their own."""
        if not self.places.beside or item.path is None:
            return []
        return [self.places.file(item, ending) for ending in self.task.endings()]

    def _has_files(self, item: Item) -> bool:
        """Whether all files that go with an input's row are there."""
        files = [self.places.file(item, ending) for ending in self.task.endings()]
        aside = self.sidecar.file(item) if self.sidecar is not None else None
        return all(path.exists() for path in (*files, *([aside] if aside else [])))


def _is_disk_full(made: Made | ImageCraftError) -> bool:
    return isinstance(made, ResourceExhausted) and "disk is full" in made.message


def _as_error(fault: Exception) -> ImageCraftError:
    """What a row says of a fault of ours; its trace is kept in a file."""
    if isinstance(fault, MemoryError):
        return ResourceExhausted("There is not enough memory for it.", "Make it smaller.")
    if isinstance(fault, OSError) and fault.strerror:
        reason = fault.strerror.lower()
        return InvalidInput(f"A file could not be read or written ({reason}).", "Check its permissions.")
    return ImageCraftError(f"Something went wrong in imagecraft itself (fault {recorded_once(fault)}).")


def known_states(rows: Mapping[str, Any]) -> int:
    """What a row of an earlier run says, in 192 bits: the `files_key` of the files it names, the `words_key`
    of its caption (each 0 if it has none), then its `state_key`. With an error, only the files.
    """
    sha256, settings, caption = rows.get("sha256"), rows.get("settings"), rows.get("caption")
    files = files_key(str(rows[name]) for name in FILES if rows.get(name))
    if not sha256 or rows.get("error"):
        return _with_files(None, files)
    said = words_key(caption) if isinstance(caption, str) else 0
    states = said * _STATES + state_key(str(sha256), str(settings))
    return _with_files(states, files)


def _with_files(known: int | None, files: int) -> int:
    return files * _STATES**2 + (known or 0) % _STATES**2
