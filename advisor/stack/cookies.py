"""An app's own code and settings -> where it tells browsers to keep its cookies from requests that other sites cause."""

from __future__ import annotations

import re

from advisor.formats.source import Source
from advisor.model import Place
from advisor.scope import scope_of
from advisor.stack.apps import Apps, Root
from advisor.tree import Tree

WORDS = frozenset({"sameSite", "samesite", "SAMESITE", "SameSite", "same_site", "same-site"})
_KEPT = re.compile(
    r"same_?site[\"']?\s{0,5}[:=]>?\s{0,5}(?:env\(\s?[\"']\w+[\"']\s?,\s?)?(?:[\"'](?:lax|strict)[\"']|:(?:lax|strict)\b|true\b|http\.SameSite(?:lax|strict)Mode)"
    r"|\bSetSameSite\(http\.SameSite(?:Lax|Strict)Mode|same_site\(\s*(?:Some\()?(?:\w+::)*SameSite::(?:Lax|Strict)\b"
    r"|same_?site\s{0,5}[:=]\s{0,5}SameSiteMode\.(?:lax|strict)\b|\bsameSite\(\s{0,5}[\"'](?:lax|strict)[\"']"
    r"|\bcookie\.same-?site\s{0,5}[:=]\s{0,5}(?:lax|strict)\b|^[ \t]{2,40}same-?site:[ \t]{1,5}[\"']?(?:lax|strict)\b",
    re.IGNORECASE | re.MULTILINE,
)
_CODE = (
    *(".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".tsx", ".jsx", ".py", ".go", ".rs", ".rb", ".ex", ".exs", ".php"),
    *(".java", ".kt", ".cs", ".properties", ".yml", ".yaml"),
)
_LARGEST = 300_000


def same_site(tree: Tree, apps: Apps, root: Root) -> Place | None:
    """The first line in one app that sets ``SameSite`` to lax or strict; ``None`` where none does."""
    for path in tree.having(*sorted(WORDS)):
        text = tree.text(path) if path.endswith(_CODE) and apps.owner(path).path == root.path else None
        found = _KEPT.search(text) if text and len(text) <= _LARGEST and scope_of(path) == "production" else None
        if found is not None:
            return Source(text or "", path).place(*found.span())
    return None
