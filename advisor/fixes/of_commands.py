"""Findings about a start command: the command written anew in the form in which its file has it."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator

from advisor.fixes import pasted
from advisor.fixes.candidate import Candidate
from advisor.fixes.steps import path_of, text_of
from advisor.fixes.text import Text
from advisor.model import Edit, Finding, Place
from advisor.rules.scan import Scan
from advisor.stack.library import libraries

_STARTS = ("WS110", "WS111")
_FLAGS = ("WS201", "WS202", "WS206", "WS501")
_OF_SOCKETS = re.compile(r"(?<!\S)--(?:ws|websocket|ping)[-_\w]*(?:=|\s+)\S+")
_SAME = "gunicorn"
_SHORT = {"--worker-class": ("-k",), "--workers": ("-w",), "--bind": ("-b",), "--threads": ()}
"""Short forms of its flags."""
_ELSEWHERE = re.compile(r"(?<!\S)(?:--chdir|-c|--config|--pythonpath|-e|--env|--certfile|--keyfile|--settings)(?:[\s=]|$)")
_INSTRUCTION = re.compile(r"(?i)\s*(?:CMD|ENTRYPOINT)\s+")
_LIST = re.compile(r"\[[^\[\]]*\]")


def candidates(scan: Scan, finding: Finding) -> Iterator[Candidate]:
    """The command of the block in place of the one that the process has, or one more flag; none for a process of its own."""
    path = path_of(scan, finding)
    process = path.process if path is not None else None
    if process is None or process.command is None or finding.rule not in (*_STARTS, *_FLAGS):
        return
    place = process.command_place or process.place
    text = text_of(scan, place.file)
    library = libraries().get(path.server.library) if path is not None and path.server is not None else None
    beside = finding.rule in _STARTS and library is not None and library.start_block is not None
    if text is None or beside:
        return
    for part in pasted.parts(finding.snippet):
        wanted = _command(process.command, part.lines, flags=finding.rule in _FLAGS) if len(part.lines) == 1 else None
        if wanted is None or (
            finding.rule in _STARTS and (part.how or (finding.place.file, finding.place.line) != (place.file, place.line))
        ):
            continue
        edit = _written(text, place, process.command, wanted)
        if edit is not None:
            yield Candidate(
                (edit,), _only_sockets(process.command, wanted), f"starts the app with {_told(process.command, wanted)}"
            )


def _command(old: str, lines: tuple[str, ...], *, flags: bool) -> str | None:
    """The new command; where the block only adds flags, each stands once, with the block's value."""
    line = lines[0].strip()
    if not flags:
        return _anew(old, line) if line and not line.startswith(("pip ", "#", "//")) else None
    whole = line if line.startswith(old) else f"{old} {line}" if line.startswith("--") else None
    if whole is None:
        return None
    return _once(old, whole[len(old) :].split())


def _anew(old: str, new: str) -> str | None:
    """The new command. One of the same program only changes its flags, for the others stay; a command whose flags say where
    the code lies or name a file of settings is not given to another program."""
    program = new.split()[0]
    if old.split()[0].rpartition("/")[2] == program and program == _SAME and new.split()[-1] in old.split():
        pairs = new.split()[1:-1]
        kept = [word for flag, value in zip(pairs[::2], pairs[1::2], strict=False) if flag != "--bind" for word in (flag, value)]
        return _once(old, kept)
    return None if _ELSEWHERE.search(old) else _in_its_folder(old, new)


def _in_its_folder(old: str, new: str) -> str:
    """The new command with the folder that the old program was named in (``/srv/venv/bin/``): systemd asks for one."""
    folder, _, _ = old.split()[0].rpartition("/")
    return f"{folder}/{new}" if folder.startswith("/") and "/" not in new.split()[0] else new


def _once(command: str, added: list[str]) -> str:
    """A command with flags and their values (``--flag value``): in the place of the same flag, else behind it."""
    for flag, value in zip(added[::2], added[1::2], strict=False):
        names = "|".join(re.escape(name) for name in (flag, *_SHORT.get(flag, ())))
        pattern = re.compile(rf"(?<!\S)(?:{names})(?:=|\s+)\S+")
        command = pattern.sub(f"{flag} {value}", command, count=1) if pattern.search(command) else f"{command} {flag} {value}"
    return command


def _only_sockets(old: str, new: str) -> bool:
    """True where nothing but flags that speak of sockets, and their values, differ."""
    return _OF_SOCKETS.sub("", old).split() == _OF_SOCKETS.sub("", new).split()


def _told(old: str, new: str) -> str:
    return "other flags for its sockets" if _only_sockets(old, new) else new.split()[0]


def _written(text: Text, place: Place, old: str, new: str) -> Edit | None:
    """The edit of the one line that holds the command; ``None`` where it spans several or is put together elsewhere."""
    line = text.line(place.line)
    listed = next((found for found in _LIST.finditer(line) if _joined(found[0]) == old), None)
    if listed is not None:
        return text.replace(
            place.line, listed.start() + 1, place.line, listed.end() + 1, _as_list(new, _INSTRUCTION.match(line) is not None)
        )
    if line.count(old) != 1 or line.rstrip().endswith("\\"):
        return None
    start = line.index(old)
    quote = line[start - 1] if start and line[start - 1] in "\"'" else ""
    if quote and quote in new:
        if quote == "'" or not text.file.endswith((".json", ".toml", ".yaml", ".yml")):
            return None
        new = new.replace("\\", "\\\\").replace(quote, f"\\{quote}")
    bare = not quote and text.file.endswith((".yaml", ".yml"))
    if bare and (": " in new or " #" in new or new[0] in "[{&*!|>%@`\"'"):
        return None
    return text.replace(place.line, start + 1, place.line, start + len(old) + 1, new)


def _joined(written: str) -> str | None:
    """The words of an exec form as one command, as readers of Dockerfiles and compose files put them together."""
    try:
        words = json.loads(written)
    except ValueError:
        return None
    whole = isinstance(words, list) and words and all(isinstance(word, str) for word in words)
    return " ".join(words) if whole else None


def _as_list(command: str, instruction: bool) -> str:
    """The exec form; a shell's where the command names a variable, which the exec form does not fill in."""
    if "$" in command:
        return f"exec {command}" if instruction else json.dumps(["sh", "-c", f"exec {command}"])
    try:
        words = shlex.split(command)
    except ValueError:
        words = command.split()
    return json.dumps(words)
