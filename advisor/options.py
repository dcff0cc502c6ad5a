"""What the user says about a scan: command line and configuration file -> one frozen ``Options``.

The configuration is ``[tool.wsadvise]`` in ``pyproject.toml`` or a ``wsadvise.toml``, at the scanned root. The command line
wins over it, key by key. What is assumed ends up in one mapping, however it was said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any, Literal, get_args

from advisor.model import Place
from advisor.nearest import did_you_mean, one_of
from advisor.sources import Disk, Unopened

if TYPE_CHECKING:
    from advisor.configuration import Configuration
    from advisor.formats.document import Node
    from advisor.sources import Source

FailOn = Literal["error", "warning", "info", "never"]
PROJECT_FILE = "pyproject.toml"
OWN_FILE = "wsadvise.toml"
ASSUMED = ("hop", "plan", "replicas", "public_url", "message_size", "connections")
"""Keys of ``--assume`` that name no platform; others are ``<platform>.version`` or ``<platform>.<condition>``."""
_LARGEST = 1_000_000
_CONDITION = re.compile(r"[a-z0-9][a-z0-9-]*\.[a-z][a-z0-9_]*")


class BadOptions(ValueError):
    """Something the user wrote is not understood; the message is a sentence that says what, where and what to do."""


@dataclass(frozen=True, slots=True)
class Ignore:
    """An ``ignore`` of the configuration: a rule (id, prefix or name), where, and why."""

    rule: str
    place: Place
    path: str | None = None
    """A glob of paths below the root (``deploy/*``, which also takes ``deploy/a/b``); ``None``: everywhere."""
    because: str = ""


@dataclass(frozen=True, slots=True)
class Options:
    """Everything that changes a scan's answer or its exit code, apart from the files."""

    as_of: date = field(default_factory=date.today)
    """The day for which facts are asked."""
    environment: str | None = None
    assume: Mapping[str, str] = field(default_factory=dict)
    """What the repository does not show. ``hop`` holds platform ids, outermost first, joined by commas."""
    select: tuple[str, ...] = ()
    """Rule ids, prefixes of ids, or names; empty: all."""
    ignore: tuple[str, ...] = ()
    ignores: tuple[Ignore, ...] = ()
    """The configuration's ignores, with reasons and places."""
    fail_on: FailOn = "error"
    strict: bool = False
    platforms: tuple[str, ...] = ()
    """Ids of the platforms the user is interested in."""
    baseline: str | None = None
    """The path of a report in JSON whose findings are set aside."""

    @property
    def hops(self) -> tuple[str, ...]:
        """Platform ids of the hops assumed in front, outermost first."""
        return tuple(name for name in self.assume.get("hop", "").split(",") if name)

    @property
    def public_url(self) -> str | None:
        return self.assume.get("public_url")

    @property
    def replicas(self) -> int | None:
        return int(self.assume["replicas"]) if "replicas" in self.assume else None

    @property
    def message_bytes(self) -> int | None:
        """The largest message that the app is said to send, in bytes."""
        return size_in_bytes(self.assume["message_size"]) if "message_size" in self.assume else None


def load_options(root: FilePath, overrides: Mapping[str, Any] | None = None) -> Options:
    """The configuration at ``root`` (a directory, or a file beside it) under the command line's ``overrides``.

    ``overrides`` has the names of :class:`Options`; a value of ``None`` or an empty tuple says nothing. ``assume`` is
    joined key by key. Raises :class:`BadOptions`.
    """
    given = {key: value for key, value in (overrides or {}).items() if value is not None and value != ()}
    directory = root if root.is_dir() else root.parent
    options = configured(Disk(directory))
    if options.baseline is not None:
        options = replace(options, baseline=str(directory / options.baseline))
    assume = {**options.assume, **given.pop("assume", {})}
    return replace(options, **given, assume=assume)


def parse_assumptions(pairs: Iterable[str]) -> dict[str, str]:
    """``KEY=VALUE`` texts -> what is assumed; several ``hop`` are joined in their order. Raises :class:`BadOptions`."""
    assumed: dict[str, str] = {}
    hops: list[str] = []
    for pair in pairs:
        key, sign, value = (part.strip() for part in pair.partition("="))
        if not sign or not key or not value:
            raise BadOptions(f"--assume expects KEY=VALUE, for instance hop=nginx, but got {pair!r}.")
        if key == "hop":
            hops += [name.strip() for name in value.split(",") if name.strip()]
        else:
            assumed[key] = value
    if hops:
        assumed["hop"] = ",".join(hops)
    check_assumptions(assumed, "--assume")
    return assumed


def check_assumptions(assumed: Mapping[str, str], where: str) -> None:
    """Raises :class:`BadOptions` where a key or the form of a value is not understood. Platform ids are not looked up here."""
    for key, value in assumed.items():
        if key not in ASSUMED and not _CONDITION.fullmatch(key):
            raise BadOptions(
                f"{where} does not know {key!r}.{did_you_mean(key, ASSUMED)} It takes {', '.join(ASSUMED)}, "
                "<platform>.version and <platform>.<condition>."
            )
        if key == "replicas" and not (value.isascii() and value.isdigit() and int(value[:9]) > 0):
            raise BadOptions(f"{where} replicas is a number of copies, at least 1, but got {value!r}.")
        if key == "connections" and not (value.isascii() and value.isdigit() and int(value[:12]) > 0):
            raise BadOptions(f"{where} connections is the number of sockets open at once, at least 1, but got {value!r}.")
        if key == "public_url" and not re.match(r"(https?|wss?)://[^/\s]", value):
            raise BadOptions(f"{where} public_url is a whole URL such as https://app.example.com, but got {value!r}.")
        if key == "message_size":
            size_in_bytes(value)


def size_in_bytes(text: str) -> int:
    """``"64KB"``, ``"1 MiB"`` or ``"4096"`` -> bytes. Raises :class:`BadOptions`."""
    units = {"": 1, "b": 1, "kb": 1000, "mb": 1000**2, "gb": 1000**3, "kib": 1024, "mib": 1024**2, "gib": 1024**3}
    found = re.fullmatch(r"(\d{1,15}(?:\.\d{1,3})?)\s*([a-z]*)", text.strip().lower())
    if found is None or found[2] not in units:
        raise BadOptions(f"message_size is a size such as 64KB or 1MiB, but got {text!r}.")
    return int(float(found[1]) * units[found[2]])


def parse_day(text: str) -> date:
    """An ISO day. Raises :class:`BadOptions`."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise BadOptions(f"--as-of expects a day such as 2026-11-23, but got {text!r}.") from None


def parse_fail_on(text: str) -> FailOn:
    """Raises :class:`BadOptions` for anything but the four words."""
    for known in get_args(FailOn):
        if text == known:
            return known  # type: ignore[no-any-return]
    words = get_args(FailOn)
    raise BadOptions(f"--fail-on takes {one_of(words)}, but got {text!r}.{did_you_mean(text, words)}")


# ---------------------------------------------------------------- the configuration file


def configured(source: Source) -> Options:
    """The options that the configuration file at the root of ``source`` sets. Raises :class:`BadOptions`."""
    own, project = _text(source, OWN_FILE), _text(source, PROJECT_FILE)
    in_project = project is not None and "tool.wsadvise" in project
    if own is not None and in_project:
        raise BadOptions(f"Both {OWN_FILE} and [tool.wsadvise] in {PROJECT_FILE} configure the scan; keep one of them.")
    if own is not None:
        return _options(OWN_FILE, _document(OWN_FILE, own))
    if project is not None and in_project:
        table = _document(PROJECT_FILE, project).get("tool", "wsadvise")
        return _options(PROJECT_FILE, table) if table is not None else Options()
    return Options()


def _text(source: Source, name: str) -> str | None:
    try:
        if name not in source.list("").files:
            return None
    except OSError:
        return None
    try:
        return source.read(name, _LARGEST).decode("utf-8-sig", "replace")
    except (OSError, Unopened) as error:
        if name == PROJECT_FILE:
            return None
        reason = (error.strerror or str(error)).lower() if isinstance(error, OSError) else str(error)
        raise BadOptions(f"{name} cannot be read: {reason}. Correct it, or remove it, and run the scan again.") from None


def _document(name: str, text: str) -> Node:
    from advisor.formats.document import Unreadable
    from advisor.formats.toml import parse

    try:
        return parse(text, name)
    except Unreadable as error:
        where = f"{name}:{error.line}" if error.line is not None else name
        raise BadOptions(
            f"{where} {error.reason}. Correct it, or remove the configuration of wsadvise, and run the scan again."
        ) from None


def _options(name: str, table: Node) -> Options:
    from advisor.configuration import parse

    configuration = parse(name, table.plain())
    assumed = _assumed(configuration)
    check_assumptions(assumed, f"{name}:")
    return Options(
        environment=configuration.environment,
        assume=assumed,
        select=tuple(configuration.select),
        ignores=_ignores(table, configuration),
        fail_on=configuration.fail_on,
        strict=configuration.strict,
        platforms=tuple(configuration.platforms),
        baseline=configuration.baseline,
    )


def _assumed(configuration: Configuration) -> dict[str, str]:
    named = {
        "hop": ",".join(configuration.hops) or None,
        "plan": configuration.plan,
        "replicas": configuration.replicas,
        "public_url": configuration.public_url,
        "message_size": configuration.message_size,
        "connections": configuration.connections,
    }
    return {**configuration.assumptions(), **{key: str(value) for key, value in named.items() if value is not None}}


def _ignores(table: Node, configuration: Configuration) -> tuple[Ignore, ...]:
    listed = table.get("ignore")
    places = [node.place for node in listed.each()] if listed is not None else []
    return tuple(
        Ignore(entry.rule, place, entry.path, entry.because.strip())
        for entry, place in zip(configuration.ignore, places, strict=True)
    )
