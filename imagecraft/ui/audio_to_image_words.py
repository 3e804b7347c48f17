"""Every word of the tab "Audio → Image"."""

from __future__ import annotations

TAB = "Audio → Image"
INPUT_HEADING = "Sound"
RESULT_HEADING = "Picture"
HEARD_HEADING = "What was heard"

STYLE = "Style"
STYLE_BY_RULE = "The offline painter always draws a poster: there, the style only words the description."
SIZE = "Size"
SIZES = (
    ("1024x1024", "Square, 1024 × 1024"),
    ("1344x768", "Wide, 1344 × 768"),
    ("768x1344", "Tall, 768 × 1344"),
    ("512x512", "Small, 512 × 512"),
    ("2048x2048", "Large, 2048 × 2048"),
)
PICTURES = "Pictures"
PICTURES_CHOICES = (("1", "1"), ("2", "2"), ("4", "4"))
USUAL_PICTURES = "4"
USUAL_PICTURES_LENT = "1"
PICTURES_LENT = "Painted on the GPU, each takes some seconds of your daily GPU time."
PAINTER = "Painter"
LISTENER = "Listener"
LABELS = "Listen for, in your own words"
LABELS_INFO = "Words with commas between them, heard with clap. Empty: all that the listener knows."
LABELS_PLACEHOLDER = "rain, dog barking, coffee machine"
STEPS = "Steps"
GUIDANCE = "Guidance"
SEED = "Seed"
SEED_INFO = "The same number gives the same picture again. Leave it empty for another each time."
SEED_PLACEHOLDER = "By chance"

DRAW = "Draw this sound"
DRAW_AGAIN = "Draw again"
SUBJECT = {
    "chosen": "Picture of {name}",
    "other": "Picture of {name}, not of the sound chosen now",
    "gone": "Picture of {name}, which is no longer chosen",
}
PROMPT = "What to draw"
PROMPT_PLACEHOLDER = "A description is proposed here from what is heard. You can change it and draw again."
NOT_YET = "The picture appears here."
VARIANTS = "Compositions"
VARIANT = "Picture {number} of {total}, seed {seed}"
MADE_BY = "Drawn by {model} in {seconds} s, seed {seed}"
MADE_BY_PAINTER = {"poster": "An illustration, drawn offline by rule ({model}) in {seconds} s, seed {seed}"}
HEARD_BY = "heard by {model} in {seconds} s"

LISTENING = "Listening…"
PAINTING = "Drawing…"
PAINTING_ONE = "Drawing… {number} of {total}"
LOADING = "Starting {painter}…"
SKETCH_ALT = "The picture as it is being painted: not finished yet."
DRAWING_HEARD = "Heard: {things}."
DRAWING_UNHEARD = "Nothing was recognised: the sound itself is drawn."
UNNAMED = "picture"
READY = "Ready."
SAID = "Picture ready: {alt}"
SAID_SEVERAL = "{count} pictures ready. The first: {alt}"

CLASSES = "Surest of"
CLASS_COLUMNS = ("Kind of sound", "How sure")
NOTHING_HEARD = "Nothing was recognised. The picture is drawn from the sound itself."
MAP = "When it was heard"
MAP_KEY = "The higher and the stronger, the surer. The top row is the sound's own outline."
MAP_SAID = "What is heard along {duration} seconds. {things}."
OUTLINE = "Loudness"
SECONDS = "Seconds"
TIMES = "When each is heard"
TIMES_OPEN = "As a table"
TIME_COLUMNS = ("Kind of sound", "At its surest", "When")
THROUGHOUT = "throughout"
NOWHERE = "nowhere clearly"
SPAN = "{start} to {end} s"
MORE_SPANS = "{count} more times"
AND = " and "

ACCOUNT = "Say what was heard"
PLAY_ACCOUNT = "Play what was heard"
PLAYING_ACCOUNT = "Playing what was heard."
ACCOUNT_READY = "Ready to be heard."
ACCOUNT_LENGTH = "The sound is {duration} long."
ACCOUNT_PICTURE = "The picture: {alt}"
ACCOUNT_FILE = "what was heard"
NOT_HEARD = "Nothing has been listened to yet."
NOT_HEARD_HINT = "Choose a sound and press Draw this sound first."

DOWNLOAD_PNG = "Picture as PNG"
DOWNLOAD_JSON = "Details as JSON"

NO_PROMPT = "There is nothing to draw."
NO_PROMPT_HINT = "Write what to draw, or have a sound listened to first."
TOO_LONG_PROMPT = "The description is longer than {limit} characters."
TOO_LONG_PROMPT_HINT = "Say in a sentence or two what to draw."
WRONG_SEED = "This cannot be the seed."
WRONG_SEED_HINT = "Enter a whole number from 0 to {most}, or nothing."
WRONG_SIZE = "This cannot be the size."
WRONG_SIZE_HINT = "Choose one of the menu's."
