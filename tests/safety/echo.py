"""A vendor at its worst: whatever is asked, its answer repeats the keys it was sent and the shopper's data."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SESSION = "echo-session-5e551-0n"
SHOPPER = "planted.person@example.com, IBAN GB33 BUKB 2020 1555 5555 55, +441632960999"
AUTHORISE = "/api/Auth/AuthorizeByApplication"


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        if self.path == AUTHORISE and self.server.lets_in:
            self._answer(200, json.dumps({"Token": SESSION, "Server": self.server.address, "TTL": 1800}))
            return
        told = f"No. For {SHOPPER} you sent {sent} with {dict(self.headers)}"
        self._answer(self.server.status, json.dumps({"Message": told}) if self.server.as_json else told)

    do_POST = do_GET

    def _answer(self, status: int, text: str) -> None:
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: it is the vendor's log, not ours."""


class _Server(ThreadingHTTPServer):
    status = 500
    as_json = True
    lets_in = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up without reading is no trouble of a test."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@contextmanager
def echoing(status: int, *, as_json: bool = True, lets_in: bool = True) -> Iterator[str]:
    """The address of such a vendor, ReturnGO and Linnworks in one; `lets_in`: it opens sessions before it is rude."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.status, server.as_json, server.lets_in = status, as_json, lets_in
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.address
    finally:
        server.shutdown()
        server.server_close()
