"""Compose files: processes, proxies with their files, merging, and what a file is for."""

from __future__ import annotations

import pytest

from advisor.deployment.compose_files import interpolated
from advisor.deployment.parts import ProxyFiles
from tests.deployment.reading import chosen, hops, processes, read

NGINX = """\
server {
  listen 80;
  location / { proxy_pass http://web:3000; }
}
"""
MAIN = """\
events {}
http {
  include /etc/nginx/conf.d/*.conf;
  server { listen 80; location / { proxy_pass http://web:3000; } }
}
"""
COMPOSE = """\
services:
  web:
    build: ./app
    command: ["node", "server.js"]
    environment:
      - PORT=3000
      - SECRET_KEY=do-not-show
    expose: ["3000"]
    deploy:
      replicas: 3
    container_name: the-web
    networks:
      inner:
        aliases: [chat]
  proxy:
    image: nginx:1.27-alpine
    ports: ["127.0.0.1:8080:80", "443:443/tcp", "53:53/udp"]
    volumes:
      - ./nginx.conf:/etc/nginx/conf.d/default.conf:ro
"""


def test_service_becomes_a_process() -> None:
    """A service says what runs, from which directory, how often, under which names and ports."""
    web = processes({"compose.yml": COMPOSE, "nginx.conf": NGINX})["web"]

    assert ("app", "node server.js", 3, (3000,), 3000) == (web.root, web.command, web.replicas, web.ports, web.port_given)
    assert ("web", "the-web", "chat") == web.names
    assert ("PORT", "SECRET_KEY") == web.environment
    assert "compose:." == web.network
    assert 2 == web.place.line
    assert 10 == (web.replicas_place.line if web.replicas_place else None)


def test_files_of_a_directory_of_that_name() -> None:
    """A directory called after Compose says what its files are, whatever their own names; one that lists no services is none."""
    files = {
        "docker_compose/web.yaml": "services:\n  web:\n    build: ..\n",
        "docker_compose/values.yaml": "other:\n  worker:\n    build: ..\n",
        "elsewhere/web.yaml": "services:\n  lost:\n    build: ..\n",
    }
    assert {"web"} == set(processes(files))


def test_proxy_service_and_its_file_are_one_hop() -> None:
    """The nginx image and the file it mounts give one hop: files, version, names and published ports."""
    found = read({"compose.yml": COMPOSE, "nginx.conf": NGINX})

    assert ["nginx"] == [hop.platform for hop in found.hops]
    hop = found.hops[0]
    assert ("1.27", False, ("proxy",)) == (hop.version, hop.floating, hop.names)
    assert [("http", 8080), ("https", 443)] == [(side.scheme, side.port) for side in hop.listens]
    assert "nginx.conf:1" == str(hop.place)
    assert isinstance(hop.config, ProxyFiles)
    assert (None, ("nginx.conf",)) == (hop.config.main, hop.config.members)
    assert "nginx.conf" == hop.config.resolve("/etc/nginx/conf.d/default.conf")


def test_no_value_of_a_variable_is_kept() -> None:
    """Values of environment variables never reach the deployment."""
    assert "do-not-show" not in repr(read({"compose.yml": COMPOSE, "nginx.conf": NGINX}))


@pytest.mark.parametrize(
    ("volume", "files", "main", "members"),
    [
        pytest.param("./nginx.conf:/etc/nginx/nginx.conf", {"nginx.conf": MAIN}, "nginx.conf", (), id="main file"),
        pytest.param("./conf.d:/etc/nginx/conf.d", {"conf.d/a.conf": NGINX}, None, ("conf.d/a.conf",), id="directory"),
        pytest.param("./conf.d:/etc/nginx/conf.d", {"conf.d/a.conf.off": NGINX}, None, None, id="switched off"),
        pytest.param(
            "./t:/etc/nginx/templates", {"t/default.conf.template": NGINX}, None, ("t/default.conf.template",), id="template"
        ),
        pytest.param("./docker/etc:/etc", {"docker/etc/nginx/nginx.conf": MAIN}, "docker/etc/nginx/nginx.conf", (), id="above"),
        pytest.param("../x.conf:/etc/nginx/nginx.conf", {}, None, None, id="outside of the tree"),
        pytest.param("data:/etc/nginx/conf.d", {}, None, None, id="named volume"),
        pytest.param(".:/usr/share/nginx/html", {"other/site.conf": NGINX}, None, None, id="content is no configuration"),
    ],
)
def test_files_that_an_nginx_image_reads(volume: str, files: dict[str, str], main: str | None, members: tuple[str, ...]) -> None:
    """What is mounted where nginx reads it is its configuration; anything else is not."""
    text = f"services:\n  web: {{build: .}}\n  proxy:\n    image: nginx\n    volumes: ['{volume}']\n"
    hop = next(hop for hop in read({"compose.yml": text, **files}).hops if hop.names == ("proxy",))

    config = hop.config
    assert (main, members) == ((config.main, config.members) if config else (None, None))


