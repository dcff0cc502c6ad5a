"""Dockerfiles: what the image runs, from which directory's code, and images that are proxies."""

from __future__ import annotations

import pytest

from tests.deployment.reading import chosen, hops, processes, read

NGINX = "server {\n  listen 80;\n  location / { proxy_pass http://web:3000; }\n}\n"


def test_process_of_an_image() -> None:
    """Command, ports, PORT, health check and their places."""
    text = (
        'FROM node:22\nCOPY . .\nENV PORT=8080 KEY=hidden\nEXPOSE 8080\nHEALTHCHECK CMD curl -f localhost\nCMD ["npm", "start"]\n'
    )
    found = processes({"api/Dockerfile": text})["api/Dockerfile"]

    assert ("npm start", "api/Dockerfile:6", "api") == (found.command, str(found.command_place), found.root)
    assert ((8080,), 8080, ("PORT", "KEY")) == (found.ports, found.port_given, found.environment)
    assert "command" == (found.health_check.kind if found.health_check else None)
    assert "hidden" not in repr(found)


@pytest.mark.parametrize(
    ("lines", "root"),
    [
        pytest.param("COPY . .", ".", id="everything"),
        pytest.param("COPY server/package*.json ./\nCOPY server/ ./", "server", id="one directory"),
        pytest.param("COPY client/ c/\nCOPY server/ s/", ".", id="two directories"),
        pytest.param("COPY apps/api/package.json .\nCOPY apps/api/src src", "apps/api", id="nested"),
        pytest.param("COPY nginx.conf /etc/x\nCOPY server/ ./", "server", id="configuration does not count"),
        pytest.param("COPY --from=build /out .", ".", id="from a stage only"),
    ],
)
def test_directory_whose_code_an_image_holds(lines: str, root: str) -> None:
    """What COPY takes shows whose code runs."""
    files = {
        "Dockerfile": f"FROM node AS build\n{lines}\nCMD node x.js\n",
        "server/package.json": "{}",
        "client/package.json": "{}",
        "apps/api/package.json": "{}",
        "apps/api/src/x.js": "",
        "nginx.conf": "",
    }

    assert root == processes(files)["Dockerfile"].root


def test_static_build_behind_nginx_is_a_hop() -> None:
    """An image whose last stage is nginx is a proxy with the configuration that it copies, also from another stage."""
    files = {
        "web/Dockerfile": (
            "FROM node:22 AS build\nWORKDIR /app\nCOPY . .\nRUN npm run build\n"
            "FROM nginx:1.27\nCOPY --from=build /app/dist /usr/share/nginx/html\n"
            "COPY --from=build /app/nginx.conf /etc/nginx/conf.d/default.conf\n"
        ),
        "web/nginx.conf": NGINX,
        "web/package.json": "{}",
    }
    found = read(files)

    assert ([], ["nginx"]) == ([process.id for process in found.processes], [hop.platform for hop in found.hops])
    assert ("1.27", ("web/nginx.conf",), "web/nginx.conf:1") == (
        found.hops[0].version,
        found.hops[0].config.members,
        str(found.hops[0].place),
    )


def test_nginx_without_configuration_is_still_a_hop() -> None:
    """An nginx that only serves files stands in the path too, and is known to forward nothing."""
    hop = hops({"Dockerfile": "FROM nginx:alpine\nCOPY dist /usr/share/nginx/html\n"})["nginx"]

    assert (None, (("output", "static"),)) == (hop.config, hop.conditions)


def test_nginx_whose_configuration_is_elsewhere() -> None:
    """Where something outside of the tree configures nginx, nothing is said about what it forwards."""
    assert () == hops({"Dockerfile": "FROM nginx\nRUN curl x > /etc/nginx/conf.d/default.conf\n"})["nginx"].conditions
    volume = "services:\n  p: {image: nginx, volumes: ['/srv/nginx.conf:/etc/nginx/nginx.conf']}\n  a: {build: .}\n"
    assert () == hops({"compose.yml": volume})["nginx"].conditions


def test_whole_repository_in_an_app_image_is_no_proxy() -> None:
    """``COPY . .`` into an app's directory does not make the nginx files of the repository the image's."""
    files = {"Dockerfile": "FROM node\nWORKDIR /app\nCOPY . .\nCMD node x.js\n", "ops/nginx.conf": NGINX}
    found = read(files)

    assert [("nginx:ops/nginx.conf", "strong")] == [(hop.id, hop.certainty) for hop in found.hops]


