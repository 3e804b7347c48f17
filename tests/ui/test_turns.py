"""Short work does not wait behind long work, and who leaves the line holds up nobody."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import count, islice

import pytest

from imagecraft.ui import turns
from imagecraft.ui.turns import Turns, Waiting


def held(line: Turns) -> threading.Event:
    """Somebody at work in one step, until the event is set."""
    begun, end = threading.Event(), threading.Event()

    def step() -> Iterator[int]:
        begun.set()
        end.wait(60)
        yield 1

    threading.Thread(target=lambda: list(line.share(step())), daemon=True).start()
    assert begun.wait(60)
    return end


def test_steps_come_through_as_they_are() -> None:
    assert list(Turns().share(iter("abc"))) == ["a", "b", "c"]


def test_who_waits_is_told_how_many_come_first_and_then_served() -> None:
    line = Turns(places=1)
    end = held(line)
    mine = line.share(iter("a"))
    assert next(mine) == Waiting(1)
    behind = line.share(iter("b"))
    assert next(behind) == Waiting(2)

    end.set()

    assert [step for step in mine if not isinstance(step, Waiting)] == ["a"]
    assert [step for step in behind if not isinstance(step, Waiting)] == ["b"]


def test_long_work_lets_short_work_in_between() -> None:
    line = Turns(places=1)
    stop = threading.Event()
    long = threading.Thread(
        target=lambda: [None for _ in line.share(iter(lambda: stop.wait(0.01), True))], daemon=True
    )
    long.start()

    assert [step for step in line.share(iter("ab")) if not isinstance(step, Waiting)] == ["a", "b"]
    assert long.is_alive()
    stop.set()


def test_whole_work_keeps_its_place_to_its_end() -> None:
    line = Turns(places=1)
    whole, other = line.keep(iter("ab")), line.share(iter("c"))

    assert next(whole) == "a"
    assert next(other) == Waiting(1)
    assert list(whole) == ["b"]
    assert [step for step in other if not isinstance(step, Waiting)] == ["c"]


def test_whole_work_that_is_stopped_gives_its_place_back() -> None:
    line = Turns(places=1)
    whole = line.keep(iter("ab"))
    next(whole)
    whole.close()  # type: ignore[attr-defined]

    assert list(line.share(iter("c"))) == ["c"]


def test_the_last_step_is_what_waits_for_nothing_else() -> None:
    assert turns.last(Turns().share(iter("ab"))) == "b"
    with pytest.raises(RuntimeError):
        turns.last(iter([Waiting(1)]))


def test_who_leaves_the_line_holds_up_nobody() -> None:
    line = Turns(places=1)
    end = held(line)
    leaving, staying = line.share(iter("a")), line.share(iter("b"))
    assert next(leaving) == Waiting(1)
    assert next(staying) == Waiting(2)
    leaving.close()  # type: ignore[attr-defined]

    assert next(staying) == Waiting(1)
    end.set()
    assert "b" in list(staying)


def test_neither_does_who_is_gone_without_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Turns(places=1)
    end = held(line)
    gone = line.share(iter("a"))
    assert next(gone) == Waiting(1)
    monkeypatch.setattr(turns, "GONE_AFTER_SECONDS", 0)
    end.set()

    assert "b" in list(line.share(iter("b")))


def test_failing_work_gives_its_place_back() -> None:
    line = Turns(places=1)

    def failing() -> Iterator[int]:
        raise ZeroDivisionError
        yield 1

    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            list(line.share(failing()))
    assert list(islice(line.share(count()), 3)) == [0, 1, 2]
