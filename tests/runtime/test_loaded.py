"""Models are loaded once, shared, evicted when memory is short, and always closed."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from imagecraft.errors import Cancelled
from imagecraft.runtime import loaded
from imagecraft.runtime.loaded import Shelf

PATIENCE_SECONDS = 30


class Model:
    """Something that is loaded and must be closed."""

    def __init__(self) -> None:
        self.closed = 0

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def shelf() -> Shelf:
    return Shelf(lambda: 100)


def loads(shelf: Shelf, name: str, size_bytes: int = 0) -> Model:
    with shelf.use((name,), Model, size_bytes=size_bytes) as model:
        return model


def together(count: int, work: Callable[[], object]) -> list[object]:
    """What `work` gives in threads that all begin at the same moment."""
    start = threading.Barrier(count)

    def begin(_: int) -> object:
        start.wait(PATIENCE_SECONDS)
        return work()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(begin, range(count)))


def test_twenty_who_ask_at_once_get_one_load(shelf):
    made = []
    all_hold_it = threading.Barrier(20)

    def load() -> Model:
        made.append(Model())
        return made[-1]

    def ask() -> Model:
        with shelf.use(("a",), load) as model:
            all_hold_it.wait(PATIENCE_SECONDS)
            return model

    assert set(together(20, ask)) == set(made)
    assert len(made) == 1


def test_different_models_load_at_the_same_time(shelf):
    both_loading = threading.Barrier(2)
    names = iter("ab")

    def load() -> Model:
        both_loading.wait(PATIENCE_SECONDS)
        return Model()

    def ask() -> Model:
        with shelf.use((next(names),), load) as model:
            return model

    assert len(set(together(2, ask))) == 2


def test_a_failed_load_reaches_all_who_wait_and_is_tried_again(shelf):
    tries = []
    all_asked = threading.Barrier(5)

    def load() -> Model:
        tries.append(1)
        raise OSError("the file is gone")

    def ask() -> str:
        all_asked.wait(PATIENCE_SECONDS)
        with pytest.raises(OSError, match="the file is gone") as caught, shelf.use(("a",), load):
            pass
        return str(caught.value)

    assert together(5, ask) == ["the file is gone"] * 5
    assert 1 <= len(tries) <= 5
    assert list(shelf.sizes()) == []
    assert loads(shelf, "a").closed == 0


def test_waiting_for_a_load_that_fails_ends(shelf):
    """One loads, another is known to wait for it: the failure reaches both."""
    loading, fail = threading.Event(), threading.Event()

    def load() -> Model:
        loading.set()
        fail.wait(PATIENCE_SECONDS)
        raise OSError("the file is gone")

    def ask() -> None:
        with shelf.use(("a",), load):
            pass

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(ask)
        loading.wait(PATIENCE_SECONDS)
        entry = shelf._entries[("a",)]
        second = pool.submit(ask)
        while entry.users < 2 and not second.done():
            pass
        fail.set()
        for asked in (first, second):
            with pytest.raises(OSError, match="the file is gone"):
                asked.result(PATIENCE_SECONDS)


def test_the_least_recently_used_makes_room(shelf):
    a, b = loads(shelf, "a", 40), loads(shelf, "b", 40)
    loads(shelf, "a", 40)
    loads(shelf, "c", 40)
    assert (a.closed, b.closed) == (0, 1)
    assert list(shelf.sizes()) == ["a", "c"]


def test_only_as_many_go_as_must(shelf):
    models = [loads(shelf, name, 25) for name in "abcd"]
    loads(shelf, "e", 30)
    assert [model.closed for model in models] == [1, 1, 0, 0]


def test_what_is_in_use_is_not_evicted(shelf):
    with shelf.use(("a",), Model, size_bytes=80) as a:
        b = loads(shelf, "b", 80)
        assert a.closed == 0
    loads(shelf, "c", 80)
    assert (a.closed, b.closed) == (1, 1)


class Circular(Model):
    """A model that only a collection of cycles takes away, as networks are whose methods were replaced."""

    def __init__(self) -> None:
        super().__init__()
        self.forward = self.close


@pytest.fixture
def no_collection() -> Iterator[None]:
    """Python collects no cycles of its own accord."""
    gc.disable()
    yield
    gc.enable()


def circular(shelf: Shelf, name: str) -> weakref.ref[Circular]:
    with shelf.use((name,), Circular, size_bytes=80) as model:
        return weakref.ref(model)


@pytest.mark.usefixtures("no_collection")
def test_what_makes_room_is_gone_before_the_next_is_loaded(shelf):
    first = circular(shelf, "a")

    def load() -> bool:
        return first() is None

    with shelf.use(("b",), load, size_bytes=80) as was_gone:
        assert was_gone


@pytest.mark.usefixtures("no_collection")
@pytest.mark.parametrize("leave", [Shelf.unload, Shelf.free_idle])
def test_what_is_unloaded_is_gone(shelf, leave):
    model = circular(shelf, "a")
    leave(shelf)
    assert model() is None


@pytest.mark.usefixtures("no_collection")
def test_what_is_unloaded_while_in_use_is_gone_when_its_last_user_leaves(shelf):
    with shelf.use(("a",), Circular) as model:
        there = weakref.ref(model)
        shelf.unload()
        del model
    assert there() is None


def test_a_model_larger_than_the_budget_is_still_loaded(shelf):
    assert loads(shelf, "a", 500).closed == 0


def test_unload_closes_one_card_or_all(shelf):
    a, b = loads(shelf, "a"), loads(shelf, "b")
    shelf.unload("a")
    assert (a.closed, b.closed) == (1, 0)
    shelf.unload()
    assert (a.closed, b.closed) == (1, 1)
    assert list(shelf.sizes()) == []


def test_unload_leaves_what_is_in_use_to_its_last_user(shelf):
    with shelf.use(("a",), Model) as held:
        with shelf.use(("a",), Model) as again:
            shelf.unload()
            assert again is held
            assert list(shelf.sizes()) == []
            fresh = loads(shelf, "a")
            assert fresh is not held
        assert held.closed == 0
    assert (held.closed, fresh.closed) == (1, 0)


def test_unload_while_loading_closes_what_was_loaded_when_its_user_leaves(shelf):
    loading, go_on = threading.Event(), threading.Event()

    def load() -> Model:
        loading.set()
        go_on.wait(PATIENCE_SECONDS)
        return Model()

    def ask() -> Model:
        with shelf.use(("a",), load) as model:
            assert model.closed == 0
            return model

    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(ask)
        loading.wait(PATIENCE_SECONDS)
        shelf.unload()
        go_on.set()
        assert asked.result(PATIENCE_SECONDS).closed == 1


def test_a_model_that_cannot_be_closed_does_not_stop_the_others(shelf, caplog):
    class Stubborn(Model):
        def close(self) -> None:
            raise RuntimeError("no")

    with shelf.use(("a",), Stubborn):
        pass
    b = loads(shelf, "b")
    shelf.unload()
    assert b.closed == 1
    assert "could not be closed" in caplog.text


def test_exclusive_users_take_turns(shelf):
    inside = []

    def ask() -> int:
        with shelf.use(("a",), Model, exclusive=True) as model:
            inside.append(model)
            others = len(inside)
            inside.remove(model)
            return others

    assert together(8, ask) == [1] * 8


def test_an_error_while_using_a_model_gives_it_back(shelf):
    with pytest.raises(ValueError, match="mine"), shelf.use(("a",), Model) as model:
        raise ValueError("mine")
    shelf.unload()
    assert model.closed == 1


def test_the_budget_is_read_from_the_environment_when_needed(monkeypatch):
    monkeypatch.setenv("IMAGECRAFT_MEMORY_MB", "300")
    assert loaded.budget_bytes() == 300_000_000
    monkeypatch.setenv("IMAGECRAFT_MEMORY_MB", "much")
    assert loaded.budget_bytes() > 100_000_000


AT_EXIT = """
import sys
import mediapipe
from mediapipe.tasks import python as tasks
from mediapipe.tasks.python import vision
from imagecraft.runtime.loaded import use

