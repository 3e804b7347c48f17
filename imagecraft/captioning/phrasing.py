"""The short caption: one sentence, as clauses of which the last may be left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from imagecraft.assets import vocabulary
from imagecraft.captioning.account import Account, Name, finer_name, kind_of
from imagecraft.captioning.appearance import colours_words, is_grey, share_of
from imagecraft.captioning.base import Word
from imagecraft.captioning.relations import Relation, relation
from imagecraft.captioning.scenes import Scene
from imagecraft.captioning.weighing import Thing
from imagecraft.captioning.wording import counted, listed, plural, with_article, without_article

MOST_THINGS = 4
MOST_COMPANIONS = 2
ANIMATE = ("person", "animal")
CLOSE_UP_KINDS = ("animal", "food")
CLOSE_UP_BOX = 0.7  # share of the picture that the box covers
CLOSE_UP_SHARE = 0.4  # and that the outline does
PROBABLY = "probably"
HEDGED_BELOW = 0.7  # probability below which a hedged sentence says so
SURE_FROM = 0.8  # classifier's probability from which a name needs no "probably"


@dataclass(frozen=True)
class Clause:
    """A piece of a sentence.

    Attributes:
        words: Its words, with the space or comma that joins them to what stands before.
        named: Labels of the evidence that it states, each with the words that do, in their order.
    """

    words: str
    named: tuple[tuple[str, str], ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(label for label, _ in self.named)


def words_of(text: str, start: int, clauses: Sequence[Clause]) -> list[Word]:
    """The words of a text that state something, of the clauses that stand in it from `start`."""
    found = []
    for clause in clauses:
        after = 0
        for label, said in clause.named:
            after = clause.words.index(said, after) + len(said)
            end = start + after
            first = end - len(without_article(said))
            found.append(Word(text[first:end], first, end, (label,)))
        start += len(clause.words)
    return found


def short_clauses(told: Account, *, with_look: bool = True) -> list[Clause]:
    """The sentence's clauses, most important first, to be joined as they stand.

    Args:
        with_look: Say so where the picture has no colours.
    """
    clauses = _subject(told, with_look)
    if with_look and is_grey(told.seen) and not _is_blank(told):
        clauses.append(Clause(", in black and white"))
    return clauses


def hedged(clauses: list[Clause], told: Account) -> list[Clause]:
    """The same with "probably" in front, where any of it is not very sure."""
    sureness = {thing.label: thing.probability for thing in told.things}
    stated = [sureness[label] for clause in clauses for label in clause.labels if label in sureness]
    if min(stated, default=1.0) >= HEDGED_BELOW or clauses[0].words.startswith(PROBABLY):
        return clauses
    return [replace(clauses[0], words=f"{PROBABLY} {clauses[0].words}"), *clauses[1:]]


def _subject(told: Account, with_look: bool) -> list[Clause]:
    things = list(told.things[:MOST_THINGS])
    if told.name is not None:
        return _named(told.name, things, told)
    if _is_blank(told):
        look = [Clause(f"; the picture is {colours_words(told.seen)}")] if with_look else []
        return [Clause("nothing recognised"), *look]
    if not things and told.scene is not None:
        room = told.scene.room
        said = with_article(room) if room else f"a view {told.scene.place}"
        return [Clause(f"{PROBABLY} {said}", ((told.scene.label, said),))]
    if told.unsure:
        said = counted(things[0].label, things[0].count)
        return [Clause(f"{PROBABLY} {said}", ((things[0].label, said),))]
    if told.scene and told.scene.room and not any(kind_of(thing) in ANIMATE for thing in things):
        said = with_article(told.scene.room)
        return [Clause(said, ((told.scene.label, said),)), *_with(things, told)]
    return _scenery(told, things)


def _named(name: Name, things: list[Thing], told: Account) -> list[Clause]:
    sure = "" if name.probability >= SURE_FROM else f"{PROBABLY} "
    clause = Clause(sure + name.words, ((without_article(name.words), name.words),))
    return [clause, *_with(things[:MOST_COMPANIONS], told)]


def _is_blank(told: Account) -> bool:
    """Whether nothing at all was recognised."""
    return not told.things and told.name is None and told.scene is None


def _scenery(told: Account, things: list[Thing]) -> list[Clause]:
    head, others = things[0], things[1:]
    if told.scene and told.scene.label == "office":
        others = [thing for thing in others if thing.label != "dining table"]
    view = "a close-up of " if not others and _fills_the_view(head, told) else ""
    said = _said(head, told)
    clauses = [Clause(view + said, ((head.label, said),))]
    found = relation(head, others)
    if found is not None:
        clauses.append(_related(head, found, told))
        others = [thing for thing in others if thing is not found.other]
    listed_with_head = found is None or (found.loose and kind_of(head) not in ANIMATE)
    alike = [thing for thing in others if listed_with_head and _same_sort(head, thing)]
    clauses += _listed_too(alike, told)
    if told.scene is not None and (place := _place(told.scene, head)):
        aside = clauses[-1].words.startswith(", one")
        clauses.append(Clause(f"{',' if aside else ''} {place}", ((told.scene.label, place),)))
    return clauses + _with([thing for thing in others if thing not in alike], told)


def _fills_the_view(thing: Thing, told: Account) -> bool:
    share = share_of(thing, told.seen)
    return (
        kind_of(thing) in CLOSE_UP_KINDS
        and thing.count == 1
        and thing.area >= CLOSE_UP_BOX
        and (share is None or share >= CLOSE_UP_SHARE)
    )


def _place(scene: Scene, head: Thing) -> str:
    words = vocabulary("scenes")[scene.label]
    if head.label not in words.get("place_only_of", (head.label,)):
        return ""
    if kind_of(head) in ANIMATE:
        return scene.place
    return str(words.get("place_of_things", scene.place))


def _said(thing: Thing, told: Account, count: int | None = None) -> str:
    """So many of a thing, by its finer name where the classifier is sure of one."""
    count = thing.count if count is None else count
    finer = finer_name(thing, told.seen) if count == 1 else None
    if finer and finer[1] >= SURE_FROM:
        return with_article(finer[0])
    return counted(thing.label, count)


def _related(head: Thing, found: Relation, told: Account) -> Clause:
    other = found.other
    if head.count > 1 and other.count > 1:
        said = _said(other, told) if found.loose else plural(other.label)
    else:
        said = _said(other, told, other.count if found.loose else 1)
    words = found.template.format(said)
    said = said if "{}" in found.template else words
    alone = head.count > 1 and other.count == 1 and not found.loose
    return Clause(f", one {words}" if alone else f" {words}", ((other.label, said),))


def _listed_too(things: list[Thing], told: Account) -> list[Clause]:
    """Things of the first one's sort, listed with it."""
    named = tuple((thing.label, _said(thing, told)) for thing in things)
    joint = " and " if len(named) == 1 else ", "
    return [Clause(joint + listed([said for _, said in named]), named)] if named else []


def _with(things: list[Thing], told: Account) -> list[Clause]:
    """Things that only share the picture with what was named before."""
    named = tuple((thing.label, _said(thing, told)) for thing in things)
    return [Clause(f" with {listed([said for _, said in named])}", named)] if named else []


def _same_sort(head: Thing, other: Thing) -> bool:
    kinds = kind_of(head), kind_of(other)
    return (
        kinds[0] == kinds[1]
        or (kinds[0] in ANIMATE and kinds[1] in ANIMATE)
        or kinds == ("vehicle", "person")
    )
