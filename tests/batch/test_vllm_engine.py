"""Chat models through ray.data.llm: the real thing but for vLLM itself, which needs a GPU."""

from __future__ import annotations

import pickle
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from batch_inputs import folder_of
from PIL import Image
from typer.testing import CliRunner

from imagecraft import catalog
from imagecraft.batch import on_vllm
from imagecraft.batch.items import Item, OnDisk
from imagecraft.batch.on_ray import Cluster, in_ray
from imagecraft.batch.places import Places
from imagecraft.batch.rows import Row, state_key
from imagecraft.batch.tasks import CaptionTask
from imagecraft.batch.work import Work
from imagecraft.batch.workers import Job
from imagecraft.cli.app import app
from imagecraft.errors import InvalidInput, ModelUnavailable

SAID = "The image shows a red square on grey ground."
CAPTION = "A red square on grey ground."


@pytest.fixture
def work(tmp_path: Path) -> Work:
    return Work(CaptionTask("qwen3-vl-2b", language="de"), Places(tmp_path / "files"))


@pytest.fixture
def jobs(tmp_path: Path) -> list[Job]:
    folder = folder_of(tmp_path / "photos", 3)
    Image.new("RGB", (2000, 1000), "gray").save(folder / "large.png")
    (folder / "torn.jpg").write_bytes((folder / "00.jpg").read_bytes()[:200])
    return [(Item(str(path), OnDisk(path), path.name), None) for path in sorted(folder.iterdir())]


def _answered(row: dict[str, Any], text: str = SAID, tokens: int = 12) -> dict[str, Any]:
    return row | {"generated_text": text, "num_generated_tokens": tokens, "time_taken_llm": 0.5}


def _asked(talk: on_vllm.Talk, job: Job) -> dict[str, Any]:
    return talk.ask({"job": pickle.dumps(job)})


def _outcome(row: dict[str, Any]) -> tuple[Item, Row | None]:
    found: tuple[Item, Row | None] = pickle.loads(row["outcome"])
    return found


def test_a_picture_and_a_question_are_sent_and_the_answer_becomes_a_row(work: Work, jobs: list[Job]) -> None:
    talk = on_vllm.Talk(work, str(Path.cwd()))
    large = next(job for job in jobs if job[0].below == "large.png")

    asked = _asked(talk, large)
    picture, question = asked["messages"][0]["content"]
    item, row = _outcome(talk.settle({on_vllm.FAILED: ""} | talk.hear(_answered(asked))))

    assert picture["image_pil"].size == (768, 384)
    assert "German" in question["text"]
    assert asked["sampling_params"] == {"temperature": 0.0, "max_tokens": 64}
    assert item == large[0]
    assert row is not None
    assert row.result == {"caption": CAPTION, "evidence": []}
    assert (row.path, row.model, row.seconds, row.error) == (item.name, "qwen3-vl-2b", 0.5, None)
    assert row.settings == work.key


def test_an_answer_that_was_cut_off_loses_its_unfinished_end(tmp_path: Path, jobs: list[Job]) -> None:
    talk = on_vllm.Talk(
        Work(CaptionTask("qwen3-vl-2b", length="detailed"), Places(tmp_path / "files")), str(Path.cwd())
    )
    answer = _answered(_asked(talk, jobs[0]), "A square. It is red. Around it ther", 256)

    _, row = _outcome(talk.hear(answer))

    assert row is not None
    assert row.result["caption"] == "A square. It is red."


def test_what_is_done_or_damaged_is_never_sent(work: Work, jobs: list[Job]) -> None:
    talk = on_vllm.Talk(work, str(Path.cwd()))
    sha256 = work.prepare(jobs[0][0]).sha256
    again = _asked(talk, (jobs[0][0], state_key(str(sha256), work.key)))
    torn = _asked(talk, next(job for job in jobs if job[0].below == "torn.jpg"))

    assert again[on_vllm.FAILED]
    assert torn[on_vllm.FAILED]
    assert _outcome(talk.settle(again)) == (jobs[0][0], None)
    row = _outcome(talk.settle(torn))[1]
    assert row is not None
    assert row.error


