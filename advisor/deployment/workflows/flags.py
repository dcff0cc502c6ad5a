"""Flags of a deploy command -> settings under the keys that platform profiles know (``gcloud run deploy --timeout``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from advisor.formats.units import go_seconds
from advisor.model import Place, Setting, Value

Kind = Literal["seconds", "number", "flag", "word"]

KEYS: Mapping[str, Mapping[str, Kind]] = {
    "gcp-cloud-run": {
        "gcloud run deploy --timeout": "seconds",
        "gcloud run deploy --concurrency": "number",
        "gcloud run deploy --session-affinity": "flag",
        "gcloud run deploy --use-http2": "flag",
    },
    "azure-app-service": {
        "az webapp config set --web-sockets-enabled": "flag",
        "az webapp update --client-affinity-enabled": "flag",
    },
    "azure-container-apps": {
        "az containerapp ingress sticky-sessions set --affinity": "word",
        "az containerapp create --transport": "word",
    },
    "heroku": {"heroku features:enable http-session-affinity": "flag", "heroku ps:scale": "number"},
}
"""Platform -> keys as they are typed, and what they hold. The format of each is its program, the first word."""

_SAME = {
    ("run", "services", "update"): ("run", "deploy"),
    ("containerapp", "up"): ("containerapp", "create"),
    ("containerapp", "update"): ("containerapp", "create"),
    ("containerapp", "ingress", "enable"): ("containerapp", "create"),
    ("containerapp", "ingress", "update"): ("containerapp", "create"),
}
"""Other commands that take the same flags."""
_RELEASES = ("alpha", "beta")
_OFF = ("false", "no", "0", "off")


def settings(platform: str | None, words: Sequence[str], place_of: Callable[[str], Place]) -> tuple[Setting, ...]:
    """What the command's flags set on the platform; a flag that holds a variable has no amount.

    ``place_of`` tells the line on which a word of the command stands.
    """
    keys = KEYS.get(platform or "", {})
    if not keys or not words:
        return ()
    spoken = _command(words)
    found: list[Setting] = []
    for key, kind in keys.items():
        program, *rest = key.split()
        if rest[-1].startswith("--"):
            if spoken[: len(rest) - 1] == rest[:-1] and (value := _value(words, rest[-1], kind)) is not None:
                found.append(_setting(key, value, kind, place_of(rest[-1].lstrip("-")), program))
        elif spoken[: len(rest)] == rest:
            found += [_setting(key, value, kind, place_of(rest[0]), program) for value in _arguments(spoken[len(rest) :], kind)]
    return tuple(found)


def given(words: Sequence[str]) -> dict[str, str]:
    """Flags with their values: ``--name=value``, ``--name value``; a flag alone has an empty one."""
    found: dict[str, str] = {}
    for number_, word in enumerate(words):
        if word.startswith("-") and word.strip("-"):
            name, equals, value = word.partition("=")
            following = words[number_ + 1] if number_ + 1 < len(words) else ""
            found.setdefault(name, value if equals else "" if following.startswith("-") else following)
    return found


def number(flags: Mapping[str, str], *names: str) -> int | None:
    """The first of these flags that holds a plain number."""
    values = (flags[name] for name in names if name in flags)
    return next((int(value) for value in values if value.isascii() and value.isdecimal() and len(value) < 7), None)


def _command(words: Sequence[str]) -> list[str]:
    """The command without its program and flags (``run deploy api``), spelled as the keys are."""
    plain = [word for word in words[1:] if not word.startswith("-") and word not in _RELEASES]
    for other, same in _SAME.items():
        if tuple(plain[: len(other)]) == other:
            return [*same, *plain[len(other) :]]
    return plain


def _value(words: Sequence[str], flag: str, kind: Kind) -> str | None:
    values = given(words)
    if kind == "flag":
        if flag.replace("--", "--no-", 1) in values:
            return "false"
        if flag in values:
            return "false" if values[flag].lower() in _OFF else "true"
        return None
    return values.get(flag)


def _arguments(words: Sequence[str], kind: Kind) -> list[str]:
    """``web=2`` where a number of the web process is meant; a key that is a whole command is on where it stands."""
    if kind == "flag":
        return ["true"]
    return [word.partition("=")[2] for word in words if word.startswith("web=")][:1]


def _setting(key: str, value: str, kind: Kind, place: Place, program: str) -> Setting:
    amount: Value = value
    if "$" in value or not value:
        amount = None
    elif kind == "flag":
        amount = value == "true"
    elif kind == "number":
        amount = int(value) if value.isascii() and value.isdecimal() else None
    elif kind == "seconds":
        amount = int(value) if value.isascii() and value.isdecimal() else go_seconds(value)
    return Setting(key, value[:80], place, amount, program)
