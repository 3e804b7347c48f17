"""Downloads told step by step, and problems in words."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from contextvars import ContextVar, copy_context
from pathlib import Path

import pytest

from imagecraft.errors import Cancelled, ModelUnavailable
from imagecraft.pipelines import models
from imagecraft.ui import work
from imagecraft.ui.errors import problem

Progress = Callable[[str, int, int], None]

visitor: ContextVar[str] = ContextVar("visitor", default="nobody")


def test_a_download_is_told_as_it_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    def download(ids: Iterable[str], progress: Progress) -> None:
        progress("file", 5, 10)

    monkeypatch.setattr(models, "download", download)

    assert (5, 10) in list(work.fetching("grounded"))


def test_closing_stops_the_download(monkeypatch: pytest.MonkeyPatch) -> None:
    stopped = threading.Event()

    def download(ids: Iterable[str], progress: Progress) -> None:
        try:
            while True:
                progress("file", 1, 10)
        except Cancelled:
            stopped.set()
            raise

    monkeypatch.setattr(models, "download", download)
    steps = work.fetching("grounded")
    next(steps)
    steps.close()

    assert stopped.wait(timeout=30)


def test_a_failed_download_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def download(ids: Iterable[str], progress: Progress) -> None:
        raise ModelUnavailable("Not here.", "Go there.")

    monkeypatch.setattr(models, "download", download)

    with pytest.raises(ModelUnavailable, match="Not here"):
        list(work.fetching("grounded"))


def test_detectors_are_fetched_only_for_who_uses_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("IMAGECRAFT_CACHE", str(tmp_path))
    monkeypatch.delenv("IMAGECRAFT_WEIGHTS", raising=False)
    monkeypatch.setenv("IMAGECRAFT_OFFLINE", "1")

    assert list(work.fetched_if_used("caption", "florence-2-base")) == []
    with pytest.raises(ModelUnavailable):
        list(work.fetched_if_used("caption", "grounded"))


def test_long_work_belongs_to_the_visitor_who_asked_for_it() -> None:
    """A lent GPU reads the visitor's token from the request that gradio keeps in a context variable."""
    from gradio.context import LocalContext

    def asked() -> list[str]:
        visitor.set("ada")
        LocalContext.request.set("her request")
        seen: list[str] = []

        def job(_tell: Callable[[str], None]) -> None:
            seen.extend((visitor.get(), str(LocalContext.request.get())))

        list(work.following(job, "begun"))
        return seen

    assert copy_context().run(asked) == ["ada", "her request"]
    assert visitor.get() == "nobody"


def test_a_fault_of_ours_is_logged_and_told_by_its_number(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        words = problem(ZeroDivisionError("secret detail"))

    number = words["hint"].rstrip(".").split()[-1]
    assert number in caplog.text
    assert "secret detail" not in words["message"] + words["hint"]
