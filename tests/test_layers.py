"""Imports point one way: from the reports back to the tree, never the other way round."""

from __future__ import annotations

import ast
from pathlib import Path

import advisor

LAYERS = (
    ("model", "versions", "data", "scope", "kinds", "ignored", "sources", "nearest"),
    ("tree", "symptoms"),
    ("formats",),
    ("stack", "deployment", "proxies", "knowledge"),
    ("published",),
    ("topology", "attempts", "refresh", "recognition"),
    ("limits", "hops", "naming"),
    ("journey", "own_model", "besides"),
    ("ending",),
    ("walk",),
    ("options", "configuration", "baseline"),
    ("subject",),
    ("trace",),
    ("rules", "suppress"),
    ("conclude",),
    ("advise", "diagnose"),
    ("migrate", "fixes"),
    ("reports", "checklist"),
    ("cli", "__main__"),
)
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
APART = {"stack", "deployment", "proxies", "knowledge"}
"""These read different things and know nothing of each other."""
HOME = Path(advisor.__file__).parent


def imports(file: Path) -> set[str]:
    """The parts of the package that a module imports anywhere, by the name below ``advisor``."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("advisor."):
            found.add(node.module.split(".")[1])
        elif isinstance(node, ast.ImportFrom) and node.module == "advisor":
            found |= {alias.name for alias in node.names if alias.name in RANK}
        elif isinstance(node, ast.Import):
            found |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("advisor.")}
    return found


def modules() -> list[tuple[str, Path]]:
    return [
        (file.relative_to(HOME).with_suffix("").parts[0], file)
        for file in sorted(HOME.rglob("*.py"))
        if file.parent != HOME or file.stem != "__init__"
    ]


def test_every_part_has_a_layer() -> None:
    """A new part of the package is given its place in the order on purpose."""
    assert {part for part, _ in modules()} - set(RANK) == set()


def test_no_import_points_back() -> None:
    """No module imports from a later layer, and the four that read side by side not from each other."""
    wrong = [
        f"{file.relative_to(HOME)} imports {other}"
        for part, file in modules()
        for other in imports(file)
        if other in RANK and (RANK[other] > RANK[part] or (part in APART and other in APART and part != other))
    ]

    assert [] == wrong
