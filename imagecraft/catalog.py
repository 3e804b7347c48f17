"""Every model the product can use, one frozen card each, read from assets/models/*.toml.

Menus, `imagecraft models`, the table in the docs and the download command are all drawn from here.

IMAGECRAFT_REVISIONS ("ID=REVISION", several with commas between) names other revisions of hub models than
the cards do.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from importlib.resources import files
from typing import Any, Literal, get_args

from imagecraft.errors import InvalidInput

Task = Literal["caption", "speech", "soundscape", "segment", "tag", "paint"]
Profile = Literal["cpu", "mps", "cuda", "zerogpu"]
TASKS: tuple[Task, ...] = get_args(Task)


@dataclass(frozen=True)
class ModelCard:
    """What a user and the runtime need to know of a model before it is loaded.

    Attributes:
        id: Short name that a user types.
        task: The job it does.
        summary: One line for menus and tables.
        license: SPDX identifier of the weights' licence.
        commercial_use: Whether that licence allows commercial use.
        size_bytes: Bytes on disk of all that is needed, beyond the Python packages.
        stored_dtype: torch's name of the number format of most of its files.
        assets: Names of verified files (see `imagecraft.runtime.weights`), for models outside the hub.
        repo: Hub repository, empty when there is none.
        revision: Pinned commit of `repo`, or the reference of a conversion that the hub's own bot offers;
            empty where none is known, which takes the newest.
        files: Patterns of the files of `repo` that are needed; empty for the usual ones.
        family: Class that runs it, "module:Class"; empty for models that have a module of their own.
        settings: What the family needs to know of this model (default steps and guidance, a prompt).
        package: Python packages that must be installed (import names, separated by spaces), empty for none
            beyond the core.
        install: Command that installs `package`.
        data_packages: Python packages (import names) that carry its weights.
        gated: Whether the hub asks for a licence click and a token.
        offline: Runs with no download but the verified assets.
        sends_data_out: Whether the user's text or picture leaves the machine.
        languages: BCP-47 tags it reads or writes; "*" for any.
        devices: Devices it runs on.
        default_for: Hardware profiles in which it is the task's default once its files are there.
        helpers: Ids of small models that it is better with (`helpers`), fetched together with it.
        in_menus: Whether the page's menus have it.
        folder: Folder of its weights, where the user named one as `ID@FOLDER`.
    """

    id: str
    task: Task
    summary: str
    license: str
    commercial_use: bool
    size_bytes: int = 0
    stored_dtype: str = "float32"
    assets: tuple[str, ...] = ()
    repo: str = ""
    revision: str = ""
    files: tuple[str, ...] = ()
    family: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict, hash=False)
    package: str = ""
    install: str = ""
    data_packages: tuple[str, ...] = ()
    gated: bool = False
    offline: bool = False
    sends_data_out: bool = False
    languages: tuple[str, ...] = ("en",)
    devices: tuple[str, ...] = ("cpu",)
    default_for: tuple[Profile, ...] = ()
    helpers: tuple[str, ...] = ()
    in_menus: bool = True
    folder: str = ""

    @property
    def name(self) -> str:
        """What results call it: the id, with the folder where one was named."""
        return f"{self.id}@{self.folder}" if self.folder else self.id

    @property
    def needs_training(self) -> bool:
        """Whether it has no published weights, so that it only runs as ID@FOLDER with a user's own."""
        return bool(self.family and not self.repo and not self.assets)

    def to_dict(self) -> dict[str, Any]:
        """The card as JSON-ready values."""
        return {name: value for name, value in asdict(self).items() if name != "folder"}


def _read() -> tuple[ModelCard, ...]:
    """The cards in the files' own order, which menus keep: what runs at once comes first."""
    return tuple(ModelCard(id=name, task=task, **values) for task in TASKS for name, values in _entries(task))


def _entries(name: str) -> list[tuple[str, dict[str, Any]]]:
    """The entries of one file by their ids, lists as tuples."""
    table = tomllib.loads((files("imagecraft.assets") / "models" / f"{name}.toml").read_text("utf-8"))
    return [
        (model, {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()})
        for model, entry in table.items()
    ]


CARDS: tuple[ModelCard, ...] = _read()
"""As the files have them; `cards` gives them with the revisions that the user names."""

HELPERS: tuple[ModelCard, ...] = tuple(ModelCard(id=name, **values) for name, values in _entries("helpers"))
"""Small models that others are better with, which no menu offers."""

