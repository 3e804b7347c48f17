"""Errors as words: beside the input on the page, as gr.Error over HTTP."""

from __future__ import annotations

import logging
import secrets
from typing import Any

import gradio as gr

from imagecraft.errors import ImageCraftError, ModelUnavailable
from imagecraft.pipelines.fallback import Instead
from imagecraft.ui import strings

_log = logging.getLogger(__name__)

NO_PROBLEM: dict[str, str] = {"message": "", "hint": ""}


def problem(error: Exception) -> dict[str, str]:
    """An error as a notice: what happened, and the way out.

    Of a model that cannot be used, visitors read what they can do; what whoever runs the page can do stands
    folded under it ("operators"). An error of ours is logged with its trace under a short number, and the
    visitor is given that number.
    """
    if isinstance(error, ModelUnavailable):
        return {"message": error.message, "hint": strings.UNAVAILABLE_HINT, "operators": error.hint}
    if isinstance(error, ImageCraftError):
        return {"message": error.message, "hint": error.hint}
    reference = secrets.token_hex(3)
    _log.error("Unexpected error %s", reference, exc_info=error)
    hint = strings.UNEXPECTED_HINT.format(reference=reference)
    return {"message": strings.UNEXPECTED, "hint": hint}


def instead(step: Instead) -> str:
    """What a result says of a model that could not make it.

    What only whoever runs the page can do about it is logged.
    """
    if step.visitors_can:
        return f"{step.message} {step.hint}".strip()
    _log.warning("%s %s", step.message, step.hint)
    return step.message


def api_error(error: Exception) -> Any:
    """An error as Gradio's clients get it: they are programs, whose authors read all of it."""
    words = problem(error)
    if isinstance(error, ModelUnavailable):
        words["hint"] = error.hint
    return gr.Error(f"{words['message']} {words['hint']}".strip(), print_exception=False)
