"""An app's own code -> the stop signals that it listens for, and where."""

from __future__ import annotations

import re
from collections.abc import Iterator

from advisor.formats.source import Source
from advisor.model import Place
from advisor.scope import scope_of
from advisor.stack.apps import Apps, Root
from advisor.tree import Tree

WORDS = frozenset(
    {
        *(
            "SIGTERM",
            "SIGINT",
            "os.Interrupt",
            "ctrl_c(",
            "SignalKind::",
            "addShutdownHook",
            "ApplicationStopping",
            "CancelKeyPress",
        ),
        "ProcessSignal.",
    }
)
_HEARD = re.compile(
    r"(?:process|Deno)\.(?:on|once|addListener|addSignalListener)\(\s*[\"'](SIGTERM|SIGINT)[\"']"
    r"|\bsignal\.signal\(\s*(?:signal\.)?(SIGTERM|SIGINT)\b(?!\s*,\s*(?:signal\.)?SIG_(?:IGN|DFL))"
    r"|\badd_signal_handler\(\s*(?:signal\.)?(SIGTERM|SIGINT)\b"
    r"|\bPosixSignalRegistration\.Create\(\s*PosixSignal\.(SIGTERM|SIGINT)\b"
    r"|\bpcntl_signal\(\s*\\?(SIGTERM|SIGINT)\b|->addSignal\(\s*\\?(SIGTERM|SIGINT)\b|\bonSignal\(\s*\\?(SIGTERM|SIGINT)\b"
    r"|\bProcessSignal\.(sigterm|sigint)\.watch\b"
)
_BOTH = re.compile(r"\baddShutdownHook\s*\(|\bApplicationStopping\s*\.\s*Register\b")
"""Hooks that run on either signal: those of the JVM and of .NET's host."""
_KEY = re.compile(r"\bCancelKeyPress\s*\+=")
_LISTED = re.compile(
    r"\[\s*((?:[\"']SIG\w+[\"']\s*,?\s*){1,6})\]\s*\.\s*forEach|\bfor\s*\([^)]{0,80}\bof\s+\[\s*((?:[\"']SIG\w+[\"']\s*,?\s*){1,6})\]"
)
_NOTIFIED = re.compile(r"\bsignal\.Notify(?:Context)?\(((?:[^()]|\([^()]{0,40}\)){1,300})\)")
"""Go: ``signal.Notify(stop, os.Interrupt, syscall.SIGTERM)``."""
_AWAITED = re.compile(r"\bSignalKind::(terminate|interrupt)\(\)|\b(?:signal::)?(ctrl_c)\(\)")
"""Rust: tokio's ``signal::ctrl_c()`` and ``signal(SignalKind::terminate())``."""
_NAMES = {"terminate": "SIGTERM", "interrupt": "SIGINT", "ctrl_c": "SIGINT", "os.Interrupt": "SIGINT"}
_CODE = (".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".py", ".go", ".rs", ".java", ".kt", ".cs", ".php", ".dart")
_LARGEST = 300_000


def heard(tree: Tree, apps: Apps, root: Root) -> tuple[tuple[str, Place], ...]:
    """Signal and place, the first of each, in the files of one app that are run in production."""
    found: dict[str, Place] = {}
    for path in tree.having(*sorted(WORDS)):
        if path.endswith(_CODE) and apps.owner(path).path == root.path and scope_of(path) == "production":
            for signal, place in _in(tree.text(path) or "", path):
                found.setdefault(signal, place)
    return tuple(found.items())


def _in(text: str, path: str) -> Iterator[tuple[str, Place]]:
    if len(text) > _LARGEST:
        return
    source = Source(text, path)
    for match in _HEARD.finditer(text):
        yield next(group for group in match.groups() if group).upper(), source.place(*match.span())
    if path.endswith(".go"):
        for match in _NOTIFIED.finditer(text):
            for name in re.findall(r"SIGTERM|SIGINT|os\.Interrupt", match[1]):
                yield _NAMES.get(name, name), source.place(*match.span())
    elif path.endswith(".rs"):
        for match in _AWAITED.finditer(text):
            yield _NAMES[match[1] or match[2]], source.place(*match.span())
    for match in _BOTH.finditer(text):
        yield "SIGTERM", source.place(*match.span())
        yield "SIGINT", source.place(*match.span())
    for match in _KEY.finditer(text):
        yield "SIGINT", source.place(*match.span())
    for match in _LISTED.finditer(text):
        if re.search(r"process\.(?:on|once)\(", text[match.end() : match.end() + 300]):
            for signal in re.findall(r"SIG\w+", match[0]):
                yield signal, source.place(*match.span())
