"""The data of the targets: every one is a platform, and its templates stand whatever the app is called."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advisor.formats import bicep, toml
from advisor.formats import json as json_format
from advisor.knowledge import load
from advisor.migrate import plan, targets
from advisor.migrate.target import filled, target
from tests.migrate.apps import NODE, options, tree


@pytest.mark.parametrize("id", targets())
def test_a_target_is_a_platform_with_sources(id: str) -> None:
    """Its id and those that come along are known, it says how to deploy and how to go back, and on which pages that rests."""
    found = target(id)

    assert found is not None
    assert id == found.id
    assert {id, *found.together} <= set(load().platforms())
    assert set(found.together) <= set(targets())
    assert found.templates
    assert found.deploy
    assert found.rollback.do
    assert found.sources
    assert all(url.startswith("https://") for url in found.sources)


@pytest.mark.parametrize("id", targets())
def test_what_runs_no_ordinary_server_says_what_to_rewrite(id: str) -> None:
    """A model of its own, or functions, name what has to be written anew; hosts for servers name nothing."""
    found, profile = target(id), load().platform(id)
    own = profile.kind in ("edge_runtime", "api_gateway", "function_host")

    assert found is not None
    assert own is bool(found.rewrite)


def test_templates_run_in_a_sandbox() -> None:
    """A template reaches no attribute of Python's own."""
    with pytest.raises(Exception, match="unsafe"):
        filled("{{ ''.__class__.__mro__ }}", {})


def test_a_command_is_a_plain_string_of_bicep() -> None:
    """Neither a quote nor an expression of Bicep comes out of it."""
    text = "node server.js --title='${evil}' \\ $PORT\n"
    written = f"param command string = {filled('{{ text | bicep }}', {'text': text})}\n"

    assert r"param command string = 'node server.js --title=\'\${evil}\' \\ $PORT\n'" == written.rstrip("\n")
    assert [] == bicep.parse(written, "main.bicep").problems


NAMES = ['x"; ${evil} {{ 7*7 }}', "a\nb: [", "-", "Ünï çødé", "../../etc", "'; rm -rf / #", "$(id)", "a" * 300]


@pytest.mark.parametrize("to", targets())
@pytest.mark.parametrize("name", NAMES)
def test_odd_names_break_no_file(to: str, name: str) -> None:
    """Names and commands of a repository are values: no file loses its form, leaves the tree, or evaluates them."""
    manifest = json.dumps({"name": name, "scripts": {"start": f"node server.js --title={name}"}, "dependencies": {"ws": "^8"}})
    made = plan(tree({**NODE, "package.json": manifest}), options(), to)

    for file in made.files:
        assert not file.path.startswith("/")
        assert ".." not in file.path.split("/")
        assert "49" not in file.content.replace("200-499", "")
        if file.path.endswith((".yaml", ".yml", ".config")):
            documents = list(yaml.load_all(file.content, Loose))
            assert all(isinstance(each, dict) for each in documents)
        elif file.path.endswith((".toml", ".replit")):
            assert toml.parse(file.content, file.path)
        elif file.path.endswith((".json", ".jsonc")):
            assert json_format.parse(file.content, file.path)
        elif file.path.endswith(".bicep"):
            assert bicep.parse(file.content, file.path).resources


class Loose(yaml.SafeLoader):
    """Takes the intrinsic functions of CloudFormation for their text."""


Loose.add_multi_constructor("!", lambda loader, suffix, node: loader.construct_scalar(node))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(name=st.text(max_size=40), command=st.text(max_size=60), path=st.text(max_size=20), port=st.integers(1, 65535))
def test_plans_never_raise_on_content(name: str, command: str, path: str, port: int) -> None:
    """Whatever stands in a manifest or in the code, there is a plan."""
    manifest = json.dumps({"name": name, "scripts": {"start": command}, "dependencies": {"ws": "^8"}})
    code = f"const {{ WebSocketServer }} = require('ws');\nnew WebSocketServer({{ port: {port}, path: {json.dumps(path)} }});\n"
    made = plan(tree({"package.json": manifest, "server.js": code}), options(), "nginx")

    assert made.sentence