def test_template_is_found_where_the_image_writes_it() -> None:
    """The official image writes templates/x.template to conf.d/x, so that an include finds the template."""
    text = "services:\n  p:\n    image: nginx\n    volumes: ['./t:/etc/nginx/templates', './nginx.conf:/etc/nginx/nginx.conf']\n"
    config = hops({"compose.yml": text, "t/a.conf.template": NGINX, "nginx.conf": MAIN})["nginx"].config

    assert ("t/a.conf.template",) == config.glob("/etc/nginx/conf.d/*.conf")


def test_variables_of_a_template() -> None:
    """Only what the template asks for is kept of the service's environment, and no secret."""
    text = (
        "services:\n  p:\n    image: nginx\n    volumes: ['./t:/etc/nginx/templates']\n"
        "    environment: {UPSTREAM: 'web:3000', API_TOKEN: hidden, OTHER: unused}\n"
    )
    template = NGINX.replace("web:3000", "${UPSTREAM}").replace("listen 80;", "listen 80; set $t ${API_TOKEN};")
    config = hops({"compose.yml": text, "t/a.conf.template": template})["nginx"].config

    assert (("UPSTREAM", "web:3000"),) == config.variables


def test_configuration_inside_a_compose_file_keeps_its_lines() -> None:
    """An inline ``configs`` entry is read with the line numbers of the compose file."""
    text = (
        "services:\n  p:\n    image: nginx\n    configs:\n      - {source: site, target: /etc/nginx/conf.d/a.conf}\n"
        "configs:\n  site:\n    content: |\n      server {\n        location / { proxy_pass http://web; }\n      }\n"
    )
    hop = hops({"compose.yml": text})["nginx"]

    assert (("compose.yml",), "compose.yml:9", 7) == (hop.config.members, str(hop.place), hop.place.column)


@pytest.mark.parametrize(
    ("tag", "version", "floating"),
    [
        pytest.param("nginx", None, True, id="no tag"),
        pytest.param("nginx:latest", None, True, id="latest"),
        pytest.param("nginx:stable-alpine", "stable-alpine", True, id="stable"),
        pytest.param("nginx:1.29.7", "1.29.7", False, id="full version"),
        pytest.param("docker.io/library/nginx:1.27-alpine@sha256:abc", "1.27", False, id="registry, variant, digest"),
        pytest.param("nginx:${TAG:-1.25}", "1.25", False, id="default of a variable"),
        pytest.param("nginx:${TAG}", None, False, id="unknown variable"),
        pytest.param("nginxinc/nginx-unprivileged:1.28", "1.28", False, id="unprivileged"),
    ],
)
def test_version_of_an_image(tag: str, version: str | None, floating: bool) -> None:
    """A tag names a version, moves, or is not known: three different answers."""
    hop = hops({"compose.yml": f"services:\n  p: {{image: '{tag}'}}\n  a: {{build: .}}\n"})["nginx"]

    assert (version, floating) == (hop.version, hop.floating)


def test_variable_of_an_example_env_file_names_the_directory() -> None:
    """Paths and tags are resolved with the env file that the repository ships."""
    text = "services:\n  p:\n    image: nginx:${TAG}\n    volumes: ['${CONF}:/etc/nginx/conf.d']\n"
    hop = hops({"compose.yml": text, ".env.example": "TAG=1.26\nCONF=./n # where\n", "n/a.conf": NGINX})["nginx"]

    assert ("1.26", ("n/a.conf",)) == (hop.version, hop.config.members)


@pytest.mark.parametrize(
    ("image", "platform"),
    [
        ("caddy:2", "caddy"),
        ("traefik:v3.1", "traefik"),
        ("haproxy:3.0", "haproxy"),
        ("httpd:2.4", "apache-httpd"),
        ("cloudflare/cloudflared:latest", "cloudflare-tunnel"),
        ("openresty/openresty:alpine", "openresty"),
        ("envoyproxy/envoy:v1.31", "envoy"),
    ],
)
def test_known_proxies(image: str, platform: str) -> None:
    """A known proxy's image is a hop, not an app."""
    found = read({"compose.yml": f"services:\n  edge: {{image: '{image}'}}\n  app: {{build: .}}\n"})

    assert [platform] == [hop.platform for hop in found.hops]
    assert ["app"] == [process.id.rsplit(":", 1)[-1] for process in found.processes]


