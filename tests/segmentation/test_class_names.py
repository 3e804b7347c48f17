"""What models call their classes, and what that becomes: words, sounds, colours."""

from __future__ import annotations

import pytest

from imagecraft.assets import vocabulary
from imagecraft.pipelines.region_words import several
from imagecraft.segmentation.classes import kinds, surfaces
from imagecraft.segmentation.naming import known_kind, named_kinds
from imagecraft.segmentation.patterns import PATTERNS

# As the configurations of published checkpoints have them, where that is not our name.
ADE20K = {
    0: "wall", 7: "bed ", 8: "windowpane", 13: "earth", 23: "sofa", 35: "wardrobe", 37: "bathtub",
    43: "signboard", 89: "television receiver", 90: "airplane", 92: "apparel", 108: "plaything",
    116: "minibike", 138: "ashcan", 141: "crt screen", 149: "flag",
}  # fmt: skip
ONEFORMER = {
    0: "wall", 6: "road, route", 8: "window ", 13: "earth, ground", 37: "tub", 38: "rail",
    43: "signboard, sign", 87: "street lamp", 89: "tv", 90: "plane", 92: "clothes", 109: "pool",
    113: "falls", 138: "trash can",
    65: "toilet, can, commode, crapper, pot, potty, stool, throne", 149: "flag",
}  # fmt: skip
COCO_PANOPTIC = {
    0: "person", 62: "tv", 79: "toothbrush", 80: "banner", 86: "door-stuff", 87: "floor-wood",
    109: "wall-brick", 113: "water-other", 119: "sky-other-merged", 127: "paper-merged", 132: "rug-merged",
}  # fmt: skip
VOC = [
    "background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow",
    "diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train",
    "tvmonitor",
]  # fmt: skip


@pytest.mark.parametrize(
    ("data_set", "count", "names"),
    [
        ("ade20k", 150, ADE20K),
        ("ade20k", 150, ONEFORMER),
        ("coco_panoptic", 133, COCO_PANOPTIC),
        ("voc", 20, dict(enumerate(VOC[1:]))),
    ],
)
def test_every_class_of_a_data_set_has_words_a_style_and_a_number(
    data_set: str, count: int, names: dict[int, str]
) -> None:
    classes = vocabulary("data_sets")[data_set]["classes"]
    assert len(classes) == count
    found = named_kinds(classes)
    assert [kind.index for kind in found if kind] == list(range(1, count + 1))
    assert [kind.label for kind in found if kind] == classes
    assert len({(kind.colour, kind.pattern) for kind in found if kind}) == count
    for number, name in names.items():
        known = known_kind(name)
        assert known is not None, name
        assert known.label == classes[number]


def test_every_class_has_plain_words_and_a_sound_that_there_is() -> None:
    names = [kind.label for kind in (*kinds(), *surfaces())]
    assert len(names) == len(set(names)) == 225
    for kind in (*kinds(), *surfaces()):
        assert kind.one
        assert kind.sound == "" or kind.sound in vocabulary("sounds")
        assert kind.pattern in PATTERNS
        assert kind.colour in {one.colour for one in kinds()}
    assert several(known("sidewalk"), 1) == "a sidewalk"
    assert several(known("shelf"), 2) == "two shelves"
    assert several(known("grass"), 1) == "grass"
    assert several(known("tree"), 1) == "trees"


def known(name: str):  # type: ignore[no-untyped-def]
    found = known_kind(name)
    assert found is not None
    return found


def test_the_words_we_list_for_models_lead_somewhere() -> None:
    for label, entry in vocabulary("surfaces")["kinds"].items():
        for name in entry.get("names", ()):
            assert known(name).label == label
    for name, label in vocabulary("surfaces")["coco_names"].items():
        assert known(name).label == label
    for data_set in ("ade20k", "coco_panoptic", "voc"):
        assert all(map(known_kind, vocabulary("data_sets")[data_set]["classes"]))


def test_a_class_looks_and_sounds_the_same_whichever_model_saw_it() -> None:
    ade = {kind.label: kind for kind in named_kinds(vocabulary("data_sets")["ade20k"]["classes"]) if kind}
    coco = {
        kind.label: kind for kind in named_kinds(vocabulary("data_sets")["coco_panoptic"]["classes"]) if kind
    }
    for label in ade.keys() & coco.keys():
        one, other = ade[label], coco[label]
        assert (one.colour, one.pattern, one.sound) == (other.colour, other.pattern, other.sound)
    assert {"sky", "wall", "person", "car"} <= ade.keys() & coco.keys()
    for kind in kinds():
        assert coco[kind.label].colour == kind.colour
        assert coco[kind.label].coco_id == kind.coco_id
    assert coco["rug"].coco_id == 200


def test_background_has_no_number() -> None:
    found = named_kinds(VOC)
    assert found[0] is None
    assert [kind.index for kind in found if kind] == list(range(1, 21))
    numbered = named_kinds([f"LABEL_{number}" for number in range(21)], "voc")
    assert [kind.label if kind else "" for kind in numbered][:2] == ["", "airplane"]
    assert [kind.label for kind in named_kinds(["LABEL_0"] * 150, "ade20k") if kind][149:] == ["flag"]


def test_classes_of_strangers_keep_their_names_and_get_a_colour() -> None:
    names = ["crack", "rust", "cat", "<b>x</b>\n\0", "", "a" * 500, 7]
    found = named_kinds(names)  # type: ignore[arg-type]
    labels = [kind.label for kind in found if kind]
    assert labels[:4] == ["crack", "rust", "cat", "<b>x</b>"]
    assert labels[4] == "class 4"
    assert len(labels[5]) == 60
    assert labels[6] == "7"
    styles = [(kind.colour, kind.pattern) for kind in found if kind]
    assert len(set(styles)) == len(styles)
    assert found[0] is not None
    assert found[0].sound == ""
    assert found == named_kinds(names)  # type: ignore[arg-type]


def test_two_names_of_one_kind_are_one_class() -> None:
    couch, cat, sofa = named_kinds(["couch", "cat", "sofa"])
    assert couch == sofa
    assert couch != cat


def test_hundreds_of_strangers_all_get_a_colour() -> None:
    found = [kind for kind in named_kinds([f"kind {number}" for number in range(900)]) if kind]
    assert len(found) == 900
    assert all(kind.colour for kind in found)
