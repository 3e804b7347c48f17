"""docs/models.md, the README's head and the catalogue say the same."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from imagecraft import catalog
from imagecraft.runtime import space

ROOT = Path(__file__).resolve().parents[1]


def head() -> dict[str, list[str]]:
    """The lists in the README's front matter, by their names."""
    lists: dict[str, list[str]] = {}
    for line in (ROOT / "README.md").read_text("utf-8").split("---")[1].splitlines():
        if line.startswith("  - "):
            lists[next(reversed(lists))].append(line.removeprefix("  - "))
        elif line:
            lists[line.partition(":")[0]] = []
    return lists


def test_the_tables_are_those_of_the_cards(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    import models_table

    text = models_table.PAGE.read_text("utf-8")
    assert text == models_table.page(text), "run: python docs/models_table.py"
    assert all(f"`{card.id}`" in text for card in catalog.CARDS)
    sys.modules.pop("models_table")


def test_revisions_are_whole_commits_or_conversions_that_the_hub_offers():
    for card in (*catalog.CARDS, *catalog.HELPERS):
        assert re.fullmatch(r"([0-9a-f]{40}|refs/pr/\d+)?", card.revision), card.id
        assert not card.revision or card.repo, card.id


def test_the_space_names_the_models_it_keeps():
    kept = [card.repo for card in space.models()]
    assert [repo for repo in head()["models"] if "hibari" not in repo] == kept


def test_what_is_fetched_while_the_space_is_built_is_open_and_used_by_it():
    repos = {line.split()[0] for line in head()["preload_from_hub"]} - {"maureesewilliams/hibari"}
    assert repos
    assert repos <= {card.repo for card in space.models() if not card.gated}


def test_what_is_fetched_while_the_space_is_built_is_what_its_cards_pin():
    cards = {card.repo: card for card in space.models()}
    for line in head()["preload_from_hub"]:
        repo, *more = line.split()
        revision = more[1] if len(more) > 1 else ""
        assert revision == (cards[repo].revision if repo in cards else ""), "else it would be fetched twice"


def test_the_space_runs_on_the_python_and_sdk_that_zerogpu_takes():
    text = (ROOT / "README.md").read_text("utf-8")
    assert '\npython_version: "3.12"\n' in text
    assert "\nsdk: gradio\n" in text
    assert "sdk_version" not in text.split("---")[1]
