"""The tester's side: plain JSON over HTTP, so that any tool can use it.

Wrong input is answered 400 with {"error": "..."} that names the place.
"""

from __future__ import annotations

import html
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, fields
from decimal import Decimal
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from returnworks.sandbox.acts import ACTS, perform
from returnworks.sandbox.books import books
from returnworks.sandbox.documents import DocumentError
from returnworks.sandbox.faults import KINDS, Fault
from returnworks.sandbox.linnworks.app import METHODS
from returnworks.sandbox.seeding import seed
from returnworks.sandbox.stories import STORIES, Stage, StoryError
from returnworks.sandbox.vendor import json_response
from returnworks.sandbox.world import Settings, World

Endpoint = Callable[[Request], Awaitable[Response]]


async def _given(request: Request) -> dict[str, Any]:
    """The JSON object of the body, {} for no body; amounts stay exact."""
    body = await request.body()
    try:
        given = json.loads(body, parse_float=Decimal) if body else {}
    except ValueError as error:
        raise DocumentError(f"the body is not JSON: {error}") from error
    if not isinstance(given, dict):
        raise DocumentError("the body must be a JSON object")
    return given


class Control:
    """Each public method is one route; its docstring is what the index page says about it."""

    def __init__(self, world: World, start: dict[str, Any]) -> None:
        self.world = world
        self.start = start
        """The URLs and credentials, as printed at the start."""
        self.stage = Stage(world)

    async def health(self, _: Request) -> Response:
        """That it is up, with the URLs and the credentials that the played vendors take."""
        return json_response({"ok": True, **self.start})

    async def seed(self, request: Request) -> Response:
        """Put in locations, items, orders, RMAs; the same key again replaces."""
        return json_response(seed(self.world, await _given(request)))

    async def books(self, _: Request) -> Response:
        """What truly happened: levels, stock moves, bookings, refunds, payouts, orders, writes, calls, RMAs."""
        return json_response(books(self.world))

    async def reset(self, _: Request) -> Response:
        """Empty everything but the settings; sessions live on."""
        self.world.reset()
        self.stage.leave()
        return json_response({"ok": True})

    async def stories(self, _: Request) -> Response:
        """The stories and their steps."""
        rows = [
            {"name": s.name, "summary": s.summary, "steps": [step.name for step in s.steps]} for s in STORIES.values()
        ]
        return json_response({"stories": rows})

    async def play(self, request: Request) -> Response:
        """Empty everything and play the first step of {"story": name}."""
        return json_response(self.stage.play(str((await _given(request)).get("story"))))

    async def step(self, _: Request) -> Response:
        """Play the next step of the story."""
        return json_response(self.stage.step())

    async def act(self, request: Request) -> Response:
        """One deed of a person: {"act": name, ...its arguments}."""
        given = await _given(request)
        name = given.pop("act", None)
        return json_response({"done": perform(self.world, str(name), **given)})

    async def list_faults(self, _: Request) -> Response:
        """The faults in force, with their hits."""
        return json_response({"faults": [fault.show() for fault in self.world.faults.all]})

    async def add_fault(self, request: Request) -> Response:
        """Let something go wrong: {"kind", "vendor", "method", "count", "skip", "probability", "seed", ...}."""
        given = await _given(request)
        try:
            fault = Fault(**{name: _number(value) for name, value in given.items()})
        except (TypeError, ValueError) as error:
            raise DocumentError(str(error)) from error
        self.world.faults.add(fault)
        return json_response(fault.show())

    async def clear_faults(self, _: Request) -> Response:
        """No more faults."""
        self.world.faults.clear()
        return json_response({"ok": True})

    async def show_settings(self, _: Request) -> Response:
        """How the vendors behave: limits, session life, whether actioned refunds pay out."""
        return json_response(asdict(self.world.settings))

    async def change_settings(self, request: Request) -> Response:
        """Change some of them; the quotas start afresh."""
        kinds = {field.name: type(getattr(Settings(), field.name)) for field in fields(Settings)}
        changes = {name: _number(value) for name, value in (await _given(request)).items()}
        for name, value in changes.items():
            if name not in kinds:
                raise DocumentError(f"{name}: is not a setting (known: {', '.join(kinds)})")
            if not isinstance(value, kinds[name]) and not (kinds[name] is float and type(value) is int):
                raise DocumentError(f"{name}: must be {kinds[name].__name__}")
        for name, value in changes.items():
            setattr(self.world.settings, name, value)
        self.world.minute_quotas.forget()
        return json_response(asdict(self.world.settings))

    async def expire_sessions(self, _: Request) -> Response:
        """Every Linnworks session ends now."""
        self.world.sessions.clear()
        return json_response({"ok": True})

    async def advance(self, request: Request) -> Response:
        """Push the sandbox's clock forward by {"seconds": n}."""
        seconds = _number((await _given(request)).get("seconds"))
        if not isinstance(seconds, int | float) or seconds < 0:
            raise DocumentError("seconds: must be a number, 0 or more")
        self.world.clock.advance(seconds)
        return json_response({"now": self.world.now.isoformat()})

    async def index(self, _: Request) -> Response:
        """This page."""
        return HTMLResponse(_page(self.start, ROUTES))


