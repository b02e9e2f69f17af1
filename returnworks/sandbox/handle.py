"""The sandbox in a test's hand: started, told what to do, asked what happened, stopped."""

from __future__ import annotations

import asyncio
import json
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import httpx

from returnworks.sandbox.server import Ready, serve

START_SECONDS = 30
Stopper = Callable[[], None]
Ports = tuple[int, int, int]
ANY_FREE: Ports = (0, 0, 0)


class SandboxError(RuntimeError):
    """The sandbox did not start, or did not understand; `str()` is its own word for it."""


class Sandbox:
    """A running sandbox, for one test or many; use it as a context manager or `close` it.

    In a thread by default; `process=True` gives it an own process, as a client in the same process that
    is killed or that blocks its loop would need.
    """

    def __init__(self, *, process: bool = False, ports: Ports = ANY_FREE) -> None:
        """`ports` are ReturnGO's, Linnworks' and the control's; 0 is any free port. Raises `SandboxError`."""
        self.ready, self._stop = _start_process(ports) if process else _start_thread(ports)
        self._http = httpx.Client(base_url=self.ready.urls["control"], timeout=60, trust_env=False)

    @property
    def urls(self) -> dict[str, str]:
        return self.ready.urls

    @property
    def credentials(self) -> dict[str, str]:
        """application_id, application_secret, installation_token, api_key, shop"""
        return self.ready.credentials

    def env(self) -> dict[str, str]:
        """The environment that points Returnworks at this sandbox."""
        ours = self.credentials
        return {
            "RETURNWORKS_LINNWORKS_AUTH_URL": self.urls["linnworks"],
            "RETURNWORKS_LINNWORKS_APPLICATION_ID": ours["application_id"],
            "RETURNWORKS_LINNWORKS_APPLICATION_SECRET": ours["application_secret"],
            "RETURNWORKS_LINNWORKS_TOKEN": ours["installation_token"],
            "RETURNWORKS_RETURNGO_URL": self.urls["returngo"],
            "RETURNWORKS_RETURNGO_API_KEY": ours["api_key"],
            "RETURNWORKS_RETURNGO_SHOP": ours["shop"],
        }

    def seed(self, document: dict[str, Any]) -> dict[str, Any]:
        return self._ask("POST", "/seed", document)

    def play(self, story: str) -> dict[str, Any]:
        """Empty the sandbox and play the first step; what is told about it."""
        return self._ask("POST", "/play", {"story": story})

    def step(self) -> dict[str, Any]:
        return self._ask("POST", "/step")

    def act(self, act: str, **arguments: Any) -> str:
        """One deed of a person, see `acts`; a sentence about it."""
        return str(self._ask("POST", "/act", {"act": act, **arguments})["done"])

    def fault(self, kind: str, method: str = "*", *, vendor: str = "*", **more: Any) -> dict[str, Any]:
        """Let something go wrong, see `faults`."""
        return self._ask("POST", "/faults", {"kind": kind, "method": method, "vendor": vendor, **more})

    def faults(self) -> list[dict[str, Any]]:
        return list(self._ask("GET", "/faults")["faults"])

    def clear_faults(self) -> None:
        self._ask("DELETE", "/faults")

    def settings(self, **changes: Any) -> dict[str, Any]:
        """Change how the vendors behave, see `world.Settings`; all of them as they are now."""
        return self._ask("POST", "/settings", changes)

    def expire_sessions(self) -> None:
        self._ask("POST", "/sessions/expire")

    def advance(self, seconds: float) -> None:
        """Push the sandbox's clock forward; the client's own clock stays."""
        self._ask("POST", "/clock", {"seconds": seconds})

    def books(self) -> dict[str, Any]:
        """What truly happened, see `books`."""
        return self._ask("GET", "/books")

    def reset(self) -> None:
        self._ask("POST", "/reset")

    def close(self) -> None:
        self._http.close()
        self._stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ask(self, verb: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        response = self._http.request(verb, path, json=body if body is not None else {})
        answer: dict[str, Any] = response.json()
        if response.is_error:
            raise SandboxError(str(answer.get("error", answer)))
        return answer


def _start_thread(ports: Ports) -> tuple[Ready, Stopper]:
    """Its own loop in its own thread; a start that fails is raised here."""
    outcome: queue.Queue[tuple[Ready, Stopper] | Exception] = queue.Queue()
    thread = threading.Thread(target=_play, args=(outcome, ports), name="sandbox", daemon=True)
    thread.start()
    try:
        started = outcome.get(timeout=START_SECONDS)
    except queue.Empty:
        raise SandboxError("the sandbox gave no word that it started") from None
    if isinstance(started, Exception):
        raise SandboxError(f"the sandbox did not start: {started}") from started
    ready, stop = started

    def halt() -> None:
        if thread.is_alive():
            stop()
        thread.join(START_SECONDS)

    return ready, halt


def _play(outcome: queue.Queue[tuple[Ready, Stopper] | Exception], ports: Ports) -> None:
    async def main() -> None:
        loop, stop = asyncio.get_running_loop(), asyncio.Event()

        def halt() -> None:
            loop.call_soon_threadsafe(stop.set)

        await serve(*ports, ready=lambda ready: outcome.put((ready, halt)), stop=stop)

    try:
        asyncio.run(main())
    except Exception as error:
        outcome.put(error)


def _start_process(ports: Ports) -> tuple[Ready, Stopper]:
    """`python -m returnworks.sandbox`, which prints one line of JSON when it is ready."""
    names = ("--returngo-port", "--linnworks-port", "--control-port")
    options = [word for name, port in zip(names, ports, strict=True) for word in (name, str(port))]
    command = [sys.executable, "-m", "returnworks.sandbox", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own module
    stdout = process.stdout
    line = stdout.readline() if stdout else ""
    if not line:
        process.wait(START_SECONDS)
        raise SandboxError(f"the sandbox did not start, exit code {process.returncode}")

    def halt() -> None:
        process.terminate()
        process.wait(START_SECONDS)
        if stdout:
            stdout.close()

    return Ready(**json.loads(line)), halt
