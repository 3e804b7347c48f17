"""All that a training run can be told, written down beside its results and read back."""

from __future__ import annotations

import json
import math
import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, Self, get_args, get_origin, get_type_hints

from imagecraft.errors import InvalidInput
from imagecraft.media.files import quoted, replacing
from imagecraft.media.texts import parsed_json

SINKS = ("tensorboard", "wandb")


def option(
    default: Any,
    help: str,
    *,
    least: float | None = None,
    most: float | None = None,
    metavar: str | None = None,
) -> Any:
    """A setting: its default, what it means, and its range where it is a number."""
    return field(default=default, metadata={"help": help, "least": least, "most": most, "metavar": metavar})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What every training run can be told; tasks add their own.

    Attributes:
        data: Folder or file to learn from.
        out: Folder of the run.

    The others say of themselves what they are; `imagecraft train TASK --help` prints it.
    """

    data: str = option("", "Folder or file to learn from.", metavar="PATH")
    out: str = option("", "Folder for the run: its checkpoints, logs, plots and model.", metavar="FOLDER")
    base: str = option(
        "", "Model to start from: an id of `imagecraft models`, a folder, or a hub repository."
    )
    epochs: float = option(3.0, "Times to go through the data.", least=0.001, most=100_000)
    max_steps: int = option(0, "Stop after so many steps, whatever the epochs; 0 for no limit.", least=0)
    batch: int = option(8, "Pictures in a step, on each device.", least=1, most=4096)
    accumulate: int = option(1, "Batches to add up before the weights change.", least=1, most=4096)
    rate: float = option(5e-5, "Learning rate at its highest.", least=1e-9, most=10)
    warmup: float = option(0.05, "Share of the steps in which the rate rises.", least=0, most=1)
    schedule: Literal["cosine", "linear", "constant"] = option("cosine", "How the rate goes down afterwards.")
    weight_decay: float = option(0.01, "Pull of the weights to zero.", least=0, most=1)
    seed: int = option(1, "Of everything drawn by chance.", least=0, most=2**32 - 1)
    precision: Literal["auto", "bf16", "fp16", "fp32"] = option(
        "auto", "Number format; auto takes the fastest safe one."
    )
    gradient_checkpointing: bool = option(False, "Use less memory, and a third more time.")
    validation_share: float = option(
        0.1, "Share of the data to score on, where the data has no split of its own.", least=0.001, most=0.9
    )
    evaluate_every: int = option(0, "Steps between scores and checkpoints; 0 for once an epoch.", least=0)
    patience: int = option(0, "Stop after so many scores without a better one; 0 never stops early.", least=0)
    keep: int = option(2, "Checkpoints to keep: the best, and the last ones.", least=2, most=1000)
    workers: int = option(0, "Processes that open pictures; 0 opens them in the main one.", least=0, most=256)
    log_to: str = option(
        "tensorboard", f"Where numbers go besides log.jsonl, by commas: {', '.join(SINKS)}, or nothing ('')."
    )
    license: str = option("", "Licence of the finished model, for its card; think of the data's too.")
    push: str = option("", "Hub repository to send the finished model to.", metavar="OWNER/NAME")

    def __post_init__(self) -> None:
        for entry in fields(self):
            value = getattr(self, entry.name)
            object.__setattr__(self, entry.name, _like(_types(type(self))[entry.name], value))
        self.check()

    def check(self) -> None:
        """Raise InvalidInput where a value cannot be used; the error names it and its range."""
        for entry in fields(self):
            _check(entry, getattr(self, entry.name), _types(type(self))[entry.name])
        self.sinks  # noqa: B018

    @property
    def sinks(self) -> tuple[str, ...]:
        """Where numbers go."""
        names = tuple(dict.fromkeys(filter(None, (name.strip() for name in self.log_to.split(",")))))
        for name in names:
            if name not in SINKS:
                raise InvalidInput(
                    f"Numbers cannot be logged to '{name}'.", f"Choose from: {', '.join(SINKS)}."
                )
        return names

    @classmethod
    def read(cls, path: Path | None, given: Mapping[str, Any]) -> Self:
        """Settings of an earlier run, with those given now in their place.

        Args:
            path: A run's settings.json; None for the defaults.
            given: Settings by name; None stands for "not given".

        Raises:
            InvalidInput: if the file is none of this task's settings, or a value cannot be used.
        """
        known = {entry.name for entry in fields(cls)}
        values = dict(_table(path)) if path else {}
        task = values.pop("task", cls.task())
        if task != cls.task():
            raise InvalidInput(
                f"{quoted(str(path))} has settings for a {task}, not a {cls.task()}.",
                f"Use it with: imagecraft train {task}",
            )
        for name in values:
            if name not in known:
                raise InvalidInput(
                    f"There is no setting '{name}'.",
                    f"Take it out of {quoted(str(path))}; there are: {', '.join(sorted(known))}.",
                )
        values.update({name: value for name, value in given.items() if value is not None})
        return cls(**values)

    @classmethod
    def task(cls) -> str:
        """What is trained, as the command calls it."""
        return cls.__name__.removesuffix("Settings").lower()

    def to_dict(self) -> dict[str, Any]:
        """All settings and the task as JSON-ready values."""
        return {"task": self.task()} | {entry.name: getattr(self, entry.name) for entry in fields(self)}

    def write(self, path: Path) -> None:
        """Write a file that `read` reads."""
        with replacing(path) as target:
            target.write_text(json.dumps(self.to_dict(), indent=2) + "\n", "utf-8")


@dataclass(frozen=True, kw_only=True)
class VariedSettings(Settings):
    """What training can be told whose pictures are shown differently each time."""

    augment: Literal["none", "light", "strong"] = option(
        "light", "How differently a picture is shown each time: cropped, mirrored, turned, in other light."
    )


def default_of(entry: Field[Any]) -> Any:
    """The value a setting has when none is given."""
    return None if entry.default is MISSING else entry.default


def _types(settings: type[Settings]) -> dict[str, Any]:
    return get_type_hints(settings)


def _table(path: Path) -> dict[str, Any]:
    try:
        table = parsed_json(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidInput(
            f"{quoted(str(path))} cannot be read as settings.", "Give the settings.json of a run."
        ) from error
    if not isinstance(table, dict):
        raise InvalidInput(f"{quoted(str(path))} has no settings.", "Give the settings.json of a run.")
    return table


def _like(kind: Any, value: Any) -> Any:
    """A whole number where a fraction is meant is one too; paths become text."""
    if isinstance(value, Path):
        return str(value)
    return float(value) if kind is float and type(value) is int else value


def _check(entry: Field[Any], value: Any, kind: Any) -> None:
    name = "--" + entry.name.replace("_", "-")
    if get_origin(kind) is Literal:
        if value not in get_args(kind):
            raise InvalidInput(f"{name} cannot be {value!r}.", f"Choose one of: {', '.join(get_args(kind))}.")
        return
    accepted = get_args(kind) if isinstance(kind, types.UnionType) else (kind,)
    if type(value) not in accepted:
        raise InvalidInput(f"{name} cannot be {value!r}.", f"Give a {_kind_words(kind)}.")
    if isinstance(value, int | float) and not isinstance(value, bool):
        least, most = entry.metadata.get("least"), entry.metadata.get("most")
        if (
            not math.isfinite(value)
            or (least is not None and value < least)
            or (most is not None and value > most)
        ):
            reach = f"at least {least:g}" + (f" and at most {most:g}" if most is not None else "")
            raise InvalidInput(f"{name} cannot be {value:g}.", f"Give a number of {reach}.")


def _kind_words(kind: Any) -> str:
    return {int: "whole number", float: "number", bool: "yes or no (true or false)"}.get(kind, "text")
