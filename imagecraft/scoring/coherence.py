"""How well a sound and a picture fit: what a listener hears against what such a picture should sound like.

By classes, it needs no large model: the picture's objects and place become sounds that are expected (the
plan of its soundscape), a tagger names what is heard, and the two lists are compared. It says whether the
kinds of sound agree; nothing of how good, how natural or how well timed they are, and it is as deaf as its
listener and as blind as what looked at the picture. CLAP and CLIP, where their files are, compare the whole
sound with a sentence about the picture, and the picture with the names of what is heard.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from imagecraft.assets import vocabulary
from imagecraft.errors import InvalidInput
from imagecraft.media.audio import Audio
from imagecraft.scoring import clap, clip
from imagecraft.scoring.base import Score
from imagecraft.scoring.report import Item, ScoreReport, versions

__all__ = ["METRICS", "Compared", "Expected", "Fit", "Heard", "compared", "meanings", "report"]

CLASSES, FAMILY = "coherence", "coherence_family"
RELATED = 0.5
"""What a class counts of which only a parent or a child is on the other side."""
METRICS = (CLASSES, clap.NAME, clip.NAME)
TOP = 10
"""How many of the classes that are heard count: more are mere guesses of the listener."""
UNCOUNTED = frozenset(
    (
        *("Silence", "Sound effect", "Field recording", "Environmental noise", "Noise"),
        *("Inside, small room", "Inside, large room or hall", "Inside, public space"),
        *("Outside, urban or manmade", "Outside, rural or natural"),
    )
)
"""What says where a recording was made and not what is in it: unexpected, it is no fault."""


@dataclass(frozen=True)
class Expected:
    """A sound that belongs to the picture.

    Attributes:
        sound: Its name.
        says: How a list names it.
        why: What in the picture asks for it.
        classes: Any of these, heard, means that it is heard.
        weight: How much it matters, above 0: louder sounds matter more.
    """

    sound: str
    says: str
    why: str
    classes: tuple[str, ...]
    weight: float


@dataclass(frozen=True)
class Heard:
    """A class that is heard in the sound, and its score from 0 to 1."""

    label: str
    score: float


@dataclass(frozen=True)
class Fit:
    """Whether an expected sound is heard.

    Attributes:
        expected: The sound.
        heard: The best class it is heard as; None if it is not.
        rank: The place of that class among all that are heard, from 1.
    """

    expected: Expected
    heard: Heard | None
    rank: int | None


@dataclass(frozen=True)
class Compared:
    """A picture and a sound, class by class.

    Attributes:
        seen_heard: Share of what is expected that is heard, louder sounds counting more.
        heard_expected: Share of what is heard that is expected, surer classes counting more.
        value: The harmonic mean of the two, 0 to 1; 0 if no class is both heard and expected.
        family: The same where a class whose parent or child (in the AudioSet ontology) is on the other side
            counts half: "Water" where "Stream" is expected. It tells near misses from strangers.
        fits: Every expected sound, the loudest first.
        unexpected: What is heard and not expected, the surest first.
    """

    seen_heard: float
    heard_expected: float
    value: float
    family: float
    fits: tuple[Fit, ...]
    unexpected: tuple[Heard, ...]


def compared(expected: Sequence[Expected], heard: Sequence[Heard]) -> Compared:
    """Compare what is expected with the first `TOP` classes of what is heard.

    Args:
        expected: At least one sound.
        heard: Classes, the most telling first.

    Raises:
        InvalidInput: if nothing is expected.
    """
    if not expected:
        raise InvalidInput(
            "Nothing is expected to be heard.", "Give a picture of things that make a sound, or a prompt."
        )
    first = list(heard[:TOP])
    ranks = {one.label: place for place, one in enumerate(first, start=1)}
    fits = []
    for one in sorted(expected, key=lambda one: -one.weight):
        place = min((ranks[name] for name in one.classes if name in ranks), default=None)
        fits.append(Fit(one, first[place - 1] if place else None, place))
    asked = {name for one in expected for name in one.classes}
    counted = [one for one in first if one.label in asked or one.label not in UNCOUNTED]
    seen_heard = _share([(fit.expected.weight, float(fit.heard is not None)) for fit in fits])
    heard_expected = _share([(one.score, float(one.label in asked)) for one in counted])
    related_seen = _share([(fit.expected.weight, _nearness(fit.expected.classes, ranks)) for fit in fits])
    related_heard = _share([(one.score, _nearness([one.label], asked)) for one in counted])
    return Compared(
        seen_heard,
        heard_expected,
        _harmonic(seen_heard, heard_expected),
        _harmonic(related_seen, related_heard),
        tuple(fits),
        tuple(one for one in counted if one.label not in asked),
    )


def report(
    names: tuple[str, str],
    *,
    classes: Compared | None,
    listener: str = "",
    reason: str = "",
    picture: Any,
    caption: str,
    audio: Audio,
    heard: Sequence[Heard],
    metrics: Sequence[str] = METRICS,
    progress: Callable[[str], None],
) -> ScoreReport:
    """The scores of one picture and one sound.

    Args:
        names: Of the picture and the sound, for the report.
        classes: What `compared` gave; None where nobody could listen.
        listener: Id of the tagger.
        reason: Why `classes` is None.
        picture: For CLIP; as `imagecraft.media.images.open_image` takes it.
        caption: A sentence about the picture, for CLAP.
        audio: The sound, for CLAP.
        heard: What is heard, for CLIP.
        metrics: Names out of `METRICS`.
        progress: Told the name of each score before it is computed.
    """
    scores: list[Score] = []
    nothing: dict[str, str] = {}
    if CLASSES in metrics and classes is None:
        nothing[CLASSES] = reason
    elif CLASSES in metrics and classes is not None:
        scores += _class_scores(classes, listener)

    def near(name: str, unfit: str | None, settings: Mapping[str, Any], compute: Callable[[], float]) -> None:
        if name in metrics and unfit:
            nothing[name] = unfit
        elif name in metrics:
            progress(name)
            scores.append(Score(name, compute(), (), settings, {}, "higher", (-1.0, 1.0)))

    near(clap.NAME, clap.MODEL.unavailable(), clap.settings(), lambda: clap.similarity(audio, caption))
    names_heard = clip.words_for(heard)
    unfit = clip.MODEL.unavailable() or (None if names_heard else reason)
    near(clip.NAME, unfit, clip.settings(), lambda: clip.similarity(picture, names_heard))
    notices = [_words(fit) for fit in classes.fits] if classes else []
    if classes and classes.unexpected:
        notices.append(f"Heard, and not expected: {', '.join(one.label for one in classes.unexpected)}.")
    item = Item(names[1], names[1], (names[0],))
    settings = {"caption": caption, "versions": versions()}
    return ScoreReport(tuple(scores), (item,), tuple(notices), {}, nothing, settings)


def meanings() -> dict[str, str]:
    """What each score says, in plain words."""
    return {
        CLASSES: "Whether the kinds of sound fit the picture; nothing of how good they are. "
        "0 means no class in common.",
        FAMILY: "The same, where a class that is only related to an expected one counts half.",
        "seen_heard": "How much of what the picture should sound like is heard.",
        "heard_expected": "How much of what is heard belongs to the picture.",
        clap.NAME: "How near the sound is to a sentence about the picture, as CLAP hears it.",
        clip.NAME: "How near the picture is to the names of what is heard, as CLIP sees it.",
    }


def _class_scores(found: Compared, listener: str) -> list[Score]:
    settings = {"implementation": "imagecraft", "listener": listener, "classes": TOP}
    parts = {"seen_heard": found.seen_heard, "heard_expected": found.heard_expected}
    scores = {CLASSES: found.value, FAMILY: found.family, **parts}
    return [
        Score(name, value, (value,), settings, parts if name == CLASSES else {})
        for name, value in scores.items()
    ]


def _words(fit: Fit) -> str:
    name = fit.expected.says[:1].upper() + fit.expected.says[1:]
    said = f"heard as “{fit.heard.label}”" if fit.heard else "not heard"
    return f"{name} ({fit.expected.why}): {said}."


def _nearness(names: Sequence[str], others: Container[str]) -> float:
    """1 if one of the classes is among the others, `RELATED` if a parent or child of one is, else 0."""
    if any(name in others for name in names):
        return 1.0
    return RELATED if any(near in others for name in names for near in _relatives().get(name, ())) else 0.0


@cache
def _relatives() -> Mapping[str, set[str]]:
    """Parents and children of each class."""
    found: dict[str, set[str]] = defaultdict(set)
    for parent, children in vocabulary("audioset")["children"].items():
        for child in children:
            found[parent].add(child)
            found[child].add(parent)
    return found


def _harmonic(left: float, right: float) -> float:
    return 2 * left * right / (left + right) if left + right else 0.0


def _share(weighted: Sequence[tuple[float, float]]) -> float:
    """The part of the weights that counts; each counts from 0 to 1."""
    total = sum(weight for weight, _ in weighted)
    return sum(weight * part for weight, part in weighted) / total if total else 0.0
