"""Every file has the form that the schema states: closed keys, known kinds, links with a path."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel, ValidationError

from advisor.knowledge import schema
from advisor.knowledge.checks.problem import Data, Problem


def check(data: Data) -> Iterator[Problem]:
    yield from _against(schema.Vocabulary, "dimensions.yaml", data.files.get("dimensions"))
    if "released" in data.files:
        yield from _against(schema.Released, "released.yaml", data.files["released"])
    for file, content in data.profiles():
        yield from _against(schema.Profile, file, content)


def _against(model: type[BaseModel], file: str, content: object) -> Iterator[Problem]:
    try:
        model.model_validate(content)
    except ValidationError as problem:
        for error in problem.errors():
            where = ".".join(str(part) for part in error["loc"])
            yield Problem(file, f"{where}: {error['msg']}")