def test_labels_tell_traefik_its_targets() -> None:
    """Services with router labels are what Traefik sends to; one that switches it off is not."""
    text = (
        "services:\n  edge: {image: traefik:3}\n"
        "  web:\n    build: .\n    labels: ['traefik.http.routers.w.rule=Host(`a`)']\n"
        "  db:\n    image: redis\n    labels: ['traefik.enable=false', 'traefik.http.routers.d.rule=Host(`d`)']\n"
    )
    assert ["web"] == [target.name for target in hops({"compose.yml": text})["traefik"].targets]


def test_overlay_is_merged_onto_the_plain_file() -> None:
    """A production overlay replaces commands, adds environment and ports, and keeps the rest."""
    base = "services:\n  web:\n    build: ./app\n    command: npm run dev\n    environment: {A: '1'}\n    ports: ['3000:3000']\n"
    over = "services:\n  web:\n    command: npm start\n    environment: ['B=2']\n    ports: ['9229:9229']\n"
    files = {"docker-compose.yml": base, "docker-compose.prod.yml": over}
    web = processes(files)["web"]

    assert ("npm start", ("A", "B"), (3000, 9229), "app") == (web.command, web.environment, web.ports, web.root)
    assert {
        "docker-compose.yml": ("production", "production"),
        "docker-compose.prod.yml": ("production", "production"),
    } == chosen(files)


def test_override_file_is_for_development() -> None:
    """docker-compose.override.yml is what a developer's machine adds; production is the plain file alone."""
    files = {
        "docker-compose.yml": "services:\n  web: {build: ., command: npm start}\n",
        "docker-compose.override.yml": "services:\n  web: {command: npm run dev}\n",
    }
    found = {(process.scope, process.command) for process in read(files).processes}

    assert {("production", "npm start"), ("development", "npm run dev")} == found


def test_reset_and_override_tags() -> None:
    """``!reset`` takes a key away, ``!override`` replaces a list that would be appended to."""
    files = {
        "compose.yml": "services:\n  web: {build: ., ports: ['1:1'], command: a}\n",
        "compose.prod.yml": "services:\n  web: {ports: !override ['2:2'], command: !reset null}\n",
    }
    web = processes(files)["web"]

    assert ((2,), None) == (web.ports, web.command)


@pytest.mark.parametrize(
    ("files", "scope"),
    [
        pytest.param({"compose.yml": "services:\n  web: {build: ., command: npm run dev}\n"}, "development", id="dev server"),
        pytest.param({"compose.yml": "services:\n  web: {build: {context: ., target: dev}}\n"}, "development", id="dev target"),
        pytest.param(
            {"compose.yml": "services:\n  web: {build: ., volumes: ['.:/app'], command: flask run}\n"},
            "development",
            id="source mounted",
        ),
        pytest.param(
            {"compose.yml": "services:\n  web: {build: ., command: flask run}\n"}, "production", id="source not mounted"
        ),
        pytest.param({"compose.yml": "services:\n  db: {image: 'postgres:16'}\n"}, "development", id="databases only"),
        pytest.param({"docker-compose.dev.yml": "services:\n  web: {build: .}\n"}, "development", id="name"),
        pytest.param({"examples/a/compose.yml": "services:\n  web: {build: .}\n"}, "example", id="example"),
        pytest.param({"tests/compose.yml": "services:\n  web: {build: .}\n"}, "test", id="test"),
        pytest.param(
            {
                "compose.yml": "services:\n  web: {build: .}\n",
                "compose.prod.yml": "services:\n  web: {build: .}\n",
            },
            "development",
            id="production stands complete beside it",
        ),
    ],
)
def test_what_a_compose_file_is_for(files: dict[str, str], scope: str) -> None:
    """Name, folder and content decide; a file of databases is no deployment of the app."""
    assert scope == chosen(files)[min(files, key=len)][0]


def test_alternative_files_do_not_repeat_a_service() -> None:
    """A second complete file adds what is new in it; the service that both have is told once."""
    web = "  web: {image: org/app, ports: ['80:80']}\n"
    found = read(
        {"docker-compose.yml": f"services:\n{web}", "docker-compose-turn.yml": f"services:\n{web}  turn: {{image: x/turn}}\n"}
    )

    assert ["compose:docker-compose.yml:web", "compose:docker-compose-turn.yml:turn"] == [
        process.id for process in found.processes
    ]


