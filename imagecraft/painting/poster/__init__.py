"""The painter `poster`: an illustration composed of the sound itself and drawings of what was heard in it."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence

from imagecraft.assets import vocabulary
from imagecraft.catalog import ModelCard
from imagecraft.painting.base import Painting, Sketch, Subject, Wishes
from imagecraft.painting.poster import land, rooms, stage, street, water
from imagecraft.painting.poster.cutouts import draw
from imagecraft.painting.poster.figures import INDOORS, Figure, figures, standing_about
from imagecraft.painting.poster.finish import frame, printed, rendered
from imagecraft.painting.poster.sky import weather_before, weather_behind
from imagecraft.painting.poster.svg import Sheet
from imagecraft.painting.poster.view import WIDTH, View, view_of
from imagecraft.painting.prompts import seen

CREDIT = "Drawings: Noto Emoji by Google, Apache-2.0"
NOT_USED = ("The poster painter works without steps and guidance; they were not used.",)
SCENES: dict[str, Callable[[Sheet, View], None]] = {
    "sea": water.sea,
    "stream": water.stream,
    "meadow": land.meadow,
    "forest": land.forest,
    "rail": land.rail,
    "sky": land.open_sky,
    "waves": land.waves,
    "city": street.city,
    "room": rooms.room,
    "kitchen": rooms.kitchen,
    "stage": stage.stage,
}


class Poster:
    """The painter `poster`.

    Args:
        card: Its card in the catalogue.
    """

    def __init__(self, card: ModelCard) -> None:
        self.card = card

    def painting(self, subject: Subject, wishes: Wishes) -> Generator[Sketch, None, Painting]:
        """Compose and draw a poster in one go. The same subject and seed give the same picture.

        Raises:
            ModelUnavailable: if the library that draws is not installed.
        """
        started = time.perf_counter()
        yield Sketch(0.0)
        width, height = wishes.size
        view = view_of(subject, wishes.seed, height / width)
        drawn = figures(subject.things, view)
        sheet = Sheet(WIDTH, view.height)
        SCENES[view.scene](sheet, view)
        if view.scene not in INDOORS:
            weather_behind(sheet, view)
        about = standing_about(view, drawn)
        draw(sheet, view, about)
        draw(sheet, view, drawn)
        if view.scene not in INDOORS:
            weather_before(sheet, view)
        frame(sheet, view, subject.things)
        image = printed(rendered(sheet, wishes.size), wishes.seed)
        return Painting(
            image=image,
            prompt=subject.prompt,
            seed=wishes.seed,
            model=self.card.id,
            alt=_alt(subject, view, drawn, about),
            seconds=time.perf_counter() - started,
            notices=NOT_USED if wishes.steps is not None or wishes.guidance is not None else (),
            credit=CREDIT,
        )


def _alt(subject: Subject, view: View, drawn: Sequence[Figure], about: Sequence[Figure]) -> str:
    looks = vocabulary("pictures")
    largest_first = sorted(drawn, key=lambda figure: -figure.tall)
    named = [figure.drawing.removeprefix("vertical-").replace("-", " ") for figure in about]
    articles = [f"{'an' if name[0] in 'aeiou' else 'a'} {name}" for name in named]
    return seen(subject.things, view.setting, [looks[figure.look] for figure in largest_first], articles)
