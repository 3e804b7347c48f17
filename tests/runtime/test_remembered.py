"""An equal request is answered with what was made before, for an hour, within a budget of memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from imagecraft.runtime import remembered
from imagecraft.runtime.remembered import Remembered


class Maker:
    """Makes values and counts how often."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> Iterator[str]:
        self.times += 1
        yield "half"
        yield "whole"


def test_an_equal_request_is_made_once():
    kept, make = Remembered(), Maker()
    first = list(kept.stream(("model", b"picture", {"seed": 1}), make))
    again = list(kept.stream(("model", b"picture", {"seed": 1}), make))
    assert first == again == ["half", "whole"]
    assert make.times == 1


@pytest.mark.parametrize(
    "other",
    [
        ("model", b"another", {"seed": 1}),
        ("model", b"picture", {"seed": 2}),
        ("other", b"picture", {"seed": 1}),
    ],
)
def test_another_picture_setting_or_model_is_made_anew(other):
    kept, make = Remembered(), Maker()
    list(kept.stream(("model", b"picture", {"seed": 1}), make))
    list(kept.stream(other, make))
    assert make.times == 2


def test_what_was_stopped_or_failed_is_not_kept():
    kept, make = Remembered(), Maker()
    stopped = kept.stream("request", make)
    assert next(stopped) == "half"
    stopped.close()

    def fail() -> Iterator[str]:
        yield "half"
        raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        list(kept.stream("request", fail))
    assert list(kept.stream("request", make)) == ["half", "whole"]
    assert make.times == 2


def test_after_an_hour_it_is_made_anew():
    now = [0.0]
    kept, make = Remembered(clock=lambda: now[0]), Maker()
    list(kept.stream("request", make))
    now[0] = remembered.OLDEST_SECONDS
    list(kept.stream("request", make))
    assert make.times == 1
    now[0] += 1
    list(kept.stream("request", make))
    assert make.times == 2


def test_the_longest_unused_goes_first():
    kept, make = Remembered(most_bytes=2500), Maker()

    def thousand() -> Iterator[bytes]:
        make.times += 1
        yield bytes(1000)

    for request in ("a", "b", "a", "c"):
        list(kept.stream(request, thousand))
    assert make.times == 3
    list(kept.stream("a", thousand))
    assert make.times == 3
    list(kept.stream("b", thousand))
    assert make.times == 4


def test_what_is_too_large_is_made_each_time():
    kept, make = Remembered(most_bytes=10), Maker()
    for _ in range(2):
        list(kept.stream("request", make))
    assert make.times == 2
