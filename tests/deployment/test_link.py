"""Merging: what gives way to what, what the user assumes, and hostile input."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advisor import deployment
from advisor.model import Deployment
from advisor.tree import Tree
from tests.deployment.reading import chosen, read

DOCKERFILE = "FROM node\nCOPY . .\nCMD node a.js\n"
COMPOSE = "services:\n  web: {build: .}\n"
FLY = "[http_service]\ninternal_port = 80\n"


def test_compose_beside_a_host_is_for_local_use() -> None:
    """Where a host runs the same directory, a compose file without a proxy is how developers start it."""
    files = {"compose.yml": COMPOSE, "Dockerfile": DOCKERFILE, "fly.toml": FLY}

    assert {("compose:compose.yml:web", "development"), ("fly-io:fly.toml:app", "production")} == {
        (process.id, process.scope) for process in read(files).processes
    }
    assert ("development", "development") == chosen(files)["compose.yml"]


def test_compose_with_a_proxy_beside_a_host_stays() -> None:
    """A compose file with a proxy is a deployment of its own."""
    files = {"compose.yml": COMPOSE + "  edge: {image: 'caddy:2'}\n", "Dockerfile": DOCKERFILE, "fly.toml": FLY}

    assert {"production"} == {process.scope for process in read(files).processes}


def test_dockerfile_of_a_development_service_still_shows_production() -> None:
    """A Dockerfile that only a development file builds is the production image all the same."""
    files = {"compose.dev.yml": COMPOSE, "Dockerfile": DOCKERFILE}

    assert {("compose:compose.dev.yml:web", "development"), ("docker:Dockerfile", "production")} == {
        (process.id, process.scope) for process in read(files).processes
    }


def test_assumed_replicas_and_plan() -> None:
    """``replicas`` and ``plan`` fill what is open and leave what is written."""
    files = {"fly.toml": FLY, "railway.json": '{"deploy": {"numReplicas": 1}}'}
    found = read(files, replicas="4", plan="pro")

    assert {"fly-io:fly.toml:app": 4, "railway:railway.json:web": 1} == {
        process.id: process.replicas for process in found.processes
    }
    assert all(("plan", "pro") in hop.conditions for hop in found.hops)


def test_ids_are_unique() -> None:
    """No two hops and no two processes of a tree share an id."""
    files = {
        "compose.yml": COMPOSE + "  p: {image: nginx}\n  q: {image: nginx}\n",
        "a/fly.toml": FLY,
        "b/fly.toml": FLY,
        "Procfile": "web: a\n",
        "Dockerfile": DOCKERFILE,
        "b/Dockerfile": DOCKERFILE,
    }
    found = read(files)
    ids = [hop.id for hop in found.hops] + [process.id for process in found.processes]

    assert len(ids) == len(set(ids))


def test_every_place_is_in_the_tree() -> None:
    """Places name files of the tree, also where a value came from another file."""
    files = {
        "compose.yml": COMPOSE + "  p: {image: nginx, volumes: ['./n.conf:/etc/nginx/conf.d/n.conf']}\n",
        "n.conf": "server { listen 80; location / { proxy_pass http://web; } }\n",
        "Dockerfile": DOCKERFILE,
    }
    found = read(files)
    places = [hop.place for hop in found.hops] + [process.place for process in found.processes]
    places += [process.command_place for process in found.processes if process.command_place]

    assert set(files) >= {place.file for place in places}


NAMES = (
    "docker-compose.yml",
    "compose.prod.yml",
    "Dockerfile",
    "nginx.conf",
    "conf.d/a.conf",
    "Procfile",
    "app.json",
    "heroku.yml",
    "fly.toml",
    "vercel.json",
    ".github/workflows/x.yml",
    ".travis.yml",
    "railway.json",
    "render.yaml",
    "app.yaml",
    "netlify.toml",
    "wrangler.toml",
    ".ebextensions/a.config",
    "k8s/a.yaml",
    "package.json",
    "x.service",
)
PIECES = """\
services:~  web:~    build: .~    image: nginx:${A~    volumes: [./:/etc/nginx]~    ports: [a, {target: x}]~\
kind: Ingress~kind: Deployment~apiVersion: v1~metadata: []~spec: {rules: [1], template: 3}~jobs: {a: {steps: [1]}}~\
- run: flyctl deploy~FROM a AS b~COPY --from=b x y~CMD [~web: x~[http_service]~[[services]]~ports = 3~\
internal_port = 'x'~{~}~[~]~"rewrites": [{"source": 1, "destination": "http://[::1"}],~"functions": []~server {~\
proxy_pass x;~include *;~option_settings: {a: 3}~files: {/etc/nginx/a.conf: {content: 4}}~deploy: [{provider: heroku}]~\
env: flex~runtime: x~ExecStart=node \\~Environment=PORT=1""".split("~")


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(
        st.sampled_from(NAMES),
        st.lists(st.one_of(st.sampled_from(PIECES).map("{}\n".format), st.text(max_size=8)), max_size=7),
        max_size=4,
    )
)
def test_no_content_raises(files: dict[str, list[str]]) -> None:
    """Whatever deployment files hold, reading them gives a deployment."""
    tree = Tree.of({name: "".join(pieces) for name, pieces in files.items()}, deployment.words())

    assert isinstance(deployment.read(tree), Deployment)