def test_its_settings_are_those_that_ray_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("ray")
    pytest.importorskip("aiohttp")
    made = on_vllm.configuration(catalog.card("qwen3-vl-2b"), 16, (1, 4), 2)

    assert made.model_source == "Qwen/Qwen3-VL-2B-Instruct"
    assert made.get_concurrency() == {"min_size": 1, "max_size": 4}
    assert made.engine_kwargs["tensor_parallel_size"] == 2
    assert "mm_processor_kwargs" not in made.engine_kwargs
    assert made.should_continue_on_error
    named = on_vllm.configuration(catalog.chosen_card("smolvlm-256m@/models/mine", "caption"), 16, (1, 1), 1)
    assert named.model_source == "/models/mine"
    assert named.engine_kwargs["mm_processor_kwargs"] == {"size": {"longest_edge": 512}}


def test_rays_own_stages_carry_questions_there_and_rows_back(
    work: Work, jobs: list[Job], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the engine's place: a stage that looks at the picture it is sent, and fails at one."""
    ray = pytest.importorskip("ray")
    pytest.importorskip("aiohttp")
    from ray import cloudpickle
    from ray.llm._internal.batch.processor.base import Processor
    from ray.llm._internal.batch.stages.base import StatefulStage, StatefulStageUDF

    class Engine(StatefulStageUDF):
        async def udf(self, rows: list[dict[str, Any]]) -> AsyncIterator[dict[str, Any]]:
            for row in rows:
                picture = row["messages"][0]["content"][0]["image_pil"]
                fails = {on_vllm.FAILED: "ValueError: too\nlong" if picture.width == 768 else ""}
                answer = _answered({}, f"{SAID} {picture.size}") if not fails[on_vllm.FAILED] else {}
                yield fails | answer | {self.IDX_IN_BATCH_COLUMN: row[self.IDX_IN_BATCH_COLUMN]}

    def processor(work: Work, together: int, copies: tuple[int, int], gpus: int) -> Any:
        talk = on_vllm.Talk(work, str(Path.cwd()))
        config = on_vllm.configuration(catalog.card("qwen3-vl-2b"), together, copies, gpus)
        return Processor(config, [StatefulStage(fn=Engine)], preprocess=talk.ask, postprocess=talk.hear)

    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    monkeypatch.setattr(on_vllm, "processor", processor)
    cluster = Cluster(workers=(1, 1), gpus=1, serve_with="vllm")
    ray.init(include_dashboard=False, log_to_driver=False)
    try:
        monkeypatch.chdir(tmp_path / "photos")  # not where Ray was started
        named = [(Item(item.below, OnDisk(Path(item.below)), item.below), known) for item, known in jobs]
        with closing(in_ray(work, iter(named), cluster, 2, lambda: False)) as outcomes:
            rows = {item.below: row for item, row in outcomes}
    finally:
        ray.shutdown()
        cloudpickle.unregister_pickle_by_value(sys.modules[__name__])

    assert set(rows) == {item.below for item, _ in jobs}
    found = {name: row for name, row in rows.items() if row is not None}
    assert sorted(name for name, row in found.items() if row.error is None) == ["00.jpg", "01.jpg", "02.jpg"]
    assert {row.result["caption"] for row in found.values() if not row.error} == {CAPTION}
    assert "too long" in str(found["large.png"].error)
    assert found["large.png"].sha256
    assert found["torn.jpg"].error == work.finish([work.prepare(jobs[-1][0])])[0].error  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--serve-with", "vllm"], "--engine ray"),
        (["--engine", "ray", "--serve-with", "vllm"], "qwen3-vl-2b"),
        (["--engine", "ray", "--serve-with", "vllm", "--model", "qwen3-vl-2b", "--gpus", "0.5"], "whole"),
        (["--engine", "ray", "--serve-with", "other"], "vllm"),
    ],
)
def test_what_vllm_cannot_do_is_said_before_anything_begins(options: list[str], words: str) -> None:
    pytest.importorskip("ray")
    made = CliRunner().invoke(app, ["batch", ".", "--task", "caption", "-o", "x.jsonl", *options])

    assert isinstance(made.exception, InvalidInput)
    assert words in str(made.exception)


def test_without_vllm_it_says_what_to_install(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ModelUnavailable) as raised:
        on_vllm.check(work)
    assert "ray[llm]" in raised.value.hint
