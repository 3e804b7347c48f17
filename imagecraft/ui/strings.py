"""Every word of the page, in one place."""

from __future__ import annotations

NAME = "ImageCraft"
TAGLINE = "Hear your pictures. See your sounds."

TAB_IMAGE_TO_SPEECH = "Image → Speech"

PHOTO_HEADING = "Photo"
RESULT_HEADING = "Result"
EXAMPLES_HEADING = "Or try one of these"
MORE_OPTIONS = "More options"
DETAILS = "Details"

LENGTH = "Length"
LENGTHS = (("Short", "short"), ("Detailed", "detailed"))
VOICE = "Voice"
SPEED = "Speed"
CAPTION_MODEL = "Described by"
CAPTION_LANGUAGE = "Language"
LIMIT = "Longest description, in characters"
LIMIT_INFO = "Leave it empty for no limit. 125 is usual for alt text; 20 is the least."
LIMIT_PLACEHOLDER = "No limit"

DESCRIBE = "Describe aloud"
STOP = "Stop"
DESCRIPTION = "Description"
DESCRIPTION_PLACEHOLDER = "What the photo shows will be written here. You can change it and hear it again."
COPY = "Copy"
SPEAK_AGAIN = "Speak again"
SHOW_SEEN = "Show what was seen"
HIDE_SEEN = "Hide what was seen"
SEEN_ALT = "The photo {name} with boxes drawn around: {labels}."
SEEN_NOTHING = "Nothing was seen clearly enough to draw."

STARTING = "Starting…"
LOOKING = "Looking…"
SPEAKING = "Speaking…"
SPEAKING_PART = "Speaking… {made} of {total}"
SAVING = "Saving as MP3…"
WAITING_ONE = "Waiting for 1 other…"
WAITING = "Waiting for {others} others…"
READY = "Ready."
SPEECH_READY = "Speech ready, {duration}."
CAPTION_READY = "Caption: {text} {ready}"
CAPTION_ONLY = "Caption: {text}"

DESCRIBED = "Described by {model} in {seconds}"
DESCRIBED_BY = {"grounded": "Described offline by three small detectors ({model}) in {seconds}"}
SPOKEN = "spoken by {voice} in {seconds}"
SENT_OUT = "The text was sent to an online service, which spoke it."
SUREST = "Surest of: {things}."

FETCHING = {
    "caption": "Fetching the detectors, {size}, once…",
    "segment": "Fetching the networks, {size}, once…",
    "speech": "Fetching the voice, about 8 MB, once…",
    "tag": "Fetching the listener, {size}, once…",
}

NO_PHOTO = "There is no photo yet."
NO_PHOTO_HINT = "Choose one, drop it here, or take one with the camera."
NOT_UPLOADED = "This photo is no longer here."
NOT_UPLOADED_HINT = "Choose it again: photos are deleted after about an hour."
PHOTO_PROBLEMS = {
    "none": NO_PHOTO,
    "none_hint": NO_PHOTO_HINT,
    "gone": NOT_UPLOADED,
    "gone_hint": NOT_UPLOADED_HINT,
}
WRONG_LIMIT = "This cannot be the longest description."
WRONG_LIMIT_HINT = "Enter a whole number from {least} to {most}, or nothing for no limit."
NO_TEXT = "There is no text to speak."
NO_TEXT_HINT = "Write a description, or have the photo described first."
UNAVAILABLE_HINT = "Choose another one, or ask whoever runs this page."
OPERATORS = "For whoever runs this page"
UNEXPECTED = "Something went wrong on our side."
UNEXPECTED_HINT = "Try again. If it happens again, report it with the number {reference}."

