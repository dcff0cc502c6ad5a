"""Dockerfile text -> its stages, and for each stage the image that it makes: command, ports, health check, with places.

Written here because no parser with wheels for Linux, macOS and Windows keeps places: the Go parser's binding has none for
macOS on ARM, tree-sitter's grammar none for Windows, and dockerfile-parse knows lines only.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from advisor.formats.dockerfile_lines import Logical, directives, instructions
from advisor.formats.document import Unreadable
from advisor.formats.source import checked
from advisor.model import Place

_VARIABLE = re.compile(r"\\\$|\$(?:\{([A-Za-z_]\w*)(?:(:?[-+?])([^{}]*))?\}|([A-Za-z_]\w*))")
_LONGEST_VALUE = 10_000
_MOST_PORTS = 100
_MOST_STAGES = 200


@dataclass(frozen=True, slots=True)
class Command:
    """A CMD, ENTRYPOINT or health check. ``argv`` is empty in shell form, where ``/bin/sh -c`` runs ``text``."""

    text: str
    argv: tuple[str, ...]
    shell: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Exposed:
    """A port of EXPOSE; ``port`` is ``None`` where a variable without a known value stands there."""

    port: int | None
    protocol: str
    place: Place


LISTENS = ("PORT", "ASPNETCORE_URLS", "ASPNETCORE_HTTP_PORTS")
"""Variables that say where an app listens, and so are no secrets."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable that ENV sets; its value is kept back, except those that name a port."""

    name: str
    place: Place
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Copy:
    """A COPY or ADD. ``source_stage`` is what ``--from`` names: a stage, its number, or an image."""

    sources: tuple[str, ...]
    destination: str
    source_stage: str | None
    place: Place


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """A HEALTHCHECK with its options as written (``interval`` -> ``30s``); ``command`` is ``None`` for NONE."""

    command: Command | None
    options: Mapping[str, str]
    place: Place


@dataclass(frozen=True, slots=True)
class Base:
    """What FROM names, arguments' defaults put in: ``node`` and ``22`` of ``node:${VERSION}``.

    ``image`` and ``tag`` are ``None`` where an argument without a default leaves them open. ``floating`` is true for
    ``latest`` and for no tag at all.
    """

    written: str
    image: str | None
    place: Place
    tag: str | None = None
    digest: str | None = None
    platform: str | None = None
    floating: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """One build stage, as far as the file shows it. What it takes from the stage it is based on is in it as well."""

    base: Base
    name: str | None
    place: Place
    based_on: str | None = None
    """Name of the earlier stage that FROM names, if it does."""
    cmd: Command | None = None
    entrypoint: Command | None = None
    exposed: tuple[Exposed, ...] = ()
    environment: tuple[Variable, ...] = ()
    copies: tuple[Copy, ...] = ()
    runs: tuple[Command, ...] = ()
    workdir: str | None = None
    user: str | None = None
    health_check: HealthCheck | None = None
    stop_signal: tuple[str, Place] | None = None

    def port(self) -> Variable | None:
        """The last ``ENV PORT``, if there is one."""
        return next((variable for variable in reversed(self.environment) if variable.name == "PORT"), None)


@dataclass(frozen=True, slots=True)
class Dockerfile:
    """All stages in order; the last one makes the image unless the build names another."""

    stages: tuple[Stage, ...]

    def target(self, name: str | None = None) -> Stage | None:
        """The stage of that name or number (``--target``), the last one without a name."""
        if name is None:
            return self.stages[-1]
        found = next((stage for stage in self.stages if (stage.name or "").lower() == name.lower()), None)
        if found is None and name.isdecimal() and len(name) < 6 and int(name) < len(self.stages):
            return self.stages[int(name)]
        return found


def parse(text: str, file: str) -> Dockerfile:
    """The stages of a Dockerfile.

    Raises ``Unreadable`` where BuildKit would refuse it: no FROM, an unknown instruction, a heredoc that does not end.
    """
    source = checked(text, file)
    escape = directives(source).get("escape", "\\")
    reader = _Reader()
    for instruction in instructions(source, escape if escape in ("\\", "`") else "\\"):
        reader.take(instruction)
    if not reader.stages:
        raise Unreadable("is not a valid Dockerfile: it has no FROM", 1)
    return Dockerfile(tuple(stage.finished() for stage in reader.stages))


