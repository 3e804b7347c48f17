"""A task's settings as options of a command: one source for names, help, defaults and ranges."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import fields
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import typer

from imagecraft.errors import InvalidInput
from imagecraft.training.frame.settings import Settings, default_of

NEEDED = ("data", "out")
Start = Callable[..., Any]


def command(kind: type[Settings], start: Start, help: str) -> Callable[..., None]:
    """A command that trains.

    Args:
        kind: The task's settings.
        start: Called with the settings, and resume, dry_run and json by name.
        help: What `--help` says.

    Returns:
        A function for typer; its options are the settings and those below.
    """

    def run(**given: Any) -> None:
        again, dry_run, json = given.pop("resume"), given.pop("dry_run"), given.pop("json")
        path = given.pop("settings")
        values = {
            name: value.value if isinstance(value, Enum) else value
            for name, value in given.items()
            if value is not None
        }
        if again is not None:
            if path is not None:
                raise InvalidInput("--resume and --settings exclude each other.", "Give one of them.")
            path, values["out"] = again / "settings.json", str(again)
        settings = kind.read(path, values)
        for name in NEEDED:
            if not getattr(settings, name):
                raise InvalidInput(f"--{name} is missing.", f"See: imagecraft train {kind.task()} --help")
        start(settings, resume=again is not None, dry_run=dry_run, json=json)

    hints = get_type_hints(kind)
    parameters = [_parameter(entry.name, hints[entry.name], entry) for entry in fields(kind)] + _COMMON
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in parameters}
    run.__doc__ = help
    return run


def _parameter(name: str, hint: Any, entry: Any) -> inspect.Parameter:
    default = default_of(entry)
    flag = "--" + name.replace("_", "-")
    about = {"help": _help(entry.metadata["help"], default), "metavar": entry.metadata.get("metavar")}
    if get_origin(hint) is Literal:
        about["metavar"] = "|".join(get_args(hint))
        hint = str
    else:
        about["metavar"] = about["metavar"] or {int: "N", float: "X", str: "TEXT"}.get(hint)
    names = (flag, "-o") if name == "out" else (f"{flag}/--no-{flag[2:]}" if hint is bool else flag,)
    shown = Annotated[hint | None, typer.Option(*names, show_default=False, **about)]
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=shown)


def _help(words: str, default: Any) -> str:
    if default in ("", None, False):
        return words
    return f"{words} [{default}]"


def _common(name: str, kind: Any, option: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, option]
    )


_COMMON = [
    _common(
        "settings",
        Path | None,
        typer.Option(metavar="FILE", help="settings.json of an earlier run, to do it again or alike."),
        None,
    ),
    _common(
        "resume",
        Path | None,
        typer.Option(metavar="FOLDER", help="Go on with the run in this folder from its last checkpoint."),
        None,
    ),
    _common(
        "dry_run",
        bool,
        typer.Option("--dry-run", help="Open all, learn from one batch, say what it takes, write nothing."),
        False,
    ),
    _common("json", bool, typer.Option("--json", help="Print the scores as one JSON object."), False),
]
