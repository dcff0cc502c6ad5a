"""Shell text -> its single commands as words, with wrappers and assignments taken off; read, never run.

Only what start commands use: chains, continued lines, comments, quotes, simple ``if`` and ``case`` blocks.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from posixpath import basename

_LONGEST = 20_000
_ASSIGNMENT = re.compile(r"^[A-Za-z_]\w*=")
_SUBSTITUTION = re.compile(r"\$\([^()]*\)|`[^`]*`")
_ARGUMENTS = ("$@", "${@}", "$*", '"$@"')
_OPENING = frozenset({"if", "elif", "else", "while", "until", "case"})
_KEYWORDS = _OPENING | frozenset({"then", "do", "for", "in", "!", "{", "(", "function", "time"})
_CLOSING = frozenset({"fi", "done", "esac", "}", ")", ";;"})


@dataclass(frozen=True, slots=True)
class Step:
    """One command. ``conditional``: it stands in a branch, so that it may not run."""

    words: tuple[str, ...]
    conditional: bool = False


def steps(text: str, arguments: Sequence[str] = ()) -> Iterator[Step]:
    """The commands of a line or a script in order; ``arguments`` stand in for ``"$@"``."""
    depth = 0
    fallback = False
    for words, sign in _simple(text[:_LONGEST]):
        opened = words[0] in _OPENING
        depth += words[0] in ("if", "while", "until", "case")
        if words[0] in _CLOSING:
            depth = max(0, depth - (words[0] in ("fi", "done", "esac")))
            words = words[1:]
        while words and (words[0] in _KEYWORDS or (depth and words[0].endswith(")"))):
            words = words[1:]
        conditional = depth > 0 or fallback
        fallback = sign == "||"
        if opened and depth and _is_test(words):
            continue
        expanded = [word for part in words for word in (arguments if part in _ARGUMENTS else (part,))]
        if expanded:
            yield Step(tuple(expanded), conditional)


def _is_test(words: Sequence[str]) -> bool:
    return not words or words[0] in ("[", "[[", "test", "command", "which", "grep", "!") or words[-1] == "in"


def _simple(text: str) -> Iterator[tuple[list[str], str]]:
    """Simple commands and the sign that ends each: ``&&``, ``||``, ``;``, ``&``, ``|`` or a line's end."""
    text = text.replace("\r", "").replace("\\\n", " ")
    for _ in range(6):
        text, changed = _SUBSTITUTION.subn("$COMPUTED", text)
        if not changed:
            break
    for line in _lines(text):
        words: list[str] = []
        for word in _words(line):
            if word and set(word) <= set("&|;"):
                if words:
                    yield words, word
                words = []
            else:
                words.append(word)
        if words:
            yield words, "\n"


def _lines(text: str) -> Iterator[str]:
    """Lines without comments; lines are joined where a quote stays open."""
    held = ""
    for line in text.split("\n"):
        if not held and line.lstrip().startswith("#"):
            continue
        joined = f"{held}\n{line}" if held else line
        if _open(joined) and len(joined) < _LONGEST:
            held = joined
            continue
        held = ""
        if joined.strip():
            yield joined
    if held:
        yield from (line for line in held.split("\n") if line.strip())


def _open(line: str) -> bool:
    quote = ""
    escaped = False
    for sign in line:
        if escaped:
            escaped = False
        elif sign == "\\" and quote != "'":
            escaped = True
        elif quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
    return bool(quote)


def _words(line: str) -> list[str]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars="&|;")
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        return list(lexer)
    except ValueError:
        return line.replace('"', " ").replace("'", " ").split()


def quoted(word: str) -> str:
    return shlex.quote(word)


def assignments(words: Sequence[str]) -> dict[str, str]:
    """``PORT=80 HOST=x`` as a mapping; other words are passed over."""
    return {word.partition("=")[0]: word.partition("=")[2] for word in words if _ASSIGNMENT.match(word)}


# ---------------------------------------------------------------- wrappers

_PLAIN = frozenset(
    "exec command nohup ddtrace-run catchsegv sudo env cross-env cross-env-shell dumb-init tini opentelemetry-instrument time "
    "docker-php-entrypoint "
    "stdbuf xvfb-run setsid ionice nice with-contenv rosetta elastic-apm scout_apm".split()
)
"""Programs that run their arguments after their own flags."""
_WITH_ONE = frozenset({"gosu", "su-exec", "s6-setuidgid", "timeout", "setuidgid", "chroot"})
"""The same after one word of their own (a user, a duration)."""
_WITH_VERB: Mapping[str, frozenset[str]] = {
    "poetry": frozenset({"run"}),
    "pipenv": frozenset({"run"}),
    "pdm": frozenset({"run"}),
    "rye": frozenset({"run"}),
    "hatch": frozenset({"run"}),
    "uv": frozenset({"run"}),
    "pixi": frozenset({"run"}),
    "conda": frozenset({"run"}),
    "mamba": frozenset({"run"}),
    "micromamba": frozenset({"run"}),
    "bundle": frozenset({"exec"}),
    "newrelic-admin": frozenset({"run-program", "run-python"}),
    "doppler": frozenset({"run"}),
    "infisical": frozenset({"run"}),
    "dotenvx": frozenset({"run"}),
    "chamber": frozenset({"exec"}),
    "op": frozenset({"run"}),
    "aws-vault": frozenset({"exec"}),
    "corepack": frozenset({"enable-and-run"}),
}
_VALUES = frozenset(
    "--with --project --python -p --env-file --directory --extra --group --package -e --config -n --name --prefix -f -u --user "
    "-g -s --env -C".split()
)
"""Flags of the wrappers that take the next word."""


def unwrap(words: Sequence[str]) -> tuple[tuple[str, ...], dict[str, str]]:
    """The command inside its wrappers, and the variables set on the way; no words where a wrapper wraps nothing."""
    environment: dict[str, str] = {}
    rest = list(words)
    for _ in range(20):
        while rest and _ASSIGNMENT.match(rest[0]):
            name, _, value = rest.pop(0).partition("=")
            environment[name] = value
        if not rest:
            return (), environment
        inner = _inner(basename(rest[0]), rest[1:])
        if inner is None:
            return tuple(rest), environment
        rest = inner
    return (), environment


def _inner(program: str, rest: list[str]) -> list[str] | None:
    """What the wrapper runs, or ``None`` where the program is no wrapper."""
    if program in _PLAIN:
        return _after_flags(rest)
    if program in _WITH_ONE:
        return _after_flags(rest)[1:]
    if program in ("dotenv", "env-cmd", "dotenv-cli"):
        kept = _after_flags(rest)
        return kept[1:] if kept[:1] == ["run"] else kept
    verbs = _WITH_VERB.get(program)
    if verbs:
        told = _after_flags(rest)
        if not told or told[0] not in verbs:
            return []
        kept = told[told.index("--") + 1 :] if "--" in told else _after_flags(told[1:])
        return ["python", *kept] if kept and program == "uv" and kept[0].endswith(".py") else kept
    if program in ("dockerize", "wait-for", "wait-for-it", "wait-for-it.sh", "wait-for.sh", "wait-on"):
        return rest[rest.index("--") + 1 :] if "--" in rest else None if program.endswith(".sh") else _after_flags(rest)
    if program.startswith("start-") and rest:
        return rest
    return None


def _after_flags(words: list[str]) -> list[str]:
    at = 0
    while at < len(words) and words[at].startswith("-"):
        if words[at] == "--":
            return words[at + 1 :]
        at += 2 if words[at] in _VALUES else 1
    return words[at:]
