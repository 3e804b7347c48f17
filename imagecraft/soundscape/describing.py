"""A plan in words: what will be heard, and a sentence that asks for the same."""

from __future__ import annotations

from imagecraft.assets import vocabulary
from imagecraft.soundscape.arranging import is_wide, usual_layer
from imagecraft.soundscape.layers import Layer, Plan

SIDE_FROM, FAR_SIDE_FROM = 0.2, 0.55  # pan
NEAR_UNTIL, FAR_FROM = 0.15, 0.65  # distance
FAINT_UNTIL_DB = -20.0
RATES = (
    (1.5, "once in a while"),
    (5.0, "now and then"),
    (10.0, "every few seconds"),
)  # up to so many a minute
STEADILY = "again and again"

ASKED_FAINT_DB = -6.0  # below the usual level, for "faintly"
ASKED_RARE, ASKED_OFTEN = 0.6, 1.7  # times the usual rate
ASKED_GENTLE, ASKED_STRONG = 0.3, 0.75  # intensity
ASKED_AWAY = 0.2  # distance from the usual one


def describe(plan: Plan) -> tuple[str, ...]:
    """What will be heard and where, a sentence for each layer that is on.

    For example "Waves breaking on a shore, all around." or "A dog barking now and then at the left."
    """
    return tuple(_sentence(layer) for layer in plan.heard)


def propose_prompt(plan: Plan) -> str:
    """A sentence that asks for about the same sounds at about the same places; empty where nothing is on."""
    wanted = [_request(layer) for layer in plan.heard]
    return f"{plan.place.capitalize()}s: {', '.join(wanted)}" if wanted else ""


def _sentence(layer: Layer) -> str:
    says = vocabulary("sounds")[layer.sound]["says"]
    words = [says[0].upper() + says[1:]]
    if layer.kind == "event":
        words.append(next((rate for most, rate in RATES if layer.per_minute <= most), STEADILY))
    where = []
    if not is_wide(layer.sound) or abs(layer.pan) >= SIDE_FROM:
        where.append(side(layer.pan))
    elif layer.kind == "bed":
        where.append("all around")
    if near_or_far(layer.distance):
        where.append(near_or_far(layer.distance))
    if layer.gain_db <= FAINT_UNTIL_DB:
        where.append("very quiet")
    start = " ".join(words)
    return f"{start}{' ' if layer.kind == 'event' and where else ', ' if where else ''}{', '.join(where)}."


def side(pan: float) -> str:
    """Words for a direction, -1 (left) to 1 (right)."""
    if abs(pan) < SIDE_FROM:
        return "in the middle"
    half = "" if abs(pan) >= FAR_SIDE_FROM else "half "
    return f"{half or 'at the '}{'left' if pan < 0 else 'right'}"


def near_or_far(distance: float) -> str:
    """Words for a distance, 0 (near) to 1 (far); none for what is neither."""
    if distance <= NEAR_UNTIL:
        return "close by"
    return "far away" if distance >= FAR_FROM else ""


def _request(layer: Layer) -> str:
    """One sound with the adverbs that soundscape_words.toml knows, where it is not as usual."""
    usual = usual_layer({"sound": layer.sound}, "")
    words = [vocabulary("sounds")[layer.sound]["says"]]
    if layer.sound not in vocabulary("soundscapes")["variants"]:
        words += ["gently"] if layer.intensity <= ASKED_GENTLE else []
        words += ["loudly"] if layer.intensity >= ASKED_STRONG else []
    words += ["faintly"] if layer.gain_db <= usual.gain_db + ASKED_FAINT_DB else []
    if layer.kind == "event":
        words += ["now and then"] if layer.per_minute <= usual.per_minute * ASKED_RARE else []
        words += ["often"] if layer.per_minute >= usual.per_minute * ASKED_OFTEN else []
    if abs(layer.distance - usual.distance) >= ASKED_AWAY:
        words += {"close by": ["close by"], "far away": ["far away"]}.get(near_or_far(layer.distance), [])
    if abs(layer.pan) >= FAR_SIDE_FROM:
        words.append(f"on the {'left' if layer.pan < 0 else 'right'}")
    elif abs(layer.pan) >= SIDE_FROM:
        words.append(f"a little to the {'left' if layer.pan < 0 else 'right'}")
    return " ".join(words)