def test_nginx_installed_beside_the_app() -> None:
    """An app's image that puts a file into /etc/nginx has both: the hop and the process."""
    files = {
        "Dockerfile": "FROM debian\nCOPY ops/site.conf /etc/nginx/conf.d/site.conf\nCOPY . /app\nCMD supervisord\n",
        "ops/site.conf": NGINX,
    }
    found = read(files)

    assert (["nginx:Dockerfile"], ["docker:Dockerfile"]) == ([h.id for h in found.hops], [p.id for p in found.processes])


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Dockerfile", ("production", "production")),
        ("Dockerfile.dev", ("development", "development")),
        ("ci.Dockerfile", ("test", "test")),
        ("Dockerfile.e2e", ("test", "test")),
        ("Dockerfile.staging", ("production", "staging")),
        (".devcontainer/Dockerfile", ("development", "development")),
    ],
)
def test_purpose_of_a_dockerfile(path: str, expected: tuple[str, str]) -> None:
    """The name tells what an image is for."""
    assert expected == chosen({path: "FROM node\nCMD node a.js\n"})[path]


def test_dockerfile_in_an_app_of_a_monorepo() -> None:
    """Built from the root, a Dockerfile beside a manifest holds that app."""
    files = {
        "compose.yml": "services:\n  live: {build: {context: ., dockerfile: apps/live/Dockerfile}}\n",
        "apps/live/Dockerfile": "FROM node\nCOPY . .\nCMD node apps/live\n",
        "apps/live/package.json": "{}",
    }

    assert "apps/live" == processes(files)["live"].root


@pytest.mark.parametrize(
    ("lines", "root"),
    [
        pytest.param("COPY . .", ".", id="manifest above"),
        pytest.param("COPY api/ api/", "api", id="directory above"),
        pytest.param('COPY ["start.sh", "/start.sh"]', "docker", id="file beside it"),
        pytest.param("COPY elsewhere/ x/", "docker", id="nowhere"),
    ],
)
def test_context_of_a_dockerfile_in_a_folder_of_its_own(lines: str, root: str) -> None:
    """A Dockerfile below docker/ is built from the directory that has what it copies."""
    files = {
        "docker/Dockerfile": f"FROM node\n{lines}\nCMD node a.js\n",
        "docker/start.sh": "",
        "package.json": "{}",
        "api/package.json": "{}",
    }

    assert root == processes(files)["docker/Dockerfile"].root


@pytest.mark.parametrize(
    ("stages", "expected"),
    [
        pytest.param(
            "FROM node AS production\nCMD node a.js\nFROM node AS dev\nCMD nodemon", ("production", "node a.js"), id="named"
        ),
        pytest.param("FROM node\nCMD npm run dev", ("development", "npm run dev"), id="development server"),
        pytest.param("FROM node AS dev\nCMD nodemon a.js\nFROM node\nCMD node a.js", ("production", "node a.js"), id="last"),
        pytest.param(
            "FROM node AS release\nCMD node a.js\nFROM alpine AS upload\nRUN x", ("production", "node a.js"), id="starts nothing"
        ),
    ],
)
def test_stage_that_is_shipped(stages: str, expected: tuple[str, str]) -> None:
    """A last stage for development is not what production runs."""
    found = processes({"Dockerfile": stages})["Dockerfile"]

    assert expected == (found.scope, found.command)


@pytest.mark.parametrize("command", ["", "CMD sh", 'CMD ["/bin/bash"]', "CMD nginx -g 'daemon off;'"])
def test_image_without_a_server(command: str) -> None:
    """A tool's image, or one that starts a proxy, is no app process."""
    assert () == read({"Dockerfile": f"FROM alpine\n{command}\n"}).processes


def test_process_manager_runs_the_procfile() -> None:
    """A container whose command reads the Procfile runs its web line."""
    files = {"Dockerfile": "FROM python\nCOPY . .\nCMD honcho start\n", "Procfile": "web: gunicorn app:app\n"}

    assert [("gunicorn app:app", "Procfile:1")] == [(p.command, str(p.command_place)) for p in read(files).processes]


def test_broken_dockerfile_is_named() -> None:
    """A Dockerfile without FROM is said to be unreadable."""
    assert [("Dockerfile", True)] == [(note.file, note.deployment) for note in read({"Dockerfile": "RUN x\n"}).not_read]
