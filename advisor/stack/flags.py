"""The words of a command -> its flags by long name, what stands beside them, and the addresses that flags hold."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

PortFrom = Literal["literal", "environment", "default"]

_SECRET = re.compile(r"password|secret|token|api-?key", re.IGNORECASE)
_VARIABLE = re.compile(r"^\$(?:(\w+)|\{(\w+)(?::?[-=]([^{}]*))?\})$|^%(\w+)%$")


@dataclass(frozen=True, slots=True)
class Flags:
    """Flags without dashes (``ws-ping-interval`` -> ``30``; a switch -> ``true``) and the other words in order."""

    values: Mapping[str, str]
    rest: tuple[str, ...]

    def get(self, *names: str) -> str | None:
        return next((self.values[name] for name in names if name in self.values), None)

    def has(self, *names: str) -> bool:
        return any(name in self.values for name in names)


def flags(
    words: Sequence[str],
    short: Mapping[str, str] | None = None,
    switches: frozenset[str] = frozenset(),
    only_leading: bool = False,
) -> Flags:
    """Reads ``--name value``, ``--name=value``, ``-n value``, ``-nvalue``; ``switches`` (long names) take no value.

    Names are kept with dashes (daphne's ``--websocket_timeout`` is ``websocket-timeout``).

    ``only_leading`` ends at the first word that is no flag, for programs whose later words belong to another one.
    """
    known = short or {}
    values: dict[str, str] = {}
    rest: list[str] = []
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if word == "--":
            rest.extend(words[at:])
            break
        if not word.startswith("-") or word == "-":
            rest.append(word)
            if only_leading:
                rest.extend(words[at:])
                break
            continue
        name, sign, value = word.lstrip("-").partition("=")
        if not word.startswith("--") and len(name) > 1 and name not in known and name[:1] in known:
            name, value, sign = name[:1], name[1:] + sign + value, "="
        name = known.get(name, name).replace("_", "-")
        if not sign:
            if name in switches or name.startswith("no-") or at == len(words) or _is_flag(words[at]):
                value = "true"
            else:
                value = words[at]
                at += 1
        values[name] = "(not shown)" if _SECRET.search(name) else value
    return Flags(values, tuple(rest))


def _is_flag(word: str) -> bool:
    return len(word) > 1 and word.startswith("-") and not word[1:2].isdigit()


def variable(text: str) -> tuple[str, str | None] | None:
    """``${PORT:-8000}`` -> ``("PORT", "8000")``, ``$PORT`` -> ``("PORT", None)``; ``None`` for anything else."""
    found = _VARIABLE.match(text.strip().strip("\"'"))
    return (found[1] or found[2] or found[4], found[3]) if found else None


def literal(text: str | None) -> str | None:
    """The text itself, the fallback where it is one variable with a fallback, ``None`` where it is computed."""
    if text is None:
        return None
    named = variable(text)
    if named:
        return named[1]
    return None if "$" in text or "`" in text else text


def count(text: str | None) -> int | None:
    """A whole number, or the fallback of a variable; ``None`` where it is computed."""
    value = literal(text)
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 10 else None


def port(text: str | None) -> tuple[int | None, PortFrom | None]:
    """``8000`` -> ``(8000, "literal")``, ``${PORT:-8000}`` -> ``(8000, "environment")``, computed -> ``(None, None)``."""
    if text is None:
        return None, None
    if variable(text):
        return count(text), "environment"
    number = count(text)
    return number, "literal" if number is not None else None


def address(text: str) -> tuple[str | None, int | None, PortFrom | None]:
    """Host, port and where the port comes from: ``0.0.0.0:$PORT``, ``[::]:8000``, ``:80``, ``unix:/run/app.sock``, ``8000``.

    An empty host is every interface (``0.0.0.0``); a variable as the host is ``None``. A unix socket is its own host.
    """
    text = text.removeprefix("tcp://").removeprefix("http://")
    if text.startswith(("unix:", "fd:", "/")):
        return (text if text.startswith(("unix:", "fd:")) else f"unix:{text}"), None, None
    if text.isdigit() or (variable(text) and "PORT" in text.upper()):
        return "0.0.0.0", *port(text)  # noqa: S104 - what the program binds, not something bound here
    named = variable(text)
    if named:
        return address(named[1]) if named[1] and not variable(named[1]) else (None, None, "environment")
    host, sign, last = _divide(text)
    host = host.strip("[]") if host != "0" else ""
    number, origin = port(last) if sign else (None, None)
    return (literal(host) if host else "0.0.0.0"), number, origin  # noqa: S104 - as above


def _divide(text: str) -> tuple[str, str, str]:
    """At the colon before the port, which is neither inside ``${...}`` nor inside ``[...]``."""
    inside = 0
    for at in range(len(text) - 1, -1, -1):
        sign = text[at]
        inside += (sign in "}]") - (sign in "{[")
        if sign == ":" and inside == 0:
            return text[:at], ":", text[at + 1 :]
    return text, "", ""
