"""Files that say how a process manager starts an app: gunicorn.conf.py and PM2's ecosystem file, read and never run."""

from __future__ import annotations

import ast
import json
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

_DEEPEST = 40


def gunicorn_config(text: str) -> dict[str, str | None]:
    """Settings assigned at the top level, as flags would write them; ``None`` where the file computes the value.

    ``bind = f"0.0.0.0:{os.environ.get('PORT', 8000)}"`` becomes ``0.0.0.0:${PORT:-8000}``. A file that is not Python has no
    settings.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    found: dict[str, str | None] = {}
    for statement in module.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        if isinstance(statement, ast.AnnAssign) and statement.value:
            targets = [statement.target]
        for target in targets:
            if isinstance(target, ast.Name) and not target.id.startswith("_"):
                found[target.id] = _written(statement.value, found, 0)  # type: ignore[attr-defined]
    return found


def _written(node: ast.expr | None, known: Mapping[str, str | None], depth: int) -> str | None:
    """An expression as the shell would write it, or ``None`` where it is computed."""
    if node is None or depth > _DEEPEST:
        return None
    if isinstance(node, ast.Constant):
        return None if node.value is None or isinstance(node.value, bytes) else str(node.value)
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if isinstance(node, ast.List | ast.Tuple):
        parts = [_written(item, known, depth + 1) for item in node.elts]
        return ",".join(part for part in parts if part is not None) if parts and None not in parts else None
    if isinstance(node, ast.JoinedStr):
        parts = [_written(_inner(item), known, depth + 1) for item in node.values]
        return "".join(part for part in parts if part is not None) if None not in parts else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        sides = (_written(node.left, known, depth + 1), _written(node.right, known, depth + 1))
        text = isinstance(node.left, ast.Constant | ast.JoinedStr) and not _is_number(node.left)
        return f"{sides[0]}{sides[1]}" if text and None not in sides else None
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or) and len(node.values) == 2:
        first, second = (_written(value, known, depth + 1) for value in node.values)
        return f"{first[:-1]}:-{second}}}" if first and second and first.startswith("${") and ":-" not in first else first
    if isinstance(node, ast.Call | ast.Subscript):
        return _variable(node, known, depth)
    return None


def _inner(node: ast.expr) -> ast.expr:
    return node.value if isinstance(node, ast.FormattedValue) else node


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float)


def _variable(node: ast.Call | ast.Subscript, known: Mapping[str, str | None], depth: int) -> str | None:
    """``os.environ["X"]``, ``os.environ.get("X", d)``, ``os.getenv("X", d)``, any of them inside ``int()`` or ``str()``."""
    if isinstance(node, ast.Subscript):
        name = _written(node.slice, known, depth + 1) if ast.unparse(node.value).endswith("environ") else None
        return f"${{{name}}}" if name else None
    called = ast.unparse(node.func)
    if called in ("int", "str") and len(node.args) == 1:
        return _written(node.args[0], known, depth + 1)
    if not called.endswith(("environ.get", "getenv")) or not node.args:
        return None
    name = _written(node.args[0], known, depth + 1)
    default = _written(node.args[1], known, depth + 1) if len(node.args) > 1 else None
    return None if not name else f"${{{name}:-{default}}}" if default is not None else f"${{{name}}}"


def pm2_config(text: str) -> tuple[Mapping[str, str], ...]:
    """The apps of an ecosystem file (JavaScript, JSON or YAML): name, script, args, instances, exec_mode, interpreter, cwd ...

    Literal values as text, those of ``env`` as ``env.NAME`` for PORT, HOST and NODE_ENV only; what is computed is left out.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        data = None
    if isinstance(data, dict | list):
        apps = data.get("apps", [data]) if isinstance(data, dict) else data
        return tuple(dict(_plain(app)) for app in apps if isinstance(app, dict)) if isinstance(apps, list) else ()
    if _looks_like_yaml(text):
        return _yaml_apps(text)
    return tuple(_javascript_apps(text))


_SHOWN = ("PORT", "HOST", "NODE_ENV")


def _plain(app: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in app.items():
        if isinstance(value, dict) and str(key).startswith("env"):
            yield from ((f"{key}.{name}", str(item)) for name, item in value.items() if name in _SHOWN)
        elif isinstance(value, list) and key == "args":
            yield key, " ".join(str(item) for item in value)
        elif isinstance(value, str | int | float):
            yield str(key), str(value).lower() if isinstance(value, bool) else str(value)


def _looks_like_yaml(text: str) -> bool:
    return any(line.startswith(("apps:", "- ")) for line in text.splitlines())


def _yaml_apps(text: str) -> tuple[Mapping[str, str], ...]:
    import yaml

    try:
        data = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - a safe loader
    except (yaml.YAMLError, ValueError, RecursionError):
        return ()
    apps = data.get("apps") if isinstance(data, dict) else data
    return tuple(dict(_plain(app)) for app in apps if isinstance(app, dict)) if isinstance(apps, list) else ()


def _javascript_apps(text: str) -> Iterator[Mapping[str, str]]:
    from ast_grep_py import SgRoot

    root = SgRoot(text, "javascript").root()
    for pair in root.find_all(kind="pair"):
        key, value = pair.field("key"), pair.field("value")
        if key is None or value is None or key.text().strip("\"'") != "apps" or value.kind() != "array":
            continue
        for item in value.children():
            if item.kind() == "object":
                yield dict(_plain(_object(item, 0)))


def _object(node: Any, depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for pair in node.children():
        key, value = (pair.field("key"), pair.field("value")) if pair.kind() == "pair" else (None, None)
        if key is None or value is None or depth > 3:
            continue
        if value.kind() == "object":
            found[key.text().strip("\"'")] = _object(value, depth + 1)
        elif value.kind() in ("string", "number", "true", "false"):
            found[key.text().strip("\"'")] = value.text().strip("\"'`")
        elif value.kind() == "array":
            found[key.text().strip("\"'")] = [item.text().strip("\"'`") for item in value.children() if item.kind() == "string"]
    return found
