"""The detailed caption's further sentences: where things are, how large, in what colours and light."""

from __future__ import annotations

from imagecraft.captioning.account import Account, finer_name, kind_of
from imagecraft.captioning.appearance import colour_of, colours_words, is_grey, light, share_of
from imagecraft.captioning.phrasing import SURE_FROM, Clause
from imagecraft.captioning.weighing import Thing
from imagecraft.captioning.wording import group_of, takes_plural, with_article
from imagecraft.media.places import where
from imagecraft.runtime.vision import Box

MOST_PLACED = 4
UNRELIABLE_COLOURS = ("grey",)  # what is in the shade looks grey whatever its colour
COLOURED_KINDS = ("animal", "vehicle", "furniture", "food", "fixture")
SIZES = (
    (0.75, "nearly all"), (0.58, "about two thirds"), (0.42, "about half"), (0.29, "about a third"),
    (0.2, "about a quarter"),
)  # fmt: skip


def place_clauses(told: Account) -> list[Clause]:
    """One sentence: where each stated thing is, and how much of the picture the largest fills."""
    placed = [] if told.unsure else list(told.things[:MOST_PLACED])
    clauses = []
    for index, thing in enumerate(placed):
        subject, many = _subject(thing, told), takes_plural(thing.label, thing.count)
        if len(placed) == 1 and not told.name:
            subject, many = _taken_up(thing, subject, many)
        verb = " are" if many else " is"
        filled = "" if index else _filled(thing, told)
        if filled:
            filled = f" and {'fill' if many else 'fills'} {filled} of the picture"
        start = f", {subject}" if index else subject + verb
        clauses.append(Clause(f"{start} {where(_extent(thing))}{filled}", ((thing.label, subject),)))
    return clauses


def _taken_up(thing: Thing, subject: str, many: bool) -> tuple[str, bool]:
    """The only thing of the sentence before, by a pronoun where that is natural; and whether it is plural."""
    if subject != f"the {group_of(thing.label, thing.count)}":  # it says more than a pronoun would
        return subject, many
    if thing.count > 1:
        return "they", True
    return (subject, many) if thing.label == "person" else ("they" if many else "it", many)


def look_clauses(told: Account) -> list[Clause]:
    """One sentence: colours and light."""
    if is_grey(told.seen):
        words = "it is a black-and-white picture"
        return [Clause(words + (f", rather {light(told.seen)}" if light(told.seen) else ""))]
    clauses = [Clause(f"the picture is {colours_words(told.seen)}")]
    if light(told.seen):
        clauses.append(Clause(f" and rather {light(told.seen)}"))
    return clauses


def _extent(thing: Thing) -> Box:
    """The box around all of a thing's sightings."""
    boxes = [sighting.box for sighting in thing.sightings]
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )


def _subject(thing: Thing, told: Account) -> str:
    words = f"the {group_of(thing.label, thing.count)}"
    colour = colour_of(thing, told.seen) if thing.count == 1 and kind_of(thing) in COLOURED_KINDS else None
    if colour and colour not in UNRELIABLE_COLOURS and not is_grey(told.seen):
        words = f"the {colour} {group_of(thing.label, thing.count)}"
    finer = finer_name(thing, told.seen)
    if finer and finer[1] < SURE_FROM:
        words += f", probably {with_article(finer[0])},"
    return words


def _filled(thing: Thing, told: Account) -> str:
    share = share_of(thing, told.seen)
    if share is None:
        share = thing.area if thing.count == 1 else 0.0
    return next((words for least, words in SIZES if share >= least), "")