EVIDENCE_CAPTION = "What the description rests on"
EVIDENCE_UNSTATED = "Also seen, but not said"
EVIDENCE_COLUMNS = ("What", "How sure", "Where", "Measured by")
EVIDENCE_NONE = "There is no list of what was seen for this description."
EVIDENCE_EMPTY = "The list of what was seen appears here with the result."
WHOLE_PICTURE = "the whole picture"
SOURCES = {
    "detector": "object detector",
    "classifier": "classifier",
    "captioner": "the describing model",
    "scene": "all that was seen together",
}
WORDS_HEADING = "What its words rest on"
WORDS_HINT = "Point at a marked word, or move to it with Tab, to see what it rests on."
RESTS_ON = "rests on: {things}"
JSON_LABEL = "All details as JSON"
DOWNLOAD_MP3 = "Sound as MP3"
DOWNLOAD_JSON = "Details as JSON"

MODELS_HEADING = "Models and memory"
MODEL_IN_USE = "in use"
MODEL_ON_DISK = "on disk, {size}"
MODEL_NOT_ON_DISK = "not on disk, {size} to download"
MODEL_IN_PACKAGE = "comes with the program"
MODEL_NOT_INSTALLED = "not installed"
MODEL_OTHERS = "{count} others"
MODEL_OTHER = "1 other"
MODEL_OTHERS_FOR = "for {task}"
MODEL_IN_MEMORY = "in memory"
MODEL_IN_MEMORY_WITH_SIZE = "in memory, {size}"
MODEL_GATED = "its licence has to be accepted on the hub first"
MODEL_UNLOAD_ALL = "Unload all"
MODELS_UNLOADED = "No model is in memory."
MEMORY = "This program takes {memory}."
MODEL_SENDS_OUT = "sends what you enter to another company"
MODEL_NOT_COMMERCIAL = "not for commercial use"
MODEL_DOWNLOAD = "Download"
MODEL_UNLOAD = "Unload"
MODEL_DOWNLOADING = "Downloading {model}…"
MODEL_DOWNLOADED = "{model} is on disk."
MODEL_UNLOADED = "{model} is out of memory."
TASKS = {
    "caption": "Describing photos",
    "speech": "Speaking",
    "soundscape": "Making soundscapes",
    "segment": "Finding regions",
    "tag": "Recognising sounds",
    "paint": "Drawing",
}

PRIVACY = (
    "Your photos, sounds and words stay on the machine that runs this page and are sent nowhere else, "
    "unless you choose a voice that says it is online. "
    "Photos and sounds are deleted after about an hour, and when the program ends; nothing is logged of what "
    "they show."
)
SHORTCUTS = "Keyboard shortcuts"
CLOSE = "Close"

SHORTCUT_LIST = (
    ("Ctrl + Enter", "Press the tab's main button; in a description: speak or draw it (⌘ + Enter on a Mac)"),
    ("Esc", "Stop; in the panel of models: close it"),
    ("Ctrl + V", "Paste a photo or a sound (⌘ + V on a Mac)"),
    ("Space", "Play or pause, when the player has the focus"),
    ("Arrow keys", "From region to region, when a region of the picture has the focus"),
    ("?", "Show this list"),
)

PHOTO_WORDS = {
    "drop_here": "Drop a photo here, or choose, take or paste one",
    "take_here": "Choose, take or paste a photo",
    "camera_picture": "Camera picture",
    "remove": "Remove photo",
    "choose": "Choose",
    "choose_what": "photo",
    "camera": "Camera",
    "paste": "Paste",
    "snap": "Take photo",
    "leave": "Cancel",
}

