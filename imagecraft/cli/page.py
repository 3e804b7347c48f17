"""`serve`: the web page."""

from __future__ import annotations

import importlib.util
import socket
from contextlib import closing
from typing import Annotated

import typer

from imagecraft.cli.terminal import print_note
from imagecraft.errors import InvalidInput, ModelUnavailable

LOOPBACK = "127.0.0.1"
PORTS = range(1, 65_536)


def serve(
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="Address to listen on.")] = LOOPBACK,
    port: Annotated[int | None, typer.Option(metavar="N", help="Port; the first free from 7860.")] = None,
    auth: Annotated[
        str | None, typer.Option(metavar="USER:PASSWORD", help="Let in only who knows these.")
    ] = None,
    mcp: Annotated[bool, typer.Option("--mcp", help="Offer the jobs as tools to assistants (MCP).")] = False,
) -> None:
    """Open the web page for a browser on this machine, until Ctrl-C.

    \b
    Examples:
      imagecraft serve
      imagecraft serve --port 8000
      imagecraft serve --host 0.0.0.0 --auth me:secret
      imagecraft serve --mcp
    """
    login = _login(auth)
    if port is not None and port not in PORTS:
        raise InvalidInput(f"There is no port {port}.", "Choose one from 1 to 65535.")
    if mcp and importlib.util.find_spec("mcp") is None:
        raise ModelUnavailable(
            "Tools for assistants need the package mcp.", 'Install it with: pip install "imagecraft[mcp]"'
        )
    _check_free(host, port)
    try:
        from imagecraft.ui.blocks import launch
    except ModuleNotFoundError as error:
        if error.name not in ("gradio", "spaces"):
            raise
        raise ModelUnavailable(
            "The web page needs gradio, which is not installed.",
            "Install it with: pip install gradio spaces",
        ) from error
    if host != LOOPBACK and host != "localhost" and login is None:
        print_note(f"Everyone who can reach {host} can use the page; --auth asks for a password.")
    try:
        launch(host=host, port=port, auth=login, mcp=mcp)
    except OSError as error:
        raise _not_served(host, port, error) from error


def _login(auth: str | None) -> tuple[str, str] | None:
    if auth is None:
        return None
    user, _, password = auth.partition(":")
    if not user or not password:
        raise InvalidInput("--auth needs a name and a password.", "Give them as USER:PASSWORD.")
    return user, password


def _check_free(host: str, port: int | None) -> None:
    """Listen there for a moment: what cannot be had is said before anything is loaded."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port or 0, type=socket.SOCK_STREAM)[0]
        with closing(socket.socket(family, kind, protocol)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (OSError, UnicodeError) as error:
        raise _not_served(host, port, error) from error


def _not_served(host: str, port: int | None, error: Exception) -> InvalidInput:
    where = f"{host}, port {port}" if port else host
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return InvalidInput(
        f"The page cannot be served at {where} ({reason.lower()}).",
        "Choose another --port or --host, or stop the program that uses it.",
    )
