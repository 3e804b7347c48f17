"""Document frequencies of n-grams of any number of captions, counted on disk in bounded memory."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imagecraft.scoring.base import Corpus
from imagecraft.scoring.cider import DocumentFrequencies, NGram, ngrams

HASHES_AT_ONCE = 1_000_000
PARTITIONS = 512
"""Ranges of hashes, equal in width: what is brought together at once is about this part of the whole."""
MAPPED_TOGETHER = 8
"""Partitions in which hashes are looked up at once: more of them for each time that a file is mapped."""
HASHES, COUNTS, PLACES, IMAGES = "hashes.u64", "counts.u32", "places.json", "images.txt"

_EDGES = np.array([part * (2**64 // PARTITIONS) for part in range(1, PARTITIONS)], np.uint64)
_Hashes = NDArray[np.uint64]


class FrequencyCount:
    """Counts in how many images' references each n-gram occurs; then `DiskFrequencies` reads the result.

    An n-gram is kept as a hash of 64 bits: of the forty million n-grams of a million images, two have the
    same one with a chance of 4 in 100,000.

    Args:
        folder: An empty one, for the counts; about 12 bytes for each different n-gram.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._waiting: list[int] = []
        self._runs: list[_Sorted] = []
        self._images = 0

    def add(self, corpus: Corpus) -> None:
        """Count the references of some images, none of which was counted before."""
        for captions in corpus.reference_words:
            self._waiting += map(_hash, {gram for words in captions for gram in ngrams(words)})
            self._images += 1
            if len(self._waiting) >= HASHES_AT_ONCE:
                self._spill()

    def finish(self) -> DiskFrequencies:
        """Bring all counts together."""
        self._spill()
        places = [0]
        with (self._folder / HASHES).open("wb") as hashes, (self._folder / COUNTS).open("wb") as counts:
            for part in range(PARTITIONS):
                pieces = [run.part(part) for run in self._runs]
                keys, totals = _added(
                    np.concatenate([keys for keys, _ in pieces]),
                    np.concatenate([totals for _, totals in pieces]),
                )
                hashes.write(keys.data)
                counts.write(totals.data)
                places.append(places[-1] + len(keys))
        (self._folder / PLACES).write_text(json.dumps(places), "utf-8")
        for run in self._runs:
            run.hashes.unlink()
            run.counts.unlink()
        (self._folder / IMAGES).write_text(str(self._images), "utf-8")
        return DiskFrequencies(self._folder)

    def _spill(self) -> None:
        waiting = np.array(self._waiting, np.uint64)
        self._waiting = []
        keys, totals = np.unique(waiting, return_counts=True)
        place = len(self._runs)
        files = self._folder / f"run{place}.hashes", self._folder / f"run{place}.counts"
        files[0].write_bytes(keys.data)
        files[1].write_bytes(totals.astype(np.uint32).data)
        self._runs.append(_Sorted(*files, (0, *np.searchsorted(keys, _EDGES).tolist(), len(keys))))


class DiskFrequencies:
    """What `FrequencyCount` found, read where it is needed. Several processes may read the same folder."""

    def __init__(self, folder: Path) -> None:
        self.images = int((folder / IMAGES).read_text("utf-8"))
        places = tuple(json.loads((folder / PLACES).read_text("utf-8")))
        self._sorted = _Sorted(folder / HASHES, folder / COUNTS, places)

    def of(self, corpus: Corpus) -> DocumentFrequencies:
        """The frequencies of all n-grams of some captions and their references."""
        said: set[NGram] = set()
        for words, captions in zip(corpus.words, corpus.reference_words, strict=True):
            for each in (words, *captions):
                said.update(ngrams(each))
        grams = list(said)
        return DocumentFrequencies(dict(zip(grams, self._found(grams), strict=True)), self.images)

    def _found(self, grams: Sequence[NGram]) -> Iterable[int]:
        wanted = np.fromiter(map(_hash, grams), np.uint64, len(grams))
        order = np.argsort(wanted)
        bounds = [0, *np.searchsorted(wanted[order], _EDGES).tolist(), len(wanted)]
        counts = np.zeros(len(grams), np.uint32)
        for first in range(0, PARTITIONS, MAPPED_TOGETHER):
            last = first + MAPPED_TOGETHER
            here = order[bounds[first] : bounds[last]]
            if len(here) and self._sorted.size(first, last):
                hashes, totals = self._sorted.mapped(first, last)
                places = np.minimum(np.searchsorted(hashes, wanted[here]), len(hashes) - 1)
                counts[here] = np.where(hashes[places] == wanted[here], totals[places], 0)
        found: list[int] = counts.tolist()
        return found


@dataclass(frozen=True)
class _Sorted:
    """Hashes in order and their counts, in two files that are read a partition at a time.

    Attributes:
        hashes, counts: The files.
        places: Where each partition begins, and the last one ends.
    """

    hashes: Path
    counts: Path
    places: tuple[int, ...]

    def part(self, part: int) -> tuple[_Hashes, NDArray[np.uint32]]:
        """One partition."""
        begin, end = self.places[part : part + 2]
        return _read(self.hashes, np.uint64, begin, end), _read(self.counts, np.uint32, begin, end)

    def size(self, first: int, last: int) -> int:
        """How many hashes the partitions from `first` have, `last` not among them."""
        return self.places[last] - self.places[first]

    def mapped(self, first: int, last: int) -> tuple[_Hashes, NDArray[np.uint32]]:
        """Partitions that are not all empty, of which only what is looked at is read. Memory holds what was
        looked at for as long as these are kept, so they are not to be kept."""
        begin, size = self.places[first], self.size(first, last)
        return _map(self.hashes, np.uint64, begin, size), _map(self.counts, np.uint32, begin, size)


def _read(path: Path, kind: Any, begin: int, end: int) -> Any:
    return np.fromfile(path, kind, end - begin, offset=begin * np.dtype(kind).itemsize)


def _map(path: Path, kind: Any, begin: int, size: int) -> Any:
    whole = np.memmap(path, kind, "r", offset=begin * np.dtype(kind).itemsize, shape=(size,))
    return whole.view(np.ndarray)


def _hash(gram: NGram) -> int:
    text = " ".join(gram).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest())


def _added(keys: _Hashes, totals: NDArray[np.uint32]) -> tuple[_Hashes, NDArray[np.uint32]]:
    """Each key once, with the sum of its totals."""
    if not len(keys):
        return keys, totals
    order = np.argsort(keys, kind="stable")
    keys, totals = keys[order], totals[order]
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])
    return keys[starts], np.add.reduceat(totals, starts).astype(np.uint32)
