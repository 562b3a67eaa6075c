"""The parameters of one request, however sent: query string, form, multipart or JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp.web import BaseRequest, FileField

from .refusals import bad_request

_ATTACHED = "attach://"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with the request."""

    name: str
    content: bytes
    mime_type: str


@dataclass(frozen=True, slots=True)
class Parameters:
    """The named values; text as sent, JSON decoded on demand, with Telegram's complaints."""

    values: Mapping[str, Any]

    def has(self, name: str) -> bool:
        """Tell whether the parameter was sent and is not empty."""
        return self.values.get(name) not in (None, "")

    def text(self, name: str, default: str = "") -> str:
        """Return the parameter as text."""
        value = self.values.get(name)
        if value is None:
            return default
        return value if isinstance(value, str) else json.dumps(value)

    def integer(self, name: str, default: int = 0) -> int:
        """Return the parameter as a whole number; what is none counts as absent, as it does to Telegram."""
        try:
            return int(self.text(name) or default)
        except ValueError:
            return default

    def flag(self, name: str) -> bool:
        """Return the parameter as a truth value."""
        return self.text(name).strip().lower() in ("true", "yes", "1")

    def decoded(self, name: str, kind: type[dict[str, Any] | list[Any]], *, label: str) -> Any:
        """Return the JSON value of a parameter, None where it is absent; `label` names it in the refusal."""
        if not self.has(name):
            return None
        value = self.values[name]
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError:
                raise bad_request(f"can't parse {label} JSON object") from None
        if not isinstance(value, kind):
            raise bad_request(f"{'object' if kind is dict else 'array'} expected as {label}")
        return value

    def upload(self, name: str) -> Upload | None:
        """Return the file sent as this parameter, itself or as `attach://…`."""
        value = self.values.get(name)
        if isinstance(value, str) and value.startswith(_ATTACHED):
            value = self.values.get(value.removeprefix(_ATTACHED))
        return value if isinstance(value, Upload) else None


async def read_parameters(request: BaseRequest) -> Parameters:
    """Read the query string and the body of a request."""
    values: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        values |= await _json_body(request)
    elif request.can_read_body:
        for name, value in (await request.post()).items():
            values[name] = _upload(value) if isinstance(value, FileField) else value
    return Parameters(values)


async def _json_body(request: BaseRequest) -> dict[str, Any]:
    try:
        body = json.loads(await request.read() or b"{}")
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise bad_request("can't parse request: request body must be a JSON object")
    return body


def _upload(field: FileField) -> Upload:
    return Upload(field.filename, field.file.read(), field.content_type)
