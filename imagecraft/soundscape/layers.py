"""What a soundscape is made of: layers of sound, each with its place, and the plan that holds them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from difflib import get_close_matches
from typing import Any, Literal, cast

from imagecraft.assets import vocabulary
from imagecraft.errors import InvalidInput

Kind = Literal["bed", "event"]
Place = Literal["indoor", "outdoor"]

PLACES: tuple[Place, ...] = ("indoor", "outdoor")
MOST_LAYERS = 24
LONGEST_TEXT = 2_000  # characters of a prompt, a reason or a notice
LARGEST_JSON = 200_000  # characters
RANGES: Mapping[str, tuple[float, float]] = {
    "gain_db": (-60.0, 12.0),
    "pan": (-1.0, 1.0),
    "distance": (0.0, 1.0),
    "per_minute": (0.0, 240.0),
    "jitter": (0.0, 1.0),
    "intensity": (0.0, 1.0),
}


@dataclass(frozen=True)
class Layer:
    """One sound of a soundscape, and where it is.

    Attributes:
        sound: Its name in assets/sounds.toml.
        kind: "bed" goes on all the time, "event" comes and goes; as sounds.toml has it.
        gain_db: Level, relative to a foreground sound near by, -60 to 12 dB.
        pan: -1 at the left, 1 at the right.
        distance: 0 near, 1 far away.
        per_minute: How often an event comes, 0 to 240 times a minute; 0 for a bed.
        jitter: How irregularly it comes: 0 like a clock, 1 quite at random.
        intensity: How strong the sound itself is, 0 to 1 (.5 is normal): harder rain, a faster walk.
        why: What it rests on, in plain words ("dog, 87 % sure, at the left, near").
        on: Whether it is heard.

    Raises:
        InvalidInput: A value that is out of range, not a number, or a sound that is not known.
    """

    sound: str
    kind: Kind
    gain_db: float = 0.0
    pan: float = 0.0
    distance: float = 0.3
    per_minute: float = 0.0
    jitter: float = 0.5
    intensity: float = 0.5
    why: str = ""
    on: bool = True

    def __post_init__(self) -> None:
        kind = kind_of(self.sound)
        if self.kind != kind:
            raise InvalidInput(
                f"The sound {self.sound!r} is of the kind {kind!r}, not {_shown(self.kind)}.",
                f'Write "kind": "{kind}" or leave the kind out.',
            )
        for name, (lowest, highest) in RANGES.items():
            value = _number(getattr(self, name), f"{name} of the sound {self.sound!r}", lowest, highest)
            object.__setattr__(self, name, value)
        if self.kind == "bed" and self.per_minute:
            raise InvalidInput(
                f"The sound {self.sound!r} goes on all the time, so it has no per_minute.",
                'Write "per_minute": 0 or leave it out.',
            )
        _text(self.why, f"why of the sound {self.sound!r}")
        if not isinstance(self.on, bool):
            raise InvalidInput(
                f"'on' of the sound {self.sound!r} is {_shown(self.on)}.", "Use true or false."
            )

    def replaced(self, **changes: Any) -> Layer:
        """A copy with other values; checked like a new one."""
        _known(changes, {field.name for field in fields(self)}, "layer")
        return replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        """The layer as a JSON object, numbers rounded to what can be heard."""
        return {
            name: round(value, 3) if isinstance(value, float) else value
            for name, value in asdict(self).items()
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Layer:
        """A layer from its JSON object; only "sound" must be there, the rest is as is usual for it.

        Raises:
            InvalidInput: As for a new layer, and for names that no layer has.
        """
        if not isinstance(values, Mapping):
            raise InvalidInput(
                f"A layer is {_shown(values)}.", 'Write it like {"sound": "dog", "pan": -0.5}.'
            )
        _known(values, {field.name for field in fields(cls)}, "layer")
        if "sound" not in values:
            raise InvalidInput(
                "A layer has no sound.", "Add \"sound\" with a name that 'imagecraft sounds list' shows."
            )
        kind = kind_of(values["sound"])
        usual: dict[str, Any] = {"kind": kind, "per_minute": 6.0 if kind == "event" else 0.0}
        return cls(**(usual | dict(values)))


@dataclass(frozen=True)
class Plan:
    """What a soundscape will be: a few layers, the most important first.

    Attributes:
        layers: At most `MOST_LAYERS` of them.
        place: "indoor" or "outdoor": what the space around sounds like.
        prompt: The sentence it stands for, empty where there is none.
        notices: What the user should know ("Nothing in the picture makes a sound: ...").

    Raises:
        InvalidInput: Too many layers, or something that is no layer, place or text.
    """

    layers: tuple[Layer, ...]
    place: Place = "outdoor"
    prompt: str = ""
    notices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "layers", _tuple(self.layers, "layers"))
        object.__setattr__(self, "notices", _tuple(self.notices, "notices"))
        if not all(isinstance(layer, Layer) for layer in self.layers):
            raise InvalidInput("Something among the layers is no layer.", "Make each with Layer(...).")
        if len(self.layers) > MOST_LAYERS:
            raise InvalidInput(
                f"The plan has {len(self.layers)} layers.", f"At most {MOST_LAYERS} can be mixed."
            )
        if self.place not in PLACES:
            raise InvalidInput(f"The place is {_shown(self.place)}.", "Use 'indoor' or 'outdoor'.")
        _text(self.prompt, "prompt")
        for notice in self.notices:
            _text(notice, "notice")

    @property
    def heard(self) -> tuple[Layer, ...]:
        """The layers that are on."""
        return tuple(layer for layer in self.layers if layer.on)

    def replaced(self, **changes: Any) -> Plan:
        """A copy with other values; checked like a new one."""
        _known(changes, {field.name for field in fields(self)}, "plan")
        return replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        """The plan as a JSON object that a person can read and edit."""
        return {
            "place": self.place,
            "prompt": self.prompt,
            "layers": [layer.to_dict() for layer in self.layers],
            "notices": list(self.notices),
        }

    def to_json(self) -> str:
        """The plan as indented JSON text."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Plan:
        """A plan from its JSON object; only "layers" must be there.

        Raises:
            InvalidInput: What is wrong with it, and what would be right.
        """
        if not isinstance(values, Mapping):
            raise InvalidInput(
                f"The plan is {_shown(values)}.", 'Write it like {"layers": [{"sound": "sea_waves"}]}.'
            )
        _known(values, {field.name for field in fields(cls)}, "plan")
        if "layers" not in values:
            raise InvalidInput("The plan has no layers.", 'Add "layers": [{"sound": "sea_waves"}].')
        layers = _tuple(values["layers"], "layers")
        if len(layers) > MOST_LAYERS:
            raise InvalidInput(f"The plan has {len(layers)} layers.", f"At most {MOST_LAYERS} can be mixed.")
        return cls(**(dict(values) | {"layers": tuple(Layer.from_dict(layer) for layer in layers)}))

    @classmethod
    def from_json(cls, text: str) -> Plan:
        """A plan from JSON text.

        Raises:
            InvalidInput: Text that is no JSON, or no plan.
        """
        if len(text) > LARGEST_JSON:
            raise InvalidInput(
                f"The plan has {len(text):,} characters.", f"At most {LARGEST_JSON:,} are read."
            )
        try:
            values = json.loads(text)
        except json.JSONDecodeError as error:
            raise InvalidInput(
                f"The plan is not JSON: {error.msg} in line {error.lineno}.",
                "Save a plan from the app or with --plan and edit that.",
            ) from error
        except (ValueError, RecursionError) as error:  # numbers of 5,000 digits, a thousand brackets
            raise InvalidInput("The plan's JSON cannot be read.", "A plan is a list of layers.") from error
        return cls.from_dict(values)


