"""A call of a Node program (``node``, ``pm2``, ``next start``, ``serve`` ...) -> what it runs and whether that can upgrade."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from advisor.model import Server
from advisor.stack.calls import Call
from advisor.stack.flags import Flags, PortFrom, count, flags, literal, port
from advisor.stack.process_files import pm2_config

_NODE_VALUES = {"r": "require"}
_NODE_SWITCHES = frozenset(
    "inspect inspect-brk watch enable-source-maps trace-warnings trace-deprecation preserve-symlinks expose-gc harmony "
    "experimental-modules experimental-vm-modules experimental-specifier-resolution experimental-strip-types "
    "experimental-transform-types experimental-json-modules openssl-legacy-provider use-openssl-ca use-system-ca "
    "unhandled-rejections transpile-only files esm hot smol swc".split()
)
_FRAMEWORKS = (
    "nest nuxt nuxi strapi vite react-scripts react-router react-router-serve remix-serve astro ng vue-cli-service craco "
    "webpack-dev-server gatsby docusaurus medusa directus"
).split()
_OWN = "what {program} runs decides for itself whether it upgrades"


def runtime(call: Call) -> Server | None:
    """``node server.js``, ``tsx src/main.ts``, ``nodemon app.js``, ``ts-node``, ``bun``, ``deno``: the app's own server."""
    words = call.words
    if call.program == "deno" and words and words[0] not in ("run", "serve", "task") and not words[0].startswith("-"):
        return None
    told = flags(words, _NODE_VALUES if call.program == "node" else {"r": "require", "e": "ext", "w": "watch"}, _switches(call))
    rest = [word for word in told.rest if word not in ("run", "serve", "watch")]
    if told.has("eval", "print", "p", "e") and call.program == "node":
        return None
    entry = rest[0] if rest else call.environment.get("_entry")
    if entry is None:
        return None
    number, origin = _environment_port(call)
    options = {**told.values, "watch": "true"} if "watch" in words else dict(told.values)
    reason = _OWN.format(program=call.program)
    return Server(call.program, "node", None, reason, entry, None, 1, number, origin, None, options)


def _switches(call: Call) -> frozenset[str]:
    more = {"allow-net", "allow-env", "allow-read", "allow-all", "A", "quiet", "respawn", "clear-screen"}
    return _NODE_SWITCHES | more if call.program != "node" else _NODE_SWITCHES


def pm2(call: Call) -> Server | None:
    """``pm2 start x.js -i max``, ``pm2-runtime x.js``, ``pm2 start ecosystem.config.js``: workers ``None`` where ``max``."""
    words = [word for word in call.words if word not in ("start", "startOrRestart", "startOrReload", "reload", "restart")]
    if call.program == "pm2" and len(words) == len(call.words):
        return None
    short = {"i": "instances", "n": "name", "o": "output", "e": "error"}
    switches = frozenset({"no-daemon", "attach", "watch", "update-env", "force", "merge-logs", "time", "raw", "f"})
    told = flags(words, short, switches)
    if not told.rest:
        return None
    entry = told.rest[0]
    if entry.endswith((".config.js", ".config.cjs", ".config.mjs", ".json", ".yml", ".yaml")):
        return _from_ecosystem(call, told, entry)
    number, origin = _environment_port(call)
    workers = _instances(told.get("instances"))
    reason = "what PM2 runs decides for itself whether it upgrades"
    mode = {"exec_mode": "cluster"} if told.has("instances") else {}
    options = {**mode, **told.values}
    return Server("pm2", "node", None, reason, entry, None, workers, number, origin, None, options, workers is None)


def _from_ecosystem(call: Call, told: Flags, file: str) -> Server:
    """The one app of the file, or the one that ``--only`` names; several give no entry."""
    reason = "what PM2 runs decides for itself whether it upgrades"
    text = call.text(file)
    apps = pm2_config(text) if text is not None else ()
    only = told.get("only")
    apps = tuple(app for app in apps if only is None or app.get("name") == only)
    if len(apps) != 1:
        more = f"{file} was not read" if not apps else f"{file} starts {len(apps)} apps"
        return Server("pm2", "node", None, f"{reason}; {more}", None, None, None, options={**told.values, "config": file})
    app = apps[0]
    number, origin = port(app.get("env_production.PORT", app.get("env.PORT")))
    workers = _instances(told.get("instances") or app.get("instances"))
    options = {**app, **told.values, "config": file}
    return Server("pm2", "node", None, reason, app.get("script"), None, workers, number, origin, None, options, workers is None)


