"""Proxies of development servers: which entries are read, at what line, and which hand sockets on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.recognition.forwards import Forwarded, forwarded
from advisor.tree import Tree

VITE = "export default { server: { proxy: {\n%s\n} } };\n"
CASES = {
    "object": (
        "vite.config.ts",
        VITE % "'/ws': { target: 'http://localhost:1', ws: true }",
        [("/ws", "http://localhost:1", True, 2)],
    ),
    "scheme of sockets": ("vite.config.js", VITE % "'/ws': 'ws://localhost:1'", [("/ws", "ws://localhost:1", True, 2)]),
    "requests alone": ("vite.config.js", VITE % "'/api': 'http://localhost:1'", [("/api", "http://localhost:1", False, 2)]),
    "pattern": ("vite.config.js", VITE % "'^/ws/.*': { target, ws: true }", [("/ws", None, True, 2)]),
    "named elsewhere": (
        "vite.config.ts",
        "const proxy = { '/ws': { target: 'http://a:1', ws: true } };\nexport default { server: { proxy: proxy } };\n",
        [("/ws", "http://a:1", True, 1)],
    ),
    "list of webpack": (
        "webpack.config.js",
        "module.exports = { devServer: { proxy: [\n{ context: ['/a', '/b'], target: 'http://a:1', ws: true }] } };\n",
        [("/a", "http://a:1", True, 2), ("/b", "http://a:1", True, 2)],
    ),
    "string of Vue": (
        "vue.config.js",
        "module.exports = { devServer: { proxy: 'http://a:1' } };\n",
        [("/", "http://a:1", True, 1)],
    ),
    "mounted middleware": (
        "src/setupProxy.js",
        "module.exports = (app) => {\n  app.use('/ws', createProxyMiddleware({ target: 'http://a:1', ws: true }));\n};\n",
        [("/ws", "http://a:1", True, 2)],
    ),
    "path before options": (
        "src/setupProxy.js",
        "app.use(createProxyMiddleware('/ws', { target: 'http://a:1' }));\n",
        [("/ws", "http://a:1", False, 1)],
    ),
    "string of a manifest": ("package.json", '{\n"proxy": "http://localhost:1"}', [("/", "http://localhost:1", True, 2)]),
    "another proxy": ("vite.config.ts", "export default { build: { proxy: { '/ws': 'ws://a' } } };\n", []),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_entries(case: tuple[str, str, list[tuple[str, str | None, bool, int]]]) -> None:
    """Path, target and sockets of every entry, at its own line."""
    path, text, wanted = case
    found = forwarded(Tree.of({path: text}), path)

    assert wanted == [(each.path, each.target, each.sockets, each.place.line) for each in found]


@pytest.mark.parametrize(("path", "taken"), [("/ws", True), ("/ws/1", True), ("/wss", False), ("/", False)])
def test_what_an_entry_takes(path: str, taken: bool) -> None:
    """A path and what lies below it."""
    entry = forwarded(Tree.of({"vite.config.js": VITE % "'/ws': 'ws://a'"}), "vite.config.js")[0]

    assert isinstance(entry, Forwarded)
    assert taken is entry.takes(path)


def test_the_string_of_a_manifest_leaves_hot_reload_alone() -> None:
    """It takes any path but those of the tool's own socket."""
    entry = forwarded(Tree.of({"package.json": '{"proxy": "http://localhost:1"}'}), "package.json")[0]

    assert [True, False] == [entry.takes("/socket.io/"), entry.takes("/ws")]


@given(st.text(alphabet="{}[]()'\":,/wsproxytagetu \n", max_size=120))
def test_no_text_raises(text: str) -> None:
    """Whatever stands there, entries have a path."""
    for name in ("vite.config.ts", "package.json", "src/setupProxy.js"):
        for each in forwarded(Tree.of({name: text}), name):
            assert each.path.startswith("/")
