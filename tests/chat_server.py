"""A fake chat server on loopback that speaks OpenAI's protocol, and misbehaves on request."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[[dict[str, Any]], Any]
"""A request's body to what is answered: a string of words, bytes sent as they are, a status, or a whole body."""


class ChatServerFake:
    """Answers `/v1/chat/completions` with what `answer` gives. Every request's body is kept in `requests`."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.answer: Answer = lambda body: "好的，谢谢您，再见。"
        self.hold = threading.Event()
        """A request is held until this is set, where `answer` gives None."""

    def __enter__(self) -> ChatServerFake:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                fake.requests.append(body)
                fake.headers.append(dict(self.headers))
                given = fake.answer(body)
                if given is None:
                    fake.hold.wait(10)
                    given = 503
                status = given if isinstance(given, int) else 200
                data = given if isinstance(given, bytes) else json.dumps(_body(given), ensure_ascii=False).encode()
                try:
                    self.send_response(status)
                    self.send_header("content-type", "application/json")
                    self.send_header("content-length", str(len(data)))
                    self.end_headers()
                    self.wfile.write(data)
                except OSError:
                    pass  # The client gave up waiting, which is what some tests are about.

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.hold.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"


def _body(given: Any) -> Any:
    if isinstance(given, int):
        return {"error": {"message": f"status {given}", "type": "fake"}}
    if not isinstance(given, str):
        return given
    return {
        "id": "fake",
        "object": "chat.completion",
        "created": 1,
        "model": "fake",
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": given}}],
        "usage": {
            "prompt_tokens": 100,
            "completion_tokens": 10,
            "total_tokens": 110,
            "prompt_tokens_details": {"cached_tokens": 60},
        },
    }