@dataclass(slots=True)
class _Open:
    """A stage while its instructions are read. ``values`` are the variables known in it, kept to itself."""

    stage: Stage
    values: dict[str, str | None] = field(default_factory=dict)
    exposed: list[Exposed] = field(default_factory=list)
    environment: list[Variable] = field(default_factory=list)
    copies: list[Copy] = field(default_factory=list)
    runs: list[Command] = field(default_factory=list)
    own_cmd: bool = False

    def set(self, **changes: object) -> None:
        self.stage = replace(self.stage, **changes)  # type: ignore[arg-type]

    def finished(self) -> Stage:
        return replace(
            self.stage,
            exposed=tuple(self.exposed),
            environment=tuple(self.environment),
            copies=tuple(self.copies),
            runs=tuple(self.runs),
        )


class _Reader:
    """Takes one instruction after the other; the last stage in ``stages`` is the open one."""

    def __init__(self) -> None:
        self.stages: list[_Open] = []
        self.arguments: dict[str, str | None] = {}

    def take(self, it: Logical) -> None:
        if it.keyword == "FROM":
            self._from(it)
        elif it.keyword == "ARG":
            self._arguments(it)
        elif not self.stages:
            raise Unreadable(f"is not a valid Dockerfile: {it.keyword} stands before FROM", it.place.line)
        else:
            _change(self.stages[-1], it)

    def _from(self, it: Logical) -> None:
        words = list(it.words())
        if len(words) not in (1, 3) or (len(words) == 3 and words[1][0].upper() != "AS"):
            raise Unreadable("is not a valid Dockerfile: FROM takes an image and optionally AS name", it.place.line)
        if len(self.stages) >= _MOST_STAGES:
            raise Unreadable(f"has more than {_MOST_STAGES} stages", it.place.line)
        name = words[2][0].lower() if len(words) == 3 else None
        written, place = words[0][0].strip("\"'"), words[0][1]
        image = substituted(written, self.arguments)
        parent = next(
            (stage for stage in reversed(self.stages) if stage.stage.name and stage.stage.name == (image or "").lower()), None
        )
        if parent:
            stage = replace(parent.stage, name=name, place=it.place, based_on=parent.stage.name)
            self.stages.append(_Open(stage, dict(parent.values), list(parent.exposed), list(parent.environment)))
        else:
            self.stages.append(
                _Open(Stage(_base(written, image, _known(it.flag("platform"), self.arguments), place), name, it.place))
            )

    def _arguments(self, it: Logical) -> None:
        scope = self.stages[-1].values if self.stages else self.arguments
        for word, _ in it.words():
            name, given, default = word.partition("=")
            if given:
                scope[name] = substituted(_unquoted(default), scope)
            else:
                scope.setdefault(name, self.arguments.get(name))


def _change(open_: _Open, it: Logical) -> None:
    """What one instruction does to the image of the stage."""
    values = open_.values
    match it.keyword:
        case "CMD":
            open_.own_cmd = True
            open_.set(cmd=_command(it))
        case "ENTRYPOINT":
            # Docker empties a CMD that comes from the base (its reference, "Understand how CMD and ENTRYPOINT interact").
            open_.set(entrypoint=_command(it), cmd=open_.stage.cmd if open_.own_cmd else None)
        case "ENV":
            open_.environment.extend(_environment(it, values))
        case "EXPOSE":
            open_.exposed.extend(_exposed(it, values))
        case "COPY" | "ADD":
            open_.copies.extend(_copies(it, values))
        case "RUN":
            open_.runs.append(_command(it))
        case "WORKDIR":
            open_.set(workdir=_path(open_.stage.workdir, substituted(_unquoted(it.text), values)))
        case "USER":
            open_.set(user=substituted(_unquoted(it.text), values))
        case "STOPSIGNAL":
            open_.set(stop_signal=(substituted(it.text, values) or it.text, it.place))
        case "HEALTHCHECK":
            open_.set(health_check=_health_check(it))


