"""``targets/<id>.yaml`` -> how an app comes to run on a platform: the files to write as templates, and the commands in order.

The templates are this package's own data and are rendered in a sandbox; what comes from a repository is only ever a value
in them, quoted for the file it goes into.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from advisor.data import folder
from advisor.migrate.plan import Do

_IMAGES = Path(__file__).parent / "images"


@dataclass(frozen=True, slots=True)
class Template:
    """A file to write; one that comes out empty is not written."""

    path: str
    what: str
    content: str


@dataclass(frozen=True, slots=True)
class Target:
    """One platform as a place to move to."""

    id: str
    deploy: tuple[Do, ...]
    rollback: Do
    together: tuple[str, ...] = ()
    """Ids of the platforms without which this one runs nothing, or that stand in front of it by default."""
    needs_image: bool = False
    templates: tuple[Template, ...] = ()
    rewrite: tuple[str, ...] = ()
    """What has to be written anew, where the platform runs no ordinary server."""
    sources: tuple[str, ...] = ()


def target(platform: str) -> Target | None:
    """The platform as a target; ``None`` where nobody has described the way there yet."""
    raw = folder("targets").get(platform)
    if raw is None:
        return None
    return Target(
        id=raw["id"],
        deploy=tuple(_do(each) for each in raw["deploy"]),
        rollback=_do(raw["rollback"]),
        together=tuple(raw.get("together", ())),
        needs_image=bool(raw.get("needs_image", False)),
        templates=tuple(Template(each["path"], each["what"], each["content"]) for each in raw.get("files", ())),
        rewrite=tuple(raw.get("rewrite", ())),
        sources=tuple(each["url"] for each in raw["sources"]),
    )


def targets() -> tuple[str, ...]:
    """Ids of all platforms that a plan can write files for."""
    return tuple(sorted(folder("targets")))


def image(ecosystem: str, values: Mapping[str, Any]) -> str | None:
    """A Dockerfile for an app of an ecosystem, or ``None`` where none is known."""
    template = _IMAGES / f"{ecosystem}.Dockerfile.jinja"
    return filled(template.read_text(encoding="utf-8"), values) if ecosystem.isalpha() and template.is_file() else None


def filled(template: str, values: Mapping[str, Any]) -> str:
    """A template with values. Raises ``jinja2.UndefinedError`` where it asks for one that is not given."""
    return str(_engine().from_string(template).render(**values))


@cache
def _engine() -> Any:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    engine = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    engine.filters["quoted"] = lambda text: json.dumps(text, ensure_ascii=False)
    engine.filters["bicep"] = _bicep
    return engine


def _bicep(text: str) -> str:
    """The text as a string of Bicep, in which a dollar sign before a brace would begin an expression."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("${", "\\${")
    return "'" + escaped.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + "'"


def _do(raw: Mapping[str, Any]) -> Do:
    return Do(raw["do"], raw.get("run") or "")
