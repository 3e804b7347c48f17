"""How long a photo takes to be heard, cold and warm, and how much memory: ours beside BLIP-base.

    python -m benchmarks.image_to_speech [--photos FOLDER] [--app]

Every way runs in a process of its own, so that cold is cold and memory is its own. The peer is the usual way:
BLIP-base in fp32 through transformers, greedy, 20 tokens, then the same voice. Its weights are random (no hub
is asked), which costs the same arithmetic as real ones; its words are not shown. Told are medians of the time
on the clock and of the CPU time of all threads, which other work on the machine lengthens less. `--app` also
starts `python app.py` and times it until the page answers, and one description through its HTTP interface,
with the server's CPU time.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import processes
from imagecraft.runtime.device import hardware

CHECKOUT = Path(__file__).resolve().parents[1]
BLIP_TOKENS = 20
WARM_ROUNDS = 20

Times = dict[str, list[tuple[float, float]]]
"""Seconds on the clock and of the CPU, by what took them."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--photos", type=Path, default=CHECKOUT / "examples", help="a folder of JPEG photos")
    parser.add_argument("--app", action="store_true", help="also time the page")
    parser.add_argument("--way", choices=tuple(WAYS), help=argparse.SUPPRESS)
    options = parser.parse_args()
    photos = sorted(options.photos.glob("*.jpg"))[:WARM_ROUNDS]
    if options.way:
        print(json.dumps(WAYS[options.way](photos)))
        return

    load = os.getloadavg()[0]
    print(f"{len(photos)} photos, {hardware().cores} cores, load {load:.1f} before; medians: clock, CPU")
    for way in WAYS:
        command = [
            sys.executable,
            "-m",
            "benchmarks.image_to_speech",
            "--way",
            way,
            "--photos",
            str(options.photos),
        ]
        output = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
        if output.returncode:
            print(f"\n{way}: not run ({output.stderr.strip().splitlines()[-1]})")
            continue
        _show(way, json.loads(output.stdout.splitlines()[-1]))
    if options.app:
        _time_app(photos[0])


def _show(way: str, result: dict[str, object]) -> None:
    print(f"\n{way}")
    for name, value in result.items():
        print(f"  {name:38}{value:>22}")


def _ours(photos: list[Path]) -> dict[str, str]:
    times: Times = {}
    with _timed(times, "import and first caption (cold)"):
        import imagecraft

        imagecraft.caption(photos[0])
    with _timed(times, "first words spoken (cold)"):
        imagecraft.speak("Ready.")

    from imagecraft.captioning.account import account
    from imagecraft.captioning.evidence import observe
    from imagecraft.captioning.grounded import compose
    from imagecraft.media.images import open_image
    from imagecraft.runtime import vision
    from imagecraft.speech import stream

    for photo in _rounds(photos):
        with _timed(times, "open"):
            picture = open_image(photo, max_side=1024)
        for name, network in (
            ("detector alone", vision.detect),
            ("classifier alone", vision.classify),
            ("segmenter alone", vision.segment),
        ):
            with _timed(times, name):
                network(picture.image)
        with _timed(times, "look"):
            seen = observe(picture.image, picture.size)
        with _timed(times, "put into words"):
            text = compose(account(seen), "detailed")
        with _timed(times, "first sound after the caption"):
            pieces = stream(text)
            next(pieces)
        with _timed(times, "the rest of the sound"):
            list(pieces)
        with _timed(times, "caption, open to words"):
            imagecraft.caption(photo)
    return _summary(times)


def _blip(photos: list[Path]) -> dict[str, str]:
    times: Times = {}
    with _timed(times, "import and first caption (cold)"):
        import torch
        from transformers import BlipConfig, BlipForConditionalGeneration

        torch.manual_seed(0)
        model = BlipForConditionalGeneration(BlipConfig()).eval()
        caption = _blip_captioner(model)
        caption(photos[0])

    from imagecraft.speech import stream

    list(stream("Ready."))
    for photo in _rounds(photos)[:5]:
        with _timed(times, "caption, open to words"):
            caption(photo)
        with _timed(times, "first sound after the caption"):
            next(stream("A person riding a horse on a beach next to a dog."))
    return _summary(times)


def _blip_captioner(model: object) -> Callable[[Path], object]:
    import numpy as np
    import torch
    from PIL import Image

    def caption(photo: Path) -> object:
        with Image.open(photo) as opened:
            pixels = np.asarray(opened.convert("RGB").resize((384, 384)), dtype=np.float32) / 127.5 - 1
        batch = torch.from_numpy(pixels).permute(2, 0, 1)[None]
        with torch.inference_mode():
            # min_new_tokens: random weights might end at once, real ones do not.
            return model.generate(batch, max_new_tokens=BLIP_TOKENS, min_new_tokens=BLIP_TOKENS, num_beams=1)

    return caption


WAYS: dict[str, Callable[[list[Path]], dict[str, str]]] = {
    "ours (grounded, hibari)": _ours,
    "BLIP-base fp32, hibari": _blip,
}


def _rounds(photos: list[Path]) -> list[Path]:
    return (photos * WARM_ROUNDS)[:WARM_ROUNDS]


@contextmanager
def _timed(times: Times, name: str) -> Iterator[None]:
    started, used = time.perf_counter(), time.process_time()
    yield
    times.setdefault(name, []).append((time.perf_counter() - started, time.process_time() - used))


def _summary(times: Times) -> dict[str, str]:
    result = {}
    for name, values in times.items():
        clock, cpu = (1000 * statistics.median(column) for column in zip(*values, strict=True))
        result[name] = f"{clock:.0f} ms, {cpu:.0f} ms"
    result["peak memory"] = f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB"
    return result


def _time_app(photo: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = os.environ | {"GRADIO_SERVER_PORT": str(port)}
    started = time.perf_counter()
    server = subprocess.Popen(
        [sys.executable, "app.py"], cwd=CHECKOUT, env=environ, stdout=subprocess.DEVNULL
    )
    try:
        address = f"http://127.0.0.1:{port}"
        while not _answers(address):
            if server.poll() is not None:
                print("\nthe page: app.py ended before it answered")
                return
            time.sleep(0.05)
        listening = time.perf_counter() - started

        from gradio_client import Client, handle_file

        client = Client(address, verbose=False)
        client.predict(handle_file(photo), api_name="/image_to_speech")
        times: list[float] = []
        used = processes.cpu_seconds(server.pid)
        for _ in range(WARM_ROUNDS):
            began = time.perf_counter()
            client.predict(handle_file(photo), api_name="/image_to_speech")
            times.append(time.perf_counter() - began)
        cpu = 1000 * (processes.cpu_seconds(server.pid) - used) / WARM_ROUNDS
        memory = f"{processes.peak_megabytes(server.pid):.0f} MB"
    finally:
        server.terminate()
        server.wait()
    median = 1000 * statistics.median(times)
    _show(
        "the page (python app.py)",
        {
            "listening after": f"{listening:.1f} s",
            "photo sent to sound received (HTTP)": f"{median:.0f} ms, {cpu:.0f} ms",
            "peak memory": memory,
        },
    )


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


if __name__ == "__main__":
    main()
