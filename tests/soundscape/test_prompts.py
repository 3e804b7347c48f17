"""From sentences to plans: what is understood, what is not, and what must not be misunderstood."""

from __future__ import annotations

import random

import pytest

from imagecraft.assets import vocabulary
from imagecraft.errors import InvalidInput
from imagecraft.soundscape.phrases import lexicon
from imagecraft.soundscape.plan import Layer, Plan, plan_from_prompt


def heard(prompt: str) -> dict[str, Layer]:
    """What is made of a prompt beside the quiet background."""
    layers = plan_from_prompt(prompt).layers
    return {layer.sound: layer for layer in layers if not layer.why.startswith("a quiet background")}


@pytest.mark.parametrize(
    ("prompt", "sounds"),
    [
        ("light rain", "rain_light"),
        ("The rain is heavy", "rain_heavy"),
        ("rain on a tin roof", "rain_on_roof"),
        ("drizzle", "rain_light"),
        ("pouring rain", "rain_heavy"),
        ("a strong wind", "wind_strong"),
        ("thunderstorm", "thunder rain_heavy wind_strong"),
        ("blizzard", "wind_strong snow_hush"),
        ("waves", "sea_waves"),
        ("a babbling brook", "stream"),
        ("crackling fire", "fire"),
        ("barking dogs", "dog"),
        ("a dog barks", "dog"),
        ("the dog barked", "dog"),
        ("puppy", "dog"),
        ("a cat is purring", "cat_purr"),
        ("a cat meows", "cat"),
        ("galloping horses", "horse_hooves"),
        ("a horse neighs", "horse_neigh"),
        ("geese", "goose"),
        ("wolves howling", "wolf"),
        ("birds singing", "songbirds"),
        ("chirping crickets", "crickets"),
        ("bees buzzing", "bees"),
        ("people talking", "conversation"),
        ("people laughing", "laughter"),
        ("children laughing", "children"),
        ("a man playing the piano", "piano"),
        ("footsteps in the snow", "footsteps_snow"),
        ("a person walks in the snow", "footsteps_snow snow_hush"),
        ("a train whistle", "train_horn"),
        ("cars honking", "car_horn"),
        ("lorry", "truck"),
        ("truck", "truck"),
        ("an airplane flies over", "aeroplane"),
        ("bicycle bell", "bicycle_bell"),
        ("church bells ringing", "church_bell"),
        ("the doorbell rings", "doorbell"),
        ("the phone is ringing", "phone"),
        ("washing machine", "washing_machine"),
        ("faucet", "tap_water"),
        ("running water", "tap_water"),
        ("somebody types on a keyboard", "keyboard"),
        ("hoovering", "vacuum"),
        ("vacuum cleaner", "vacuum"),
        ("lawnmower", "lawn_mower"),
        ("kettle whistling", "kettle"),
        ("roaring fire", "fire"),
        ("a garbage truck reverses", "truck reversing"),
        ("howling wind", "wind_strong"),
        ("fireworks", "fireworks"),
        ("a school yard at noon", "children creak sparrows laughter"),
        ("forest at dawn", "leaves songbirds blackbird"),
        ("Meadow, summer's day", "wind songbirds crickets bees"),
        ("cellar", "hall stream splash"),
        ("cell phone", "phone"),
    ],
)
def test_words_are_heard_as_what_they_mean(prompt: str, sounds: str) -> None:
    assert set(heard(prompt)) == set(sounds.split())


@pytest.mark.parametrize(
    ("prompt", "chief", "place"),
    [
        ("beach", "sea_waves", "outdoor"),
        ("the seaside", "sea_waves", "outdoor"),
        ("woods", "leaves", "outdoor"),
        ("a café", "crowd", "indoor"),
        ("coffee shop", "crowd", "indoor"),
        ("train station", "train", "outdoor"),
        ("harbor", "sailboat", "outdoor"),
        ("kitchen", "kitchen", "indoor"),
        ("cathedral", "hall", "indoor"),
        ("farm", "wind", "outdoor"),
        ("playground", "children", "outdoor"),
        ("city street", "traffic", "outdoor"),
        ("highway", "traffic", "outdoor"),
        ("library", "hall", "indoor"),
        ("office", "room", "indoor"),
        ("swimming pool", "splash", "indoor"),
        ("jungle", "crickets", "outdoor"),
        ("campfire", "fire", "outdoor"),
        ("under the sea", "underwater", "outdoor"),
        ("supermarket", "hall", "indoor"),
    ],
)
def test_places_have_their_sound(prompt: str, chief: str, place: str) -> None:
    plan = plan_from_prompt(prompt)
    assert (plan.layers[0].sound, plan.place) == (chief, place)
    assert not plan.notices


