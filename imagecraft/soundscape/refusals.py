"""What a prompt does not want to hear."""

from __future__ import annotations

from imagecraft.assets import vocabulary
from imagecraft.soundscape.reading import Mention, Reading, layers_of, sounds_of


def unwanted_sounds(reading: Reading) -> frozenset[str]:
    """The sounds that "no ...", "without ..." and "... does not" take away, with what belongs to them."""
    places = vocabulary("soundscapes")["places"]
    things = vocabulary("soundscape_words")["things"]
    unwanted: set[str] = set()
    for mention in reading.mentions:
        if not mention.denied:
            continue
        if mention.term.role == "thing":
            unwanted.update(sounds_of(mention.term.name))
            unwanted.update(things[mention.term.name].get("silences", ()))
        elif mention.term.role == "place":
            unwanted.update(spec["sound"] for spec in places[mention.term.name]["layers"])
    return frozenset(unwanted)


def taken_back(reading: Reading, wanted: Mention) -> frozenset[str]:
    """The sounds that are named and denied behind a mention: "a dog that never barks".

    A wider word ("children, but no people") does not take back what was named, nor does one with an adjective
    ("traffic, but no heavy traffic").
    """
    behind = reading.mentions[reading.mentions.index(wanted) + 1 :]
    return frozenset(
        layers_of(mention.term.name)[0]["sound"]
        for mention in behind
        if mention.denied
        and mention.term.role == "thing"
        and not mention.modifiers
        and len(layers_of(mention.term.name)) == 1
    )


def denied_names(reading: Reading) -> list[str]:
    """What is not wanted, in plain words, each once."""
    denied = [mention.term.name for mention in reading.mentions if mention.denied]
    return list(dict.fromkeys(name.replace("_", " ") for name in denied))
