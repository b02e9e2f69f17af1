"""Linnworks' OpenAPI 3.0 document as JSON Schemas that jsonschema can apply, and strictly.

`nullable` becomes the type null, objects admit only the properties they declare, uuid, date-time and int32
are checked as formats.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from jsonschema import Draft202012Validator, FormatChecker

FORMATS = FormatChecker(formats=())


@FORMATS.checks("uuid", raises=ValueError)
def _is_uuid(value: object) -> bool:
    return not isinstance(value, str) or bool(UUID(value))


@FORMATS.checks("date-time", raises=ValueError)
def _is_date_time(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@FORMATS.checks("int32")
def _is_int32(value: object) -> bool:
    return not isinstance(value, int) or -(2**31) <= value < 2**31


class OpenApi:
    def __init__(self, path: Path) -> None:
        document = json.loads(path.read_text())
        self.paths = document["paths"]
        self.schemas = {"components": _translated(document["components"])}

    def rate(self, method: str, verb: str) -> int:
        return int(self.paths[f"/api/{method}"][verb.lower()]["x-rate-limit-per-minute"])

    def query_names(self, method: str) -> set[str]:
        return {row["name"] for row in self.paths[f"/api/{method}"]["get"].get("parameters", ())}

    def body_schema(self, method: str) -> dict[str, Any]:
        content = self.paths[f"/api/{method}"]["post"]["requestBody"]["content"]
        return self._whole(content["application/json"]["schema"])

    def response_schema(self, method: str, verb: str, status: int) -> dict[str, Any] | None:
        """None: no body at that status."""
        response = self.paths[f"/api/{method}"][verb.lower()]["responses"][str(status)]
        content = response.get("content")
        return self._whole(content["application/json"]["schema"]) if content else None

    def _whole(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {**self.schemas, **_translated(schema)}


def check(value: Any, schema: dict[str, Any]) -> None:
    Draft202012Validator(schema, format_checker=FORMATS).validate(value)


@cache
def load(path: Path) -> OpenApi:
    return OpenApi(path)


def _translated(node: Any) -> Any:
    if isinstance(node, list):
        return [_translated(part) for part in node]
    if not isinstance(node, dict):
        return node
    schema = {name: _translated(part) for name, part in node.items() if name != "nullable"}
    if isinstance(node.get("properties"), dict) and "additionalProperties" not in node:
        schema["additionalProperties"] = False
    if node.get("nullable") is True:
        return {"anyOf": [schema, {"type": "null"}]}
    return schema