def test_published_image_of_this_repository_is_read_from_its_dockerfile() -> None:
    """An image with the project's own name runs what the Dockerfile here says."""
    files = {
        "docker-compose.yml": "services:\n  chat: {image: 'ghcr.io/org/chat:2'}\n",
        "package.json": '{\n  "name": "chat"\n}',
        "Dockerfile": 'FROM node:22\nCOPY . .\nEXPOSE 8080\nCMD ["node", "x.js"]\n',
    }
    found = read(files)

    assert [("node x.js", True, (8080,))] == [(process.command, process.built, process.ports) for process in found.processes]


def test_build_takes_what_the_dockerfile_says() -> None:
    """Entry point of the service and command of the image combine as Docker combines them."""
    files = {
        "compose.yml": (
            "services:\n  a: {build: {context: app, dockerfile: Dockerfile.prod}}\n  b: {build: app, entrypoint: [./go]}\n"
        ),
        "app/Dockerfile.prod": 'FROM node\nENTRYPOINT ["npm"]\nCMD ["start"]\n',
        "app/Dockerfile": 'FROM node\nCMD ["x"]\n',
    }
    found = processes(files)

    assert ("npm start", "./go") == (found["a"].command, found["b"].command)
    assert 2 == len(read(files).processes)


def test_extends_and_anchors() -> None:
    """A service takes over what it extends, from this file or another, and what an anchor holds."""
    files = {
        "compose.yml": (
            "x-base: &base {restart: always, build: ./api}\n"
            "services:\n  a: {<<: *base, command: one}\n  b: {extends: a, command: two}\n"
            "  c: {extends: {file: common.yml, service: worker}}\n"
        ),
        "common.yml": "services:\n  worker: {build: ./worker, command: three}\n",
    }
    found = {name: (process.root, process.command) for name, process in processes(files).items()}

    assert {"a": ("api", "one"), "b": ("api", "two"), "c": ("worker", "three")} == found


def test_included_file_belongs_to_the_file_that_includes_it() -> None:
    """Services of an included file are the including file's, so that the proxy reaches them by name."""
    files = {
        "compose.all.yml": "include: [compose.api.yml]\nservices:\n  edge: {image: 'caddy:2'}\n",
        "compose.api.yml": "services:\n  api: {build: .}\n",
    }
    found = read(files)

    assert ["compose:compose.all.yml:api"] == [process.id for process in found.processes]
    assert found.hops[0].network == found.processes[0].network


def test_services_that_extend_each_other_end() -> None:
    """A circle of ``extends`` is read as far as it goes."""
    assert 2 == len(read({"compose.yml": "services:\n  a: {extends: b, build: .}\n  b: {extends: a, build: .}\n"}).processes)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${A}", "1"),
        ("$A-${B:-two}", "1-two"),
        ("${EMPTY:-x}|${EMPTY-x}", "x|"),
        ("${C}", "${C}"),
        ("${A:+yes}${C:+no}", "yes"),
        ("${C:?must be set}", "${C:?must be set}"),
        ("a$$b", "a$b"),
    ],
)
def test_interpolation(text: str, expected: str) -> None:
    """Variables are put in as Compose does it; an unknown one without a default stays as written."""
    assert expected == interpolated(text, {"A": "1", "EMPTY": ""})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("services:\n  web: {image: [\n", "it ", id="truncated"),
        pytest.param(
            "<<<<<<< HEAD\nservices: {}\n=======\nservices: {a: b}\n>>>>>>> x\n", "merge conflict", id="conflict markers"
        ),
    ],
)
def test_broken_file_is_named(text: str, reason: str) -> None:
    """A compose file that does not parse is said, and the rest goes on."""
    found = read({"compose.yml": text, "Dockerfile": "FROM node\nCMD node a.js\n"})

    assert [("compose.yml", True)] == [(note.file, note.deployment) for note in found.not_read]
    assert reason in found.not_read[0].reason
    assert ["docker:Dockerfile"] == [process.id for process in found.processes]


@pytest.mark.parametrize(
    "text", ["", "services:", "services: []", "services: {a: null, b: 3, c: [x]}", "[]", "services: {a: {build: null}}"]
)
def test_odd_shapes_are_no_services(text: str) -> None:
    """Shapes that Compose would refuse give nothing and raise nothing."""
    assert all(process.command is None for process in read({"compose.yml": text}).processes)
