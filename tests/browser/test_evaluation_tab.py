"""The tab "Evaluation": one caption, files and sounds, with the mouse, the keyboard and an audit."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from steps import OpenPage, serious_findings

from imagecraft.media.audio import Audio, write_audio
from imagecraft.scoring.captions import score

pytestmark = pytest.mark.browser

WORK_MS = 60_000
TALLEST_ROW = 260
PHONE = {"width": 390, "height": 844}
BEYOND = """() => [...document.querySelectorAll("body *")]
  .filter((one) => one.getClientRects().length && one.getBoundingClientRect().right > innerWidth + 1
    && !one.closest(".ic-sr, pre, [aria-hidden=true], .visually-hidden, .ic-items"))
  .map((one) => one.outerHTML.slice(0, 120))"""
CAPTIONS = {
    str(n): text for n, text in enumerate(["a cat on a mat", "two dogs run", "rain", "", "a red car"])
}
REFERENCES = {
    "0": ["a cat lies on a mat", "the cat"],
    "1": ["two dogs run fast"],
    "2": ["rain falls on a roof"],
    "3": ["a plate of food"],
    "4": ["a red car on a street"],
}


def evaluation(page: Page) -> Page:
    """Open the tab."""
    page.get_by_role("tab", name="Evaluation").click()
    expect(page.get_by_role("button", name="Score", exact=True)).to_be_visible()
    return page


def write(page: Page, caption: str, references: str) -> None:
    """Fill in one caption and what people wrote."""
    page.get_by_role("textbox", name="Caption", exact=True).fill(caption)
    page.get_by_role("textbox", name="What people wrote, one text a line").fill(references)


def run(page: Page) -> None:
    """Press Score and wait for the scores."""
    page.get_by_role("button", name="Score", exact=True).click()
    finish(page)


def finish(page: Page) -> None:
    """Wait until the work has ended with a result."""
    status = page.locator("#ic-score-status .ic-step")
    expect(status).to_have_attribute("data-state", "done", timeout=WORK_MS)


def send(page: Page, field: str, path: Path) -> None:
    """Choose a file and wait until it is sent."""
    page.locator(f"#{field} input").set_input_files(path)
    expect(page.locator(f"#{field} [aria-busy=true]")).to_have_count(0)


def shown(page: Page) -> dict[str, float]:
    """The table of scores."""
    rows = page.locator("#ic-score-result tbody tr:not(.ic-meaning)")
    return {
        row.locator("th").get_attribute("data-score") or "": float(
            row.locator("td").first.inner_text().replace("−", "-").replace("≈", "")
        )
        for row in rows.all()
    }


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "captions.json").write_text(json.dumps(CAPTIONS))
    (tmp_path / "others.json").write_text(json.dumps(dict.fromkeys(CAPTIONS, "a cat")))
    with (tmp_path / "people.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["image_id", "reference_1", "reference_2"])
        table.writerows([name, *texts] for name, texts in REFERENCES.items())
    samples = np.random.default_rng(0).normal(0, 0.1, (1, 16_000)).astype(np.float32)
    write_audio(Audio(samples, 16_000), tmp_path / "a.wav")
    write_audio(Audio(samples * np.float32(0.5), 16_000), tmp_path / "b.wav")
    return tmp_path


def files_mode(page: Page, files: Path, *, second: bool = False) -> None:
    """Choose both files (and a second system) in the mode for files."""
    page.get_by_label("Files", exact=True).check()
    send(page, "ic-score-predictions", files / "captions.json")
    send(page, "ic-score-truth", files / "people.csv")
    if second:
        send(page, "ic-score-second", files / "others.json")


def test_one_caption_is_scored_as_the_library_scores_it(page: Page) -> None:
    write(evaluation(page), "A cat on a purple mat.", "A cat lies on a mat.\nThe cat.")
    run(page)

    expected = score(["A cat on a purple mat."], [["A cat lies on a mat.", "The cat."]])
    for name in ("bleu_1", "rouge_l"):
        assert shown(page)[name] == pytest.approx(expected[name], abs=1e-4)
    expect(page.locator("#ic-score-result")).to_contain_text("at least two pictures")
    assert page.locator("#ic-score-words mark").all_inner_texts() == ["purple"]
    expect(page.locator("#ic-score-words")).to_contain_text("Only in reference 1: lies.")


def test_columns_can_be_named_by_hand(page: Page, tmp_path: Path) -> None:
    table = tmp_path / "odd.csv"
    table.write_text("pic,said,also\nx,a cat,a cat\ny,two dogs,dogs run\n")
    evaluation(page).get_by_label("Files", exact=True).check()
    send(page, "ic-score-predictions", table)
    send(page, "ic-score-truth", table)
    page.get_by_role("button", name="Score", exact=True).click()
    expect(page.locator("#ic-score-problem [role=alert]")).to_contain_text("'pic', 'said', 'also'")

    page.get_by_role("button", name="More options").last.click()
    page.get_by_role("textbox", name="Column of captions to score").fill("said")
    page.get_by_role("textbox", name="Columns of what people wrote").fill("also")
    run(page)

    expect(page.locator("#ic-score-result")).to_contain_text("captions from 'said'")


def test_a_picture_and_a_sound_are_compared(page: Page, photo: Path, files: Path, yamnet: None) -> None:
    evaluation(page).get_by_label("Picture and sound", exact=True).check()
    send(page, "ic-score-fit-picture", photo)
    send(page, "ic-score-fit-sound", files / "a.wav")
    run(page)

    assert {"coherence", "seen_heard", "heard_expected"} <= set(shown(page))
    expect(page.locator("#ic-score-result")).to_contain_text("not heard")


def test_the_scores_are_announced_once(page: Page) -> None:
    write(evaluation(page), "a cat", "a cat on a mat")
    run(page)

    live = page.locator("#ic-live")
    expect(live).to_have_text(re.compile(r"\d+ scores for 1 item\. [\w ()-]+ 0\.\d+\."))


def test_what_is_written_is_never_run(page: Page) -> None:
    evil = "${document.title='x'} <img src=x onerror=\"document.title='x'\"> {{7*7}}"
    write(evaluation(page), evil, evil)
    run(page)

    assert page.title() == "ImageCraft"
    assert evil in page.locator("#ic-score-words .ic-words").inner_text()


def test_a_picture_is_captioned_into_the_box(page: Page, photo: Path) -> None:
    send(evaluation(page), "ic-score-picture", photo)
    page.get_by_role("button", name="Caption this picture").click()
    finish(page)

    caption = page.get_by_role("textbox", name="Caption", exact=True)
    assert "cat" in caption.input_value().lower()


def test_files_are_scored_with_tables_charts_and_reports(page: Page, files: Path) -> None:
    files_mode(evaluation(page), files)
    page.get_by_role("button", name="More options").last.click()
    page.get_by_label("Intervals and tests").check()
    run(page)

    expected = score(CAPTIONS, REFERENCES)
    assert shown(page)["cider_d"] == pytest.approx(expected["cider_d"], abs=1e-4)
    result = page.locator("#ic-score-result")
    expect(result).to_contain_text("95 % interval")
    expect(result).to_contain_text("captions from 'reference_1', 'reference_2'")
    expect(result).to_contain_text("1 empty caption")
    assert page.locator("#ic-score-charts svg[role=img]").count() == 3
    with page.expect_download() as saved:
        page.get_by_role("link", name="JSON").last.click()
    said = json.loads(Path(saved.value.path()).read_text("utf-8"))
    assert said["metrics"]["cider_d"] == pytest.approx(expected["cider_d"], abs=1e-6)
    with page.expect_download() as saved:
        page.get_by_role("link", name="Items as CSV").click()
    assert len(Path(saved.value.path()).read_text("utf-8").splitlines()) == 6


def test_the_worst_and_the_best_stand_beside_their_pictures(page: Page, files: Path) -> None:
    for name, colour in (("0", "red"), ("COCO_val2014_000000000001", "blue"), ("unknown", "green")):
        Image.new("RGB", (400, 300), colour).save(files / f"{name}.png")
    files_mode(evaluation(page), files)
    page.locator("#ic-score-pictures input").set_input_files(sorted(files.glob("*.png")))
    expect(page.locator("#ic-score-pictures [aria-busy=true]")).to_have_count(0)
    run(page)
    page.get_by_role("button", name="Worst and best").click()

    expect(
        page.get_by_role("table", name="Worst by CIDEr-D").get_by_role("img", name="Picture 0")
    ).to_be_visible()
    widths = page.locator(".ic-thumbnail").evaluate_all("all => all.map((one) => one.naturalWidth)")
    assert widths == [160] * 4
    worst = page.get_by_role("table", name="Worst by CIDEr-D").locator("tbody th")
    assert worst.first.inner_text().strip() == "3"


def test_two_systems_stand_side_by_side(page: Page, files: Path) -> None:
    files_mode(evaluation(page), files, second=True)
    run(page)

    head = page.locator("#ic-score-result thead th").all_inner_texts()
    assert head == ["Metric", "First", "Second", "Difference", "95 % interval", "p"]
    result = page.locator("#ic-score-result")
    over = result.evaluate(
        "one => one.querySelector('table').getBoundingClientRect().right"
        " - one.parentElement.getBoundingClientRect().right"
    )
    assert over <= 1
    expect(result.locator("caption")).to_contain_text("First: captions")
    expect(result.locator("caption")).to_contain_text("Second: others")
    expect(result).to_contain_text("captions: 1 empty caption")
    for name, value in score(CAPTIONS, REFERENCES).metrics.items():
        assert shown(page)[name] == pytest.approx(value, abs=6e-4 if value < 5 else 6e-3)


def test_both_systems_are_in_every_part_of_the_result(page: Page, files: Path) -> None:
    files_mode(evaluation(page), files, second=True)
    run(page)
    for name in ("Worst and best", "Every caption"):
        page.get_by_role("button", name=name).click()

    charts = page.locator("#ic-score-charts svg")
    assert charts.count() == 3
    for chart in charts.all():
        assert chart.locator(".ic-second").count() > 0
    expect(charts.first).to_have_attribute("aria-label", re.compile(r"CIDEr-D [\d.]+ and [\d.]+ \(0 to 10\)"))
    differing = page.get_by_role("table", name="First scores higher by CIDEr-D").locator("tbody tr")
    expect(differing.filter(has_text="two dogs run").first).to_contain_text("a cat")
    row = page.locator("#ic-score-items tbody tr", has=page.locator("th", has_text="1"))
    cells = [text.replace("−", "-") for text in row.locator("td").all_inner_texts()]
    assert float(cells[1]) - float(cells[0]) == pytest.approx(float(cells[2]), abs=2e-3)
    assert cells[3:5] == ["two dogs run", "a cat"]
    with page.expect_download() as saved:
        page.get_by_role("link", name="Items as CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(saved.value.path()).read_text("utf-8"), newline="")))
    assert [row["prediction_second"] for row in rows] == ["a cat"] * 5
    assert rows[0]["rouge_l_first"] != rows[0]["rouge_l_second"]


def test_numbers_are_written_as_people_read_them(page: Page) -> None:
    write(
        evaluation(page), "a cat on a mat sees ten small red birds", "a dog sits in a very big and green car"
    )
    run(page)

    rows = page.locator("#ic-score-result tbody")
    expect(rows.get_by_role("row", name="BLEU-4")).to_have_text("BLEU-4≈ 0")
    expect(rows.get_by_role("row", name="Length in words")).to_have_text("Length in words10.00")
    expect(rows).to_contain_text("0 to 1, higher is better.")


def test_the_table_is_sorted_and_searched(page: Page, files: Path) -> None:
    files_mode(evaluation(page), files)
    run(page)
    page.get_by_role("button", name="Every caption").click()
    ids = page.locator("#ic-score-items tbody tr:not([hidden]) th")

    assert ids.all_inner_texts() == ["0", "1", "2", "3", "4"]
    page.locator("#ic-score-items").get_by_role("button", name="ROUGE-L").click()
    rising = ids.all_inner_texts()
    assert rising[0] == "3"
    page.locator("#ic-score-items").get_by_role("button", name="ROUGE-L").click()
    assert ids.all_inner_texts() == rising[::-1]
    expect(page.locator("#ic-score-items th[aria-sort=descending]")).to_have_count(1)
    page.get_by_label("Search in the table").fill("dogs")
    assert ids.all_inner_texts() == ["1"]
    expect(page.locator("#ic-score-found")).to_have_text("1 of 5 rows")


def test_sounds_are_compared_with_pictures_of_them(page: Page, files: Path) -> None:
    evaluation(page).get_by_label("Sounds", exact=True).check()
    send(page, "ic-score-sound", files / "a.wav")
    send(page, "ic-score-estimate", files / "b.wav")
    run(page)

    assert shown(page)["spectral_convergence"] == pytest.approx(0.5, abs=0.01)
    picture = page.locator("#ic-score-spectrograms img")
    expect(picture).to_be_visible()
    assert "louder (orange)" in (picture.get_attribute("alt") or "")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    expect(page.locator("#ic-score-charts svg")).to_have_count(1)


@pytest.mark.parametrize("case", ["nothing", "no references", "bad file", "no metric"])
def test_a_mistake_is_said_with_the_way_out(page: Page, files: Path, case: str) -> None:
    evaluation(page)
    words = "no caption yet"
    if case == "no references":
        write(page, "a cat", " \n ")
        words = "nothing to compare"
    elif case == "bad file":
        (files / "captions.json").write_text("{")
        files_mode(page, files)
        words = "not JSON"
    elif case == "no metric":
        write(page, "a cat", "a cat")
        page.get_by_role("button", name="More options").last.click()
        while page.locator("#ic-score-metrics input:checked").count():
            page.locator("#ic-score-metrics input:checked").first.uncheck()
        words = "No metric is chosen"
    page.get_by_role("button", name="Score", exact=True).click()

    expect(page.locator("#ic-score-problem [role=alert]")).to_contain_text(words, timeout=WORK_MS)
    expect(page.get_by_role("button", name="Score", exact=True)).to_have_attribute("aria-disabled", "false")


def test_escape_stops_the_work_and_the_next_run_is_its_own(page: Page, files: Path) -> None:
    words = np.random.default_rng(0).choice(
        ["a", "cat", "dog", "runs", "sleeps", "on", "red", "mats"], (6_000, 12)
    )
    texts = {str(place): " ".join(row) for place, row in enumerate(words)}
    (files / "captions.json").write_text(json.dumps(texts))
    (files / "many.json").write_text(
        json.dumps({name: [text[::-1], text] * 3 for name, text in texts.items()})
    )
    files_mode(evaluation(page), files)
    send(page, "ic-score-truth", files / "many.json")
    page.get_by_role("button", name="Score", exact=True).click()
    expect(page.locator("#ic-score-status .ic-step")).to_contain_text("Scoring… ", timeout=WORK_MS)
    page.keyboard.press("Escape")

    expect(page.locator("#ic-score-status .ic-step")).to_have_text("Stopped.", timeout=WORK_MS)
    expect(page.get_by_role("button", name="Stop", exact=True)).to_be_hidden()
    page.get_by_label("One caption").check()
    write(page, "a cat", "a cat")
    run(page)
    expect(page.locator("#ic-score-result")).to_contain_text("Scores of 1 item")


def test_long_sounds_say_what_is_done_and_can_be_stopped(page: Page, files: Path) -> None:
    samples = np.random.default_rng(0).normal(0, 0.1, (2, 48_000 * 150)).astype(np.float32)
    write_audio(Audio(samples, 48_000), files / "long.wav")
    evaluation(page).get_by_label("Sounds", exact=True).check()
    send(page, "ic-score-sound", files / "long.wav")
    send(page, "ic-score-estimate", files / "long.wav")
    page.get_by_role("button", name="Score", exact=True).click()
    expect(page.locator("#ic-score-status .ic-step")).to_contain_text("Scoring… ", timeout=WORK_MS)
    page.keyboard.press("Escape")

    expect(page.locator("#ic-score-status .ic-step")).to_have_text("Stopped.", timeout=WORK_MS)


def test_everything_works_from_the_keyboard(page: Page) -> None:
    page.get_by_role("tab", name="Image → Speech").focus()
    evaluation_tab = page.get_by_role("tab", name="Evaluation")
    for _ in range(page.get_by_role("tab").count()):
        if evaluation_tab.evaluate("one => one === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    write(page, "a cat", "a cat on a mat")
    page.get_by_role("textbox", name="Caption", exact=True).press("Control+Enter")
    finish(page)

    assert "rouge_l" in shown(page)
    page.get_by_label("One caption").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#ic-score-predictions input")).to_be_visible()


def empty(page: Page, files: Path) -> None:
    """The tab as it opens, with its options."""
    page.get_by_role("button", name="More options").last.click()


def scored(page: Page, files: Path) -> None:
    """Files scored, all that can be opened open."""
    files_mode(page, files)
    run(page)
    for button in page.locator(".ic-evaluation .ic-disclosure").all():
        if button.is_visible():
            button.click()


def compared(page: Page, files: Path) -> None:
    """Two systems scored, all that can be opened open."""
    files_mode(page, files, second=True)
    run(page)
    for button in page.locator(".ic-evaluation .ic-disclosure").all():
        if button.is_visible():
            button.click()


def sounds(page: Page, files: Path) -> None:
    """Sounds compared."""
    page.get_by_label("Sounds", exact=True).check()
    send(page, "ic-score-sound", files / "a.wav")
    send(page, "ic-score-estimate", files / "b.wav")
    run(page)


def refused(page: Page, files: Path) -> None:
    """A problem."""
    page.get_by_role("button", name="Score", exact=True).click()
    expect(page.locator("#ic-score-problem [role=alert]")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "scene", [empty, scored, compared, sounds, refused], ids=lambda scene: scene.__name__
)
def test_axe_finds_nothing_serious(
    open_page: OpenPage, files: Path, scene: Callable[[Page, Path], None], scheme: str
) -> None:
    page = evaluation(open_page(color_scheme=scheme, reduced_motion="reduce"))
    scene(page, files)

    assert serious_findings(page) == []


@pytest.mark.parametrize("scene", [empty, scored, compared, sounds], ids=lambda scene: scene.__name__)
def test_a_phone_needs_no_scrolling_sideways_and_no_small_targets(
    open_page: OpenPage, files: Path, scene: Callable[[Page, Path], None]
) -> None:
    page = evaluation(open_page(viewport=PHONE))
    scene(page, files)

    assert page.evaluate(BEYOND) == []
    tall = page.evaluate(
        """most => [...document.querySelectorAll("#ic-score-result tr, #ic-score-extremes tr")]
          .filter((row) => row.getBoundingClientRect().height > most).map((row) => row.textContent)""",
        TALLEST_ROW,
    )
    assert tall == []
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, a[href], select, input, textarea")]
          .filter((one) => one.closest(".ic-evaluation"))
          .filter((one) => one.checkVisibility({visibilityProperty: true}))
          .map((one) => [one, (one.closest("label") || one).getBoundingClientRect()])
          .filter(([, box]) => box.width && (box.width < 43.5 || box.height < 41.5))
          .map(([one, box]) => `${one.outerHTML.slice(0, 90)} ${box.width}x${box.height}`)"""
    )
    assert small == []