_REVISION = re.compile(r"\w[\w-]*(\.[\w-]+)*(/\w[\w-]*(\.[\w-]+)*)*")


def cards(task: str | None = None) -> list[ModelCard]:
    """Cards of one task, or all of them, in the order menus show them.

    Raises:
        InvalidInput: if `task` is not a task; the error lists those there are. If IMAGECRAFT_REVISIONS names
            what is no model, or no revision.
    """
    return [_as_pinned(card) for card in _of(task)]


def _of(task: str | None) -> list[ModelCard]:
    """As `cards`, with the files' own revisions."""
    tasks = list(dict.fromkeys(card.task for card in CARDS))
    if task is not None and task not in tasks:
        raise InvalidInput(f"There is no task '{task}'.", f"Choose one of: {', '.join(tasks)}.")
    return [card for card in CARDS if task in (None, card.task)]


def helpers(of: ModelCard) -> list[ModelCard]:
    """The small models that a model is better with."""
    return [_as_pinned(card) for card in HELPERS if card.id in of.helpers]


def card(model: str, task: str | None = None) -> ModelCard:
    """The card with the id `model`, without a task a helper's too; an `ID@FOLDER` name gives the card of ID.

    Raises:
        InvalidInput: if no card (of `task`) has that id; the error lists those there are.
    """
    known = {entry.id: entry for entry in cards(task)}
    name = str(model).partition("@")[0]
    small = {entry.id: entry for entry in map(_as_pinned, HELPERS)} if task is None else {}
    if name not in known | small:
        other = next((entry for entry in CARDS if entry.id == name), None)
        if other is not None:
            raise InvalidInput(
                f"'{name}' is a model of the task {other.task}, not of {task}.",
                f"Choose one of: {', '.join(known)}.",
            )
        kind = f"{task} model" if task else "model"
        raise InvalidInput(f"There is no {kind} '{name}'.", f"Choose one of: {', '.join(known)}.")
    return (known | small)[name]


def _as_pinned(entry: ModelCard) -> ModelCard:
    """A card with the revision that the user names, where there is one."""
    revision = _revisions().get(entry.id)
    return replace(entry, revision=revision) if revision else entry


def _revisions() -> dict[str, str]:
    """Revisions by ids of models, as IMAGECRAFT_REVISIONS has them."""
    named = os.environ.get("IMAGECRAFT_REVISIONS", "").replace(",", " ").split()
    found = dict(pair.split("=", 1) for pair in named if "=" in pair)
    known = {entry.id for entry in (*CARDS, *HELPERS) if entry.repo}
    if (
        len(found) < len(named)
        or not set(found) <= known
        or not all(map(_REVISION.fullmatch, found.values()))
    ):
        raise InvalidInput(
            f"IMAGECRAFT_REVISIONS is '{' '.join(named)}', which names no revisions of models.",
            "Write ID=REVISION, for several models with commas between; the ID is of a model of the hub.",
        )
    return found


def default_card(task: str, profile: str = "cpu") -> ModelCard:
    """The model of a task that runs on any machine as it is.

    With a `profile` other than "cpu", or where the hub's models have been downloaded, a better one may be the
    default: see `imagecraft.runtime.selection`.
    """
    fitting = [entry for entry in _of(task) if profile in entry.default_for]
    return next((entry for entry in fitting if entry.offline), None) or fitting[0]


def chosen_card(model: str, task: str) -> ModelCard:
    """The card a user named for a task, with the folder of an `ID@FOLDER` name.

    Raises:
        InvalidInput: if there is no such model, or `ID@FOLDER` names one that no folder can hold.
    """
    found, folder = card(model, task), named_folder(model)
    if not folder:
        return found
    if found.repo or found.needs_training:
        return replace(found, folder=folder)
    if found.assets:
        raise InvalidInput(
            f"{found.id} is not one model that could be loaded from a folder.",
            "Set IMAGECRAFT_WEIGHTS to a folder with its files instead.",
        )
    raise InvalidInput(f"{found.id} has no weights that could be in a folder.", f"Say '{found.id}' alone.")


def named_folder(model: str) -> str:
    """The folder of an `ID@FOLDER` name; empty for an ID alone.

    Raises:
        InvalidInput: if nothing follows the @.
    """
    _, named, folder = model.partition("@")
    if named and not folder:
        raise InvalidInput(f"'{model}' names no folder after the @.", "Say ID@FOLDER, or the ID alone.")
    return folder
