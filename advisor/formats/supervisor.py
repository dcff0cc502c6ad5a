"""A configuration of Supervisor -> the programs that it starts, with their places.

Source: supervisord.org, "Configuration File": sections ``[program:NAME]``; comments begin with ``;`` or ``#``, after a value
with `` ;``; a value goes on in lines that begin with a blank; ``%(ENV_X)s`` is the variable X.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from advisor.model import Place

_SECTION = re.compile(r"^\[(?P<kind>[\w-]{1,40})(?::(?P<name>[^\]\n]{1,80}))?\]")
_OPTION = re.compile(r"^(?P<key>[A-Za-z_]{1,40})\s{0,20}[=:]\s{0,20}(?P<value>.*)$")
_INLINE = re.compile(r"\s;.*$")
_VARIABLE = re.compile(r"%\(ENV_(\w{1,80})\)s")
_OTHER = re.compile(r"%\(\w{1,40}\)\w{0,4}")


@dataclass(frozen=True, slots=True)
class Program:
    """One program: what it runs, where, how many times, and the names (never the values) of its variables."""

    name: str
    command: str
    place: Place
    """The line of the command."""
    directory: str | None = None
    copies: int = 1
    environment: tuple[str, ...] = ()


def programs(text: str, file: str) -> tuple[Program, ...]:
    """Every program that is started by itself; one without a command, or with ``autostart=false``, is left out."""
    found: list[Program] = []
    name: str | None = None
    options: dict[str, tuple[str, int]] = {}
    last: str | None = None
    for number, line in enumerate((*text.splitlines(), "[end]"), 1):
        section = _SECTION.match(line)
        if section is not None:
            program = _program(name, options, file) if name is not None else None
            found += [program] if program is not None else []
            name, options, last = (section["name"] if section["kind"] == "program" else None), {}, None
        elif line[:1] in (";", "#") or not line.strip():
            continue
        elif line[:1].isspace() and last is not None:
            value, at = options[last]
            options[last] = (f"{value} {_INLINE.sub('', line).strip()}".strip(), at)
        elif (option := _OPTION.match(line)) is not None:
            last = option["key"].lower()
            options[last] = (_INLINE.sub("", option["value"]).strip(), number)
    return tuple(found)


def _program(name: str | None, options: dict[str, tuple[str, int]], file: str) -> Program | None:
    command, number = options.get("command", ("", 0))
    if not name or not command or options.get("autostart", ("true", 0))[0].lower() in ("false", "0", "off", "no"):
        return None
    written = _OTHER.sub(".", _VARIABLE.sub(r"${\1}", command))
    copies = options.get("numprocs", ("1", 0))[0]
    variables = re.findall(r"(?:^|,)\s{0,10}(\w{1,80})=", options.get("environment", ("", 0))[0])
    return Program(
        name,
        written,
        Place(file, number),
        options["directory"][0] if "directory" in options else None,
        int(copies) if copies.isascii() and copies.isdigit() and 0 < int(copies[:4]) < 1000 else 1,
        tuple(dict.fromkeys(variables)),
    )
