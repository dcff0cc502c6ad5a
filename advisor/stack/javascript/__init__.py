"""JavaScript and TypeScript, also in pages of any kind of markup."""

from __future__ import annotations

SCRIPTS = {
    "js": "javascript",
    "jsx": "javascript",
    "mjs": "javascript",
    "cjs": "javascript",
    "ts": "typescript",
    "mts": "typescript",
    "cts": "typescript",
    "tsx": "tsx",
}
"""File endings and the grammar that reads them."""
PAGES = frozenset(
    (
        "html htm xhtml vue svelte astro ejs erb hbs handlebars mustache njk jinja jinja2 j2 twig php phtml "
        "cshtml vbhtml razor gohtml tmpl templ heex leex eex jsp jspx ftl ftlh leaf liquid"
    ).split()
)
"""Endings of markup with scripts in it."""
ENDINGS = (*(f".{ending}" for ending in (*SCRIPTS, *sorted(PAGES))), "package.json", "deno.json", "deno.jsonc", ".meteor/release")