@pytest.mark.parametrize(
    "prompt",
    [
        "hot dog",
        "a bar of soap",
        "training",
        "catering",
        "a seal",
        "a school of fish",
        "bell pepper",
        "traffic light",
        "the bark of a tree",
        "rainbow",
        "dogma",
        "a wedding ring",
        "sunglasses",
        "bird's eye view",
        "catalogue",
        "carpet",
        "windmill",
        "cowboy",
    ],
)
def test_words_that_only_look_like_a_sound_make_none(prompt: str) -> None:
    assert not heard(prompt)


def test_words_inside_of_other_words_are_not_heard() -> None:
    assert set(heard("a seal by the sea")) == set(heard("by the sea"))
    assert "dog" not in heard("a hot dog stand on a street")
    assert "train" not in heard("training for a concert")


@pytest.mark.parametrize(
    ("prompt", "gone", "kept"),
    [
        ("a beach with no people", "crowd conversation children footsteps", "sea_waves"),
        ("street without traffic", "traffic car_passing car_horn city", "footsteps"),
        ("forest, not a single bird", "songbirds blackbird", "leaves"),
        ("no people on the beach", "crowd", "sea_waves seagull"),
        ("a park without people and dogs", "children dog", "songbirds"),
        ("a park, no cars, children or birds", "children songbirds sparrows", "leaves"),
        ("a traffic-free street", "traffic car_passing", "footsteps"),
        ("a windless beach", "wind", "sea_waves"),
        ("a forest; there are no birds but a stream", "songbirds", "stream leaves"),
        ("no dogs barking, only rain", "dog", "rain"),
        ("a farm without cows", "cow", "chicken"),
        ("crickets, no wind", "wind", "crickets"),
    ],
)
def test_what_is_not_wanted_is_not_heard(prompt: str, gone: str, kept: str) -> None:
    sounds = {layer.sound for layer in plan_from_prompt(prompt).layers}
    assert not sounds & set(gone.split())
    assert set(kept.split()) <= sounds


@pytest.mark.parametrize(
    ("prompt", "gone", "kept"),
    [
        ("people but no footsteps", "footsteps", "conversation"),
        ("a horse that does not neigh", "horse_neigh", "horse_hooves"),
        ("a bird sings, but the wind is not blowing", "wind wind_strong", "songbirds"),
        ("a dog that never barks and a cat", "dog", "cat"),
        ("rain; the dog doesn't bark", "dog", "rain"),
        ("the dog doesn\u2019t bark, a stream", "dog", "stream"),
        ("a cat that is not meowing, rain", "cat", "rain"),
        ("waves, and the phone isn't ringing", "phone", "sea_waves"),
        ("a park where nobody talks", "conversation children crowd", "leaves songbirds"),
        ("a beach where no one is", "crowd conversation", "sea_waves"),
        ("a forest where you can't hear birds", "songbirds blackbird", "leaves"),
        ("no people in a busy market", "crowd conversation footsteps", "city flapping_cloth"),
        ("rain, no wind, a dog, no barking", "wind dog", "rain"),
    ],
)
def test_a_denial_behind_its_sound_takes_it_away(prompt: str, gone: str, kept: str) -> None:
    sounds = {layer.sound for layer in plan_from_prompt(prompt).layers}
    assert not sounds & set(gone.split())
    assert set(kept.split()) <= sounds


