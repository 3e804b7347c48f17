"""Repositories whose own branch holds pickles only: their conversion to safetensors by the hub's own bot.

References: the hub's Space safetensors/convert, whose bot opens a pull request with the converted weights.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from huggingface_hub import HfApi

BOT = "SFconvertbot"
OPEN = ("open", "draft")


def offered(api: HfApi, repo: str) -> str:
    """The reference of the newest conversion that waits in a repository; empty if there is none."""
    requests = api.get_repo_discussions(repo, author=BOT, discussion_type="pull_request")
    numbers = [one.num for one in requests if one.author == BOT and one.status in OPEN]
    return f"refs/pr/{max(numbers)}" if numbers else ""