PLAY_SOUND = "Play the sound"
SOUND_WORDS = {
    "drop_here": "Drop a sound here, or choose or record one",
    "choose_here": "Choose or record a sound",
    "remove": "Remove sound",
    "choose": "Choose sound",
    "record": "Record",
    "recording": "Recording",
    "level": "Level of the microphone",
    "listening": "Listening to the microphone",
    "stop": "Stop recording",
    "discard": "Discard",
}
SOUND_PROBLEMS = {
    "none": "There is no sound yet.",
    "none_hint": "Choose one, drop it here, or record one.",
    "gone": "This sound is no longer here.",
    "gone_hint": "Choose it again: sounds are deleted after about an hour.",
}
SOUND_SCRIPT_WORDS = {
    "play": PLAY_SOUND,
    "reading": "being read…",
    "chosen": "Sound chosen:",
    "removed": "Sound removed.",
    "tooLarge": "This sound is too large.",
    "tooLargeHint": "Choose one of at most {limit} MB, or cut it.",
    "sendFailed": "The sound could not be sent.",
    "sendFailedHint": "Check the connection and try again.",
    "stillSending": "Your sound is still being sent.",
    "stillRecording": "You are still recording.",
    "stillRecordingHint": "Stop the recording first.",
    "listening": SOUND_WORDS["listening"],
    "tooQuiet": "Hardly anything is heard. Is the microphone on?",
    "recordingNow": "Recording. Press Stop recording, or Esc, to end.",
    "recorded": "Recording ended.",
    "recordedFull": "Recording ended: no more than this is listened to.",
    "discarded": "Recording discarded.",
    "microphoneGone": "Recording ended: the microphone is gone.",
    "noRecorder": "This browser cannot record here.",
    "noRecorderHint": "Open the page with https or on this machine, or choose a sound file instead.",
    "microphone": {
        "NotAllowedError": (
            "The microphone was not allowed.",
            "Allow it for this page in the browser, or choose a sound file instead.",
        ),
        "NotFoundError": ("There is no microphone.", "Connect one, or choose a sound file instead."),
        "NotReadableError": (
            "The microphone is in use by another program.",
            "Close that program, or choose a sound file instead.",
        ),
        "other": ("The microphone could not be used.", "Try again, or choose a sound file instead."),
    },
}

PLAYER_WORDS = {
    "position": "Position in the sound",
    "play_when_ready": "Play when ready",
    "save_sound": "Download sound",
}

SUBJECT_WORDS = {
    "chosen": "Description of {name}",
    "other": "Description of {name}, not of the photo chosen now",
    "gone": "Description of {name}, which is no longer chosen",
}
STILL_SENDING_FILE = "Your file is still being sent."
PLAY_DESCRIPTION = "Play the description"
PLAYING_DESCRIPTION = "Playing the description."

SCRIPT_WORDS: dict[str, object] = {
    "skip": "Skip to the input",
    "starting": STARTING,
    "stopping": "Stopping…",
    "stopped": "Stopped.",
    "copied": "Copied",
    "copiedSaid": "Description copied.",
    "copyFailed": "The browser did not allow copying. Select the text and copy it with the keyboard.",
    "copyNothing": "There is nothing to copy yet.",
    "yourPhoto": "Your photo",
    "noPreview": "Your photo is here. This browser cannot show it.",
    "removed": "Photo removed.",
    "chosen": "Photo chosen:",
    "tooLarge": "This photo is too large.",
    "tooLargeHint": "Choose one of at most {limit} MB.",
    "sendFailed": "The photo could not be sent.",
    "sendFailedHint": "Check the connection and try again.",
    "stillSending": "Your photo is still being sent.",
    "fileTooLarge": "This file is larger than {limit} MB. Use the command line instead of the page.",
    "fileNotSent": "The file could not be sent. Check the connection and try again.",
    "stillSendingHint": "Try again when it is here.",
    "cameraFailed": "The camera could not be used.",
    "cameraFailedHint": "Allow the camera for this page in the browser, or choose a photo instead.",
    "cameraOff": "The camera is off.",
    "cameraReady": "The camera is on. Press Take photo.",
    "pasteEmpty": "There is no picture in the clipboard.",
    "pasteEmptyHint": "Copy a picture first, then paste it here.",
    "pasteFailed": "The browser did not allow reading the clipboard.",
    "pasteFailedHint": "Press Ctrl + V (⌘ + V on a Mac) instead.",
    "characters": "{n} characters",
    "character": "1 character",
    "charactersOf": "{n} of {limit} characters",
    "charactersOver": "{n} of {limit} characters, {over} too many",
    "pause": "Pause",
    "position": "{now} of {all} seconds",
    "pressPlay": "Press Play to hear it.",
    "sound": SOUND_SCRIPT_WORDS,
    "lost": "The connection was lost.",
    "lostHint": "Check it, then try again.",
}
MODEL_NOT_HERE = "not on this machine"
