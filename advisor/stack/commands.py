"""A start command -> the server it runs and whether that process, as started, can ever answer 101.

``interpret("sh -c 'python manage.py migrate && exec gunicorn app:app -k gevent'")`` sees through shells, wrappers, chains,
package scripts and, where it may read them, shell scripts and configuration files. Nothing is ever run.
"""

from __future__ import annotations

import fnmatch
import json
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from posixpath import basename, join, normpath

import advisor.stack
from advisor.formats.supervisor import programs
from advisor.model import Server
from advisor.stack import node_servers, python_servers, shell
from advisor.stack.calls import Call
from advisor.stack.flags import flags
from advisor.stack.process_files import gunicorn_config, pm2_config
from advisor.stack.serving import heartbeat_of, is_development, server_heartbeat, serves

__all__ = [
    "gunicorn_config",
    "heartbeat_of",
    "interpret",
    "is_development",
    "pm2_config",
    "server_heartbeat",
    "servers",
    "serves",
]

Read = Callable[[str], str | None]

_DEEPEST = 10
_MANAGERS = frozenset({"npm", "yarn", "pnpm"})
_RUNNERS = frozenset({"npx", "bunx", "pnpx", "uvx"})
_SHELLS = frozenset({"sh", "bash", "dash", "zsh", "ash"})
_AT_ONCE = frozenset({"concurrently", "npm-run-all", "run-p", "run-s", "npm-run-all2", "wireit"})
_SUBCOMMANDS = frozenset({"serve"})
"""Programs whose name is also what many compiled programs call the command that starts their server (``./app serve``)."""
_WRAPPER = re.compile(r"entry|start|wait|run|init|launch|exec|boot|wrap|\.sh$", re.IGNORECASE)
_PROGRAMS: Mapping[str, Callable[[Call], Server | None]] = {
    program: reader
    for entry in pkgutil.iter_modules(advisor.stack.__path__)
    if entry.name.endswith("_servers")
    for program, reader in import_module(f"advisor.stack.{entry.name}").PROGRAMS.items()
}
"""Programs of every language: each module ``<language>_servers`` beside this one says which it can read."""


@dataclass(frozen=True, slots=True)
class _State:
    """What holds where a command stands: in which folder, with which scripts and variables, how deep."""

    scripts: Mapping[str, str] | None
    port_variable: str | None
    concurrency: int | None
    read: Read | None
    folder: str = "."
    depth: int = 0
    conditional: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()
    """What ``"$@"`` stands for in a shell script."""

    def call(self, program: str, words: Sequence[str]) -> Call:
        return Call(program, tuple(words), self.environment, self.port_variable, self.concurrency, self.folder, self.read)


_Found = Iterator[tuple[Server, bool]]


def interpret(
    command: str,
    *,
    scripts: Mapping[str, str] | None = None,
    port_variable: str | None = None,
    environment: Sequence[str] = (),
    read: Read | None = None,
) -> Server | None:
    """What the command leaves running, or ``None`` where it runs no server (a migration, a worker, an unknown program).

    ``scripts``: package scripts by name (``npm start``). ``port_variable``: ``"PORT"`` where the platform sets it.
    ``environment``: names of the variables the process is given (PORT and WEB_CONCURRENCY count). ``read``: a path relative
    to the directory whose code the command runs -> its text, for shell scripts, package.json and configuration files.
    Where a condition picks between servers that differ, ``can_upgrade`` is ``None`` and the reason names them.
    """
    found = _found(command, scripts, port_variable, environment, read)
    apps = [item for item in found if item[0].program != "nginx"] or found
    if not apps:
        return None
    last = apps[-1][0]
    differ = len({(server.can_upgrade, server.protocol) for server, _ in apps}) > 1
    if not differ or not any(conditional for _, conditional in apps):
        return last
    programs = " or ".join(dict.fromkeys(server.program for server, _ in apps))
    reason = f"the command starts {programs}, depending on a condition that is decided when it runs"
    return replace(last, can_upgrade=None, protocol="other", reason=reason)


