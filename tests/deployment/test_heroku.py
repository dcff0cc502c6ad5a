"""Heroku: which Procfiles and app.json files are its own, and what it starts."""

from __future__ import annotations

import pytest

from tests.deployment.reading import chosen, hops, processes, read

WEB = "web: node server.js\nworker: node w.js\n"


def test_procfile_alone() -> None:
    """A Procfile without any other sign is Heroku's: hop, process, $PORT."""
    hop, process = hops({"app/Procfile": WEB})["heroku"], processes({"app/Procfile": WEB})["web"]

    assert ("strong", "app", "app/Procfile:1") == (hop.certainty, hop.serves, str(hop.place))
    assert ("node server.js", "PORT", hop.id, "app") == (process.command, process.port_variable, process.host, process.root)


@pytest.mark.parametrize(
    ("files", "certainty"),
    [
        pytest.param({}, "strong", id="nothing else"),
        pytest.param({"railway.json": "{}"}, "weak", id="Railway"),
        pytest.param({"render.yaml": "services: []"}, "weak", id="Render"),
        pytest.param({"fly.toml": "app = 'x'"}, "weak", id="Fly.io"),
        pytest.param({"app.json": '{"addons": []}'}, "explicit", id="app manifest"),
        pytest.param({"Procfile.dev": "web: x"}, "strong", id="foreman in development"),
        pytest.param({"bin/dev": "foreman start -f Procfile.dev"}, "strong", id="script for Procfile.dev"),
        pytest.param({"bin/boot": 'Monitor.new("Procfile")'}, None, id="read inside the container"),
        pytest.param({"Dockerfile": "FROM ruby\nCMD foreman start -f Procfile\n"}, None, id="foreman in the image"),
        pytest.param({".ebextensions/a.config": "option_settings: {}"}, None, id="Elastic Beanstalk"),
        pytest.param({"README.md": "The Procfile is for Heroku."}, "strong", id="document"),
    ],
)
def test_whose_procfile(files: dict[str, str], certainty: str | None) -> None:
    """Another reader takes the Procfile away from Heroku, another host's file makes it doubtful."""
    hop = hops({"Procfile": WEB, **files}).get("heroku")

    assert certainty == (hop.certainty if hop else None)


@pytest.mark.parametrize(
    ("manifest", "certainty"),
    [
        ('{"name": "a", "addons": ["heroku-redis"]}', "explicit"),
        ('{"name": "a", "formation": {"web": {"quantity": 2, "size": "standard-1x"}}}', "explicit"),
        ('{"name": "a", "description": "b", "repository": "c", "keywords": []}', "strong"),
        ('{"expo": {"name": "a"}}', None),
        ('{"name": "a", "displayName": "A"}', None),
        ('{"pages": ["index"], "window": {}}', None),
        ('{"name": "a"}', None),
        ("[]", None),
    ],
)
def test_whose_app_manifest(manifest: str, certainty: str | None) -> None:
    """Heroku's app.json is told from Expo's, React Native's and others'."""
    hop = hops({"app.json": manifest}).get("heroku")

    assert certainty == (hop.certainty if hop else None)


def test_start_script_without_procfile() -> None:
    """Without a Procfile Heroku runs npm start, and the script is the place."""
    files = {"app.json": '{"addons": []}', "package.json": '{\n"scripts": {\n"start": "node a.js"}}'}
    process = processes(files)["web"]

    assert ("npm start", "package.json:3") == (process.command, str(process.command_place))


def test_formation_and_stack() -> None:
    """The number and kind of dynos and the stack are settings and conditions."""
    files = {"app.json": '{"stack": "heroku-24",\n"formation": {"web": {"quantity": 2, "size": "Standard-1X"}}}', "Procfile": WEB}
    hop, process = hops(files)["heroku"], processes(files)["web"]

    assert (2, "app.json:2") == (process.replicas, str(process.replicas_place))
    assert (("generation", "cedar"), ("dyno", "standard")) == hop.conditions
    assert 2 == (setting.amount if (setting := hop.setting("formation.web.quantity")) else None)


def test_container_manifest() -> None:
    """heroku.yml names the Dockerfile that is built and the command."""
    files = {
        "heroku.yml": "build:\n  docker:\n    web: app/Dockerfile\n",
        "app/Dockerfile": "FROM node\nCOPY . .\nCMD node a.js\n",
    }
    found = read(files)

    assert [("node a.js", "heroku:heroku.yml")] == [(process.command, process.host) for process in found.processes]
    assert "explicit" == found.hops[0].certainty


def test_no_web_process_no_hop() -> None:
    """A Procfile with workers only has no public side."""
    assert {} == hops({"Procfile": "worker: python w.py\n"})


def test_fixtures_are_not_deployed() -> None:
    """A test's Procfile is named as such and gives no hop."""
    assert ({}, {"tests/fixtures/a/Procfile": ("test", "test")}) == (
        hops({"tests/fixtures/a/Procfile": WEB}),
        chosen({"tests/fixtures/a/Procfile": WEB}),
    )


def test_broken_procfile_is_named_once() -> None:
    """A Procfile that does not parse is said once, and no hop is made of it."""
    found = read({"Procfile": "web node\n"})

    assert (["Procfile"], ()) == ([note.file for note in found.not_read], found.hops)