def _number(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


ROUTES: tuple[tuple[str, str, Callable[[Control, Request], Awaitable[Response]]], ...] = (
    ("GET", "/", Control.index),
    ("GET", "/health", Control.health),
    ("POST", "/seed", Control.seed),
    ("GET", "/books", Control.books),
    ("POST", "/reset", Control.reset),
    ("GET", "/stories", Control.stories),
    ("POST", "/play", Control.play),
    ("POST", "/step", Control.step),
    ("POST", "/act", Control.act),
    ("GET", "/faults", Control.list_faults),
    ("POST", "/faults", Control.add_fault),
    ("DELETE", "/faults", Control.clear_faults),
    ("GET", "/settings", Control.show_settings),
    ("POST", "/settings", Control.change_settings),
    ("POST", "/sessions/expire", Control.expire_sessions),
    ("POST", "/clock", Control.advance),
)


def control_app(world: World, start: dict[str, Any]) -> Starlette:
    control = Control(world, start)
    routes = [Route(path, _bound(control, play), methods=[verb]) for verb, path, play in ROUTES]
    return Starlette(routes=routes)


def _bound(control: Control, play: Callable[[Control, Request], Awaitable[Response]]) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        try:
            return await play(control, request)
        except (DocumentError, StoryError) as error:
            return json_response({"error": str(error)}, 400)

    return endpoint


# --- the index page


def _page(
    start: dict[str, Any], routes: tuple[tuple[str, str, Callable[[Control, Request], Awaitable[Response]]], ...]
) -> str:
    rows = "".join(_row(f"{verb} {path}", _first_line(play)) for verb, path, play in routes)
    urls = "".join(_row(name, url) for name, url in start.get("urls", {}).items())
    stories = "".join(_row(s.name, f"{s.summary} {len(s.steps)} steps.") for s in STORIES.values())
    return (
        "<!doctype html><html lang='en'><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'><title>Sandbox</title>"
        f"<style>{STYLE}</style><h1>Sandbox</h1>"
        "<p>ReturnGO and Linnworks, played on this machine. Nothing here reaches the real ones.</p>"
        f"<h2>Where</h2><table>{urls}</table><h2>Control</h2><table>{rows}</table>"
        f"<h2>Stories</h2><table>{stories}</table><h2>Acts</h2><p>{_words(ACTS)}</p>"
        f"<h2>Faults</h2><p>{_words(KINDS)}</p><h2>Linnworks methods</h2><p>{_words(METHODS)}</p>"
        "<h2>ReturnGO</h2><p>GET /rmas, /rma/{id}, /transactions, /webhooks</p></html>"
    )


STYLE = (
    ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;"
    "padding:0 1rem}table{border-collapse:collapse}td{padding:.15rem 1rem .15rem 0;vertical-align:top}"
    "code{font-size:.9em}"
)


def _first_line(play: Callable[..., Any]) -> str:
    return (play.__doc__ or "").partition("\n")[0]


def _row(name: str, text: str) -> str:
    return f"<tr><td><code>{html.escape(name)}</code></td><td>{html.escape(str(text))}</td></tr>"


def _words(names: Any) -> str:
    return ", ".join(f"<code>{html.escape(name)}</code>" for name in names)
