"""Every word of the tab "Segmentation"."""

from __future__ import annotations

TAB = "Segmentation"
PHOTO_HEADING = "Photo to segment"
RESULT_HEADING = "Regions"

MODE = "What to find"
MODES = (("Regions", "regions"), ("Whole picture", "whole"))
MODEL = "Model"
MODELS_ABOUT = "More kinds of things, and sky, road and walls too, with models from the hub."
VOICE = "Voice"
SPEED = "Speed"

SEGMENT = "Segment"
LOOKING = "Looking…"
SPEAKING = "Giving each region its words and sound… {made} of {total}"
SAVING = "Making the files…"
READY = "Ready."
FILES_READY = "The files are ready to download."
SAID = "{summary} {regions}"
REGIONS_TO_EXPLORE = "{count} regions to explore."
ONE_REGION_TO_EXPLORE = "1 region to explore."
LIKELIEST_SAID = "The picture probably shows: {label}, {percent} sure."

PLAY = "Play all: the summary, then the sounds"
PLAYING = "Playing all."

SUBJECT = {
    "chosen": "Result of {name}",
    "other": "Result of {name}, not of the photo chosen now",
    "gone": "Result of {name}, which is no longer chosen",
}

EXPLORE = {
    "name": "Regions of the picture",
    "hint": "Touch or click a thing, or slide sideways over several, to hear what and where it is. "
    "With the keyboard: Tab to the picture, then the arrow keys; Enter says it again.",
    "empty": "The picture appears here, to be explored by touch, mouse or keyboard.",
    "aloud": "Say the words",
    "sounds": "Play the sounds",
    "names": "Names on the picture",
    "listening": "What to hear and see",
}
OPACITY = "Opacity"
VARIANT = "Drawn with"
VARIANTS = (("Colours", "colours"), ("High contrast", "contrast"), ("Patterns", "patterns"))

LIKELIEST = "The picture as a whole"
LIKELIEST_ABOUT = "EfficientNet-Lite0's five likeliest of ImageNet's 1,000 classes"
DETECTED = "What the detector sees"
DETECTED_ABOUT = "EfficientDet-Lite0's surest of COCO's 80 classes"
NOT_JUDGED = "What the picture as a whole shows appears here."
HARDLY = "under 1 %"
NOTHING_DETECTED = "Nothing it is sure of."
TIMES = "{label}, {count} of them"

LEGEND = "Legend"

STATISTICS = "Statistics"
STATISTICS_CAPTION = "How much of the picture each class takes"
COLUMNS = ("Class", "Regions", "Share", "Largest", "Mean score")
BACKGROUND = "background"
CHART = "Share of the picture, by class"
LARGEST = "{share}, {place}"
BOXED = "* Outlined by its box and colours, so rougher."

FILES = "Files to save"
PREPARE = "Make the files"
PREPARE_ABOUT = (
    "The picture as it is drawn now, its legend, the label map, each region cut out, COCO data and tables."
)
FILE_LABELS = {
    "overlay": "Picture with regions (PNG)",
    "labels": "Label map (PNG)",
    "legend": "Legend (PNG)",
    "cut_outs": "Cut-outs (ZIP)",
    "coco": "COCO data (JSON)",
    "csv": "Statistics (CSV)",
    "json": "Everything (JSON)",
}
NO_RESULT = "There is no result to make files of yet."
NO_RESULT_HINT = "Segment a photo first."
DETAILS = "Details"
MADE_BY = "Divided offline by two small networks ({model}) in {seconds}"
MADE_BY_ONE = "Divided by {model} in {seconds}"
SOUNDS_FROM = "Sounds: {origins}."
ORIGINS = {"tone": "a tone for what has no sound", "synthesis": "synthesised"}
RECORDED = "recordings ({source})"

SCRIPT_WORDS = {
    "nothing": "Nothing was recognised that has an outline.",
    "background": "Nothing is recognised here.",
}