def servers(
    command: str,
    *,
    scripts: Mapping[str, str] | None = None,
    port_variable: str | None = None,
    environment: Sequence[str] = (),
    read: Read | None = None,
) -> tuple[Server, ...]:
    """Every server that the command starts, in order (``nginx & gunicorn app:app``); arguments as for ``interpret``."""
    return tuple(server for server, _ in _found(command, scripts, port_variable, environment, read))


def _found(
    command: str, scripts: Mapping[str, str] | None, port_variable: str | None, environment: Sequence[str], read: Read | None
) -> list[tuple[Server, bool]]:
    given = port_variable or ("PORT" if "PORT" in environment else None)
    state = _State(scripts, given, None if "WEB_CONCURRENCY" in environment else 1, read)
    found: list[tuple[Server, bool]] = []
    for item in _chain(command, state):
        if item not in found and len(found) < 20:
            found.append(item)
    return found


# ---------------------------------------------------------------- chains and single commands


def _chain(command: str, state: _State) -> _Found:
    """The commands of a line or script one after the other; ``cd`` and ``export`` hold for those that follow."""
    if state.depth > _DEEPEST:
        return
    state = replace(state, depth=state.depth + 1)
    for step in shell.steps(command, state.arguments):
        here = replace(state, conditional=state.conditional or step.conditional)
        if step.words[0] == "cd" and len(step.words) > 1:
            folder = normpath(join(state.folder, step.words[1]))
            state = replace(state, folder=folder if _inside(folder) else ".", scripts=None if folder != "." else state.scripts)
        elif step.words[0] == "export":
            state = replace(state, environment={**state.environment, **shell.assignments(step.words[1:])})
        else:
            yield from _single(step.words, here)


def _inside(folder: str) -> bool:
    return not folder.startswith(("/", "..", "$"))


def _single(words: Sequence[str], state: _State) -> _Found:
    """One command with its assignments and wrappers taken off."""
    words, environment = shell.unwrap(words)
    if not words or state.depth > _DEEPEST:
        return
    state = replace(state, environment={**state.environment, **environment}, depth=state.depth + 1)
    program = basename(words[0]).removesuffix(".exe").removesuffix(".cmd")
    rest = words[1:]
    if program in _SHELLS:
        yield from _shell(rest, state)
    elif program in _MANAGERS or (program == "bun" and rest and rest[0] in ("run", "start", "x")):
        yield from _package_script(program, rest, state)
    elif program in _RUNNERS:
        yield from _single(flags(rest, {"p": "package"}, frozenset({"y", "yes"}), only_leading=True).rest, state)
    elif program in _AT_ONCE:
        yield from _at_once(program, rest, state)
    elif re.fullmatch(r"(python|pypy)[\d.]*w?", program):
        yield from _python(rest, state)
    elif program == "manage.py":
        yield from _one(python_servers.manage(state.call(program, rest), words[0]), state)
    elif program == "thrust":
        yield from ((_behind_thruster(server, state), conditional) for server, conditional in _single(rest, state))
    elif program == "supervisord":
        yield from _supervised(rest, state)
    elif program == "nginx":
        yield Server("nginx", "other", None, "nginx hands requests on to another program"), state.conditional
    elif program in _PROGRAMS:
        yield from _one(_PROGRAMS[program](state.call(program, rest)), state)
    elif "/" in words[0] or program.endswith((".sh", ".py")) or "entrypoint" in program:
        yield from _file(words[0], rest, state)


def _one(server: Server | None, state: _State) -> _Found:
    if server is None:
        return
    server = node_servers.at_folder(server, state.folder)
    if state.folder != ".":
        server = replace(server, options={**server.options, "folder": state.folder})
    yield server, state.conditional


def _behind_thruster(server: Server, state: _State) -> Server:
    """Thruster listens in place of the server that it starts: on HTTP_PORT, 80 unless that is set (its README)."""
    told = state.environment.get("HTTP_PORT", "80")
    number = int(told) if told.isdigit() and len(told) < 6 else None
    return replace(server, port=number, port_from="environment", bind="0.0.0.0")  # noqa: S104 - what it binds


