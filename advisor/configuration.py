"""The configuration table as a closed model: plain TOML data -> ``Configuration``, or one sentence about what is wrong.

Imported only where a repository has a configuration, and for ``wsadvise schema config``.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from advisor.nearest import did_you_mean
from advisor.options import BadOptions


class IgnoreEntry(BaseModel):
    """Findings that the project accepts, and why."""

    model_config = ConfigDict(extra="forbid")

    rule: str = Field(description="Rule id (WS201), prefix (WS2) or name (idle-timeout-no-heartbeat).", min_length=2)
    path: str | None = Field(None, description="Glob of paths below the root; without it, everywhere.")
    because: str = Field("", description="The reason. Without one, WS904 asks for it.")


class Configuration(BaseModel):
    """[tool.wsadvise] in pyproject.toml, or the whole of wsadvise.toml."""

    model_config = ConfigDict(extra="forbid")

    hops: list[str] = Field([], description="Platform ids of what stands in front and no file shows, outermost first.")
    plan: str | None = Field(None, description="The hosting plan (hobby, pro, enterprise, ...).")
    replicas: int | None = Field(None, ge=1, description="Copies of the app that run.")
    public_url: str | None = Field(None, description="The URL under which browsers reach the app.")
    message_size: int | str | None = Field(None, description='The largest message sent: bytes, or text such as "64KB".')
    connections: int | None = Field(None, ge=1, description="Sockets that are open at once, all instances together.")
    environment: str | None = Field(None, description="Only this environment's paths are shown.")
    platforms: list[str] = Field([], description="Platform ids of interest.")
    select: list[str] = Field([], description="Rule ids, prefixes or names; without it, all rules.")
    ignore: list[IgnoreEntry] = Field([], description="Accepted findings. A plain rule id is taken for {rule = id}.")
    fail_on: Literal["error", "warning", "info", "never"] = Field("error", description="Least severity that exits with 1.")
    baseline: str | None = Field(None, description="A report in JSON, below the root, whose findings are set aside.")
    strict: bool = Field(False, description="Exit with 3 where a file could not be read.")
    assume: dict[str, Any] = Field({}, description='Other facts, for instance {"nginx.version" = "1.28"}.')

    @field_validator("ignore", mode="before")
    @classmethod
    def _plain_rules(cls, entries: Any) -> Any:
        if not isinstance(entries, list):
            return entries
        return [{"rule": entry} if isinstance(entry, str) else entry for entry in entries]

    @classmethod
    def published(cls) -> dict[str, Any]:
        """The JSON Schema, with the plain rule ids that ``ignore`` takes as well."""
        schema = cls.model_json_schema()
        ignore = schema["properties"]["ignore"]
        ignore["items"] = {"anyOf": [{"type": "string"}, ignore["items"]]}
        return schema

    def assumptions(self) -> dict[str, str]:
        """``assume`` with nested tables joined by dots: ``{nginx: {version: "1.28"}}`` -> ``{"nginx.version": "1.28"}``."""
        flat: dict[str, str] = {}
        for key, value in self.assume.items():
            if isinstance(value, dict):
                flat.update({f"{key}.{name}": _word(inner) for name, inner in value.items()})
            else:
                flat[key] = ",".join(_word(each) for each in value) if isinstance(value, list) else _word(value)
        return flat


def parse(file: str, table: Any) -> Configuration:
    """``table`` as read from ``file``. Raises :class:`BadOptions` with one sentence for the first thing that is wrong."""
    if not isinstance(table, dict):
        raise BadOptions(f"{file}: the configuration of wsadvise is a table, but got {table!r}.")
    try:
        return Configuration.model_validate(table)
    except ValidationError as error:
        raise BadOptions(_sentence(file, error.errors()[0])) from None


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _sentence(file: str, error: Any) -> str:
    *outer, last = [str(part) for part in error["loc"]]
    if error["type"] == "extra_forbidden":
        known = IgnoreEntry.model_fields if outer[:1] == ["ignore"] else Configuration.model_fields
        return f"{file} sets {last!r}, which wsadvise does not know.{did_you_mean(last, known)} It takes {', '.join(known)}."
    where = ".".join([*outer, last])
    return f"{file}: {where} is not understood: {error['msg'][:1].lower()}{error['msg'][1:]}, but got {error['input']!r}."
