"""Chat models served by vLLM on a Ray cluster, through ray.data.llm: many pictures under way in each engine.

Rows are those of the other engines: pictures are read, prompts written and answers put in order by the same
functions. An input that cannot be read, or whose row still holds, passes the engine by: every stage of
ray.data.llm leaves rows alone whose column `__inference_error__` is not empty.

References:
    https://docs.ray.io/en/latest/data/working-with-llms.html
"""

from __future__ import annotations

import importlib.util
import pickle
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from imagecraft.assets import vocabulary
from imagecraft.batch.items import Item
from imagecraft.batch.on_ray import go_to
from imagecraft.batch.tasks import CaptionTask, captioned
from imagecraft.batch.work import Prepared, Work
from imagecraft.captioning.chat import SIDE, asked, shown
from imagecraft.captioning.neural import Description, NeuralCaptioner
from imagecraft.catalog import ModelCard
from imagecraft.errors import ImageCraftError, InvalidInput, ModelUnavailable
from imagecraft.runtime.selection import chosen

FAMILY = "imagecraft.captioning.chat:Chat"
CONTEXT_TOKENS = 8192
"""Room for a picture of `SIDE` pixels (600 to 1,100 tokens), the question and the longest answer."""
FAILED = "__inference_error__"
PASSES = "passes the engine by"


def check(work: Work) -> None:
    """Refuse what vLLM cannot do.

    Raises:
        InvalidInput: the task is not captions by a chat model.
        ModelUnavailable: vLLM is not installed.
    """
    if not isinstance(work.task, CaptionTask) or _card(work.task).family != FAMILY:
        raise InvalidInput(
            "vLLM serves chat models that write captions, nothing else.",
            "Give --task caption and such a --model (qwen3-vl-2b is one), or leave --serve-with out.",
        )
    if importlib.util.find_spec("vllm") is None:
        raise ModelUnavailable(
            "vLLM is not installed here.",
            'Install it on every machine of the cluster: pip install "ray[llm]"; or leave --serve-with out.',
        )


def configuration(card: ModelCard, together: int, copies: tuple[int, int], gpus: int) -> Any:
    """The vLLMEngineProcessorConfig of ray.data.llm.

    Args:
        card: A chat model. Every machine loads it from its folder, or from the hub.
        together: Pictures that an engine is handed at once; it has several such lots under way.
        copies: Fewest and most engines.
        gpus: GPUs that each engine spreads the model over.
    """
    from ray.data.llm import vLLMEngineProcessorConfig

    pinned = {"revision": card.revision} if card.revision and not card.folder else {}
    resized = {"mm_processor_kwargs": {"size": card.settings["size"]}} if "size" in card.settings else {}
    return vLLMEngineProcessorConfig(
        model_source=card.folder or card.repo,
        engine_kwargs={
            **pinned,
            **resized,
            "limit_mm_per_prompt": {"image": 1},
            "max_model_len": CONTEXT_TOKENS,
            "tensor_parallel_size": gpus,
        },
        batch_size=together,
        concurrency=copies,
        should_continue_on_error=True,
        log_engine_metrics=False,
        prepare_multimodal_stage={
            "enabled": True,
            "chat_template_content_format": "openai",
            "model_config_kwargs": {**pinned, "max_model_len": CONTEXT_TOKENS},
        },
        tokenize_stage=False,  # the engine does both
        detokenize_stage=False,
    )


def processor(work: Work, together: int, copies: tuple[int, int], gpus: int) -> Any:
    """What turns a dataset of jobs into one of outcomes (see `Talk`)."""
    from ray.data.llm import build_processor

    talk = Talk(work, str(Path.cwd()))
    config = configuration(_card(work.task), together, copies, gpus)
    return build_processor(config, preprocess=talk.ask, postprocess=talk.hear)


@dataclass(frozen=True)
class Talk:
    """What is said to the engine and made of its answers, a row of Ray Data at a time.

    Attributes:
        work: What is done; its task is a `CaptionTask`.
        folder: Where names of files without a leading folder count from.
    """

    work: Work
    folder: str

    def ask(self, row: dict[str, Any]) -> dict[str, Any]:
        """From {"job"} to {"messages", "sampling_params", "prepared"}, or to {"outcome"} that passes by."""
        go_to(self.folder)
        item, known = pickle.loads(row["job"])
        prepared = self.work.prepare(item, known)
        if prepared.done or prepared.error is not None:
            (finished,) = self.work.finish([prepared])
            return {"outcome": pickle.dumps((item, finished)), FAILED: PASSES}
        task, picture = self.work.task, prepared.opened
        side = int(_card(task).settings.get("side", SIDE))
        question = asked(task.length, task.language)  # type: ignore[attr-defined]
        about = (replace(prepared, opened=None), picture.size, picture.notices)
        return {
            "messages": [
                {
                    "role": "user",
                    "content": [
                        {"type": "image_pil", "image_pil": shown(picture.image, side)},
                        {"type": "text", "text": question},
                    ],
                }
            ],
            "sampling_params": {"temperature": 0.0, "max_tokens": self._most_tokens},
            "prepared": pickle.dumps(about),
            FAILED: "",
        }

    def hear(self, row: dict[str, Any]) -> dict[str, Any]:
        """From what the engine adds to a row ("generated_text" and others) to {"outcome"}."""
        go_to(self.folder)
        prepared, size, notices = pickle.loads(row["prepared"])
        task: Any = self.work.task
        described = Description(
            str(row["generated_text"]), complete=int(row["num_generated_tokens"]) < self._most_tokens
        )
        caption = NeuralCaptioner(_card(task)).in_order(
            described,
            size,
            float(row["time_taken_llm"]),
            task.length,
            task.language,
            task.max_chars,
            hedge=task.hedge,
        )
        made = captioned(replace(caption, notices=(*notices, *caption.notices)))
        try:
            outcome: Any = (prepared.item, self.work.kept(prepared, made))
        except ImageCraftError as error:  # ends the batch
            outcome = error
        return {"outcome": pickle.dumps(outcome)}

    def settle(self, row: dict[str, Any]) -> dict[str, Any]:
        """From a row that was answered, passed by or failed to {"outcome"} alone."""
        if row.get(FAILED) in ("", PASSES):
            return {"outcome": row["outcome"]}
        item, sha256 = self._whose(row)
        reason = " ".join(str(row[FAILED]).split())[:300]
        error = ImageCraftError(f"vLLM could not describe it ({reason}).", "Try it again with --resume.")
        return {"outcome": pickle.dumps((item, self.work.failed(item, error, sha256)))}

    @property
    def _most_tokens(self) -> int:
        task: Any = self.work.task
        return int(vocabulary("captions")["tokens"][task.length])

    @staticmethod
    def _whose(row: dict[str, Any]) -> tuple[Item, str | None]:
        prepared: Prepared = pickle.loads(row["prepared"])[0]
        return prepared.item, prepared.sha256


def _card(task: Any) -> ModelCard:
    return chosen(task.model, "caption")
