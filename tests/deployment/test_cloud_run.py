"""Tests of Cloud Run's service files and of Firebase Hosting in front of them."""

from __future__ import annotations

import pytest

from advisor.advise import advise, words
from advisor.deployment import cloud_run, firebase
from advisor.model import Report
from advisor.options import Options
from advisor.tree import Tree
from tests.deployment.reading import hops, processes, read

SERVICE = """\
apiVersion: serving.knative.dev/v1
kind: Service
metadata:
  name: chat
  annotations:
    run.googleapis.com/ingress: all
spec:
  template:
    metadata:
      annotations:
        autoscaling.knative.dev/minScale: "1"
        autoscaling.knative.dev/maxScale: "4"
        run.googleapis.com/sessionAffinity: "true"
    spec:
      timeoutSeconds: 900
      containers:
        - image: europe-docker.pkg.dev/shop/web/server
          args: [node, server.js]
          env: [{name: TOKEN, value: s3cr3t-value}]
          ports: [{containerPort: 3000}]
          startupProbe: {httpGet: {path: /up}}
        - image: fluent/fluent-bit
"""
HOSTING = """\
{"hosting": {"public": "dist", "rewrites": [
  {"source": "/api/**", "run": {"serviceId": "chat", "region": "europe-west1"}},
  {"source": "**", "destination": "/index.html"}
]}}
"""
SERVER = """\
const { WebSocketServer } = require('ws')
const wss = new WebSocketServer({ port: process.env.PORT, path: "PATH" })
wss.on('connection', (socket) => socket.on('message', (text) => socket.send(text)))
"""
APP = {"server/package.json": '{"name": "server", "dependencies": {"ws": "^8"}, "scripts": {"start": "node server.js"}}'}


def report(path: str, files: dict[str, str]) -> Report:
    """The report on an app with its sockets at that path, and these files."""
    whole = {**APP, "server/server.js": SERVER.replace("PATH", path), "server/Dockerfile": "FROM node:22\nCMD node server.js\n"}
    return advise(Tree.of({**whole, **files}, words()), Options())


def test_service_file() -> None:
    """Settings stand at their lines, and the container that takes requests is what runs."""
    files = {"deploy/service.yaml": SERVICE, "server/Dockerfile": "FROM node:22\n"}
    hop, process = hops(files)["gcp-cloud-run"], processes(files)["container"]

    assert [
        ("spec.template.spec.timeoutSeconds", 900, 15),
        ("spec.template.metadata.annotations.autoscaling.knative.dev/minScale", 1, 11),
        ("spec.template.metadata.annotations.autoscaling.knative.dev/maxScale", 4, 12),
        ("spec.template.metadata.annotations.run.googleapis.com/sessionAffinity", True, 13),
    ] == [(each.key, each.amount, each.place.line) for each in hop.settings]
    assert ("server", "node server.js", (1, 4), 3000) == (
        process.root,
        process.command,
        process.replicas_range,
        process.port_given,
    )
    assert ("/up", ("TOKEN",)) == (process.health_check.path if process.health_check else None, process.environment)
    assert "s3cr3t" not in repr(read(files))


@pytest.mark.parametrize(
    ("text", "more", "expected"),
    [
        (SERVICE, {}, 1),
        (SERVICE.replace("run.googleapis.com/", "example.com/"), {}, 0),
        (SERVICE.replace("run.googleapis.com/", "example.com/"), {"deploy.sh": "gcloud run services replace service.yaml\n"}, 1),
        (SERVICE.replace("chat", "{{ name }}"), {}, 0),
        (SERVICE.replace("kind: Service", "kind: Revision"), {}, 0),
    ],
    ids=["own-annotations", "a-cluster-of-ones-own", "replaced-by-a-script", "a-template", "another-kind"],
)
def test_what_is_cloud_run(text: str, more: dict[str, str], expected: int) -> None:
    """Knative runs elsewhere too; a template is not read."""
    tree = Tree.of({"service.yaml": text, **more}, cloud_run.WORDS)

    assert expected == len(cloud_run.read(tree).hops)


def test_port_over_http2() -> None:
    """A port called h2c makes the way to the container HTTP/2."""
    text = SERVICE.replace("{containerPort: 3000}", "{name: h2c, containerPort: 3000}")

    assert [("h2", 20)] == [(target.scheme, target.place.line) for target in hops({"s.yaml": text})["gcp-cloud-run"].targets]


def test_hosting_leads_to_the_service_that_it_names() -> None:
    """One hop of Cloud Run, whether a file of its own describes it or not."""
    for files in ({"firebase.json": HOSTING}, {"firebase.json": HOSTING, "service.yaml": SERVICE}):
        found = read(files).hops
        hosting = next(hop for hop in found if hop.platform == "firebase-hosting")
        run = [hop for hop in found if hop.platform == "gcp-cloud-run"]

        assert [("cloud-run:chat", ("/api/*",), 2)] == [(each.name, each.paths, each.place.line) for each in hosting.targets]
        assert 1 == len(run)
        assert "cloud-run:chat" in run[0].names


def test_hosting_before_functions() -> None:
    """No server is looked for behind a function, and a site of files alone is no hop."""
    function = '{"hosting": [{"rewrites": [{"source": "**", "function": {"functionId": "app"}}]}]}'

    assert [True] == [hop.ends for hop in firebase.read(Tree.of({"firebase.json": function})).hops]
    assert () == firebase.read(Tree.of({"firebase.json": HOSTING.replace("run", "walk")})).hops


def test_a_socket_below_a_rewrite_is_lost() -> None:
    """The rewrite takes the handshake and drops the upgrade."""
    paths = report("/api/live", {"firebase.json": HOSTING, "service.yaml": SERVICE}).paths

    assert [("unsupported", ["firebase-hosting"])] == [
        (path.handshake.cause, [step.hop.platform for step in path.steps]) for path in paths
    ]


def test_a_socket_beside_the_rewrites_has_the_address_of_the_service() -> None:
    """What no rewrite takes is not asked of Firebase Hosting."""
    paths = report("/live", {"firebase.json": HOSTING, "service.yaml": SERVICE}).paths

    assert [("accepted", ["gcp-cloud-run"])] == [
        (path.handshake.outcome, [step.hop.platform for step in path.steps]) for path in paths
    ]


def test_a_broken_firebase_file_is_told() -> None:
    """It could have shown a hop."""
    assert ["firebase.json"] == [each.file for each in read({"firebase.json": '{"hosting": {"rewrites": ['}).not_read]
