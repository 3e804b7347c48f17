"""The page's HTTP API under load: visitors with gradio_client against the real server, all on this machine.

    python -m benchmarks.load [--visitors 1,8,32] [--requests N] [--long N] [--jobs NAMES] [--restart N]

Three parts. For each number of visitors, `--requests` calls: how many a second, and how long one waits from
sending the picture to having the files. Then `--long` calls by 8 visitors, with the memory of the server's
processes after every tenth of them. Then `--restart` calls by 8 visitors, with the server killed (-9) after
the first third and started again at the same address: how many calls failed, and whether every visitor was
answered after that, with the client it had. Every call sends a picture that no call sent before, so that what
is remembered of pictures shows in memory. Visitors share the machine with the server, and take some of it.
"""

from __future__ import annotations

import argparse
import itertools
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gradio_client import Client, handle_file
from PIL import Image

from benchmarks import processes
from imagecraft.runtime.device import hardware

CHECKOUT = Path(__file__).resolve().parents[1]
PHOTOS = ("chelsea.jpg", "coffee.jpg")
OPTIONS: dict[str, dict[str, Any]] = {
    "image_to_speech": {},
    "segment": {},
    "image_to_soundscape": {"seconds": 3},
}
VISITORS = 8
START_SECONDS, LOOK_SECONDS, AGAIN_SECONDS = 180.0, 0.2, 2.0
PATIENCE_SECONDS = 120.0
"""Of a visitor for each answer of the server; httpx gives up after 5 s, which a busy machine may need."""
WARM = 4


@dataclass(frozen=True)
class Call:
    """One call of a visitor.

    Attributes:
        began, seconds: When, by the clock of `time.perf_counter`, and how long it took.
        error: Why it failed; empty if it did not.
    """

    began: float
    seconds: float
    error: str = ""


class Server:
    """`imagecraft serve` in a process of its own; it can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self._folder = folder
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = [sys.executable, "-m", "imagecraft", "serve", "--port", str(self.port)]
        environ = os.environ | {"GRADIO_TEMP_DIR": str(self._folder / "files")}
        log = (self._folder / "server.txt").open("a")
        self._process = subprocess.Popen(
            command, cwd=CHECKOUT, env=environ, stdout=log, stderr=subprocess.STDOUT
        )
        end = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > end:
                raise SystemExit((self._folder / "server.txt").read_text())
            time.sleep(LOOK_SECONDS)

    def kill(self) -> None:
        """End it as a power cut would."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def megabytes(self) -> float:
        """Resident memory of its process and those it started."""
        return processes.megabytes(self._process.pid)

    def cpu_seconds(self) -> float:
        """CPU time of its process and those it started."""
        return processes.cpu_seconds(self._process.pid)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/config", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


