"""Every word of the tab "Evaluation"."""

from __future__ import annotations

TAB = "Evaluation"
INPUT_HEADING = "What to score"
RESULT_HEADING = "Scores"

MODE = "What to score"
MODES = (("One caption", "one"), ("Files", "files"), ("Sounds", "sounds"), ("Picture and sound", "fit"))

PICTURE = "Picture (optional)"
CAPTION_IT = "Caption this picture"
MODEL = "Captioning model"
CAPTION = "Caption"
CAPTION_PLACEHOLDER = "Write or paste a caption, or let a model caption the picture."
REFERENCES = "What people wrote, one text a line"
REFERENCES_PLACEHOLDER = "A cat lies on a mat.\nThe cat is sleeping."

PREDICTIONS_FILE = "Captions to score"
REFERENCES_FILE = "What people wrote"
SECOND_FILE = "Captions of a second system (optional)"
PICTURES = "Pictures, named by id (optional)"
PICTURE_ALT = "Picture {name}"
FILES_HINT = "JSON (COCO, or id and text), JSON lines, CSV or TSV. Columns are recognised and shown."
SOUND_REFERENCE = "The sound as it should be"
SOUND_ESTIMATE = "The sound to judge (optional)"
SOUND_JUDGED = "The sound to judge"
SOUNDS_HINT = "WAV, FLAC, OGG or MP3. Without a second sound, the first is judged by itself."

COLUMNS = "Columns of tables"
COLUMNS_HINT = "Leave these empty to have the columns recognised; the result says which were taken."
ID_COLUMN = "Column of ids"
PREDICTION_COLUMN = "Column of captions to score"
REFERENCE_COLUMNS = "Columns of what people wrote"
REFERENCE_COLUMNS_EXAMPLE = "caption_1, caption_2"

FIT_PICTURE = "Picture"
FIT_SOUND = "Sound"
FIT_HINT = "A soundscape of a picture, or a drawing of a sound: how well the two fit."

METRICS = "Metrics"
NOT_HERE = "{meaning} Not on this machine."
WHY_NOT_HERE = "{name}: {reason}"
OPTIONS = "How"
INTERVALS = "Intervals and tests"
INTERVALS_INFO = "How sure the numbers are: 95 % bootstrap, 1,000 draws"
IMAGECRAFT_1 = "As ImageCraft 1"
IMAGECRAFT_1_INFO = "Lower case, without the final full stop"
MISSING_AS_EMPTY = "Missing captions count as empty"
MISSING_AS_EMPTY_INFO = "Otherwise they are left out and counted"

SCORE = "Score"
WORKING = "Scoring…"
METRIC_WORKING = "Scoring… {name}"
READING_STEP = "reading"
DRAWING_STEP = "drawing"
CAPTIONING = "Looking…"
CAPTIONED = "Captioned by {model}."
READY = "Ready."
SAID = "{count} scores for {items}. {first}."

NOTHING_YET = "Scores appear here, each with what it says and how it was computed."
NO_CAPTION = "There is no caption yet."
NO_CAPTION_HINT = "Write one, or choose a picture and have it captioned."
NO_REFERENCES = "There is nothing to compare it with."
NO_REFERENCES_HINT = "Write what people said of the picture, one text a line."
NO_FILE = "'{what}' is empty."
NO_FILE_HINT = "Choose a file for it."
TOO_MUCH_TEXT = "The text is longer than {limit} characters."
TOO_MUCH_TEXT_HINT = "Use files for many captions."
NO_METRICS = "No metric is chosen."
NO_METRICS_HINT = "Choose at least one under More options."

SCORES_CAPTION = "Scores of {items}"
METRIC = "Metric"
VALUE = "Score"
INTERVAL = "95 % interval"
FIRST = "First"
SECOND = "Second"
DIFFERENCE = "Difference"
CHANCE = "p"
NONE = "–"
NEARLY_ZERO = "≈ 0"
RANGE = "{low} to {high}"
AND = " and "
SYSTEM = "{place}: {name}"
BETTER = {"higher": "higher is better", "lower": "lower is better", "neither": ""}
REMARKS = "What to know"
NOT_COMPUTED = "{name} was not computed. {reason}"
LACKING = "{name} was not computed: what it needs is not on this machine."

WORDS_HEADING = "Word by word"
WORDS_LEGEND = "Marked: words of the caption that are in no reference."
ONLY_CAPTION = "Only in the caption: {words}."
ONLY_REFERENCE = "Only in reference {n}: {words}."
ALL_SHARED = "Every word of the caption is in a reference."

BARS = "Scores, each on its own scale"
BARS_WITH = "Scores, each on its own scale, with 95 % intervals"
LENGTH = "Length in words"
HISTOGRAM = "How many captions score how much: {name}"
SCATTER = "Score against length in words: {name}"
WAVES = "Waveforms"
SPECTROGRAMS = "Spectrograms: reference, estimate, and their difference in decibels"
SPECTROGRAM_ALT = (
    "Three spectrograms, time to the right and frequency up: the reference, the estimate, and where the "
    "estimate is louder (orange) or quieter (blue)."
)

EXTREMES = "Worst and best, or where two systems differ"
HIGHER = "{system} scores higher by {name}"
WORST = "Worst by {name}"
BEST = "Best by {name}"
ITEMS = "Every caption"
ITEMS_CAPTION = "Every caption with its scores; a press on a column's name sorts by it"
ITEMS_SEARCH = "Search in the table"
ITEMS_CUT = "The first {shown} of {all} are shown; the table to download has all of them."
ITEM = "Item"
TEXTS = "References"
CAPTIONS = "Captions"
TWO_CAPTIONS = ("First caption", "Second caption")

REPORT_LABELS = {"md": "Markdown", "csv": "CSV", "json": "JSON", "tex": "LaTeX table"}
ITEMS_LABEL = "Items as CSV"
DETAILS = "Settings and details"

SCRIPT_WORDS = {
    "found": "{n} of {all} rows",
}
