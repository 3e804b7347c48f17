"""A visitor has a photo described."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from steps import (
    OpenPage,
    choose,
    describe,
    description,
    fetched_sound,
    finish,
    heard,
    sound,
    sound_address,
)

pytestmark = pytest.mark.browser


def alert(page: Page, beside: str) -> str:
    """The problem that stands beside something, in the words of the page."""
    notice = page.locator(f"#{beside} [role=alert]")
    expect(notice).to_be_visible()
    return notice.inner_text()


def test_a_photo_is_described_and_the_description_spoken(page: Page, photo: Path) -> None:
    page.get_by_role("radio", name="Detailed").check()
    describe(page, photo)

    assert "cat" in description(page).lower()
    samples, rate = sound(page)
    assert len(samples) / rate > 1.0
    assert heard(samples)
    expect(page.locator("#ic-made-by")).to_contain_text("grounded")
    expect(page.locator("#ic-made-by")).to_contain_text("Heart")
    expect(page.get_by_role("img", name=description(page))).to_be_visible()


def test_the_result_is_announced_once_in_words(page: Page, photo: Path) -> None:
    page.evaluate(
        """() => {
          window.said = [];
          const live = document.getElementById("ic-live");
          new MutationObserver(() => live.textContent && window.said.push(live.textContent))
            .observe(live, {childList: true});
        }"""
    )
    page.get_by_role("radio", name="Detailed").check()
    describe(page, photo)

    samples, rate = sound(page)
    seconds = round(len(samples) / rate)
    expect(page.locator("#ic-live")).to_have_text(
        f"Caption: {description(page)} Speech ready, {seconds} seconds."
    )
    assert len([words for words in page.evaluate("window.said") if words.startswith("Caption")]) == 1
    assert page.locator("#ic-live").get_attribute("aria-live") == "polite"


def test_an_edited_description_is_spoken_again(page: Page, photo: Path) -> None:
    describe(page, photo)
    before, (short, _) = sound_address(page), sound(page)

    page.get_by_role("textbox", name="Description", exact=True).fill(
        "This is a much longer description, written by hand. It has several sentences. "
        "All of them are read out, one after the other."
    )
    page.get_by_role("button", name="Speak again").click()
    expect(page.locator("#ic-player audio")).not_to_have_attribute("src", before, timeout=30_000)

    samples, _ = sound(page)
    assert len(samples) > 1.5 * len(short)
    assert heard(samples)
    assert "by hand" in description(page)


def test_a_bad_file_is_refused_in_words_and_earlier_results_stay(
    page: Page, photo: Path, tmp_path: Path
) -> None:
    describe(page, photo)
    text, address = description(page), sound_address(page)
    bad = tmp_path / "letter.jpg"
    bad.write_text("Dear reader, this is not a picture.")

    choose(page, bad)

    assert "letter.jpg" in alert(page, "ic-photo-problem")
    assert (description(page), sound_address(page)) == (text, address)
    expect(page.locator(".ic-subject")).to_have_text("Description of chelsea.jpg, which is no longer chosen")
    page.get_by_role("button", name="Describe aloud").click()
    expect(page.locator("#ic-photo-problem [role=alert]")).to_contain_text("no photo yet")
    assert (description(page), sound_address(page)) == (text, address)
    describe(page, photo)
    expect(page.locator("#ic-photo-problem [role=alert]")).to_be_hidden()


def test_without_a_photo_the_way_out_is_said(page: Page) -> None:
    page.get_by_role("button", name="Describe aloud").click()

    assert "no photo yet" in alert(page, "ic-photo-problem")
    expect(page.get_by_role("button", name="Stop")).to_be_hidden()


def test_without_a_text_there_is_nothing_to_speak(page: Page) -> None:
    page.get_by_role("button", name="Speak again").click()

    assert "no text" in alert(page, "ic-speech-problem")


def test_avif_is_described(page: Page, photo: Path, tmp_path: Path) -> None:
    file = tmp_path / "phone.avif"
    with Image.open(photo) as image:
        image.save(file)

    describe(page, file)

    assert "cat" in description(page).lower()


def test_heic_is_shown_though_the_browser_cannot_and_described(page: Page) -> None:
    page.get_by_role("radio", name="Detailed").check()
    describe(page, Path(__file__).parents[1] / "media" / "quarters.heic")

    assert {"red", "green", "blue"} <= set(re.findall(r"\w+", description(page)))
    corner = page.locator(".ic-stage-photo").evaluate(
        """async (image) => {
          await image.decode();
          const canvas = document.createElement("canvas");
          canvas.width = canvas.height = 2;
          const pen = canvas.getContext("2d");
          pen.drawImage(image, 0, 0, 2, 2);
          return [...pen.getImageData(0, 0, 1, 1).data];
        }"""
    )
    assert corner[0] > 150 > 80 > max(corner[1:3])


def test_a_photo_can_be_dropped(page: Page, photo: Path) -> None:
    drop(page, photo, "#ic-photo .ic-stage", "drop")
    expect(page.get_by_role("img", name="dropped.jpg")).to_be_visible()


def test_a_photo_can_be_pasted(page: Page, photo: Path) -> None:
    drop(page, photo, "body", "paste")
    expect(page.get_by_role("img", name="dropped.jpg")).to_be_visible()


def drop(page: Page, photo: Path, target: str, event: str) -> None:
    """Drop a file on something, or paste it there."""
    page.evaluate(
        """([bytes, target, kind]) => {
          const data = new DataTransfer();
          data.items.add(new File([new Uint8Array(bytes)], "dropped.jpg", {type: "image/jpeg"}));
          const carried = kind === "drop" ? {dataTransfer: data} : {clipboardData: data};
          const make = kind === "drop" ? DragEvent : ClipboardEvent;
          const event = new make(kind, {bubbles: true, cancelable: true, ...carried});
          document.querySelector(target).dispatchEvent(event);
        }""",
        [list(photo.read_bytes()), target, event],
    )


def test_a_photo_can_be_taken_with_the_camera(page: Page) -> None:
    page.get_by_role("button", name="Camera").click()
    page.get_by_role("button", name="Take photo").click()

    expect(page.get_by_role("img", name="camera.jpg")).to_be_visible()
    expect(page.get_by_role("button", name="Camera")).to_be_visible()


def test_the_camera_goes_off_with_escape_and_when_another_tab_is_shown(page: Page) -> None:
    camera, snap = (page.get_by_role("button", name=name) for name in ("Camera", "Take photo"))
    camera.click()
    expect(snap).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#ic-live")).to_have_text("The camera is off.")
    expect(camera).to_be_focused()

    camera.click()
    expect(snap).to_be_focused()
    track = page.evaluate_handle("document.querySelector('#ic-photo video').srcObject.getVideoTracks()[0]")
    page.get_by_role("tab", name="Evaluation").click()
    page.wait_for_function("track => track.readyState === 'ended'", arg=track)


def test_a_photo_can_be_removed(page: Page, photo: Path) -> None:
    choose(page, photo)
    page.get_by_role("button", name="Remove photo").click()

    expect(page.get_by_role("img", name="Your photo")).to_be_hidden()
    page.get_by_role("button", name="Describe aloud").click()
    assert "no photo yet" in alert(page, "ic-photo-problem")


def test_every_result_says_which_photo_it_is_of(page: Page, photo: Path) -> None:
    subject = page.locator(".ic-subject")
    describe(page, photo)
    text = description(page)
    expect(subject).to_have_text("Description of chelsea.jpg")

    choose(page, photo.with_name("coffee.jpg"))
    expect(subject).to_have_text("Description of chelsea.jpg, not of the photo chosen now")
    expect(page.get_by_role("img", name=text)).to_be_hidden()
    page.get_by_role("button", name="Describe aloud").click()
    expect(subject).to_have_text("Description of coffee.jpg")
    finish(page)
    assert description(page) != text
    page.get_by_role("button", name="Remove photo").click()
    expect(subject).to_have_text("Description of coffee.jpg, which is no longer chosen")


@pytest.mark.parametrize("limit", ["0", "-5", "19"])
def test_a_limit_that_cannot_be_kept_is_refused_beside_it(page: Page, photo: Path, limit: str) -> None:
    more, field = page.get_by_role("button", name="More options"), page.locator("#ic-limit-field")
    more.click()
    field.fill(limit)
    more.click()
    choose(page, photo)
    page.get_by_role("button", name="Describe aloud").click()

    assert "from 20" in alert(page, "ic-limit-problem")
    expect(field).to_be_visible()
    expect(field).to_have_attribute("aria-invalid", "true")
    assert description(page) == ""
    field.fill("40")
    page.get_by_role("button", name="Describe aloud").click()
    finish(page)
    expect(page.locator("#ic-limit-problem [role=alert]")).to_be_hidden()


def test_long_speech_is_heard_from_its_beginning_while_the_rest_is_made(page: Page) -> None:
    page.locator("#ic-player").get_by_label("Play when ready").check()
    page.evaluate(
        """() => {
          window.told = [];
          new MutationObserver(() => window.told.push(document.querySelector(".ic-step").textContent))
            .observe(document.querySelector(".ic-step"), {childList: true, characterData: true});
          window.began = null;
          const sound = document.querySelector("#ic-player audio");
          sound.addEventListener("playing", () => {
            window.began ??= document.querySelector(".ic-action").hasAttribute("data-busy");
          });
        }"""
    )
    page.get_by_role("textbox", name="Description", exact=True).fill(
        "This is a story that somebody wants to hear at once. " * 150
    )
    page.get_by_role("button", name="Speak again").click()
    finish(page)

    assert page.evaluate("window.began") is True
    assert any(words.startswith("Speaking… 1 of 150") for words in page.evaluate("window.told"))
    assert page.evaluate("document.querySelector('#ic-player audio').played.length") > 0
    page.get_by_role("button", name="Pause").click()
    page.wait_for_function("document.querySelector('#ic-player audio').duration > 150")  # the whole took over
    at = page.evaluate("document.querySelector('#ic-player audio').currentTime")
    samples, rate = sound(page)
    assert len(samples) / rate > 150
    assert 0 < at < len(samples) / rate
    expect(page.locator("#ic-player .ic-time")).to_contain_text(f"/ {int(len(samples) / rate) // 60}:")
    assert page.get_by_role("link", name="Download sound").get_attribute("href") == sound_address(page)


def test_long_texts_are_not_read_back_to_those_who_listen(page: Page) -> None:
    page.get_by_role("textbox", name="Description", exact=True).fill("A sentence of some length. " * 20)
    page.get_by_role("button", name="Speak again").click()
    finish(page)

    expect(page.locator("#ic-live")).to_have_text(re.compile(r"^Speech ready, \d+ seconds\.$"))


def test_every_voice_is_read_whole_in_the_menu(page: Page) -> None:
    cut = page.evaluate(
        """() => {
          const select = document.querySelector("#ic-voice-select");
          const style = getComputedStyle(select);
          const pen = document.createElement("canvas").getContext("2d");
          pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
          const room = select.clientWidth - 2 * parseFloat(style.paddingLeft) - 20; // the arrow's
          const labels = [...select.options].filter((one) => !one.disabled).map((one) => one.label);
          return labels.filter((label) => pen.measureText(label).width > room);
        }"""
    )
    assert cut == []


def test_the_limit_is_kept_and_counted(page: Page, photo: Path) -> None:
    page.get_by_role("button", name="More options").click()
    page.get_by_label("Longest description, in characters").fill("60")
    page.get_by_role("radio", name="Detailed").check()
    describe(page, photo)

    length = len(description(page))
    assert 0 < length <= 60
    expect(page.locator("#ic-counter")).to_have_text(f"{length} of 60 characters")
    page.get_by_role("textbox", name="Description", exact=True).fill("x" * 70)
    expect(page.locator("#ic-counter")).to_have_text("70 of 60 characters, 10 too many")


def test_a_detailed_description_says_more(page: Page, photo: Path) -> None:
    describe(page, photo)
    short = description(page)
    page.get_by_role("radio", name="Detailed").check()
    page.get_by_role("button", name="Describe aloud").click()
    expect(page.get_by_role("textbox", name="Description", exact=True)).not_to_have_value(short)
    finish(page)

    assert len(description(page)) > len(short)


def test_a_slower_voice_takes_longer(page: Page, photo: Path) -> None:
    describe(page, photo)
    before, (usual, _) = sound_address(page), sound(page)
    page.get_by_label("Speed").fill("0.5")
    page.get_by_role("button", name="Speak again").click()
    expect(page.locator("#ic-player audio")).not_to_have_attribute("src", before, timeout=30_000)

    assert len(sound(page)[0]) > 1.5 * len(usual)


def test_the_description_is_copied(page: Page, photo: Path) -> None:
    describe(page, photo)
    page.get_by_role("button", name="Copy").click()

    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == description(page)


def test_nothing_plays_by_itself_unless_asked_and_that_is_remembered(
    open_page: OpenPage, photo: Path
) -> None:
    page = open_page()
    played = "document.querySelector('#ic-player audio').played.length > 0"
    describe(page, photo)
    assert not page.evaluate(played)

    page.locator("#ic-player").get_by_label("Play when ready").check()
    page.reload()
    expect(page.locator("#ic-player").get_by_label("Play when ready")).to_be_checked()
    page.wait_for_selector("#ic-voice option", state="attached")
    describe(page, photo)
    page.wait_for_function(played)
    expect(page.locator("#ic-live")).to_have_text("Playing the description.")


def test_the_player_plays_and_is_moved_with_the_keyboard(page: Page, photo: Path) -> None:
    describe(page, photo)
    slider = page.get_by_role("slider", name="Position in the sound")
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    assert page.evaluate("document.querySelector('#ic-player audio').currentTime") == pytest.approx(
        0.5, abs=0.05
    )
    assert "0.5 of" in (slider.get_attribute("aria-valuetext") or "")

    page.get_by_role("button", name="Play the description").press("Space")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()


def test_an_example_is_described_with_one_click(page: Page) -> None:
    page.locator(".ic-example").first.click()
    finish(page)

    assert description(page)
    assert heard(sound(page)[0])


def test_what_was_seen_is_drawn_on_demand(page: Page, photo: Path) -> None:
    describe(page, photo)
    page.get_by_role("button", name="Details").click()
    expect(page.get_by_role("rowheader").first).to_be_visible()
    page.get_by_role("button", name="Show what was seen").click()

    drawing = page.locator("#ic-seen img")
    expect(drawing).to_be_visible()
    assert "cat" in (drawing.get_attribute("alt") or "")
    page.get_by_role("button", name="Hide what was seen").click()
    expect(drawing).to_be_hidden()


def test_the_sound_and_the_details_can_be_saved(page: Page, photo: Path) -> None:
    describe(page, photo)
    with page.expect_download() as wav:
        page.get_by_role("link", name="Download sound").click()
    assert wav.value.suggested_filename == "chelsea.wav"

    page.get_by_role("button", name="Details").click()
    mp3 = page.get_by_role("link", name="Sound as MP3").get_attribute("href")
    samples, rate = fetched_sound(page, mp3 or "")
    assert len(samples) / rate == pytest.approx(len(sound(page)[0]) / sound(page)[1], abs=0.2)
    with page.expect_download() as saved:
        page.get_by_role("link", name="Details as JSON").click()
    facts = json.loads(Path(saved.value.path()).read_text("utf-8"))
    assert facts["file"] == "chelsea.jpg"
    assert facts["caption"] == description(page)


def test_models_and_memory_are_told(page: Page) -> None:
    page.locator("#ic-chip").click()

    panel = page.locator("#ic-models")
    expect(panel).to_contain_text("grounded")
    expect(panel).to_contain_text("in use")
    expect(panel).to_contain_text("Apache-2.0")
    expect(panel).to_contain_text("26 MB")


def test_a_model_can_be_unloaded_and_comes_back_by_itself(page: Page, photo: Path) -> None:
    describe(page, photo)
    page.reload()
    page.locator("#ic-chip").click()
    page.get_by_role("button", name="Unload grounded").click()
    expect(page.get_by_role("button", name="Unload grounded")).to_have_count(0)

    describe(page, photo)
    assert "cat" in description(page).lower()


def test_a_name_full_of_code_is_only_a_name(page: Page, photo: Path, tmp_path: Path) -> None:
    name = "<img src=x onerror=window.harmed=1>${window.harmed=1}`{{harm}}`.jpg"
    file = tmp_path / name
    file.write_bytes(photo.read_bytes())

    describe(page, file)
    page.get_by_role("button", name="Details").click()

    expect(page.locator("#ic-json")).to_contain_text("${window.harmed=1}")
    assert page.evaluate("window.harmed") is None


def test_a_new_machine_without_a_network_opens_and_says_the_way_out(new_page: Page, photo: Path) -> None:
    new_page.locator("#ic-chip").click()
    expect(new_page.locator("#ic-models")).to_contain_text("not on disk, 26 MB to download")

    choose(new_page, photo)
    new_page.get_by_role("button", name="Describe aloud").click()
    words = alert(new_page, "ic-photo-problem")
    assert "could not be fetched" in words
    assert "IMAGECRAFT_WEIGHTS" not in words
    expect(new_page.locator("#ic-photo-problem details")).to_contain_text("IMAGECRAFT_WEIGHTS")

    new_page.get_by_role("textbox", name="Description", exact=True).fill("The voice still works.")
    new_page.get_by_role("button", name="Speak again").click()
    finish(new_page)
    assert heard(sound(new_page)[0])
