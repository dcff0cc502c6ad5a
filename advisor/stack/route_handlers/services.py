"""Functions that a gateway calls for each message of a socket that it holds itself -> one server use for each service.

The signs are the event's ``requestContext.connectionId`` and the client of the management API, in JavaScript, TypeScript and
Python, and their typed counterparts in languages that are searched only. A service is everything below one template,
Serverless or CDK file: its functions may have manifests of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import dirname

from advisor.model import Endpoint, Heartbeat, Place, Scope, Use
from advisor.scope import scope_of
from advisor.stack.apps import Apps, Found, Root, ancestors
from advisor.stack.javascript.project import Project as ScriptProject
from advisor.stack.library import libraries
from advisor.stack.python.project import Project as ModuleProject
from advisor.stack.route_handlers import javascript, others, python
from advisor.stack.route_handlers.reader import WORDS
from advisor.stack.route_handlers.sign import Sign
from advisor.tree import Tree

LIBRARY = "aws-api-gateway-websocket"
_DESCRIPTIONS = (
    "serverless.yml",
    "serverless.yaml",
    "serverless.ts",
    "template.yaml",
    "template.yml",
    "template.json",
    "samconfig.toml",
    "cdk.json",
)
_PINGS = re.compile(r"[\"'](?:ping|heart_?-?beat|keep_?-?alive)[\"']|\b(?:handle|on)_?ping\b", re.IGNORECASE)
_CODE = (".js", ".mjs", ".cjs", ".ts", ".mts", ".py", *others.ENDINGS)
_MOST_FILES = 100
_PING_ROUTE = re.compile(r"(?:route_?key|route|action)\"?\s*[:=]\s*[\"']?(?:ping|heart_?-?beat|keep_?-?alive)\b", re.IGNORECASE)


def detect(tree: Tree, apps: Apps) -> Found:
    """One use for each service and scope, at the call that answers a socket, else at the first sign."""
    grouped: dict[tuple[str, str], list[Sign]] = {}
    described = sorted({dirname(path) or "." for path in tree.named(*_DESCRIPTIONS)})
    scripts, modules = ScriptProject(tree, apps), ModuleProject(tree, apps)
    for sign in _signs(tree, apps, scripts, modules):
        folder = next((each for each in ancestors(dirname(sign.place.file) or ".") if each in described), ".")
        grouped.setdefault((folder, scope_of(sign.place.file)), []).append(sign)
    uses = (_use(folder, signs, tree, apps) for (folder, _), signs in sorted(grouped.items()))
    return Found(tuple(uses), (*scripts.not_read, *modules.not_read))


def _signs(tree: Tree, apps: Apps, scripts: ScriptProject, modules: ModuleProject) -> Iterator[Sign]:
    for path in tree.having(*WORDS):
        if tree.is_code(path) and not apps.owner(path).is_library:
            if path.endswith(others.ENDINGS):
                yield from others.signs(tree, path)
            else:
                yield from python.signs(modules, path) if path.endswith(".py") else javascript.signs(scripts, path)


def _use(folder: str, signs: list[Sign], tree: Tree, apps: Apps) -> Use:
    library = libraries()[LIBRARY]
    first = min(signs, key=lambda sign: (sign.kind != "answers", sign.place))
    root = apps.owner(f"{folder}/x" if folder != "." else "x")
    kept = min((sign.kept for sign in signs if sign.kept is not None), default=None)
    return Use(
        library.id,
        library.name,
        "server",
        root.id,
        first.place,
        scope=_scope(first.place, root),
        endpoints=(Endpoint(None, first.place),),
        heartbeat=None
        if _pinged(folder, signs, tree)
        else Heartbeat("none", "default", fact=f"{library.id}/heartbeat", certainty="strong"),
        broadcasts=kept,
        runs_in="platform",
    )


def _scope(place: Place, root: Root) -> Scope:
    return scope_of(place.file) if root.scope == "production" else root.scope


def _pinged(folder: str, signs: list[Sign], tree: Tree) -> bool:
    """True where some route or handler is there for clients' pings, so that a client may well send them."""
    near = {dirname(sign.place.file) for sign in signs}
    beside = [path for path in tree.paths if dirname(path) in near and path.endswith(_CODE) and tree.is_code(path)]
    if any(_PINGS.search(tree.text(path) or "") for path in beside[:_MOST_FILES]):
        return True
    files = (path for path in tree.named(*_DESCRIPTIONS) if (dirname(path) or ".") == folder)
    return any(_PING_ROUTE.search(tree.text(path) or "") for path in files)
