"""What was heard, as markup."""

from __future__ import annotations

import re

import numpy as np
import pytest

from imagecraft.tagging.base import Tags
from imagecraft.ui import heard_views

LABELS = ("Dog", "Bark", "Rain", "<i>Odd</i>")


def tags(scores: list[list[float]], hop: float = 0.5, width: float = 1.0) -> Tags:
    """What a tagger with a window of a second every half heard: a row a window, a column a label."""
    frames = tuple((hop * place, hop * place + width) for place in range(len(scores)))
    return Tags(frames, LABELS, np.array(scores, np.float32), frames[-1][1], "made up", 0.0)


QUIET = [0.0, 0.0, 0.9, 0.0]
BARKING = [0.9, 0.9, 0.9, 0.3]
HEARD = tags([QUIET, QUIET, BARKING, BARKING, QUIET, QUIET, QUIET, BARKING, QUIET])


def test_windows_lie_side_by_side_from_the_beginning_to_the_end() -> None:
    columns = heard_views.side_by_side(HEARD, ["Rain"])

    assert columns.edges[0] == 0
    assert columns.edges[-1] == HEARD.duration == 5.0
    assert (np.diff(columns.edges) > 0).all()
    assert columns.edges[1:-1] == pytest.approx([0.75 + 0.5 * place for place in range(8)])


def test_it_is_told_when_each_class_is_heard() -> None:
    assert heard_views.when(HEARD, "Rain") == "throughout"
    assert heard_views.when(HEARD, "Bark") == "1.2 to 2.2 s and 3.8 to 4.2 s"


def test_a_class_is_heard_only_where_no_kind_of_it_is() -> None:
    """ "Dog" says nothing that "Bark" does not."""
    dog, bark = (heard_views.side_by_side(HEARD, [label]).scores.max() for label in ("Dog", "Bark"))

    assert dog < 0.5 * bark


def test_long_sounds_keep_their_loudest_moments() -> None:
    many = [QUIET] * 1000
    many[777] = BARKING
    columns = heard_views.side_by_side(tags(many), ["Bark"])

    assert len(columns.scores) <= heard_views.MOST_COLUMNS
    assert columns.edges[-1] == tags(many).duration
    assert columns.scores.max() == pytest.approx(0.9)


def test_one_window_is_enough() -> None:
    short = tags([BARKING], width=0.2)

    assert heard_views.when(short, "Bark") == "throughout"
    assert "0.2 seconds" in heard_views.timeline(short, [0.5] * 160)


def test_the_map_says_in_words_what_it_shows() -> None:
    said = re.search(r'aria-label="([^"]*)"', heard_views.timeline(HEARD, [0.5] * 160))

    assert said
    assert "Bark: 1.2 to 2.2 s and 3.8 to 4.2 s" in said.group(1)
    assert "Rain: throughout" in said.group(1)


def test_labels_stay_text() -> None:
    everything = (
        heard_views.timeline(HEARD, [0.1] * 160)
        + heard_views.times(HEARD)
        + heard_views.classes(HEARD)
        + heard_views.sentences(["<script>", "<b>"])
    )

    assert "&lt;i&gt;Odd" in everything
    assert not re.search("<(i|b|script)>", everything)


def test_nothing_heard_is_said() -> None:
    silence = tags([[0.0] * 4] * 3)

    assert heard_views.timeline(silence, [0.0] * 160) == heard_views.times(silence) == ""
    assert "Nothing was recognised" in heard_views.classes(silence)
