"""What is promised of every mix: length, level, peaks, places, times, loops, the same again."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pyloudnorm
import pytest
from scipy.signal import resample_poly

from imagecraft.errors import Cancelled, InvalidInput
from imagecraft.media.loudness import Meter, integrated_loudness
from imagecraft.soundscape.mix import mix, prepare, stream
from imagecraft.soundscape.plan import Layer, Plan
from imagecraft.soundscape.prompts import plan_from_prompt
from imagecraft.soundscape.schedule import scheduled
from imagecraft.soundscape.seams import Endless, closed, crossfade_frames
from imagecraft.soundscape.space import placed

RATE = 44_100
RAIN = Layer("rain", "bed", gain_db=-8)
BELL = Layer("church_bell", "event", per_minute=10)
HORN = Layer("car_horn", "event", per_minute=12, pan=0.5)
SCENE = Plan((RAIN, BELL, HORN))


def made(*layers: Layer, seconds: float = 4.0, seed: int = 1, **options: bool) -> np.ndarray:
    return mix(Plan(layers), seconds=seconds, seed=seed, recordings=False, **options).samples


def true_peak_db(samples: np.ndarray) -> float:
    return float(20 * np.log10(np.abs(resample_poly(samples, 8, 1, axis=1)).max()))


def power(samples: np.ndarray) -> np.ndarray:
    return np.square(samples).mean(axis=-1)


@pytest.fixture(scope="module")
def scene() -> np.ndarray:
    return mix(SCENE, seconds=8.0, seed=7, recordings=False).samples


def test_the_same_seed_gives_the_same_samples_and_another_others(scene: np.ndarray) -> None:
    again = mix(SCENE, seconds=8.0, seed=7, recordings=False).samples
    other = mix(SCENE, seconds=8.0, seed=8, recordings=False).samples
    assert np.array_equal(again, scene)
    assert not np.allclose(other, scene, atol=0.01)


def test_a_plan_out_of_its_json_gives_the_same_samples(scene: np.ndarray) -> None:
    again = Plan.from_json(SCENE.to_json())
    assert np.array_equal(mix(again, seconds=8.0, seed=7, recordings=False).samples, scene)


@pytest.mark.parametrize("block_seconds", [0.37, 3.0])
def test_how_it_is_cut_into_blocks_changes_nothing(scene: np.ndarray, block_seconds: float) -> None:
    blocks = prepare(SCENE, seconds=8.0, seed=7, recordings=False).blocks(block_seconds)
    assert np.array_equal(np.concatenate([block.samples for block in blocks], axis=1), scene)


@pytest.mark.parametrize("seconds", [1.0, 3.33, 30.2])
@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_it_is_as_long_as_asked(seconds: float, rate: int) -> None:
    audio = mix(Plan((RAIN,)), seconds=seconds, seed=1, sample_rate=rate)
    assert audio.sample_rate == rate
    assert audio.samples.shape == (2, round(seconds * rate))
    assert audio.samples.dtype == np.float32


def test_it_is_as_loud_as_promised(scene: np.ndarray) -> None:
    assert pyloudnorm.Meter(RATE).integrated_loudness(scene.T) == pytest.approx(-20, abs=0.3)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("sound", ["clock", "horse_hooves", "footsteps", "hammer"])
def test_short_and_sparse_sounds_are_as_loud_as_all_others(sound: str, seed: int) -> None:
    """Their peaks have to be turned down, which takes loudness away."""
    listed = plan_from_prompt(sound.replace("_", " ")).layers[0]
    assert listed.sound == sound
    samples = made(listed.replaced(gain_db=0.0), seconds=10.0, seed=seed)
    assert pyloudnorm.Meter(RATE).integrated_loudness(samples.T) == pytest.approx(-20, abs=0.4)
    assert true_peak_db(samples) <= -1.0


def test_a_quiet_room_is_not_as_loud_as_a_street() -> None:
    room = made(Layer("room", "bed", gain_db=-20))
    assert pyloudnorm.Meter(RATE).integrated_loudness(room.T) == pytest.approx(-28, abs=0.3)


def test_no_peak_passes_the_ceiling_also_between_samples() -> None:
    """One knock in a quiet room is far above its average, so that it has to be turned down."""
    knocks = made(Layer("snow_hush", "bed", gain_db=-40), Layer("knock", "event", per_minute=3, gain_db=12))
    assert true_peak_db(knocks) <= -1.0
    assert np.abs(knocks).max() > 0.5


def test_it_begins_and_ends_in_silence(scene: np.ndarray) -> None:
    assert np.abs(scene[:, [0, -1]]).max() < 1e-3


@pytest.mark.parametrize(("pan", "louder"), [(-0.8, 0), (0.8, 1)])
@pytest.mark.parametrize("sound", ["rain", "clock"])
def test_pan_moves_a_sound_to_its_side(sound: str, pan: float, louder: int) -> None:
    left_and_right = power(made(Layer(sound, "bed", pan=pan, distance=0.1)))
    ratio_db = 10 * np.log10(left_and_right[louder] / left_and_right[1 - louder])
    middle = power(made(Layer(sound, "bed", distance=0.1)))
    assert ratio_db > 6
    assert abs(10 * np.log10(middle[0] / middle[1])) < 1.5


def test_pan_keeps_the_power_of_both_sides_together() -> None:
    bell = Layer("church_bell", "event", per_minute=10)
    raw = [
        prepare(Plan((bell.replaced(pan=pan),)), seconds=4, seed=1).raw(0, 4 * RATE)
        for pan in (0.0, -0.5, 1.0)
    ]
    levels = [10 * np.log10(power(one).sum()) for one in raw]
    assert np.ptp(levels) < 1.2


def test_what_is_far_away_is_softer_and_duller() -> None:
    near, far = (
        prepare(Plan((Layer("rain", "bed", distance=distance),)), seconds=3, seed=1).raw(0, 3 * RATE)
        for distance in (0.0, 1.0)
    )
    spectra = [np.square(np.abs(np.fft.rfft(one.mean(axis=0)))) for one in (near, far)]
    frequencies = np.fft.rfftfreq(3 * RATE, 1 / RATE)
    high = [one[frequencies > 5_000].sum() / one.sum() for one in spectra]
    assert 10 * np.log10(power(far).sum() / power(near).sum()) < -8
    assert high[1] < 0.3 * high[0]


def test_a_room_answers_where_the_open_hardly_does() -> None:
    """A click, and what is heard after it."""
    click = np.zeros(RATE, np.float32)
    click[0] = 1.0
    answers = {}
    for place in ("indoor", "outdoor"):
        for distance in (0.1, 0.9):
            heard = placed(click, RATE, pan=0, distance=distance, place=place, circular=False)
            answers[place, distance] = np.square(heard[:, 200:]).sum() / np.square(heard).sum()
    assert answers["indoor", 0.1] > 3 * answers["outdoor", 0.1]
    assert answers["indoor", 0.9] > 2 * answers["indoor", 0.1]
    assert answers["outdoor", 0.9] > 2 * answers["outdoor", 0.1]


def test_beds_step_back_under_events() -> None:
    """The bed alone, as it is under a loud event: it is softer there than elsewhere, and comes back."""
    horn = Layer("church_bell", "event", per_minute=4, gain_db=9)
    mixdown = prepare(Plan((RAIN, horn)), seconds=20, seed=2, recordings=False)
    start = mixdown.events[0].times[0].start
    gains = mixdown.ducking.gain(0, mixdown.frames)
    assert gains[start + RATE // 4] < 0.75
    assert gains.max() > 0.97
    assert np.abs(np.diff(gains)).max() < 1e-3


def test_layers_that_are_off_are_not_heard_and_change_no_other() -> None:
    off = made(RAIN, BELL.replaced(on=False), HORN)
    without = mix(Plan((RAIN, BELL.replaced(gain_db=-60), HORN)), seconds=4, seed=1, recordings=False).samples
    assert np.corrcoef(off[0], without[0])[0, 1] > 0.99
    assert np.corrcoef(off[0], made(RAIN, BELL, HORN)[0])[0, 1] < 0.98


@pytest.mark.parametrize("sound", ["rain", "clock", "sea_waves", "helicopter"])
@pytest.mark.parametrize("seconds", [6.1, 31.0])
def test_a_loop_has_no_click_where_it_meets_itself(sound: str, seconds: float) -> None:
    samples = made(Layer(sound, "bed"), seconds=seconds, loop=True)
    steps = np.abs(np.diff(np.concatenate([samples, samples], axis=1), axis=1)).max(axis=0)
    seam = steps[samples.shape[1] - 20 : samples.shape[1] + 20].max()
    assert seam <= 1.2 * np.sort(steps)[-40]


def test_a_loop_carries_events_over_its_end() -> None:
    bell = Layer("church_bell", "event", per_minute=60, jitter=1.0)
    samples = made(RAIN, bell, seconds=3.0, loop=True)
    assert power(samples[:, -2_000:]).sum() > 0.05 * power(samples).sum()


def test_tones_and_beats_keep_step_at_a_seam() -> None:
    """A tone whose period does not divide the loop goes on without a dip."""
    times = np.arange(6 * RATE) / RATE
    tone = np.sin(2 * np.pi * 100.3 * times).astype(np.float32)
    loop = closed(tone, 4 * RATE, crossfade_frames(4, RATE), RATE)
    levels = np.sqrt(np.square(np.concatenate([loop, loop]).reshape(-1, RATE // 10)).mean(axis=1))
    assert np.ptp(levels) < 0.05


def test_a_short_recording_goes_on_without_dips_for_as_long_as_one_likes() -> None:
    rng = np.random.default_rng(0)
    loop = rng.standard_normal((2, 3 * RATE)).astype(np.float32)
    endless = Endless(loop, 60 * RATE, rng, RATE, around=True)
    samples = endless.read(0, 60 * RATE)
    starts = range(0, 60 * RATE, 70_001)
    parts = [endless.read(at, min(at + 70_001, 60 * RATE)) for at in starts]
    levels = np.sqrt(np.square(samples).reshape(2, -1, RATE // 4).mean(axis=(0, 2)))
    assert np.array_equal(np.concatenate(parts, axis=1), samples)
    assert levels.min() > 0.9
    assert levels.max() < 1.1


def test_events_of_a_layer_wait_for_each_other_where_there_is_room() -> None:
    rng = np.random.default_rng(3)
    length = 2 * RATE
    for jitter in (0.0, 0.5, 1.0):
        times = scheduled(
            12, [length, length], 60 * RATE, jitter=jitter, turn=1, sample_rate=RATE, around=False, rng=rng
        )
        starts = np.array([time.start for time in times])
        assert (np.diff(starts) >= length).all()
        assert {time.variant for time in times} == {0, 1}
        assert all(one.variant != two.variant for one, two in pairwise(times))


def test_events_come_as_often_as_their_rate_says_and_at_least_once() -> None:
    rare, often = (
        prepare(Plan((Layer("car_horn", "event", per_minute=rate),)), seconds=30, seed=1).events[0].times
        for rate in (0.1, 20)
    )
    assert len(rare) == 1
    assert len(often) == 10


@pytest.mark.parametrize("seconds", [0, -1, 0.5, 1e9, float("nan"), float("inf"), "ten", None, True, [10]])
def test_silly_lengths_are_refused_in_one_sentence(seconds: float) -> None:
    with pytest.raises(InvalidInput) as refusal:
        mix(SCENE, seconds=seconds, seed=1)
    assert refusal.value.message.count(".") <= 2
    assert "600" in refusal.value.hint


@pytest.mark.parametrize(
    "wrong", [{"seed": -1}, {"seed": 1.5}, {"seed": 2**32}, {"seed": "a"}, {"sample_rate": 22_050}]
)
def test_seeds_and_rates_that_are_not_possible_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(InvalidInput):
        mix(SCENE, seconds=2, **wrong)


def test_a_plan_with_nothing_on_is_refused() -> None:
    with pytest.raises(InvalidInput, match="nothing to hear"):
        mix(Plan((RAIN.replaced(on=False),)), seconds=2)


def test_it_can_be_stopped_and_says_how_far_it_is() -> None:
    shares: list[float] = []
    mix(SCENE, seconds=3, seed=1, progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0)
    with pytest.raises(Cancelled):
        mix(SCENE, seconds=3, seed=1, stopped=lambda: True)
    blocks = stream(SCENE, seconds=60, seed=1)
    assert next(blocks).duration == 5


def test_an_hour_is_made_block_by_block_without_holding_it() -> None:
    hour = prepare(Plan((RAIN, HORN)), seconds=3_600, seed=1)
    late = hour.raw(3_500 * RATE, 3_501 * RATE)
    assert hour.frames == 3_600 * RATE
    assert power(late).min() > 0
    held = sum(sound.nbytes for events in hour.events for sound in events.variants)
    assert held + sum(bed.sound.nbytes for bed in hour.beds) < 60_000_000


def test_loudness_found_block_by_block_is_that_of_the_whole(scene: np.ndarray) -> None:
    meter = Meter(RATE)
    for start in range(0, scene.shape[1], 33_333):
        meter.add(scene[:, start : start + 33_333])
    assert meter.lufs == pytest.approx(integrated_loudness(scene, RATE), abs=0.01)
    assert Meter(RATE).lufs == float("-inf")
