"""Which directories are apps, what they are called, and which of them a file belongs to."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor import stack
from advisor.model import Place
from advisor.stack.apps import find
from advisor.tree import Tree


def _ids(files: dict[str, str]) -> dict[str, str]:
    return {root.path: root.id for root in find(Tree.of(files)).roots.values()}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"server.js": ""}, {".": "app"}, id="no-manifest"),
        pytest.param({"package.json": '{"name": "@acme/shop"}'}, {".": "shop"}, id="scoped-name"),
        pytest.param({"pyproject.toml": '[project]\nname = "chat"'}, {".": "chat"}, id="pyproject"),
        pytest.param({"pyproject.toml": '[tool.poetry]\nname = "chat"'}, {".": "chat"}, id="poetry"),
        pytest.param({"web/package.json": '{"name": "x"}'}, {".": "app", "web": "web"}, id="directory-name"),
        pytest.param(
            {"a/web/package.json": '{"name": "x"}', "b/web/package.json": '{"name": "y"}'},
            {".": "app", "a/web": "a/web", "b/web": "b/web"},
            id="same-directory-name-twice",
        ),
        pytest.param(
            {"package.json": '{"name": "web"}', "web/package.json": '{"name": "x"}'},
            {".": "web (root)", "web": "web"},
            id="root-named-as-a-directory",
        ),
        pytest.param({"lib/esm/package.json": '{"type": "module"}'}, {".": "app"}, id="module-marker-is-no-app"),
        pytest.param(
            {"api/requirements/base.txt": "", "api/requirements/requirements-dev.txt": ""},
            {".": "app", "api": "api"},
            id="requirements-folder",
        ),
        pytest.param({"requirements.txt": "", "site/manage.py": ""}, {".": "app"}, id="manage.py-below-a-manifest"),
        pytest.param({"site/manage.py": ""}, {".": "app", "site": "site"}, id="manage.py-alone"),
    ],
)
def test_roots(files: dict[str, str], expected: dict[str, str]) -> None:
    """Every directory with a manifest is a root with an id that nothing else has."""
    assert expected == _ids(files)


def test_nearest_manifest_owns_a_file() -> None:
    """Browser code below a Django project belongs to that project, not to the package.json of the root."""
    apps = find(Tree.of({"package.json": '{"name": "tools"}', "shop/requirements.txt": "", "shop/static/chat.js": ""}))
    assert ["shop", "tools", "tools"] == [apps.owner(path).id for path in ("shop/static/chat.js", "vite.config.js", "docs/a.md")]


def test_chain_goes_from_the_inside_out() -> None:
    """Packages of a workspace are looked up in the app itself first, then around it."""
    apps = find(Tree.of({"package.json": '{"workspaces": ["apps/*"]}', "apps/web/package.json": '{"name": "w"}'}))
    assert ["apps/web", "."] == [root.path for root in apps.chain("apps/web")]


def test_scripts_have_places() -> None:
    """A start script is known with the line and column it stands at."""
    apps = find(Tree.of({"package.json": '{\n  "name": "a",\n  "scripts": {\n    "start": "node server.js"\n  }\n}'}))
    assert (("start", "node server.js", Place("package.json", 4, 5)),) == apps.roots["."].manifests[0].scripts


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("web", "production"),
        ("examples/chat", "example"),
        ("test/fixtures/a", "test"),
        ("docs/site", "documentation"),
        ("dev/x", "development"),
    ],
)
def test_scope(path: str, expected: str) -> None:
    """The folders above a manifest tell what its app is for."""
    assert expected == find(Tree.of({f"{path}/package.json": '{"name": "x"}'})).roots[path].scope


@pytest.mark.parametrize(
    ("manifest", "expected"),
    [
        pytest.param({"name": "ws", "version": "8.0.0"}, True, id="the-library"),
        pytest.param({"name": "ws", "version": "8.0.0", "private": True}, False, id="private"),
        pytest.param({"name": "ws", "version": "1.0.0", "dependencies": {"ws": "8"}}, False, id="depends-on-itself"),
        pytest.param({"name": "ws"}, False, id="no-version"),
        pytest.param({"name": "my-ws", "version": "1.0.0"}, False, id="another-name"),
    ],
)
def test_library(manifest: dict[str, object], expected: bool) -> None:
    """A package is a socket library itself only where it is published under that name."""
    assert expected == find(Tree.of({"package.json": json.dumps(manifest)})).roots["."].is_library


def test_broken_manifest_is_told_and_still_an_app() -> None:
    """A package.json that cannot be parsed is reported, and its directory keeps its files."""
    apps = find(Tree.of({"web/package.json": '{"name": ', "web/a.js": ""}))
    assert ("web", ["web/package.json"]) == (apps.owner("web/a.js").id, [item.file for item in apps.not_read])


def test_apps_without_sockets_are_left_out() -> None:
    """The stack names only apps that use sockets, production first."""
    found = stack.detect(
        Tree.of(
            {
                "examples/a/package.json": '{"name": "a"}',
                "examples/a/x.js": 'new WebSocket("wss://a.example.com/")',
                "b/package.json": '{"name": "b"}',
                "b/x.js": 'new WebSocket("wss://a.example.com/")',
                "c/package.json": '{"name": "c"}',
            },
            stack.words(),
        )
    )
    assert [("b", "production"), ("a", "example")] == [(app.id, app.scope) for app in found.apps]


@given(
    st.dictionaries(
        st.sampled_from(["package.json", "a/pyproject.toml", "a/deno.json", "b/package.json"]), st.text(max_size=80), max_size=4
    )
)
def test_never_raises(files: dict[str, str]) -> None:
    """Whatever a manifest holds, every file has an owner."""
    assert find(Tree.of(files)).owner("a/b/c.js").id
