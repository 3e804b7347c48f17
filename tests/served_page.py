"""The real page in a process of its own, and the documents' examples of how it is asked."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]


def example_in(document: str, about: str, address: str) -> str:
    """The Python example in a document that holds `about`, with the address of a page that runs now."""
    blocks = (CHECKOUT / "docs" / document).read_text("utf-8").split("```python\n")[1:]
    (code,) = [code for code in (block.partition("```")[0] for block in blocks) if about in code]
    assert "http://127.0.0.1:7860" in code
    return code.replace("http://127.0.0.1:7860", address)


@contextmanager
def running_app(folder: Path, **environ: str) -> Iterator[str]:
    """Address of the real page: `python app.py` in a process of its own, its files and log in `folder`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        "GRADIO_SERVER_PORT": str(port),
        "GRADIO_TEMP_DIR": str(folder / "files"),
        "PYTHONUNBUFFERED": "1",
    }
    log = folder / "log.txt"
    with (
        log.open("w") as errors,
        subprocess.Popen(
            [sys.executable, "app.py"],
            cwd=CHECKOUT,
            env=os.environ | settings | environ,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as server,
    ):
        try:
            assert server.stdout
            assert any("Running on local URL" in line for line in server.stdout), log.read_text()
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