@pytest.mark.parametrize(
    ("prompt", "sound"),
    [
        ("rain that never stops on a tin roof", "rain_on_roof"),
        ("a dog that is not sleeping", "dog"),
        ("children laughing but no people", "children"),
        ("traffic, but no heavy traffic", "traffic"),
        ("the rain is never loud", "rain"),
        ("no barking; a dog on the left", "dog"),
        ("nobody hears the waves", "sea_waves"),
        ("I can't hear anything but the rain", "rain"),
        ("no sound except rain", "rain"),
        ("never-ending rain", "rain"),
        ("the dog doesn't stop barking", "dog"),
    ],
)
def test_a_denial_takes_no_more_than_it_says(prompt: str, sound: str) -> None:
    assert sound in heard(prompt)


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("no dog", "no dog;"),
        ("no dogs barking", "no dog;"),
        ("a dog that never barks", "no dog;"),
        ("windless, no people", "no wind, no people;"),
    ],
)
def test_a_prompt_that_only_denies_is_told_what_it_asked_for(prompt: str, words: str) -> None:
    plan = plan_from_prompt(prompt)
    assert [layer.kind for layer in plan.layers] == ["bed"]
    assert plan.notices == (f"You asked for {words} a quiet bed is heard.",)


def test_not_before_an_adjective_denies_the_adjective_alone() -> None:
    assert "traffic" in heard("not too loud traffic")
    for said in ("not too loud", "never very loud", "not loud"):
        assert heard(f"the waves are {said}")["sea_waves"] == heard("the waves are")["sea_waves"].replaced(
            why=heard(f"the waves are {said}")["sea_waves"].why
        )


@pytest.mark.parametrize(
    ("prompt", "plain", "sound", "field", "more"),
    [
        ("loud waves", "waves", "sea_waves", "gain_db", True),
        ("gentle waves", "waves", "sea_waves", "intensity", False),
        ("distant thunder", "thunder", "thunder", "distance", True),
        ("thunder far away", "thunder", "thunder", "distance", True),
        ("in the distance, a church bell", "church bell", "church_bell", "distance", True),
        ("a dog nearby", "a dog", "dog", "distance", False),
        ("a dog on the left", "a dog", "dog", "pan", False),
        ("to the right a dog barks", "a dog", "dog", "pan", True),
        ("many birds", "birds", "songbirds", "per_minute", True),
        ("a few birds", "birds", "songbirds", "per_minute", False),
        ("a dog barks now and then", "a dog", "dog", "per_minute", False),
        ("three dogs", "a dog", "dog", "per_minute", True),
        ("a busy street", "a street", "traffic", "intensity", True),
        ("a quiet street", "a street", "traffic", "gain_db", False),
        ("the street is busy", "the street", "car_passing", "per_minute", True),
        ("a street at night", "a street", "traffic", "gain_db", False),
    ],
)
def test_adjectives_numbers_and_places_change_their_sound(
    prompt: str, plain: str, sound: str, field: str, more: bool
) -> None:
    changed, usual = of_all(prompt, sound, field), of_all(plain, sound, field)
    assert changed > usual if more else changed < usual


def of_all(prompt: str, sound: str, field: str) -> float:
    """A value of a sound; of how often it comes, that of all its layers together."""
    values = [getattr(layer, field) for layer in plan_from_prompt(prompt).layers if layer.sound == sound]
    return sum(values) if field == "per_minute" else values[0]


@pytest.mark.parametrize(
    ("prompt", "pans"),
    [
        ("a dog", [0.0]),
        ("two dogs", [-0.4, 0.4]),
        ("three dogs", [-0.55, 0.0, 0.55]),
        ("3 dogs", [-0.55, 0.0, 0.55]),
        ("a hundred dogs", [-0.55, 0.0, 0.55]),
        ("three dogs on the left", [-0.75]),
    ],
)
def test_several_of_a_kind_are_heard_from_several_directions(prompt: str, pans: list[float]) -> None:
    plan = plan_from_prompt(prompt)
    assert sorted(layer.pan for layer in plan.layers if layer.sound == "dog") == pans
    assert not plan.notices


def test_metres_and_kilometres_are_distances() -> None:
    away = {
        prompt: heard(f"thunder {prompt}")["thunder"].distance
        for prompt in ("100 m away", "1 km away", "ten kilometres away", "a mile away", "1.5 km away")
    }
    assert away["100 m away"] < away["1 km away"] < away["1.5 km away"] < away["a mile away"]
    assert away["ten kilometres away"] > 0.9 > heard("thunder")["thunder"].distance
    assert heard("a dog 5 m away")["dog"].distance < heard("a dog two hundred metres away")["dog"].distance
    assert set(heard("a crow 30 feet away")) == {"crow"}
    assert not plan_from_prompt("thunder 10 km away, a bell 1,000 yards away").notices


