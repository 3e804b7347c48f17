"""Draw the tables of docs/models.md from the catalogue: python docs/models_table.py"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "models.md"
BEGIN, END = "<!-- drawn by models_table.py -->", "<!-- end -->"

sys.path.insert(0, str(ROOT))
from imagecraft import catalog  # noqa: E402 - works in a checkout with nothing installed
from imagecraft.catalog import ModelCard  # noqa: E402
from imagecraft.runtime.downloads import size_words  # noqa: E402
from imagecraft.runtime.space import models as space_models  # noqa: E402
from imagecraft.ui.strings import TASKS  # noqa: E402


def tables() -> str:
    """A table for each task, in the order of the menus."""
    kept = {card.id for card in space_models()}
    sections = []
    for task in catalog.TASKS:
        rows = [_row(card, card.id in kept) for card in catalog.cards(task)]
        head = "| model | what it does | on disk | licence | default on | from |\n|---|---|---|---|---|---|"
        sections.append("\n".join([f"### {TASKS[task]}", "", head, *rows]))
    return "\n\n".join([*sections, _helpers()])


def _helpers() -> str:
    """What some of them are better with."""
    head = "| helper | what it does | on disk | licence | fetched with | from |\n|---|---|---|---|---|---|"
    rows = [
        f"| `{card.id}` | {card.summary} | {size_words(card.size_bytes)} | {card.license} "
        f"| {', '.join(f'`{one.id}`' for one in catalog.CARDS if card.id in one.helpers)} | {_source(card)} |"
        for card in catalog.HELPERS
    ]
    return "\n".join(["### What others are better with", "", head, *rows])


def _row(card: ModelCard, kept: bool) -> str:
    licence = [card.license]
    if not card.commercial_use:
        licence.append("not for commercial use")
    if card.gated:
        licence.append("to be accepted on the hub")
    default = ", ".join(card.default_for) or "-"
    size = size_words(card.size_bytes) if card.size_bytes else "-"
    name = f"`{card.id}`" + (" (kept on the Space)" if kept else "")
    return f"| {name} | {card.summary} | {size} | {', '.join(licence)} | {default} | {_source(card)} |"


def _source(card: ModelCard) -> str:
    if card.needs_training:
        return f"`{card.settings['training']}`"
    if not card.repo:
        return f"`{card.install}`" if card.install else "this package"
    short = card.revision if "/" in card.revision else card.revision[:7]
    pinned = f" at {short}" if card.revision else ""
    return f"hub: {card.repo}{pinned}"


def page(text: str) -> str:
    """The page with its tables drawn anew."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{tables()}\n\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")