def _environment(it: Logical, values: dict[str, str | None]) -> list[Variable]:
    words = list(it.words())
    if words and "=" not in words[0][0]:
        pairs = [(words[0][0], it.text[len(words[0][0]) :].strip(), words[0][1])]
    else:
        pairs = [(*word.split("=", 1), place) for word, place in words if "=" in word]  # type: ignore[misc]
    known = {name: substituted(_unquoted(value), values) for name, value, _ in pairs}
    values.update(known)
    return [Variable(name, place, known[name] if name in LISTENS else None) for name, _, place in pairs]


def _exposed(it: Logical, values: dict[str, str | None]) -> list[Exposed]:
    found: list[Exposed] = []
    for word, place in it.words():
        text, _, protocol = (substituted(_unquoted(word), values) or "").partition("/")
        low, _, high = text.partition("-")
        if not (low.isdecimal() and len(low) < 6 and (not high or (high.isdecimal() and len(high) < 6))):
            found.append(Exposed(None, protocol.lower() or "tcp", place))
            continue
        for port in range(int(low), min(int(high or low), int(low) + _MOST_PORTS) + 1):
            found.append(Exposed(port, protocol.lower() or "tcp", place))
    return found


def substituted(text: str, values: Mapping[str, str | None]) -> str | None:
    """The text with ``$NAME``, ``${NAME:-default}`` and ``${NAME:+other}`` put in; ``None`` where one is not known."""
    unknown = False

    def put_in(match: re.Match[str]) -> str:
        nonlocal unknown
        name = match[1] or match[4]
        if name is None:
            return "$"
        value = values.get(name)
        rule, other = match[2] or "", match[3] or ""
        if rule.endswith("-") and not value:
            return other
        if rule.endswith("+"):
            return other if value else ""
        if value is None:
            unknown = True
        return value or ""

    result = _VARIABLE.sub(put_in, text)
    return None if unknown or len(result) > _LONGEST_VALUE else result


def _known(text: str | None, values: Mapping[str, str | None]) -> str | None:
    return None if text is None else substituted(text, values)


def _base(written: str, image: str | None, platform: str | None, place: Place) -> Base:
    if image is None:
        known = re.match(r"([^$:@]+)[:@]", written)
        return Base(written, known[1] if known else None, place, platform=platform)
    name, _, digest = image.partition("@")
    head, _, last = name.rpartition("/")
    last, _, tag = last.partition(":")
    full = f"{head}/{last}" if head else last
    return Base(written, full, place, tag or None, digest or None, platform, tag in ("", "latest") and not digest)


def _command(it: Logical) -> Command:
    place = it.part(0, len(it.text)) if it.text else it.place
    return _parsed(it.text + "".join("\n" + body for body in it.heredocs), place)


def _parsed(text: str, place: Place) -> Command:
    argv = _exec_form(text)
    return Command(text, (), True, place) if argv is None else Command(shlex.join(argv), argv, False, place)


def _exec_form(text: str) -> tuple[str, ...] | None:
    """The members of a JSON list of strings; ``None`` where it is anything else, which the shell then gets."""
    if not text.startswith("["):
        return None
    try:
        members = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return tuple(members) if isinstance(members, list) and all(isinstance(member, str) for member in members) else None


def _copies(it: Logical, values: Mapping[str, str | None]) -> list[Copy]:
    words = _exec_form(it.text) or tuple(_unquoted(word) for word, _ in it.words())
    if len(words) < 2:
        return []
    *sources, destination = (substituted(word, values) or word for word in words)
    return [Copy(tuple(sources), destination, it.flag("from"), it.place)]


def _health_check(it: Logical) -> HealthCheck:
    kind = re.match(r"CMD[ \t]+", it.text, re.IGNORECASE)
    if kind is None:
        return HealthCheck(None, {}, it.place)
    return HealthCheck(_parsed(it.text[kind.end() :], it.part(kind.end(), len(it.text))), dict(it.flags), it.place)


def _path(before: str | None, now: str | None) -> str | None:
    if now is None or now.startswith("/") or before is None:
        return now
    joined = f"{before.rstrip('/')}/{now}"
    return joined if len(joined) <= _LONGEST_VALUE else None


def _unquoted(word: str) -> str:
    """A word without its quotes; as written where they do not close."""
    if not any(sign in word for sign in "\"'\\"):
        return word
    return re.sub(
        r"""'([^']*)'|"([^"\\]*(?:\\.[^"\\]*)*)"|\\([^$])""",
        lambda match: next((group for group in match.groups() if group), ""),
        word,
    )
