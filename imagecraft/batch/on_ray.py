"""The same work on a Ray cluster: Ray Data feeds a pool of workers on all its machines.

Reading and decoding are ours (`Work`), so that an input that cannot be read becomes a row with an error in
place of ending the run, and rows are those of the local engine. Rows come back to the table here, which is
what lets a run be stopped and gone on with.

References:
    https://docs.ray.io/en/latest/data/data.html (map_batches over an actor pool).
"""

from __future__ import annotations

import importlib.util
import logging
import os
import pickle
import socket
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from imagecraft.batch.work import Work
from imagecraft.batch.workers import Job, Outcome, OwnProcess
from imagecraft.errors import ImageCraftError, ModelUnavailable, ResourceExhausted

WINDOW = 100_000
"""Inputs that Ray is given at once, at most: a worker loads its model once for so many."""
WINDOW_BYTES = 256_000_000
"""Of those inputs, at most: the bytes of some go along, as those in tables and compressed archives."""
BLOCKS_A_WORKER = 8
BATCHES_A_BLOCK = 4
"""At most: rows come back a block at a time, so that is what a kill loses of each worker's work."""
CONNECT_SECONDS = 30.0
CLIENT_PORT = 10001
ONE_TRY = {"RAY_NUM_REDIS_GET_RETRIES": "1"}
"""Of more than half a minute; Ray would have 20 of them."""
QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_BACKEND_LOG_LEVEL": "fatal"}


@dataclass(frozen=True)
class Cluster:
    """What of a cluster is used.

    Attributes:
        address: "auto", "ray://host:10001", or None for RAY_ADDRESS or a cluster of this machine alone.
        workers: Fewest and most workers; None for as many as there is room for.
        cpus: Cores for each worker.
        gpus: GPUs for each worker, parts of one too.
        serve_with: "vllm" for chat models in its engines; None for workers with models of their own.
    """

    address: str | None = None
    workers: tuple[int, int] | None = None
    cpus: float = 1.0
    gpus: float = 0.0
    serve_with: str | None = None


def require() -> None:
    """Raise ModelUnavailable where Ray is not installed."""
    if importlib.util.find_spec("ray") is None:
        raise ModelUnavailable("Ray is not installed.", 'Install it with: pip install "imagecraft[ray]"')


def in_ray(
    work: Work, jobs: Iterator[Job], cluster: Cluster, together: int, stopped: Callable[[], bool]
) -> Generator[Outcome, None, None]:
    """Work on a cluster; outcomes come in the order in which they are finished.

    Args:
        work: What is done.
        jobs: The inputs. What they are read from must be reachable from every machine.
        cluster: What of it is used.
        together: Inputs that a model gets at once.
        stopped: Asked before every outcome; what is under way then is given up, and done again on resume.

    Raises:
        ModelUnavailable: Ray is not installed, or a worker cannot have the model.
        ResourceExhausted: the cluster has no room for a worker, or cannot be reached.
    """
    require()
    with _connected(cluster) as ray:
        fewest, most = cluster.workers or (1, _room(ray, cluster))
        for window in windows(jobs):
            with closing(_window(ray, work, window, cluster, together, (fewest, most))) as outcomes:
                for outcome in outcomes:
                    yield outcome
                    if stopped():
                        return


def windows(jobs: Iterator[Job]) -> Iterator[list[bytes]]:
    """Jobs as they are sent, as many together as one may be given at once."""
    sent = map(pickle.dumps, jobs)
    for first in sent:
        window, size = [first], len(first)
        while len(window) < WINDOW and size < WINDOW_BYTES and (job := next(sent, None)) is not None:
            window.append(job)
            size += len(job)
        yield window


