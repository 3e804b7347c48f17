"""What every voice does, whoever made its engine."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyloudnorm
import pytest

from imagecraft import speak
from imagecraft.errors import InvalidInput
from imagecraft.media.audio import Audio
from imagecraft.runtime import loaded
from imagecraft.speech import stream
from imagecraft.speech.text import SENTENCE_PAUSE_SECONDS

SENTENCES = [
    "A brown dog runs on the beach.",
    "Two people stand beside a red car in front of a large house.",
    "Probably a kitchen, with a table and four chairs.",
    "It was twenty-five degrees on Tuesday, the 3rd of March.",
    "I can't believe how quickly the children grew up this year!",
]
AUDIBLE = 0.01


class SpeechTests:
    """The tests; a class of its own for each voice says which one."""

    model: str
    voice: str

    def speak(self, text: str, **options: object) -> Audio:
        return speak(text, model=self.model, voice=self.voice, **options)

    def stream(self, text: str) -> list[Audio]:
        return list(stream(text, model=self.model, voice=self.voice))

    def test_a_sentence_becomes_sound(self) -> None:
        audio = self.speak(SENTENCES[1])
        assert isinstance(audio, Audio)
        assert audio.samples.dtype == np.float32
        assert audio.samples.shape[0] == 1
        assert audio.sample_rate >= 16_000
        assert 2.0 < audio.duration < 6.0
        assert np.isfinite(audio.samples).all()

    def test_sentences_are_streamed_in_order_with_a_pause_before_each_but_the_first(self) -> None:
        first, *others = self.stream(" ".join(SENTENCES))
        assert np.array_equal(first.samples, self.speak(SENTENCES[0]).samples)
        assert len(others) == len(SENTENCES) - 1
        for piece, sentence in zip(others, SENTENCES[1:], strict=True):
            pause = round(SENTENCE_PAUSE_SECONDS * piece.sample_rate)
            assert not piece.samples[:, :pause].any()
            assert np.array_equal(piece.samples[:, pause:], self.speak(sentence).samples)

    def test_the_stream_joined_is_the_whole(self) -> None:
        text = " ".join(SENTENCES[:3])
        joined = np.concatenate([piece.samples for piece in self.stream(text)], axis=1)
        assert np.array_equal(joined, self.speak(text).samples)

    def test_the_pause_between_sentences_follows_the_speed(self) -> None:
        fast = list(stream("One. Two.", model=self.model, voice=self.voice, speed=2.0))[1]
        pause = round(SENTENCE_PAUSE_SECONDS / 2 * fast.sample_rate)
        assert not fast.samples[:, :pause].any()
        assert np.abs(fast.samples[:, pause : 2 * pause]).max() > AUDIBLE

    def test_speed_changes_how_long_it_takes_to_say(self) -> None:
        slow, normal, fast = (self.speak(SENTENCES[1], speed=speed).duration for speed in (0.5, 1.0, 2.0))
        assert 1.5 < slow / normal < 2.5
        assert 1.5 < normal / fast < 2.5

    def test_twenty_threads_hear_what_one_hears(self) -> None:
        expected = [self.speak(sentence).samples for sentence in SENTENCES]
        with ThreadPoolExecutor(20) as pool:
            heard = list(pool.map(self.speak, SENTENCES * 4))
        for audio, samples in zip(heard, expected * 4, strict=True):
            assert np.array_equal(audio.samples, samples)

    def test_the_same_voice_speaks_again_after_it_was_unloaded(self) -> None:
        before = self.speak(SENTENCES[0])
        assert self.model in loaded.loaded_ids()
        loaded.unload(self.model)
        assert self.model not in loaded.loaded_ids()
        assert np.array_equal(self.speak(SENTENCES[0]).samples, before.samples)

    def test_unloading_in_the_midst_of_a_stream_lets_it_finish(self) -> None:
        text = " ".join(SENTENCES[:2])
        pieces = stream(text, model=self.model, voice=self.voice)
        first = next(pieces)
        loaded.unload(self.model)
        joined = np.concatenate([first.samples, *(piece.samples for piece in pieces)], axis=1)
        assert np.array_equal(joined, self.speak(text).samples)

    @pytest.mark.parametrize("sentence", SENTENCES)
    def test_there_is_no_silence_and_no_click_at_the_ends(self, sentence: str) -> None:
        audio = self.speak(sentence)
        edge = round(0.1 * audio.sample_rate)
        samples = np.abs(audio.samples[0])
        assert samples[:edge].max() > AUDIBLE
        assert samples[-edge:].max() > AUDIBLE
        assert samples[[0, -1]].max() < 0.001

    @pytest.mark.parametrize("speed", [0.5, 1.0, 2.0])
    def test_it_is_as_loud_as_all_speech_here(self, speed: float) -> None:
        for sentence in SENTENCES:
            audio = self.speak(sentence, speed=speed)
            meter = pyloudnorm.Meter(audio.sample_rate)
            assert meter.integrated_loudness(audio.samples.T.astype(np.float64)) == pytest.approx(
                -16, abs=1.5
            )
            assert np.abs(audio.samples).max() < 10 ** (-1 / 20)

    @pytest.mark.parametrize("text", ["", " \n\t", "?!...", "-", "🐶 🐱", "日本語です", "<b></b>", "\u200b"])
    def test_what_has_no_words_is_refused_in_a_sentence(self, text: str) -> None:
        with pytest.raises(InvalidInput) as caught:
            self.speak(text)
        assert caught.value.message.endswith(".")
        assert caught.value.hint

    @pytest.mark.parametrize("speed", [float("nan"), float("inf"), -1, 0, 0.49, 2.01, "1", None, True])
    def test_a_speed_out_of_range_is_refused(self, speed: object) -> None:
        with pytest.raises(InvalidInput, match=r"0\.5 to 2\.0"):
            self.speak("Hello.", speed=speed)

    @pytest.mark.parametrize(
        "text", ["o" * 10_000, "qwrtypsdfghj" * 50, "9" * 400, "1,234," * 90, "U+1F415 €£$ 5"]
    )
    def test_odd_words_are_spoken_somehow(self, text: str) -> None:
        assert self.speak(text).duration > 0.3

    def test_numbers_and_abbreviations_are_read_as_words(self) -> None:
        spoken = self.speak("Dr. Smith paid $3.50 at 3:45 pm.")
        spelled = self.speak("Doctor Smith paid three dollars and fifty cents at three forty-five PM.")
        assert spoken.duration == pytest.approx(spelled.duration, rel=0.15)
