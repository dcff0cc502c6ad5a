"""App Platform, Koyeb, Northflank, Scalingo, Clever Cloud, Replit, Zeabur, App Runner -> a hop with its process."""

from __future__ import annotations

import pytest

from advisor.model import Process
from tests.deployment.reading import hops, processes, read

NODE = {"package.json": '{"scripts": {"start": "node a.js"}}'}
DOCKER = "FROM node:22\nEXPOSE 3000\nCMD node a.js\n"
SPEC = """\
name: app
envs:
  - {key: SHARED, value: hidden}
services:
  - name: api
    source_dir: /api
    run_command: node server.js
    http_port: 3000
    instance_count: 3
    termination:
      drain_seconds: 30
      grace_period_seconds: 300
    health_check:
      http_path: /up
    envs:
      - {key: TOKEN, value: hidden, type: SECRET}
    routes:
      - {path: /api, preserve_path_prefix: true}
  - name: live
    dockerfile_path: live/Dockerfile
    autoscaling: {min_instance_count: 2, max_instance_count: 5}
static_sites:
  - {name: site, output_dir: dist}
workers:
  - {name: jobs, run_command: node jobs.js}
"""


def _facts(process: Process) -> tuple[object, ...]:
    return process.root, process.command, process.replicas, process.replicas_range, process.port_given


def test_app_platform() -> None:
    """A hop for each service and site, none for workers; settings with their lines, names of variables only."""
    found = read({".do/app.yaml": SPEC, "live/Dockerfile": DOCKER})
    api = found.hops[0]

    assert [("api", None), ("live", None), ("site", "static")] == [
        (hop.id.rsplit(":", 1)[-1], dict(hop.conditions).get("output")) for hop in found.hops
    ]
    assert [
        ("services.instance_count", 3, 9),
        ("services.http_port", 3000, 8),
        ("services.termination.grace_period_seconds", 300, 12),
        ("services.termination.drain_seconds", 30, 11),
        ("services.health_check.http_path", "/up", 14),
    ] == [(each.key, each.amount, each.place.line) for each in api.settings]
    assert [("api", "node server.js", 3, None, 3000), (".", "node a.js", None, (2, 5), 8080)] == [
        _facts(process) for process in found.processes
    ]
    assert ("SHARED", "TOKEN") == found.processes[0].environment
    assert ".do/app.yaml:7" == str(found.processes[0].command_place)
    assert ("/up", 14) == ((check.path, check.place.line) if (check := found.processes[0].health_check) else None)
    assert (("/api", "/api/*"),) == tuple(target.paths for target in api.targets)
    assert "hidden" not in repr(found)


def test_a_prefix_that_app_platform_cuts_off() -> None:
    """The app's own paths lack it, so that it is no condition for them; the ingress of newer files is read too."""
    text = (
        "services: [{name: web}]\ningress:\n  rules:\n    - match: {path: {prefix: /live}}\n      component: {name: web}\n"
        "    - match: {path: {prefix: /x}}\n      component: {name: web, preserve_path_prefix: true}\n"
    )
    hop = hops({".do/app.yaml": text, **NODE})["digitalocean-app-platform"]

    assert [(), ("/x", "/x/*")] == [target.paths for target in hop.targets]
    assert [4, 6] == [target.place.line for target in hop.targets]


def test_a_deploy_template_of_app_platform() -> None:
    """The button's template holds the same under ``spec``; another app.yaml is none of it."""
    assert ["digitalocean-app-platform"] == list(
        hops({".do/deploy.template.yaml": "a: 1", ".do/app.yaml": f"spec:\n{_indented(SPEC)}"})
    )
    assert [] == list(hops({"app.yaml": SPEC}))