def _supervised(rest: Sequence[str], state: _State) -> _Found:
    """The programs of Supervisor's configuration, those last that can hold sockets: they all run at once."""
    told = flags(rest, {"c": "configuration", "n": "nodaemon", "e": "loglevel"}, frozenset({"nodaemon", "silent"}))
    read = state.call("supervisord", ()).text
    names = (told.get("configuration"), "supervisord.conf", "supervisor.conf")
    text, name = next(((text, name) for name in names if name and (text := read(name)) is not None), ("", ""))
    if not name:
        yield Server("supervisord", "other", None, "Supervisor's configuration was not read"), state.conditional
        return
    found = [item for each in programs(text, name) for item in _chain(each.command, state)]
    yield from sorted(found, key=lambda item: item[0].can_upgrade is True)


def _shell(rest: Sequence[str], state: _State) -> _Found:
    """``sh -c "..."`` or ``sh file args``."""
    for at, word in enumerate(rest):
        if word.startswith("-") and not word.startswith("--") and "c" in word and at + 1 < len(rest):
            yield from _chain(rest[at + 1], replace(state, arguments=tuple(rest[at + 2 :])))
            return
        if not word.startswith(("-", "+")):
            yield from _file(word, rest[at + 1 :], state)
            return


def _file(name: str, rest: Sequence[str], state: _State) -> _Found:
    """A script by its path: read where that is allowed, else what it is given to run, else named as not read."""
    if name.endswith(".py"):
        yield from _python((name, *rest), state)
        return
    text = state.call("sh", ()).text(name)
    if text is not None and _is_shell(text, name):
        yield from _chain(text, replace(state, arguments=tuple(rest)))
    elif "--" in rest:
        yield from _single(rest[list(rest).index("--") + 1 :], state)
    elif rest and _known(rest[0]) and not (rest[0] in _SUBCOMMANDS and not _WRAPPER.search(basename(name))):
        yield from _single(rest, state)
    elif name.endswith(".sh"):
        yield Server("sh", "other", None, f"{name} was not read", name), state.conditional


def _is_shell(text: str, name: str) -> bool:
    first = text.split("\n", 1)[0]
    return bool(re.search(r"\b(ba|da|z|a|k)?sh\b", first)) if first.startswith("#!") else name.endswith(".sh")


def _known(word: str) -> bool:
    program = basename(word)
    return (
        program in _PROGRAMS or program in _MANAGERS or program in _SHELLS or program.startswith("python") or program == "thrust"
    )


def _python(rest: Sequence[str], state: _State) -> _Found:
    """``python app.py``, ``python -m uvicorn ...``, ``python manage.py runserver``."""
    values = {"W": "W", "X": "X", "m": "m", "c": "c"}
    for at, word in enumerate(rest):
        name = word.lstrip("-")
        if word.startswith("-") and name[:1] == "m":
            module, words = (name[1:], rest[at + 1 :]) if len(name) > 1 else ((*rest, "", "")[at + 1], rest[at + 2 :])
            yield from _module(module, words, state)
            return
        if word.startswith("-c"):
            return
        if word.startswith("-") or (at and rest[at - 1].lstrip("-") in values and rest[at - 1].startswith("-")):
            continue
        if basename(word) == "manage.py":
            yield from _one(python_servers.manage(state.call("manage.py", rest[at + 1 :]), word), state)
        else:
            yield from _one(_python_entry(word, rest[at + 1 :], state), state)
        return


def _module(module: str, words: Sequence[str], state: _State) -> _Found:
    if module in _PROGRAMS:
        yield from _one(_PROGRAMS[module](state.call(module, words)), state)
    elif module in ("celery", "pip", "alembic", "pytest", "compileall", "venv", "rq", "dramatiq", "playwright", "spacy", "nltk"):
        return
    elif module:
        yield from _one(_python_entry(f"{module}:__main__", words, state), state)


