"""A shell command line or script -> the calls in it: argument lists, with what the shell does around them taken off.

Read with ast-grep's bash grammar; a line that is not valid shell (a Windows script, an open quote) is split as well as can
be with ``shlex``. Nothing is expanded: ``$PORT`` and ``${PORT:-3000}`` stay as written.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from advisor.formats.document import Unreadable

if TYPE_CHECKING:
    from ast_grep_py import SgNode

Joined = Literal["", "&&", "||", ";", "|", "&"]

MAX_SHELLS = 5
"""How many ``sh -c '...'`` are followed into each other."""
MAX_LENGTH = 100_000
"""Characters of a script that are read; longer ones are programs, not start commands."""

_MOST_WRAPPERS = 10
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.*)\Z", re.DOTALL)
_SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh"})
_PASS_ON = frozenset({"exec", "command", "nohup", "time", "env", "cross-env", "cross-env-shell", "tini", "dumb-init"})
_VALUE_FLAGS = {"exec": {"-a"}, "env": {"-u", "-C", "-S"}, "tini": {"-p", "-e"}, "dumb-init": {"-r", "--rewrite"}}
_WIDE = re.compile(r"[^\x00-\x7f]")
_MASKED = re.compile(r"Zu([01][0-9a-f]{5})Z")
"""The bash grammar cannot be given characters outside ASCII; they are letters of a word to a shell, so a word stands in."""
_OPERATORS: dict[str, Joined] = {"&&": "&&", "||": "||", ";": ";", "\n": ";", "|": "|", "|&": "|", "&": "&"}
_SUBSTITUTIONS = frozenset({"command_substitution", "process_substitution", "heredoc_body", "comment"})


@dataclass(frozen=True, slots=True)
class Call:
    """One program with its arguments, quotes removed.

    ``exec``, ``env``, ``cross-env``, ``nohup``, ``tini`` and ``sh -c`` are taken off, so that ``argv[0]`` is what runs.
    """

    argv: tuple[str, ...]
    environment: tuple[str, ...] = ()
    """Names of the variables set for this call (``A=b program``); values are kept back."""
    port: str | None = None
    """The value given to PORT, as written."""
    joined: Joined = ""
    """The operator that stands before it: ``&`` where the call before it runs on in the background."""


def split(command: str) -> list[list[str]]:
    """The argument lists of all calls in order."""
    return [list(call.argv) for call in calls(command)]


def calls(command: str) -> list[Call]:
    """All calls of a command line or script in the order written, those inside ``$(...)`` left out. Never raises."""
    return list(_calls(command[:MAX_LENGTH], 0))


def from_argv(argv: tuple[str, ...]) -> list[Call]:
    """The calls of an argument list that no shell reads (the exec form of a Dockerfile's CMD)."""
    return list(_unwrapped(Call(argv), 0))


def _calls(command: str, shells: int) -> Iterator[Call]:
    parsed = _parsed(command)
    for call in _fallback(command) if parsed is None else parsed:
        yield from _unwrapped(call, shells)


def _parsed(command: str) -> list[Call] | None:
    """The calls as the bash grammar sees them; ``None`` where it finds a mistake."""
    from advisor.formats.code import parse

    try:
        root = parse(_WIDE.sub(lambda match: f"Zu{ord(match[0]):06x}Z", command), "bash", "").root()
    except Unreadable:
        return None
    if root.find(kind="ERROR") is not None:
        return None
    found: list[Call] = []
    joined: Joined = ""
    stack = [root]
    while stack:
        node = stack.pop()
        kind = node.kind()
        if kind == "command":
            found.append(replace(_call(node), joined=joined))
            joined = ";"
        elif kind in _OPERATORS:
            joined = _OPERATORS[kind] if found else ""
        elif kind not in _SUBSTITUTIONS:
            stack.extend(reversed(node.children()))
    return [call for call in found if call.argv]


def _call(node: SgNode) -> Call:
    argv: list[str] = []
    environment: list[tuple[str, str]] = []
    for child in node.children():
        kind = child.kind()
        if kind == "variable_assignment":
            name, _, value = child.text().partition("=")
            environment.append((name.removesuffix("+"), _restored(_bare(value))))
        elif not kind.endswith("_redirect"):
            argv.append(_text(child))
    return _with(Call(tuple(argv)), environment)


def _text(node: SgNode) -> str:
    """A word as the program gets it, expansions as written."""
    pieces: list[str] = []
    stack = [node]
    while stack:
        part = stack.pop()
        kind = part.kind()
        if kind == "raw_string":
            pieces.append(part.text()[1:-1])
        elif kind == "word":
            pieces.append(re.sub(r"\\(?:\n|(.))", r"\1", part.text()))
        elif kind == "string":
            pieces.append(re.sub(r'\\([$`"\\])|\\\n', r"\1", part.text()[1:-1]))
        elif kind in ("command_name", "concatenation"):
            stack.extend(reversed(part.children()))
        else:
            pieces.append(part.text())
    return _restored("".join(pieces))


def _restored(text: str) -> str:
    return _MASKED.sub(lambda match: chr(min(int(match[1], 16), 0x10FFFF)), text) if "Zu" in text else text


def _bare(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def _with(call: Call, environment: list[tuple[str, str]]) -> Call:
    if not environment:
        return call
    port = next((value for name, value in reversed(environment) if name == "PORT"), call.port)
    return replace(call, environment=(*call.environment, *(name for name, _ in environment)), port=port)


def _fallback(command: str) -> list[Call]:
    """Words by ``shlex``, or by white space where even quotes do not close, cut at the operators."""
    try:
        lexer = shlex.shlex(command, posix=True, punctuation_chars="&|;")
        lexer.whitespace_split = True
        lexer.commenters = ""
        words = list(lexer)
    except ValueError:
        words = re.sub(r"(&&|\|\||;)", r" \1 ", command).split()
    found: list[Call] = []
    joined: Joined = ""
    current: list[str] = []
    for word in [*words, ";"]:
        if word not in _OPERATORS:
            current.append(word)
            continue
        if current:
            found.append(_without_assignments(Call(tuple(current), joined=joined)))
        current, joined = [], _OPERATORS[word]
    return [call for call in found if call.argv]


def _without_assignments(call: Call) -> Call:
    """The call with ``A=b`` in front of the program taken for its environment."""
    count = 0
    environment: list[tuple[str, str]] = []
    while count < len(call.argv) and (match := _ASSIGNMENT.match(call.argv[count])):
        environment.append((match[1], match[2]))
        count += 1
    return _with(replace(call, argv=call.argv[count:]), environment)


def _unwrapped(call: Call, shells: int) -> Iterator[Call]:
    for _ in range(_MOST_WRAPPERS):
        name = call.argv[0].rsplit("/", 1)[-1] if call.argv else ""
        if name not in _PASS_ON:
            break
        rest = _after_flags(call.argv[1:], _VALUE_FLAGS.get(name, set()))
        inner = replace(call, argv=rest)
        call = _without_assignments(inner) if "env" in name else inner
    if not call.argv:
        return
    script = _shell_script(call.argv)
    if script is None or shells >= MAX_SHELLS:
        yield call
        return
    for number, inner in enumerate(_calls(script, shells + 1)):
        joined = call.joined if number == 0 else inner.joined
        environment = (*call.environment, *inner.environment)
        yield replace(inner, joined=joined, environment=environment, port=inner.port or call.port)


def _after_flags(argv: tuple[str, ...], with_value: set[str]) -> tuple[str, ...]:
    """What follows a wrapper's own flags, or its ``--``."""
    at = 0
    while at < len(argv) and argv[at].startswith("-"):
        if argv[at] == "--":
            return argv[at + 1 :]
        at += 2 if argv[at] in with_value else 1
    return argv[at:]


def _shell_script(argv: tuple[str, ...]) -> str | None:
    """The script of ``sh -c script`` (also ``-lc``, ``-ec``); ``None`` for a shell that runs a file, and for other programs."""
    if argv[0].rsplit("/", 1)[-1] not in _SHELLS:
        return None
    for number, word in enumerate(argv[1:], 1):
        if not word.startswith("-"):
            return None
        if re.fullmatch(r"-[a-z]*c[a-z]*", word):
            return argv[number + 1] if number + 1 < len(argv) else None
    return None
