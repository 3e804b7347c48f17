"""The jobs as tools of the Model Context Protocol, asked by its own client, also as docs/scale.md shows."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from served_page import CHECKOUT, example_in, running_app
from typer.testing import CliRunner

from imagecraft.cli.app import app
from imagecraft.errors import ModelUnavailable

EXAMPLES = Path(__file__).parents[1] / "examples"


def _asked(address: str, ask: Callable[[Any], Awaitable[Any]]) -> Any:
    """What comes of asking in a session of its own."""
    from mcp import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    async def whole() -> Any:
        async with (
            streamable_http_client(f"{address}/gradio_api/mcp/") as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            return await ask(session)

    return _elsewhere(lambda: asyncio.run(whole()))


def _elsewhere(work: Callable[[], Any]) -> Any:
    """What it gives in a thread of its own: the browser's tests keep an event loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work).result()


def test_an_assistant_finds_the_jobs_and_has_a_photo_described(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("mcp")
    photo = base64.b64encode((EXAMPLES / "chelsea.jpg").read_bytes()).decode("ascii")
    said = {"image": f"data:image/jpeg;base64,{photo}"}
    with running_app(tmp_path, GRADIO_MCP_SERVER="True") as address:
        tools = _asked(address, lambda session: session.list_tools()).tools
        answer = _asked(address, lambda session: session.call_tool("image_to_speech", said))
        refused = _asked(address, lambda session: session.call_tool("image_to_speech", said | {"speed": 9}))
        monkeypatch.chdir(CHECKOUT)
        _elsewhere(lambda: exec(example_in("scale.md", "streamable_http_client", address), {}))

    assert "cat" in capsys.readouterr().out.lower()
    assert {tool.name for tool in tools} == {
        "audio_to_image",
        "evaluate",
        "image_to_soundscape",
        "image_to_speech",
        "list_models",
        "segment",
    }
    assert all(tool.description and not tool.name.startswith("_") for tool in tools)
    texts = [part.text for part in answer.content if part.type == "text"]
    assert not answer.isError, texts
    assert any("cat" in text.lower() for text in texts)
    assert any(".wav" in text for text in texts)
    assert any("grounded" in text and "evidence" in text for text in texts)
    assert refused.isError
    assert "0.5" in refused.content[0].text


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    made = CliRunner().invoke(app, ["serve", "--mcp"])

    assert isinstance(made.exception, ModelUnavailable)
    assert "imagecraft[mcp]" in made.exception.hint