def _indented(text: str) -> str:
    return "".join(f"  {line}\n" for line in text.splitlines())


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {
                "koyeb.yaml": "services:\n  - name: web\n    type: WEB\n    git: {workdir: api, run_command: node b.js}\n"
                "    ports: [{port: 3000, protocol: http}]\n    scalings: [{min: 2, max: 2}]\n    env: [{key: A, value: b}]\n"
            },
            ("api", "node b.js", 2, None, 3000),
        ),
        (
            {"koyeb.yaml": "services:\n  web: {definition: {docker: {image: me/web}, scaling: {min: 0, max: 4}}}\n"},
            (".", None, None, (0, 4), None),
        ),
        (
            {
                "northflank.json": '{"kind": "Workflow", "spec": {"kind": "Workflow", "spec": {"steps": [{"kind": "Addon"},\n'
                '{"kind": "CombinedService", "spec": {"name": "web", "deployment": {"instances": 2},\n'
                '"ports": [{"internalPort": 3000, "public": true}], "buildSettings": {"dockerfile": '
                '{"dockerFilePath": "/Dockerfile"}}}}]}}}',
                "Dockerfile": DOCKER,
            },
            (".", "node a.js", 2, None, None),
        ),
        (
            {"scalingo.json": '{"formation": {"web": {"amount": 2}}}', "Procfile": "web: node p.js\n"},
            (".", "node p.js", 2, None, None),
        ),
        ({"clevercloud/node.json": "{}", **NODE}, (".", "npm start", None, None, 8080)),
        ({"a/clevercloud/docker.json": "{}", "a/Dockerfile": DOCKER}, ("a", "node a.js", None, None, 8080)),
        (
            {"clevercloud/python.json": '{"deploy": {"module": "app:app"}}'},
            (".", "gunicorn app:app", None, None, 8080),
        ),
        (
            {".replit": 'run = "npm run dev"\n[deployment]\nrun = ["sh", "-c", "node b.js"]\ndeploymentTarget = "gce"\n'},
            (".", "node b.js", None, None, None),
        ),
        ({"zbpack.json": '{"app_dir": "api", "start_command": "node z.js"}'}, ("api", "node z.js", None, None, None)),
        (
            {"apprunner.yaml": "version: 1.0\nruntime: nodejs22\nrun:\n  command: node r.js\n  network: {port: 9000}\n"},
            (".", "node r.js", None, None, 9000),
        ),
        (
            {"captain-definition": '{"schemaVersion": 2, "dockerfilePath": "./web/Dockerfile"}', "web/Dockerfile": DOCKER},
            (".", "node a.js", None, None, None),
        ),
    ],
    ids=[
        "koyeb with a list",
        "koyeb with a mapping",
        "northflank",
        "scalingo",
        "clever cloud, node",
        "clever cloud, docker in a folder",
        "clever cloud, python",
        "replit",
        "zeabur",
        "app runner",
        "caprover",
    ],
)
def test_what_a_host_runs(files: dict[str, str], expected: tuple[object, ...]) -> None:
    """Directory, command, copies and port."""
    found = read(files)

    assert [expected] == [_facts(process) for process in found.processes]
    assert [process.id for process in found.processes] == [identity for hop in found.hops for identity in hop.processes]


@pytest.mark.parametrize(
    ("target", "conditions"),
    [
        ("vm", (("deployment", "vm"),)),
        ("gce", (("deployment", "vm"),)),
        ("autoscale", (("deployment", "autoscale"),)),
        ("cloudrun", (("deployment", "autoscale"),)),
        ("static", (("output", "static"),)),
        ("scheduled", None),
    ],
)
def test_kinds_of_deployment_at_replit(target: str, conditions: tuple[tuple[str, str], ...] | None) -> None:
    """They decide whether it sleeps and how many there are; a scheduled job has no public side."""
    found = hops({".replit": f'[deployment]\ndeploymentTarget = "{target}"\nrun = "node a.js"\n'})

    assert conditions == (found["replit"].conditions if found else None)


@pytest.mark.parametrize(
    "files",
    [
        {".replit": 'run = "npm start"\n'},
        {"template.yaml": "apiVersion: v1\nspec: {services: [{name: a}]}\n"},
        {"clever/node.json": "{}"},
        {"northflank.json": '{"kind": "CombinedService", "spec": {"name": "a", "ports": [{"internalPort": 1}]}}'},
        {"apprunner.yaml": "a: b\n"},
        {"tests/fixtures/scalingo.json": "{}"},
    ],
)
def test_what_deploys_nothing_public(files: dict[str, str]) -> None:
    """A workspace, another product's template, a private port, a fixture."""
    assert [] == [hop for hop in read(files).hops if hop.scope == "production"]


def test_a_broken_file_is_said() -> None:
    """With its line, as a deployment file."""
    found = read({"scalingo.json": "{", ".do/app.yaml": "services: [\n"})

    assert {("scalingo.json", True), (".do/app.yaml", True)} == {(note.file, note.deployment) for note in found.not_read}


def test_a_zeabur_template() -> None:
    """Services with an HTTP port, and the image that they run."""
    text = (
        "apiVersion: zeabur.com/v1\nkind: Template\nspec:\n  services:\n    - name: web\n      spec:\n"
        "        source: {image: me/web}\n        ports: [{id: web, port: 3000, type: HTTP}]\n"
        "        env: {A: {default: hidden}}\n"
        "    - {name: db, spec: {ports: [{port: 5432, type: TCP}]}}\n"
    )
    process = processes({"zeabur.yaml": text})["web"]

    assert ("me/web", False, (3000,), ("A",)) == (process.image, process.built, process.ports, process.environment)