def _python_entry(entry: str, words: Sequence[str], state: _State) -> Server:
    told = flags(words)
    reason = "what the Python program runs decides for itself whether it upgrades"
    return Server("python", "other", None, reason, entry, None, 1, options=told.values)


# ---------------------------------------------------------------- package scripts


def _package_script(program: str, rest: Sequence[str], state: _State) -> _Found:
    """``npm run x``, ``yarn x``, ``pnpm -C dir start``: the script's own command, with the arguments after ``--``."""
    short = {"C": "dir", "w": "workspace", "F": "filter", "s": "silent"}
    switches = frozenset({"silent", "if-present", "prod", "production", "recursive", "parallel"})
    leading = flags(rest, short, switches, only_leading=True)
    words = list(leading.rest)
    if words[:1] and words[0] in ("exec", "dlx", "x"):
        yield from _single(words[2:] if words[1:2] == ["--"] else words[1:], state)
        return
    if words[:1] and words[0] in ("run", "run-script"):
        words = words[1:]
    words, told = _later_flags(words, leading.values)
    if not words or words[0] in ("install", "ci", "i", "add", "test", "config", "cache", "publish", "audit"):
        return
    folder = told.get("prefix") or told.get("dir") or told.get("cwd")
    inner = replace(state, folder=normpath(join(state.folder, folder)), scripts=None) if folder and _inside(folder) else state
    name = words[0]
    scripts = _scripts(inner)
    command = (scripts or {}).get(name)
    if told.keys() & {"workspace", "filter"}:
        command = None
    if command is not None:
        extra = [word for word in words[1:] if word != "--"]
        yield from _chain(" ".join((command, *map(shell.quoted, extra))), inner)
    elif program in ("yarn", "pnpm", "bun") and name in _PROGRAMS:
        yield from _single(words, state)
    elif name in ("start", "dev", "serve") or scripts is None:
        reason = f"the package script {name} was not found" if scripts is not None else f"the package script {name} was not read"
        yield from _one(Server(program, "node", None, reason, None, options={**told, "script": name}), inner)


def _later_flags(words: list[str], values: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    """npm takes its own flags on either side of the script's name (``npm run start --prefix server``)."""
    told = dict(values)
    kept: list[str] = []
    at = 0
    while at < len(words):
        name, sign, value = words[at].partition("=")
        if words[at] == "--":
            kept.extend(words[at:])
            break
        if name in ("--prefix", "--workspace", "-w", "--dir", "-C", "--cwd"):
            key = {"-w": "workspace", "-C": "dir"}.get(name, name.lstrip("-"))
            told[key] = value if sign else (*words, "")[at + 1]
            at += 1 if sign else 2
            continue
        kept.append(words[at])
        at += 1
    return kept, told


def _scripts(state: _State) -> Mapping[str, str] | None:
    """The scripts where the command stands; ``None`` where they are not known."""
    if state.scripts:
        return state.scripts
    text = state.call("npm", ()).text("package.json")
    if text is None:
        return state.scripts
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    scripts = data.get("scripts") if isinstance(data, dict) else None
    return {name: line for name, line in scripts.items() if isinstance(line, str)} if isinstance(scripts, dict) else {}


def _at_once(program: str, rest: Sequence[str], state: _State) -> _Found:
    """``concurrently "npm:api" "node server.js"``, ``run-p api web``: several commands side by side."""
    told = flags(rest, {"n": "names", "c": "prefix-colors"}, frozenset({"k", "kill-others", "parallel", "p", "s", "l", "r"}))
    scripts = _scripts(state) or {}
    for word in told.rest:
        pattern = word.removeprefix("npm:")
        names = fnmatch.filter(scripts, pattern) if program != "concurrently" or word.startswith("npm:") else []
        if names:
            for name in names[:20]:
                yield from _chain(scripts[name], state)
        elif program == "concurrently":
            yield from _chain(word, state)
