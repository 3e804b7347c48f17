"""Every word of the tab "Image → Soundscape"."""

from __future__ import annotations

TAB = "Image → Soundscape"
INPUT_HEADING = "What it should be of"
RESULT_HEADING = "Soundscape"

PROMPT = "What should be heard"
PROMPT_PLACEHOLDER = (
    "Proposed from the photo, for you to change; or write it yourself: light rain on a busy street, no people"
)
SECONDS = "Length"
MOOD = "Mood"
SEED = "Seed"
SEED_INFO = "The same number gives the same sounds again. Leave it empty for others each time."
SEED_PLACEHOLDER = "By chance"
EXACT = "Exact length, in seconds"
EXACT_INFO = "Up to {most}; the command line makes an hour. Leave it empty to use the slider."
EXACT_PLACEHOLDER = "As the slider says"
OPTIONS = "How"
MAKER = "Made by"
STEPS = "Steps"
GUIDANCE = "Guidance"
LOOP = "Endless"
LOOP_INFO = "The end goes over into the start, and the player goes round"
RECORDINGS = "Use recordings"
RECORDINGS_INFO = "Where there are any; else all sounds are synthesised"
PLAN_FILE = "A plan from before (JSON)"
PLAN_HINT = "A plan is mixed as it is: photo and words are not looked at."

MAKE = "Make soundscape"
REMIX = "Mix again"
PLAY = "Play the soundscape"
PLAYING = "Playing the soundscape."
SUBJECT = {
    "chosen": "Soundscape of {name}",
    "other": "Soundscape of {name}, not of the photo chosen now",
    "gone": "Soundscape of {name}, which is no longer chosen",
}

LOOKING = "Looking…"
PREPARING = "Making the sounds…"
MIXING = "Mixing…"
LISTENING = "Listening…"
SAVING = "Saving…"
READY = "Ready."
SAID = "Soundscape ready, {duration}: {sounds}."
PROPOSED = "Proposed: {prompt}"

NOTHING = "There is nothing to make a soundscape of."
NOTHING_HINT = "Choose a photo, or write what should be heard."
NOT_MIXED = "There is nothing to mix again yet."
NOT_MIXED_HINT = "Make a soundscape first."
WRONG_LENGTH = "This cannot be the length."
WRONG_LENGTH_HINT = "Enter a number of seconds from {least} to {most}."
TOO_MANY_EVENTS = "This plan has about {count:,} single sounds; a soundscape here holds up to {most:,}."
TOO_MANY_EVENTS_HINT = (
    "Let them come less often (per_minute), or make it shorter. The command line has no such limit."
)
WRONG_SEED = "This cannot be the seed."
WRONG_SEED_HINT = "Enter a whole number from 0 up, or nothing."
TOO_LONG_PROMPT = "The words are longer than {limit} characters."
TOO_LONG_PROMPT_HINT = "Say in a sentence or two what should be heard."
PLAN_PROBLEMS = {
    "none": "There is no plan yet.",
    "none_hint": "Choose one that was saved here or with --plan-out.",
    "gone": "This plan is no longer here.",
    "gone_hint": "Choose it again: files are deleted after about an hour.",
}
PLAN_TOO_LARGE = "This file is too large for a plan."
PLAN_NO_TEXT = "This file is no text."
PLAN_WAY_OUT = "Choose a plan that was saved here or with --plan-out."

HEARD_HEADING = "What is heard, and why"
LISTENER_HEADING = "An independent listener hears"
LISTENER_EMPTY = "What a sound recogniser that knows nothing of the plan hears appears here."
LISTENER_MISSING = "Nobody listened: the sound recogniser is not on this machine."
LISTENER_COMMAND = "To fetch it: {command}"
LISTENER_NAMES = "It names first: {names}."
LISTENER_SHARE = "Of what was asked for, it hears {share}, louder sounds counting more."
HEARD_AS = "heard as {label}, {score}"
NOT_HEARD = "not heard"
LISTENER_TABLE = "What was asked for"
ASKED, FOUND = "Sound", "The listener"

EVIDENCE = "Spectrogram, and what a listener hears"
LAYERS_HEADING = "Layers"
LAYERS_CAPTION = "Switch layers on and off, set how loud and where they are, then mix again"
SAME_LAYER = "{name}, {number} of {total}"
LAYERS_EMPTY = "The layers appear here, to switch off, to set level and place, and to mix again."
SPECTROGRAM = "Spectrogram"
SPECTROGRAM_ALT = (
    "Spectrogram of {duration}: time to the right, low notes below and high ones above, "
    "bright where it is loud."
)
MADE_BY = "Mixed in {seconds} · {duration} · seed {seed}"
MADE_BY_MODEL = "Made as a whole by {model} ({license})."
SYNTHESISED = "All sounds are synthesised."
RECORDED = "Recordings: {sounds} ({source}{license}). The other sounds are synthesised."
LICENSED = ", {license}"
NOTHING_YET = "Choose a photo or write what should be heard; the sound comes here."

DOWNLOAD_MP3 = "Sound as MP3"
DOWNLOAD_FLAC = "Sound as FLAC"
DOWNLOAD_PLAN = "Plan as JSON"
DOWNLOAD_JSON = "Details as JSON"
PROMPTS_HEADING = "Or begin with words"
PROMPTS = (
    "Light rain on a busy street, distant thunder",
    "Waves on a beach, seagulls, a sailing boat",
    "A forest at dawn with a stream, many birds",
    "A warm kitchen: frying, cutlery, a kettle",
    "Summer night with crickets, frogs and an owl",
    "Snowy village, church bell in the distance",
)

SCRIPT_WORDS = {
    "sound": "Sound",
    "level": "Level",
    "place": "Left or right",
    "caption": LAYERS_CAPTION,
    "empty": LAYERS_EMPTY,
    "hear": "Hear {says}",
    "levelOf": "Level of {says}",
    "placeOf": "Place of {says}",
    "decibels": "{n} dB",
    "middle": "middle",
    "left": "{n} % left",
    "right": "{n} % right",
}