@pytest.mark.parametrize(
    ("prompt", "place", "sounds", "not_there"),
    [
        ("a car alarm outside", "outdoor", "car_horn", "alarm_clock room"),
        ("a phone rings outside", "outdoor", "phone", "room"),
        ("typing on a keyboard, rain outside", "indoor", "keyboard rain", "wind"),
        ("a kitchen, a dog outside", "indoor", "kitchen dog", "wind"),
        ("space station", "indoor", "fan beep", "wind"),
        ("a spaceship lands", "outdoor", "aeroplane", "beep room"),
        ("a volcano", "outdoor", "thunder fire", "stream crow songbirds"),
        ("a desert", "outdoor", "wind crickets", "stream"),
        ("a crane lifting steel", "outdoor", "construction", "wings"),
        ("twenty frogs in a pond", "outdoor", "frogs duck", "sailboat"),
    ],
)
def test_nothing_odd_is_heard(prompt: str, place: str, sounds: str, not_there: str) -> None:
    plan = plan_from_prompt(prompt)
    made = {layer.sound for layer in plan.layers}
    assert plan.place == place
    assert set(sounds.split()) <= made
    assert not made & set(not_there.split())
    assert not plan.notices


def test_what_is_said_of_one_sound_leaves_the_others_alone() -> None:
    layers = heard("A loud dog barking far away on the left, a cat purring nearby on the right and rain")
    assert (layers["dog"].pan < -0.5, layers["cat_purr"].pan > 0.5) == (True, True)
    assert layers["dog"].distance > 0.7 > 0.3 > layers["cat_purr"].distance
    assert layers["rain"] == heard("rain")["rain"]


def test_the_same_sound_may_be_at_two_sides() -> None:
    plan = plan_from_prompt("a dog on the left and a dog on the right")
    assert sorted(layer.pan for layer in plan.layers if layer.sound == "dog") == [-0.75, 0.75]


def test_night_brings_crickets_and_sends_the_birds_to_sleep() -> None:
    assert {"crickets", "owl"} <= set(heard("forest at night"))
    assert "songbirds" not in heard("forest at night")
    assert "songbirds" in heard("forest at night with birds singing")
    assert set(heard("a silent street at night")) == {"traffic", "crickets"}
    assert "crickets" not in heard("a winter night in the snow")


def test_what_belongs_outdoors_is_heard_through_the_window() -> None:
    rain = heard("rain, a library")["rain"]
    assert rain.distance > 0.6
    assert rain.gain_db < heard("rain")["rain"].gain_db
    assert rain.why.endswith("through the window")
    assert "traffic" not in heard("a bedroom")


def test_why_quotes_the_words() -> None:
    layers = heard("A dog is barking in the distance. A busy street!")
    assert layers["dog"].why == "“dog ... barking in the distance”"
    assert layers["traffic"].why.startswith("“busy street”")


@pytest.mark.parametrize(
    ("prompt", "sound"),
    [
        ("thundr", "thunder"),
        ("wasching machine", "washing_machine"),
        ("a mottorbike", "motorbike"),
        ("heilcopter", "helicopter"),
        ("accross a waterfal", "waterfall"),
    ],
)
def test_a_long_word_with_one_letter_wrong_is_understood_and_told(prompt: str, sound: str) -> None:
    plan = plan_from_prompt(prompt)
    assert sound in {layer.sound for layer in plan.layers}
    assert any("was read as" in notice for notice in plan.notices)


@pytest.mark.parametrize("word", ["personal", "plants", "master", "wander", "leaning", "causing", "states"])
def test_common_words_are_no_misspellings(word: str) -> None:
    assert not heard(word)
    assert not any("was read as" in notice for notice in plan_from_prompt(word).notices)


def test_unknown_words_are_named_and_the_rest_is_made() -> None:
    plan = plan_from_prompt("a flibber and a dog with a zorkmid")
    assert "dog" in {layer.sound for layer in plan.layers}
    assert plan.notices == ('Not understood, and left out: "flibber", "zorkmid".',)


