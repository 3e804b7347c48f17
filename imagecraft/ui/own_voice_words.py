"""The words of the part "A voice of your own"."""

from __future__ import annotations

HEADING = "A voice of your own"
ABOUT = (
    "Give {least:.0f} to {most:.0f} seconds of one person speaking. While the sample is here, descriptions "
    "are spoken with its voice instead of the one in the menu."
)
KEPT = (
    "The sample's file is deleted as soon as it has been read. The sound stays in memory until you remove it "
    "or close the page, an hour at most, and goes nowhere else."
)
MISSING = "This page cannot speak with a voice of yours yet. Choose one from the menu instead."
SAMPLE = "Spoken sample"
CONSENT = "Consent"
CONSENT_NOTE = (
    "A voice belongs to the person who speaks. Use your own, or that of someone who knows what you are doing "
    "and has said yes."
)
NO_CONSENT = "The box about consent is not ticked."
NO_CONSENT_HINT = "Tick it if the speaker has agreed, or remove the sample to use a voice from the menu."
STILL_READ = "The voice sample is still being read."
STILL_READ_HINT = "Try again in a moment."
LENGTH = "{seconds:.1f} seconds"
PROBLEMS = {
    "none": "There is no voice sample.",
    "none_hint": "Choose one, or record one.",
    "gone": "The voice sample is no longer here.",
    "gone_hint": "Choose or record it again, or remove it to use a voice from the menu.",
}
