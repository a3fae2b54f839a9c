"""A real web server and a real mail server on loopback, each of which can be told to refuse."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as Handler


@dataclass
class Hook:
    """What was posted, and what is answered."""

    url: str = ""
    answer: int = 204
    got: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


@dataclass
class Post(Handler):
    """What was delivered, and what is answered to it."""

    url: str = ""
    answer: str = "250 OK"
    got: list[Message] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd asks for it by this name
        if self.answer.startswith("250"):
            await super().handle_DATA(server, session, envelope)
        return self.answer

    def handle_message(self, message: Message) -> None:
        self.got.append(message)


@pytest.fixture
def hook() -> Iterator[Hook]:
    kept = Hook()

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            kept.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            kept.headers.append(dict(self.headers))
            self.send_response(kept.answer)
            self.send_header("Location", kept.url)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        kept.url = f"http://127.0.0.1:{server.server_port}/hook"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield kept
        server.shutdown()


@pytest.fixture
def post() -> Iterator[Post]:
    kept = Post()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept.url = f"smtp://127.0.0.1:{port}"
    controller = Controller(kept, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield kept
    finally:
        controller.stop()
