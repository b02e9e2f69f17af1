"""Holds Linnworks calls against the vendor's contract: method, path, query, body and its wrapping.

Stricter than the contract where it is silent: no property that it does not name, none that is read-only, a body
where it has one and none where it has none.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.contracts import contracts_dir

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}


class Contract:
    def __init__(self, path: Path) -> None:
        self._document = json.loads(path.read_text(encoding="utf-8"))

    def check_request(self, verb: str, url: str, body: Any) -> None:
        """Raise AssertionError naming the place where the request leaves the contract."""
        parts = urlsplit(url)
        operation = self.operation(verb, parts.path)
        self._check_query(operation, dict(parse_qsl(parts.query, keep_blank_values=True)))
        documented = operation.get("requestBody")
        if documented is None:
            assert body is None, f"{parts.path} takes no body"
            return
        assert body is not None, f"{parts.path} needs a body"
        self._check(documented["content"]["application/json"]["schema"], body, "body", sent=True)

    def check_answer(self, verb: str, path: str, answer: Any) -> None:
        """The same for what a test lets the vendor answer."""
        content = self.operation(verb, path)["responses"]["200"]["content"]["application/json"]
        self._check(content["schema"], answer, "answer", sent=False)

    def operation(self, verb: str, path: str) -> dict[str, Any]:
        methods = self._document["paths"].get(path)
        assert methods is not None, f"{path} is not in the contract"
        assert verb.lower() in methods, f"{path} is not called by {verb}"
        return methods[verb.lower()]

    def _check_query(self, operation: dict[str, Any], query: dict[str, str]) -> None:
        known = {p["name"]: p["schema"] for p in operation.get("parameters", ()) if p["in"] == "query"}
        for name, text in query.items():
            assert name in known, f"query.{name} is not in the contract"
            if text:
                self._check(known[name], _from_query(known[name], text), f"query.{name}", sent=True)

    def _check(self, schema: dict[str, Any], value: Any, place: str, *, sent: bool) -> None:
        schema = self._resolved(schema)
        if value is None:
            assert not sent, f"{place} is null"
            return
        kind = schema.get("type", "object")
        good = isinstance(value, TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))
        assert good, f"{place} is {type(value).__name__}, not {kind}"
        if kind == "object":
            self._check_object(schema, value, place, sent=sent)
        elif kind == "array":
            for index, item in enumerate(value):
                self._check(schema["items"], item, f"{place}.{index}", sent=sent)
        else:
            _check_word(schema, value, place)

    def _check_object(self, schema: dict[str, Any], value: dict[str, Any], place: str, *, sent: bool) -> None:
        known, others = schema.get("properties", {}), schema.get("additionalProperties")
        for name in schema.get("required", ()):
            assert name in value, f"{place}.{name} is missing"
        for name, item in value.items():
            assert name in known or others, f"{place}.{name} is not in the contract"
            inner = self._resolved(known.get(name, others))
            assert not (sent and inner.get("readOnly")), f"{place}.{name} is read-only"
            self._check(inner, item, f"{place}.{name}", sent=sent)

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in schema:
            schema = self._document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        return schema


def _check_word(schema: dict[str, Any], value: Any, place: str) -> None:
    assert value in schema.get("enum", (value,)), f"{place} is {value!r}, not one of {schema['enum']}"
    pattern = {"uuid": UUID, "date-time": DATE_TIME}.get(schema.get("format", ""))
    assert pattern is None or pattern.fullmatch(value), f"{place} is {value!r}, not a {schema['format']}"


def _from_query(schema: dict[str, Any], text: str) -> Any:
    match schema["type"]:
        case "integer":
            return int(text)
        case "boolean":
            assert text in ("true", "false")
            return text == "true"
    return text


@cache
def _loaded(path: Path) -> Contract:
    return Contract(path)


def linnworks_contract() -> Contract:
    """The contract, or the test skips because it is not beside the checkout."""
    return _loaded(contracts_dir() / "linnworks" / "linnworks-openapi.json")
