"""An app of the tree -> how it starts: its command as written, or as its manifest and code imply, on a port of choice."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from posixpath import basename

from advisor.model import App, Path, Use
from advisor.stack.python.installed import asgi_server
from advisor.tree import Tree

_PORT_FLAG = re.compile(r"(?P<flag>(?:^|\s)(?:--port|--http-port|-p)[= ])\d{2,5}(?=\s|$)")
_BIND_FLAG = re.compile(r"(?P<flag>(?:^|\s)(?:--bind|-b)[= ](?:[\w.\[\]:]*:)?)\d{2,5}(?=\s|$)")
_HOST = re.compile(r"(?P<flag>(?:^|\s)--host[= ])(?:127\.0\.0\.1|localhost)(?=\s|$)")
_LOOPBACK = re.compile(r"(?P<flag>(?:^|\s)(?:--bind|-b)[= ])(?:127\.0\.0\.1|localhost):")
_ATTRIBUTE = re.compile(
    r"^(\w{1,60})\s{0,4}(?::[^=\n]{1,60})?=\s{0,4}(?:\w{1,40}\.)?(?:FastAPI|Starlette|Litestar|Quart|Sanic|ASGIApp|ProtocolTypeRouter)\(",
    re.MULTILINE,
)
_ON_ALL = {
    "uvicorn": "uvicorn {app} --host 0.0.0.0 --port $PORT",
    "hypercorn": "hypercorn {app} --bind 0.0.0.0:$PORT",
    "daphne": "daphne -b 0.0.0.0 -p $PORT {app}",
    "granian": "granian --interface asgi --host 0.0.0.0 --port $PORT {app}",
}


def command(path: Path, tree: Tree) -> str | None:
    """The command that starts the app of a path, in one line; ``None`` where nothing says it."""
    app = path.app
    given = path.process.command if path.process is not None else None
    if given is None or basename(given.split()[0] if given.split() else "") in ("npm", "yarn", "pnpm"):
        scripted = _script(app)
        if scripted is not None:
            return scripted
    if given:
        return " ".join(given.split())
    if app is None or path.server is None:
        return None
    return _asgi(app, path.server, tree) if path.server.runs_in == "asgi" else _file(app, path.server)


def on_port(line: str, port: str) -> str:
    """The command with its literal port replaced by ``port`` and bound to all addresses."""
    for pattern in (_PORT_FLAG, _BIND_FLAG):
        line = pattern.sub(lambda match: f"{match['flag']}{port}", line)
    line = _HOST.sub(lambda match: f"{match['flag']}0.0.0.0", line)  # noqa: S104 - a container is reached from outside
    return _LOOPBACK.sub(lambda match: f"{match['flag']}0.0.0.0:", line)


def exec_form(line: str) -> str:
    """The command for ``CMD``: words of their own, or a shell that gives way to it where it holds a variable."""
    import json

    if re.search(r"[$`|&;<>*?~]", line):
        return json.dumps(["sh", "-c", f"exec {line}" if not re.search(r"[|&;]", line) else line])
    try:
        return json.dumps(shlex.split(line))
    except ValueError:
        return json.dumps(["sh", "-c", line])


def module(app: App, server: Use, tree: Tree) -> tuple[str, str] | None:
    """Module and attribute of an ASGI app: that which the server's file assigns, else the one of a usual entry file."""
    prefix = "" if app.root == "." else f"{app.root}/"
    usual = (f"{prefix}{name}" for name in ("main.py", "app.py", "app/main.py", "src/main.py", "server.py", "asgi.py"))
    for file in dict.fromkeys((server.place.file, *usual, *_asgi_files(prefix, tree))):
        if not file.endswith(".py") or not file.startswith(prefix) or not tree.exists(file):
            continue
        text = tree.text(file) or ""
        name = file.removeprefix(prefix).removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        found = _ATTRIBUTE.findall(text)
        if found and all(part.isidentifier() for part in name.split(".")):
            return name, found[-1]
    return None


def _asgi_files(prefix: str, tree: Tree) -> Iterator[str]:
    yield from (file for file in tree.named("asgi.py") if file.startswith(prefix))


def _asgi(app: App, server: Use, tree: Tree) -> str | None:
    found = module(app, server, tree)
    asked = asgi_server(tree, app.root)
    program = asked[0] if asked is not None and asked[0] in _ON_ALL else "uvicorn"
    return _ON_ALL[program].format(app=":".join(found)) if found is not None else None


def _script(app: App | None) -> str | None:
    """The start script itself where it is one plain program: a package manager in between swallows the stop signal."""
    line = next((text for name, text, _ in (app.scripts if app else ()) if name == "start"), None)
    if line is None:
        return None
    plain = not re.search(r"[&|;$`<>=]", line) and line.split()[:1] in (["node"], ["bun"], ["deno"], ["tsx"])
    return " ".join(line.split()) if plain else "npm start"


def _file(app: App, server: Use) -> str | None:
    prefix = "" if app.root == "." else f"{app.root}/"
    inside = server.place.file.removeprefix(prefix)
    return f"node {shlex.quote(inside)}" if app.ecosystem == "npm" and inside.endswith((".js", ".mjs", ".cjs")) else None