def test_where_nothing_is_understood_a_quiet_bed_is_heard_and_said_so() -> None:
    plan = plan_from_prompt("ein Hund bellt")
    assert [layer.kind for layer in plan.layers] == ["bed"]
    assert '"hund"' in plan.notices[0]
    assert "quiet bed" in plan.notices[0]
    assert "Try for example" in plan.notices[0]


@pytest.mark.parametrize("prompt", ["", "   ", "\n\t"])
def test_an_empty_prompt_is_refused(prompt: str) -> None:
    with pytest.raises(InvalidInput, match="empty"):
        plan_from_prompt(prompt)


@pytest.mark.parametrize(
    "prompt",
    [
        "dog " * 2_500,
        "x" * 10_000,
        "\x00",
        "<script>alert('dog')</script>",
        "=cmd|' /C calc'!A0",
        "\u202e dog",
        ", " * 5_000,
        "no " * 3_000 + "dog",
        "((((" * 600,
        "'" * 3_000,
        "\U0001f4a5" * 3_000,
        "1234567890",
        "a-b-c-" * 500,
        "\ud800",
    ],
)
def test_hostile_prompts_give_a_plan_that_can_be_saved(prompt: str) -> None:
    plan = plan_from_prompt(prompt)
    assert 1 <= len(plan.layers) <= 8
    assert all(len(notice) < 600 for notice in plan.notices)
    assert "<" not in "".join(plan.notices)
    assert Plan.from_json(plan.to_json()).layers


def test_a_long_prompt_says_that_only_its_start_was_read() -> None:
    plan = plan_from_prompt("rain " * 2_000)
    assert plan.layers[0].sound == "rain"
    assert "first 2,000 characters" in plan.notices[0]


def test_pictograms_are_read_by_their_names() -> None:
    assert set(heard("\U0001f436 \U0001f30a")) == {"dog", "sea_waves"}


def test_words_thrown_together_always_give_a_plan() -> None:
    rng = random.Random(3)
    phrases = sorted(lexicon())
    for _ in range(150):
        words = [" ".join(rng.choice(phrases)) + rng.choice(["", ",", ".", " and"]) for _ in range(12)]
        plan = plan_from_prompt(" ".join(words))
        assert 1 <= len(plan.layers) <= 8
        assert any(layer.kind == "bed" for layer in plan.layers) or len(plan.layers) == 8


def test_more_sounds_than_can_be_mixed_are_named() -> None:
    plan = plan_from_prompt("a dog, a cat, a cow, a pig, a goat, a sheep, an owl, a crow, a duck, a siren")
    assert len(plan.layers) == 8
    assert "ducks quacking" in plan.notices[0]


def test_the_vocabulary_is_large_and_names_only_what_there_is() -> None:
    words, places = vocabulary("soundscape_words"), vocabulary("soundscapes")["places"]
    phrases = [
        phrase for entry in words["things"].values() for phrase in (*entry["words"], *entry.get("verbs", ()))
    ]
    phrases += [
        phrase for group in ("places", "times") for listed in words[group].values() for phrase in listed
    ]
    phrases += [phrase for entry in words["modifiers"].values() for phrase in entry["words"]]
    assert len(set(phrases)) >= 400
    assert set(words["places"]) <= set(places)
    sounds = vocabulary("sounds")
    for name, entry in words["things"].items():
        named = [spec["sound"] for spec in entry.get("layers", ({"sound": name},))]
        for sound in (*named, *entry.get("yields_to", ()), *entry.get("silences", ())):
            assert sound in sounds, name
        assert set(entry.get("not_beside", ())) <= set(words["things"]), name
        assert entry.get("adds", "light") in words["modifiers"], name


def test_what_is_asked_for_stands_before_what_the_place_has_besides() -> None:
    beside, alone = heard("a cow on a farm"), heard("a farm")
    assert beside["cow"].gain_db > alone["cow"].gain_db
    assert beside["chicken"].gain_db < alone["chicken"].gain_db
    assert beside["cow"].gain_db > beside["wind"].gain_db


def test_bees_and_crickets_keep_quiet_in_the_rain() -> None:
    assert "bees" in heard("a garden")
    assert "bees" not in heard("rain in a garden")
    assert "bees" in heard("rain in a garden with bees")