def _window(
    ray: Any, work: Work, window: list[bytes], cluster: Cluster, together: int, size: tuple[int, int]
) -> Generator[Outcome, None, None]:
    fewest, most = size
    batches = -(-len(window) // together)
    blocks = max(-(-batches // BATCHES_A_BLOCK), min(batches, BLOCKS_A_WORKER * most))
    given = ray.data.from_items([{"job": job} for job in window], override_num_blocks=blocks)
    pool = (min(fewest, most), max(fewest, most))
    try:
        made = (_served if cluster.serve_with else _pooled)(ray, given, work, cluster, together, pool)
        for row in made.iter_rows():
            outcome = pickle.loads(row["outcome"])
            if isinstance(outcome, ImageCraftError):
                raise outcome
            yield outcome
    except ray.exceptions.RayError as error:
        raise ResourceExhausted(
            f"The cluster gave up: {str(error).strip().splitlines()[-1][:300]}",
            "See its logs, and go on with --resume.",
        ) from error


def _pooled(ray: Any, given: Any, work: Work, cluster: Cluster, together: int, pool: tuple[int, int]) -> Any:
    """Outcomes of workers that have a model each."""
    return given.map_batches(
        Worker,
        fn_constructor_args=(pickle.dumps(work), str(Path.cwd()), together),
        batch_size=None,  # a block, of which the worker prepares what comes next while its model works
        batch_format="pyarrow",
        compute=ray.data.ActorPoolStrategy(min_size=pool[0], max_size=pool[1]),
        num_cpus=cluster.cpus,
        num_gpus=cluster.gpus or None,
    )


def _served(_ray: Any, given: Any, work: Work, cluster: Cluster, together: int, pool: tuple[int, int]) -> Any:
    """Outcomes of engines that many inputs are asked of at once."""
    from imagecraft.batch import on_vllm

    processor = on_vllm.processor(work, together, pool, int(cluster.gpus))
    return processor(given).map(on_vllm.Talk(work, str(Path.cwd())).settle)


class Worker:
    """One worker of the pool: its model is loaded once, in a process of its own that an input may end."""

    def __init__(self, work: bytes, folder: str, together: int) -> None:
        go_to(folder)
        self._process = OwnProcess(pickle.loads(work), together)

    def __call__(self, batch: Any) -> Any:
        import pyarrow

        jobs: list[Job] = [pickle.loads(one) for one in batch.column("job").to_pylist()]
        try:
            outcomes: list[Any] = list(self._process(jobs))
        except ImageCraftError as error:
            outcomes = [error]
        return pyarrow.table({"outcome": pyarrow.array(map(pickle.dumps, outcomes), pyarrow.binary())})

    def __del__(self) -> None:
        self._process.close()


def go_to(folder: str) -> None:
    """Let names without a leading folder mean what they mean where the command runs; Ray's processes may be
    anywhere. On a machine without that folder their files are not found."""
    with suppress(OSError):
        os.chdir(folder)


@contextmanager
def _connected(cluster: Cluster) -> Iterator[Any]:
    address = cluster.address or os.environ.get("RAY_ADDRESS")
    for name, value in (QUIET | ONE_TRY if address else QUIET).items():
        os.environ.setdefault(name, value)
    import ray
    import ray.data

    ray.data.DataContext.get_current().enable_progress_bars = False
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    ours = not ray.is_initialized()
    if ours:
        try:
            if address:
                _knock(address)
            ray.init(
                address=cluster.address,
                include_dashboard=None if cluster.address else False,
                log_to_driver=False,
                logging_level=logging.ERROR,
            )
        except Exception as error:  # Ray raises it bare, too
            reason = (str(error).strip() or type(error).__name__).splitlines()[0][:200]
            raise ResourceExhausted(
                f"The Ray cluster cannot be reached ({reason})",
                "Check --ray-address, or leave it out for a cluster of this machine.",
            ) from error
    try:
        yield ray
    finally:
        if ours:
            ray.shutdown()


def _knock(address: str) -> None:
    """Raise OSError or ValueError where nothing answers: Ray itself would go on trying for many minutes."""
    kind, _, server = address.rpartition("://")
    if not kind:
        with suppress(ImportError, AttributeError):  # a later Ray may have another way to find "auto"
            from ray._private import services

            server = services.canonicalize_bootstrap_address(address) or ""
    if kind in ("", "ray") and server not in ("", "auto", "local"):
        place = urlsplit(f"//{server}")
        socket.create_connection((place.hostname, place.port or CLIENT_PORT), CONNECT_SECONDS).close()


def _room(ray: Any, cluster: Cluster) -> int:
    """How many workers there is room for now."""
    there = ray.cluster_resources()
    by_cpus = there.get("CPU", 0) / cluster.cpus if cluster.cpus else float("inf")
    by_gpus = there.get("GPU", 0) / cluster.gpus if cluster.gpus else float("inf")
    room = int(min(by_cpus, by_gpus))
    if room < 1:
        raise ResourceExhausted(
            f"The cluster has no room for a worker with {cluster.cpus:g} cores and {cluster.gpus:g} GPUs.",
            "Ask for less with --cpus and --gpus.",
        )
    return room
