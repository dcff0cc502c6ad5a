"""Where a client's code runs -> a browser, or a process of its own (a terminal program, a service, a bot)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from advisor.stack.javascript import PAGES

if TYPE_CHECKING:
    from advisor.stack.javascript.project import Project
    from advisor.stack.javascript.shapes import Site

_MARKUP = PAGES | {"jsx", "tsx"}
_PROCESS = re.compile(
    r"""(?:\bfrom\s|\brequire\(|\bimport\s?\(?)\s?["'](?:node:[\w/]+|fs|fs/promises|readline|child_process|os|net|http|https|cluster|worker_threads|express|commander|inquirer|discord\.js)["']"""
    r"|\bprocess\.(?:stdin|stdout|argv|exit|on)\b|\bBun\.\w|\bDeno\.\w|\A#!"
)
_PAGE = re.compile(
    r"\b(?:document|window|localStorage|sessionStorage|navigator|location)\s?\??[.\[]"
    r"|\b(?:useEffect|useState|useRef|useContext|onMounted|defineStore|createApp)\b|[\"']use client[\"']|\bimport\.meta\.env\b"
)
_BROWSER_PACKAGES = frozenset(
    (
        "react react-dom vue svelte @angular/core preact solid-js lit next nuxt jquery react-scripts @sveltejs/kit astro "
        "alpinejs @vue/cli-service phaser three"
    ).split()
)
_SERVING = re.compile(r"(?:^|/)(?:server|servers|backend|api|workers?|bot|cli|daemon)(?:/|\.[cm]?[jt]s$)")
_ONLY_NODE = frozenset({"ws", "websocket-node"})
_OF_PAGES = frozenset({"browser-websocket", "phoenix-js", "rails-actioncable-js"})
"""Clients that are a page's unless the file shows a process of its own."""


def runs_in(site: Site, project: Project) -> Literal["browser", "own_process"]:
    """A page's code where the file, its imports or the packages of its app show so; else a process of its own."""
    path, text = site.script.path, site.script.text
    if site.library.id in _ONLY_NODE:
        return "own_process"
    if path.rsplit(".", 1)[-1].lower() in _MARKUP:
        return "browser"
    if _PROCESS.search(text):
        return "own_process"
    if site.library.id in _OF_PAGES or _PAGE.search(text):
        return "browser"
    manifest = project.apps.owner(path).manifest("npm")
    groups = (manifest.data.get("dependencies"), manifest.data.get("devDependencies")) if manifest is not None else ()
    packages = {name for group in groups if isinstance(group, dict) for name in group}
    return "browser" if packages & _BROWSER_PACKAGES and not _SERVING.search(path) else "own_process"
