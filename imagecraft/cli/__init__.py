"""The command line: the public verbs as commands, errors as one line and a way out."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import warnings
from types import FrameType
from typing import NoReturn

from imagecraft.errors import ImageCraftError

__all__ = ["main", "run"]

DONE, OUR_FAULT, MENDABLE, INTERRUPTED = 0, 1, 2, 130


def main() -> NoReturn:
    """The entry point of `imagecraft` and `python -m imagecraft`."""
    _prepare()
    code = run(sys.argv[1:])
    _leave_quietly()
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Do what a command line says.

    Args:
        arguments: The words after the program's name.

    Returns:
        The exit status: 0 done, 1 a fault of ours, 2 the user can mend it, 130 interrupted.
    """
    try:
        from imagecraft.cli.app import UsageProblem, invoke

        try:
            return invoke(arguments)
        except UsageProblem as problem:
            return _mendable(problem.format_message(), _help_hint(problem))
    except ImageCraftError as error:
        return _mendable(error.message, error.hint)
    except MemoryError:
        return _mendable("Memory ran out.", "Close other programs, or use a smaller input.")
    except KeyboardInterrupt:
        return INTERRUPTED
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else OUR_FAULT
    except Exception as fault:
        return _fault(fault)


def _prepare() -> None:
    """Names that are not UTF-8 can be printed, libraries do not chat, and a stop lets files be cleaned up."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _stop)


def _stop(number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)


def _leave_quietly() -> None:
    """Hand over what was printed; nobody may be listening any more."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _mendable(message: str, hint: str) -> int:
    from imagecraft.cli.terminal import print_error

    print_error(message, hint)
    return MENDABLE


def _help_hint(problem: Exception) -> str:
    context = getattr(problem, "ctx", None)
    return f"Try '{context.command_path if context else 'imagecraft'} --help'."


def _fault(fault: Exception) -> int:
    from imagecraft.cli.terminal import print_error
    from imagecraft.runtime.faults import record

    reference, where = record(fault)
    print_error(
        f"Something went wrong in imagecraft itself (fault {reference}).", f"Please report it: {where}."
    )
    return OUR_FAULT