def _instances(text: str | None) -> int | None:
    """PM2's ``-i``: absent is one; ``max``, ``0`` and negative numbers count the machine's cores."""
    if text is None:
        return 1
    return count(text) or None


def next_js(call: Call) -> Server | None:
    command = next((word for word in call.words if not word.startswith("-")), "dev")
    if command not in ("start", "dev"):
        return None
    told = flags(call.words, {"p": "port", "H": "hostname"}, frozenset({"turbo", "turbopack"}))
    number, origin = port(told.get("port")) if told.has("port") else _environment_port(call, 3000)
    reason = f"next {command} runs Next.js's own server, without WebSocket routes; only code that takes its socket can upgrade"
    return Server(
        "next",
        "node",
        None,
        reason,
        None,
        None,
        1,
        number,
        origin,
        literal(told.get("hostname")),
        {**told.values, "command": command},
    )


def framework(call: Call) -> Server | None:
    """``nest start``, ``nuxt start``, ``strapi start``, ``vite``, ``react-scripts start``: a command with a server inside."""
    command = next((word for word in call.words if not word.startswith("-")), "")
    if command in ("build", "test", "lint", "generate", "new", "g", "info", "prepare", "typecheck", "export"):
        return None
    told = flags(call.words, {"p": "port"}, frozenset({"watch", "debug", "host"}))
    number, origin = port(told.get("port")) if told.has("port") else _environment_port(call)
    reason = _OWN.format(program=call.program)
    return Server(call.program, "node", None, reason, None, None, 1, number, origin, None, {**told.values, "command": command})


def static(call: Call) -> Server:
    """``serve -s build``, ``http-server dist``: files only. ``serve`` alone may be a command of the image's own program."""
    if call.program == "serve" and not call.words:
        return Server("serve", "other", None, "serve alone may be a command of the program that the image starts")
    told = flags(call.words, {"l": "listen", "p": "port", "s": "single", "a": "address"}, frozenset({"single", "cors"}))
    given = told.get("listen", "port")
    number, origin = port(given.rsplit(":", 1)[-1] if given and "$" not in given else given) if given else _environment_port(call)
    reason = f"{call.program} only hands out files, so it cannot hold a WebSocket"
    entry = next(iter(told.rest), None)
    return Server(call.program, "other", False, reason, entry, None, 1, number, origin, None, told.values)


def _environment_port(call: Call, default: int | None = None) -> tuple[int | None, PortFrom | None]:
    """PORT as the command itself sets it; else the program's default, else not known."""
    if "PORT" in call.environment:
        return port(call.environment["PORT"])
    if default is not None:
        return default, "environment" if call.port_variable == "PORT" else "default"
    return None, None


def at_folder(server: Server, folder: str) -> Server:
    """The same with its entry below ``folder``, where the command changed directory first."""
    if folder == "." or server.entry is None or server.entry.startswith(("/", "$")) or ":" in server.entry:
        return server
    return replace(server, entry=f"{folder}/{server.entry.removeprefix('./')}")


FILES_ONLY = ("serve", "http-server", "live-server", "sirv")
"""Programs that hand out files and nothing else."""

PROGRAMS: Mapping[str, Callable[[Call], Server | None]] = {
    **dict.fromkeys(("node", "nodejs", "nodemon", "tsx", "ts-node", "ts-node-dev", "tsnd", "bun", "deno", "babel-node"), runtime),
    **dict.fromkeys(("pm2", "pm2-runtime", "pm2-docker"), pm2),
    "next": next_js,
    **dict.fromkeys(_FRAMEWORKS, framework),
    **dict.fromkeys(FILES_ONLY, static),
}
