"""Errors as words: beside the input on the page, as gr.Error over HTTP."""

from __future__ import annotations

import logging
import secrets
from typing import Any

import gradio as gr

from imagecraft.errors import ImageCraftError
from imagecraft.ui import strings

_log = logging.getLogger(__name__)

NO_PROBLEM: dict[str, str] = {"message": "", "hint": ""}


def problem(error: Exception) -> dict[str, str]:
    """An error as a notice: what happened, and the way out.

    An error of ours is logged with its trace under a short number, and the visitor is given that number.
    """
    if isinstance(error, ImageCraftError):
        return {"message": error.message, "hint": error.hint}
    reference = secrets.token_hex(3)
    _log.error("Unexpected error %s", reference, exc_info=error)
    return {"message": strings.UNEXPECTED, "hint": strings.UNEXPECTED_HINT.format(reference=reference)}


def api_error(error: Exception) -> Any:
    """An error as Gradio's clients get it."""
    words = problem(error)
    return gr.Error(f"{words['message']} {words['hint']}".strip(), print_exception=False)
