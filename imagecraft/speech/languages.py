"""Languages by their BCP-47 tags: which are the same, and what menus call them."""

from __future__ import annotations

from imagecraft.assets import vocabulary

ENGLISH = "en"


def primary(tag: str) -> str:
    """The language of a tag without script and country: "pt" of "pt-BR", "he" of the older "iw"."""
    language = tag.replace("_", "-").partition("-")[0].lower()
    return str(vocabulary("languages")["same"].get(language, language))


def is_kind_of(tag: str, wanted: str) -> bool:
    """Whether `tag` is what was asked for, down to the country where one was named."""
    parts, asked = tag.lower().split("-"), wanted.replace("_", "-").lower().split("-")
    return primary(tag) == primary(wanted) and set(asked[1:]) <= set(parts[1:])


def language_name(tag: str) -> str:
    """The English name of a tag's language, with the country where it names one; the tag if it is unknown."""
    names = vocabulary("languages")
    _, *rest = tag.split("-")
    language = names["languages"].get(primary(tag)) or _of_three_letters(tag) or tag
    countries = [names["countries"][part] for part in rest if part in names["countries"]]
    return ", ".join([language, *countries])


def _of_three_letters(tag: str) -> str | None:
    known = vocabulary("mms")["languages"]
    code = tag.partition("-")[0]
    return known[code][1] if code in known else None