def load():
    options = vision.ImageClassifierOptions(base_options=tasks.BaseOptions(model_asset_path=sys.argv[1]))
    return vision.ImageClassifier.create_from_options(options)

with use(("classes",), load) as classifier:
    print(type(classifier).__name__)
    sys.stdout.flush()
print("-- from here on, nothing --", file=sys.stderr, flush=True)
"""


def test_at_exit_models_are_closed_without_a_word(weights):
    command = [sys.executable, "-c", AT_EXIT, str(weights["efficientnet_lite0"])]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=dict(os.environ))
    assert done.returncode == 0
    assert done.stdout == "ImageClassifier\n"
    assert done.stderr.partition("-- from here on, nothing --\n")[2] == ""


AT_EXIT_IN_USE = """
import threading
from imagecraft.runtime.loaded import loaded_ids, use

class Model:
    def close(self):
        print("closed", flush=True)

held = threading.Event()

def hold():
    with use(("a",), Model):
        held.set()
        while loaded_ids():
            pass

threading.Thread(target=hold, daemon=True).start()
held.wait()
"""


def test_at_exit_a_model_in_use_is_closed_by_its_user():
    done = subprocess.run([sys.executable, "-c", AT_EXIT_IN_USE], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("closed\n", "")


def test_a_load_stopped_by_its_user_is_a_plain_error_to_those_who_wait(shelf):
    loading, stop = threading.Event(), threading.Event()

    def load() -> Model:
        loading.set()
        stop.wait(PATIENCE_SECONDS)
        raise KeyboardInterrupt

    def interrupted() -> bool:
        with pytest.raises(KeyboardInterrupt), shelf.use(("a",), load):
            pass
        return True

    def wait_for_it() -> str:
        with pytest.raises(Cancelled) as caught, shelf.use(("a",), Model):
            pass
        return caught.value.message

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(interrupted)
        loading.wait(PATIENCE_SECONDS)
        entry = shelf._entries[("a",)]
        second = pool.submit(wait_for_it)
        while entry.users < 2 and not second.done():
            pass
        stop.set()
        assert first.result(PATIENCE_SECONDS)
        assert second.result(PATIENCE_SECONDS) == "Loading was stopped."