class Crowd:
    """Visitors, each with a client of its own, that take the next picture when they are done with one."""

    def __init__(self, server: Server, visitors: int, pictures: Iterator[Path], jobs: list[str]) -> None:
        self._pictures, self._jobs = pictures, itertools.cycle(jobs)
        self._lock = threading.Lock()
        self._home = tempfile.TemporaryDirectory()
        self._clients = [
            Client(
                server.address,
                download_files=Path(self._home.name),
                verbose=False,
                httpx_kwargs={"timeout": PATIENCE_SECONDS},
            )
            for _ in range(visitors)
        ]

    def calls(self, count: int, again_seconds: float = 0.0) -> Iterator[tuple[int, Call]]:
        """Make so many calls, as they end: who made it, and how it went.

        Args:
            count: How many, of all visitors together.
            again_seconds: How long a visitor waits after a call that failed.
        """
        left = itertools.count(1)
        done: list[tuple[int, Call]] = []
        news = threading.Condition()

        def visit(who: int) -> None:
            while next(left) <= count:
                call = self._call(self._clients[who])
                with news:
                    done.append((who, call))
                    news.notify()
                if call.error:
                    time.sleep(again_seconds)

        with ThreadPoolExecutor(len(self._clients)) as pool:
            for who in range(len(self._clients)):
                pool.submit(visit, who)
            for number in range(count):
                with news:
                    news.wait_for(lambda number=number: len(done) > number)  # type: ignore[misc]
                yield done[number]

    def _call(self, client: Client) -> Call:
        with self._lock:
            picture, job = next(self._pictures), next(self._jobs)
        began = time.perf_counter()
        try:
            client.predict(image=handle_file(picture), api_name=f"/{job}", **OPTIONS[job])
        except Exception as error:
            return Call(began, time.perf_counter() - began, f"{type(error).__name__}: {error}"[:200])
        return Call(began, time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--visitors", default="1,8,32")
    parser.add_argument("--requests", type=int, default=100)
    parser.add_argument("--long", type=int, default=1000)
    parser.add_argument("--restart", type=int, default=90)
    parser.add_argument("--jobs", default="image_to_speech", help=f"of {', '.join(OPTIONS)}; in turn")
    options = parser.parse_args()
    jobs = options.jobs.split(",")
    with _server() as (server, pictures):
        print(f"{hardware().cores} cores, load {os.getloadavg()[0]:.1f} before, jobs: {', '.join(jobs)}\n")
        _all(Crowd(server, 1, pictures, jobs), WARM)
        if options.requests:
            _throughput(server, pictures, jobs, map(int, options.visitors.split(",")), options.requests)
        if options.long:
            _long(server, pictures, jobs, options.long)
        if options.restart:
            _restart(server, pictures, jobs, options.restart)


def _throughput(
    server: Server, pictures: Iterator[Path], jobs: list[str], crowds: Iterator[int], count: int
) -> None:
    print("| visitors | calls | failed | a second | p50 | p95 | p99 | server CPU a call | server memory |")
    print("|---|---|---|---|---|---|---|---|---|")
    for visitors in crowds:
        crowd = Crowd(server, visitors, pictures, jobs)
        started, used = time.perf_counter(), server.cpu_seconds()
        calls = _all(crowd, count)
        rate = count / (time.perf_counter() - started)
        cpu = f"{1000 * (server.cpu_seconds() - used) / count:.0f} ms"
        cuts = statistics.quantiles([call.seconds for call in calls], n=100, method="inclusive")
        times = " | ".join(f"{cuts[share - 1]:.2f} s" for share in (50, 95, 99))
        failed = sum(bool(call.error) for call in calls)
        memory = f"{server.megabytes():.0f} MB"
        print(f"| {visitors} | {count} | {failed} | {rate:.1f} | {times} | {cpu} | {memory} |", flush=True)


def _long(server: Server, pictures: Iterator[Path], jobs: list[str], count: int) -> None:
    print(f"\n| calls of {VISITORS} visitors | server memory | failed |\n|---|---|---|")
    print(f"| 0 | {server.megabytes():.0f} MB | 0 |", flush=True)
    step, errors = max(1, count // 10), list[str]()
    used = server.cpu_seconds()
    for number, (_, call) in enumerate(Crowd(server, VISITORS, pictures, jobs).calls(count), 1):
        errors += [call.error] if call.error else []
        if number % step == 0:
            print(f"| {number} | {server.megabytes():.0f} MB | {len(errors)} |", flush=True)
    for error in sorted(set(errors)):
        print(f"  {error}")
    cpu = 1000 * (server.cpu_seconds() - used) / count
    print(f"\n{cpu:.0f} ms of the server's CPU time a call; load {os.getloadavg()[0]:.1f} after")


def _restart(server: Server, pictures: Iterator[Path], jobs: list[str], count: int) -> None:
    crowd = Crowd(server, VISITORS, pictures, jobs)
    made: list[tuple[int, Call]] = []
    killed = back = 0.0
    restarting: threading.Thread | None = None

    def restart() -> None:
        nonlocal killed, back
        server.kill()
        killed = time.perf_counter()
        server.start()
        back = time.perf_counter()

    with Path(os.devnull).open("w") as nowhere, redirect_stderr(nowhere):  # the client's own traces
        for made_now in crowd.calls(count, again_seconds=AGAIN_SECONDS):
            made.append(made_now)
            if len(made) == count // 3:
                restarting = threading.Thread(target=restart)
                restarting.start()
        if restarting is not None:
            restarting.join()
    during = [call for _, call in made if call.error and call.began < back]
    after = [call for _, call in made if call.began >= back]
    for who in range(VISITORS):  # those whose calls were all used up while it was away
        if not any(one == who and call.began >= back for one, call in made):
            after.append(crowd._call(crowd._clients[who]))
    print(f"\nKilled after {count // 3} calls; it answered again after {back - killed:.1f} s.")
    print(
        f"Calls that failed: {len(during)} that began before that ({AGAIN_SECONDS} s between two tries), and"
    )
    print(f"{sum(bool(call.error) for call in after)} of {len(after)} that began after it.")
    for error in sorted({call.error for call in (*during, *after) if call.error}):
        print(f"  {error}")


def _all(crowd: Crowd, count: int) -> list[Call]:
    return [call for _, call in crowd.calls(count)]


@contextmanager
def _server() -> Iterator[tuple[Server, Iterator[Path]]]:
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        server = Server(folder)
        try:
            yield server, _pictures(folder)
        finally:
            server.kill()


def _pictures(folder: Path) -> Iterator[Path]:
    """Pictures without end, no two with the same pixels: the examples, cut at another place each time."""
    opened = [Image.open(CHECKOUT / "examples" / name).convert("RGB") for name in PHOTOS]
    for number in itertools.count():
        image = opened[number % len(opened)]
        right, below = divmod(number // len(opened), 40)
        path = folder / f"{number % 1000}.jpg"
        image.crop((right % 40, below, *image.size)).save(path, quality=90 - number // 3200)
        yield path


if __name__ == "__main__":
    main()