def kind_of(sound: object) -> Kind:
    """Whether a sound is a "bed" or an "event".

    Raises:
        InvalidInput: A sound that is not in assets/sounds.toml, with the names that come nearest.
    """
    sounds = vocabulary("sounds")
    if not isinstance(sound, str) or sound not in sounds:
        near = get_close_matches(str(sound)[:50].lower().replace(" ", "_"), sounds, n=3, cutoff=0.5)
        hint = f"Did you mean {' or '.join(near)}? " if near else ""
        raise InvalidInput(
            f"There is no sound {_shown(sound)}.", f"{hint}'imagecraft sounds list' shows all {len(sounds)}."
        )
    return cast(Kind, sounds[sound]["kind"])


def _number(value: object, name: str, lowest: float, highest: float) -> float:
    wanted = f"Use a number from {lowest:g} to {highest:g}."
    try:
        if isinstance(value, bool | str) or value is None:
            raise TypeError
        number = float(cast(float, value))
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidInput(f"The {name} is {_shown(value)}, not a number.", wanted) from error
    if not math.isfinite(number) or not lowest <= number <= highest:
        raise InvalidInput(f"The {name} is {number:g}.", wanted)
    return number


def _text(value: object, name: str) -> None:
    if not isinstance(value, str):
        raise InvalidInput(f"The {name} is {_shown(value)}.", "Use text.")
    if len(value) > LONGEST_TEXT:
        raise InvalidInput(
            f"The {name} has {len(value):,} characters.", f"At most {LONGEST_TEXT:,} can be kept."
        )


def _tuple(values: object, name: str) -> tuple[Any, ...]:
    if isinstance(values, str | Mapping) or not isinstance(values, Iterable):
        raise InvalidInput(f"The plan's {name} are {_shown(values)}.", "Use a list.")
    return tuple(values)


def _known(values: Iterable[object], known: set[str], owner: str) -> None:
    for name in values:
        if name not in known:
            near = get_close_matches(str(name)[:50], known, n=1)
            hint = f"Did you mean {near[0]}? " if near else ""
            raise InvalidInput(
                f"A {owner} has no {_shown(name)}.", f"{hint}It may have {', '.join(sorted(known))}."
            )


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
