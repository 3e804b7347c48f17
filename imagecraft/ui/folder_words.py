"""Every word of several photos at once, in the tab "Image → Speech"."""

from __future__ import annotations

MODE = "What to describe"
MODES = (("One photo", "one"), ("Several photos", "several"))
FILES = "Photos, or a ZIP archive of photos"
FILES_HINT = "At most {most}. For whole folders there is the command: imagecraft batch."
DESCRIBE = "Describe all"
HEADING = "Descriptions"
PLAY = "Play the chosen description"
PLAYING = "Playing the chosen description."
SAVE = "Make files to download"
DOWNLOADS = (
    ("captions.csv", "Table (CSV)"),
    ("captions.jsonl", "JSON lines"),
    ("captions.zip", "Texts (ZIP)"),
)

LOOKING = "Describing {number} of {total}…"
READY = "Ready."
HEARD = "Ready: {name}."
SAID = "{count} photos described."
SAID_ONE = "1 photo described."
FAILED = " {count} could not be."

NO_FILES = {
    "none": "There are no photos yet.",
    "none_hint": "Choose some, or a ZIP archive with some.",
    "gone": "These photos are no longer here.",
    "gone_hint": "Choose them again: photos are deleted after about an hour.",
}
NOTHING_TO_SAVE = "There are no descriptions yet."
NOTHING_TO_SAVE_HINT = "Have some photos described first."
NOTHING_TO_SPEAK = "There is no text to speak."
NOTHING_TO_SPEAK_HINT = "Write a description for this photo first."

SCRIPT_WORDS = {
    "caption": "Photos and their descriptions, to change, hear and save",
    "photo": "Photo",
    "description": "Description",
    "sound": "Sound",
    "of": "Description of {name}",
    "speak": "Speak",
    "speakOf": "Speak the description of {name}",
    "empty": "The photos and what they show will be listed here, to change and to hear.",
}
