"""Libraries that would write to the terminal, started without a word."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_CHATTER = (
    b"INFO: Created TensorFlow Lite",
    b"WARNING: Logging before InitGoogle",
    b"inference_feedback_manager",
)
_stderr_lock = threading.Lock()


@contextmanager
def quiet_start() -> Iterator[None]:
    """Keep MediaPipe's start-up chatter (written by C++ straight to file descriptor 2) from the terminal.

    There is no switch for it; whatever else was written meanwhile is passed on.
    """
    with _stderr_lock, tempfile.TemporaryFile() as heard:
        sys.stderr.flush()
        terminal = os.dup(2)
        os.dup2(heard.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(terminal, 2)
            heard.seek(0)
            for line in heard:
                if not any(words in line for words in _CHATTER):
                    os.write(terminal, line)
            os.close(terminal)


@contextmanager
def quietly() -> Iterator[None]:
    """Without the bars that transformers draws on stderr while it loads a model."""
    from transformers.utils import logging

    bars: Any = logging
    shown = bars.is_progress_bar_enabled()
    bars.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            bars.enable_progress_bar()
