"""Vercel: where it is deployed, what runs there and what is only served, settings, and rewrites to other hosts."""

from __future__ import annotations

import json

import pytest

from advisor.model import Target
from tests.deployment.reading import chosen, hops, read


def package(*names: str) -> str:
    return json.dumps({"dependencies": dict.fromkeys(names, "1")})


@pytest.mark.parametrize(
    ("files", "serves"),
    [
        pytest.param({"package.json": package("next")}, ".", id="Next.js"),
        pytest.param({"package.json": package("vite", "react")}, None, id="Vite"),
        pytest.param({"package.json": package("vite"), "api/x.ts": ""}, ".", id="Vite with functions"),
        pytest.param({"package.json": package("react-scripts", "express")}, None, id="Create React App beside a server"),
        pytest.param({"package.json": package("express")}, ".", id="Express"),
        pytest.param(
            {"package.json": package("next"), "next.config.js": "module.exports = {\n  output: 'export',\n}"}, None, id="export"
        ),
        pytest.param({"package.json": package("@sveltejs/kit", "vite")}, ".", id="SvelteKit"),
        pytest.param({"index.html": ""}, None, id="plain files"),
        pytest.param({"vercel.json": '{"builds": [{"src": "s.js", "use": "@vercel/node"}]}'}, ".", id="builder for Node"),
        pytest.param({"vercel.json": '{"builds": [{"src": "p", "use": "@vercel/static-build"}]}'}, None, id="static builder"),
        pytest.param({"vercel.json": '{"framework": "vite"}', "package.json": package("express")}, None, id="framework named"),
        pytest.param({"vercel.json": '{"functions": {"a.ts": {"maxDuration": 60}}}'}, ".", id="functions named"),
    ],
)
def test_what_vercel_runs(files: dict[str, str], serves: str | None) -> None:
    """Vercel runs the code of a directory, or only serves what its build wrote; the difference decides about sockets."""
    hop = hops({"vercel.json": "{}", **files})["vercel"]

    assert (serves, serves is None) == (hop.serves, ("output", "static") in hop.conditions)


def test_settings_and_conditions() -> None:
    """Settings that decide about sockets, with their lines; fluid and runtime are conditions of facts."""
    text = '{\n"fluid": false,\n"functions": {"api/**": {\n"maxDuration": 300,\n"runtime": "edge"}}}'
    hop = hops({"web/vercel.json": text})["vercel"]

    assert (("fluid", "false"), ("runtime", "edge")) == hop.conditions
    assert [("fluid", False, 2), ("functions.maxDuration", 300, 4), ("functions.runtime", "edge", 5)] == [
        (setting.key, setting.amount, setting.place.line) for setting in hop.settings
    ]


@pytest.mark.parametrize(
    ("files", "runtime"),
    [
        ({"package.json": package("next")}, "nodejs"),
        ({"api/index.py": "", "requirements.txt": ""}, "python"),
        ({"api/index.go": ""}, "go"),
        ({"vercel.json": '{"functions": {"a.php": {"runtime": "vercel-php@0.7"}}}', "package.json": package("webpack")}, "php"),
        ({"package.json": package("express"), "Dockerfile.vercel": "FROM node"}, "container"),
    ],
)
def test_runtime(files: dict[str, str], runtime: str) -> None:
    """Where vercel.json names no runtime, the code shows it."""
    assert ("runtime", runtime) in hops({"vercel.json": "{}", **files})["vercel"].conditions


@pytest.mark.parametrize(
    ("rule", "paths", "name"),
    [
        ('{"source": "/api/:path*", "destination": "https://api.example.com/:path*"}', ("/api/*",), "api.example.com"),
        ('{"source": "/ws", "destination": "http://1.2.3.4:8080/ws"}', ("/ws",), "1.2.3.4"),
        ('{"source": "/(.*)", "destination": "https://x.fly.dev/$1"}', ("/*",), "x.fly.dev"),
    ],
)
def test_rewrites_to_other_hosts_are_targets(rule: str, paths: tuple[str, ...], name: str) -> None:
    """A rewrite to another host makes Vercel a proxy for those paths."""
    targets = hops({"vercel.json": f'{{"rewrites": [{rule}]}}'})["vercel"].targets

    assert [(name, paths)] == [(target.name, target.paths) for target in targets]


def test_rewrites_within_the_site_are_no_targets() -> None:
    """A single-page app's rewrite to index.html sends nothing elsewhere."""
    targets: tuple[Target, ...] = hops({"vercel.json": '{"rewrites": [{"source": "/(.*)", "destination": "/index.html"}]}'})[
        "vercel"
    ].targets

    assert () == targets


@pytest.mark.parametrize(
    ("files", "certainty"),
    [
        pytest.param({"package.json": package("next")}, None, id="Next.js alone"),
        pytest.param({"package.json": package("next", "@vercel/analytics")}, "weak", id="Vercel's analytics"),
        pytest.param(
            {"package.json": package("next", "@vercel/analytics"), "Dockerfile": "FROM node"}, None, id="and a Dockerfile"
        ),
        pytest.param({"package.json": package("next", "@vercel/analytics"), "fly.toml": ""}, None, id="and another host"),
        pytest.param({"package.json": package("@sveltejs/adapter-vercel")}, "strong", id="adapter"),
        pytest.param({"package.json": package("next"), ".vercel/project.json": "{}"}, "explicit", id="linked"),
        pytest.param({"examples/a/package.json": package("next", "@vercel/analytics")}, None, id="example"),
    ],
)
def test_signs_without_vercel_json(files: dict[str, str], certainty: str | None) -> None:
    """Next.js alone is no sign of Vercel; its packages are a weak one, its adapters a strong one."""
    hop = hops(files).get("vercel")

    assert certainty == (hop.certainty if hop else None)


def test_fixtures_are_not_deployed() -> None:
    """A test's vercel.json is named, not read: also a broken one says nothing."""
    files = {f"packages/a/test/fixtures/{number}/vercel.json": "{" for number in range(50)}
    found = read(files)

    assert ((), (), {("test", "test")}) == (found.hops, found.not_read, set(chosen(files).values()))


def test_broken_file_is_named_and_the_hop_stays() -> None:
    """A vercel.json that does not parse still shows Vercel."""
    found = read({"vercel.json": '{"fluid": tru'})

    assert (["vercel"], ["vercel.json"]) == ([hop.platform for hop in found.hops], [note.file for note in found.not_read])


def test_services() -> None:
    """Each service of a project is a hop of its own, with the runtime of its framework."""
    text = (
        '{"services": {"web": {"root": "web", "framework": "nextjs"}, "api": {"root": "api", "framework": "fastapi"},'
        ' "docs": {"root": "docs", "framework": "vite"}}}'
    )
    found = [(hop.serves, hop.conditions) for hop in read({"vercel.json": text}).hops]

    assert [("web", (("runtime", "nodejs"),)), ("api", (("runtime", "python"),)), (None, (("output", "static"),))] == found


def test_servers_that_bun_runs() -> None:
    """With a version of Bun a server file is run; without such a file the site is static."""
    text = '{"bunVersion": "1.x", "fluid": true}'
    (served,) = read({"vercel.json": text, "server.ts": "Bun.serve({})"}).hops
    (static,) = read({"vercel.json": text, "index.html": ""}).hops

    assert (".", True, None) == (served.serves, ("runtime", "bun") in served.conditions, static.serves)
