"""Plans as a whole: what is said first, what is written, and that the planned deployment scans clean."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from advisor.advise import advise
from advisor.migrate import Plan, plan, targets
from tests.migrate.apps import FASTAPI, HANDLERS, NODE, ROOMS, options, tree

MISSION = (
    "vercel heroku aws-alb aws-ecs-fargate aws-api-gateway-websocket cloudflare cloudflare-workers fly-io railway render "
    "nginx vps caddy haproxy apache-httpd traefik digitalocean-app-platform kamal-proxy ingress-nginx gateway-api istio "
    "aws-elastic-beanstalk gcp-app-engine-flex azure-container-apps azure-app-service scalingo platform-sh dokku clever-cloud "
    "koyeb coolify replit northflank cloudflare-tunnel envoy lighttpd deno-deploy supabase-edge-functions gcp-cloud-run"
).split()
RUN_SERVERS = (
    "heroku aws-alb aws-ecs-fargate fly-io railway render nginx vps caddy haproxy apache-httpd traefik kamal-proxy "
    "ingress-nginx gateway-api istio aws-elastic-beanstalk gcp-app-engine-flex azure-container-apps azure-app-service scalingo "
    "platform-sh dokku clever-cloud koyeb coolify replit northflank envoy lighttpd gcp-cloud-run"
).split()
OF_THE_TARGET = {
    "vercel": {"WS803", "WS204"},
    "aws-api-gateway-websocket": {"WS204"},
    "gcp-app-engine-flex": {"WS204"},
    "gcp-cloud-run": {"WS204"},
    "ingress-nginx": {"WS804"},
    "deno-deploy": {"WS304"},
    "supabase-edge-functions": {"WS204"},
}
"""What is so there whatever the files say: a beta, a lifetime that a client in the repository has to expect, a controller that
is given up, and memory that instances do not share."""
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"


def written(files: dict[str, str], made: Plan) -> dict[str, str]:
    """The tree after the plan's files were written into it."""
    return {**files, **{file.path: file.content for file in made.files}}


def texts(items: tuple[object, ...]) -> str:
    return "\n".join(item.text for item in items)  # type: ignore[attr-defined]


@pytest.mark.parametrize("to", MISSION)
@pytest.mark.parametrize("app", [NODE, FASTAPI], ids=["node", "fastapi"])
def test_the_planned_deployment_scans_clean(app: dict[str, str], to: str) -> None:
    """The files, written out, are all read, show a path through the target, and raise only what is so on the target anyway."""
    made = plan(tree(app), options(), to)
    report = advise(tree(written(app, made)), options())
    loud = {finding.rule for finding in report.findings if finding.severity != "info"}

    assert made.files
    assert () == report.not_read
    assert any(hop.platform == made.after_hops[0] for path in report.paths for hop in path.hops)
    assert set() == loud - OF_THE_TARGET.get(to, set())


@pytest.mark.parametrize("to", RUN_SERVERS)
@pytest.mark.parametrize("app", [NODE, FASTAPI], ids=["node", "fastapi"])
def test_a_server_that_asks_for_its_port_moves_as_it_is(app: dict[str, str], to: str) -> None:
    """Where only files are to be written, the plan says so, and calls it small."""
    made = plan(tree(app), options(), to)

    assert ("as_it_is", "small", ()) == (made.fits, made.effort.size, made.must)
    assert made.steps
    assert made.tests
    assert made.rollback


@pytest.mark.parametrize(
    ("app", "to", "file", "parts"),
    [
        (NODE, "fly-io", "fly.toml", ('app = "board"', "internal_port = 4000", 'kill_signal = "SIGTERM"')),
        (NODE, "fly-io", "Dockerfile", ('CMD ["node", "server.js"]', "EXPOSE 4000")),
        (FASTAPI, "fly-io", "Dockerfile", ("exec uvicorn app.main:app --host 0.0.0.0 --port $PORT", "-r requirements.txt")),
        (NODE, "heroku", "Procfile", ("web: node server.js\n",)),
        (FASTAPI, "heroku", "Procfile", ("web: uvicorn app.main:app --host 0.0.0.0 --port $PORT\n",)),
        (NODE, "railway", "railway.json", ('"startCommand": "node server.js"', '"drainingSeconds": 30')),
        (ROOMS, "railway", "railway.json", ('/bin/sh -c \\"exec node server.js\\"', '"DOCKERFILE"')),
        (FASTAPI, "render", "render.yaml", ("runtime: python", "pip install -r requirements.txt")),
        (NODE, "nginx", "deploy/nginx/board.conf", ("location /ws {", "server 127.0.0.1:4000;", "proxy_read_timeout 3600s;")),
        (FASTAPI, "vps", "deploy/nginx/app.conf", ("location /ws/ {",)),
        (NODE, "vps", "deploy/compose.production.yaml", ('"127.0.0.1:4000:4000"', "stop_grace_period: 30s")),
        (NODE, "aws-alb", "deploy/aws/service.tf", ("containerPort = 4000", "desired_count   = 1")),
        (NODE, "vercel", "vercel.json", ('"fluid": true', '"maxDuration": 300', '"/ws(.*)"')),
        (FASTAPI, "vercel", "api/socket.py", ("from app.main import app as app",)),
        (NODE, "kamal-proxy", "config/deploy.yml", ("service: board", "app_port: 4000", "ssl: true", 'PORT: "4000"')),
        (NODE, "ingress-nginx", "deploy/k8s/board.yaml", ("containerPort: 4000", "replicas: 1")),
        (NODE, "ingress-nginx", "deploy/k8s/ingress.yaml", ('proxy-read-timeout: "3600"', "name: board")),
        (FASTAPI, "azure-app-service", "deploy/azure/main.bicep", ("--port $PORT'", "PYTHON|3.13", "alwaysOn: true")),
        (NODE, "azure-container-apps", "deploy/azure/main.bicep", ("targetPort: 4000", "minReplicas: 1")),
        (FASTAPI, "platform-sh", ".upsun/config.yaml", ("--port $PORT", 'upstream: "app:http"', "python:3.13")),
        (NODE, "coolify", "docker-compose.yaml", ("- SERVICE_URL_BOARD_4000\n", "- PORT=4000")),
        (NODE, "deno-deploy", "main.ts", ('startsWith("/ws")', "Deno.upgradeWebSocket")),
        (NODE, "cloudflare-workers", "worker/index.js", ('startsWith("/ws")', "acceptWebSocket")),
        (
            NODE,
            "aws-api-gateway-websocket",
            "deploy/api-gateway/template.yaml",
            ("RouteKey: $connect", "ProtocolType: WEBSOCKET"),
        ),
    ],
)
def test_files_fit_this_app(app: dict[str, str], to: str, file: str, parts: tuple[str, ...]) -> None:
    """Name, port, start command and endpoint of the app stand in the files."""
    files = {each.path: each.content for each in plan(tree(app), options(), to).files}

    assert file in files
    assert [] == [part for part in parts if part not in files[file]]


@pytest.mark.parametrize("to", ["nginx", "ingress-nginx", "aws-elastic-beanstalk", "envoy", "lighttpd"])
def test_a_planned_socket_may_be_silent_for_an_hour(to: str) -> None:
    """The files replace every shorter clock on the way that they can."""
    report = advise(tree(written(NODE, plan(tree(NODE), options(), to))), options())
    clocks = [limit.value for path in report.paths for limit in path.limits if limit.dimension == "idle_timeout"]

    assert [3600] == clocks


@pytest.mark.parametrize("to", targets())
def test_no_word_of_a_template_is_left(to: str) -> None:
    """Everything that is told or run is filled in, and steps that are not for this app are left out."""
    for replicas in ("1", "3"):
        made = plan(tree(ROOMS), options(replicas=replicas), to)
        told = [text for each in (*made.steps, *made.rollback) for text in (each.do, each.run)]
        told += [item.text for item in (*made.must, *made.should)]

        assert [] == [text for text in told if "{%" in text or "{{" in text or text.startswith(".")]


def test_replicas_and_affinity_are_taken_over() -> None:
    """Three instances of an app that polls get affinity where the target has it."""
    files = {each.path: each.content for each in plan(tree(ROOMS), options(replicas="3"), "nginx").files}
    balanced = {each.path: each.content for each in plan(tree(ROOMS), options(replicas="3"), "aws-alb").files}
    ingress = {each.path: each.content for each in plan(tree(ROOMS), options(replicas="3"), "ingress-nginx").files}

    assert "hash $remote_addr consistent" in files["deploy/nginx/rooms.conf"]
    assert 3 == files["deploy/nginx/rooms.conf"].count("server 127.0.0.1:")
    assert "stickiness {" in balanced["deploy/aws/balancer.tf"]
    assert "desired_count   = 3" in balanced["deploy/aws/service.tf"]
    assert "nginx.ingress.kubernetes.io/affinity: cookie" in ingress["deploy/k8s/ingress.yaml"]
    assert "replicas: 3" in ingress["deploy/k8s/rooms.yaml"]


def test_what_the_target_cannot_do_must_be_done_in_the_app() -> None:
    """A fixed port and polling without affinity are found on the planned path, with the line of the app."""
    made = plan(tree(ROOMS), options(replicas="3"), "railway")
    rules = {item.rule: item for item in (*made.must, *made.should)}

    assert {"WS301", "WS302", "WS111"} <= rules.keys()
    assert "server.js:11" == str(rules["WS111"].place)
    assert "with_changes" == made.fits
    assert "medium" == made.effort.size


@pytest.mark.parametrize("to", ["haproxy", "nginx", "envoy", "lighttpd", "vps"])
def test_the_host_that_is_left_tells_no_port_any_more(to: str) -> None:
    """A fixed port, which Heroku does not route to, is right behind a proxy whose planned file names it."""
    made = plan(tree(ROOMS), options(), to)

    assert ("heroku", "as_it_is", ()) == (made.from_, made.fits, tuple(item.text for item in made.must))


def test_an_idle_clock_becomes_a_lifetime() -> None:
    """From a host that closes silent sockets to one that ends all of them: no heartbeat helps, and that is said first."""
    made = plan(tree(ROOMS), options(), "vercel")

    assert ("heroku", "shown") == (made.from_, made.from_how)
    assert "An idle clock becomes a lifetime" in made.changes_kind[0].text
    assert {"heroku/idle_timeout", "vercel/max_connection_duration"} <= set(made.changes_kind[0].facts)
    assert "max_connection_duration" in {change.dimension for change in made.losses}
    assert "idle_timeout" in {change.dimension for change in made.gains}


def test_where_the_app_runs_may_be_given() -> None:
    """Files that show no host leave the differences out; ``given`` brings them in."""
    without, given = plan(tree(NODE), options(), "fly-io"), plan(tree(NODE), options(), "fly-io", "heroku")

    assert (None, "not_shown", (), ()) == (without.from_, without.from_how, without.gains, without.changes_kind)
    assert ("heroku", "given") == (given.from_, given.from_how)
    assert "idle_timeout" in {change.dimension for change in given.gains}


def test_an_edge_runs_no_python() -> None:
    """An ASGI app has to be written anew for an edge that runs JavaScript, where a Node.js server changes its entry."""
    python, node = (plan(tree(app), options(), "deno-deploy") for app in (FASTAPI, NODE))

    assert ("rewrite", "large") == (python.fits, python.effort.size)
    assert ("with_changes", "medium") == (node.fits, node.effort.size)
    assert "as a handler" in node.must[0].text


@pytest.mark.parametrize("to", ["aws-api-gateway-websocket", "cloudflare-workers", "partykit"])
def test_an_ordinary_server_cannot_move_to_a_model_of_its_own(to: str) -> None:
    """It is said in the first sentence, with what has to be written anew and what fits instead."""
    made = plan(tree(NODE), options(), to)

    assert "cannot move" in made.sentence
    assert ("rewrite", "large") == (made.fits, made.effort.size)
    assert "anew" in made.must[0].text
    assert made.alternatives


def test_handlers_cannot_move_to_a_host_for_servers() -> None:
    """An app that is written for a gateway's routes is told so, and no start command is made up."""
    made = plan(tree(HANDLERS), options(), "fly-io")

    assert ("aws-api-gateway-websocket", "rewrite", "large") == (made.from_, made.fits, made.effort.size)
    assert "in place of handlers" in made.must[0].text
    assert "Dockerfile" not in {file.path for file in made.files}


def test_a_target_without_upgrades_is_refused() -> None:
    """On the day before the beta nothing is planned, and hosts that fit are named."""
    made = plan(tree(NODE), replace(options(), as_of=date(2026, 6, 1)), "vercel")

    assert "cannot" == made.fits
    assert ((), ()) == (made.files, made.steps)
    assert any("fly-io" in text for text in made.alternatives)
    assert ("vercel/websocket_support",) == made.must[0].facts


def test_a_cdn_comes_in_front_of_the_server_that_stays() -> None:
    """The path of the plan is that of today with one hop more, and nothing is moved."""
    made = plan(tree(ROOMS), options(), "cloudflare")

    assert (("heroku",), ("cloudflare", "heroku")) == (made.before_hops, made.after_hops)
    assert not any("TTL" in step.do for step in made.steps)


def test_nothing_to_plan_without_a_server() -> None:
    """A repository without sockets is answered in a sentence."""
    made = plan(tree({"a.py": "print(1)\n"}), options(), "fly-io")

    assert ("no_websocket", ()) == (made.fits, made.files)
    assert "no WebSocket found" in made.sentence


def test_a_platform_without_templates_is_said_to_have_none() -> None:
    """Facts are compared all the same."""
    made = plan(tree(NODE), options(), "aws-nlb")

    assert "aws-nlb" not in targets()
    assert "not planned yet" in made.sentence
    assert "medium" == made.effort.size


def test_a_file_that_is_there_is_not_overlooked() -> None:
    """It is marked, and comparing it is something to do."""
    made = plan(tree(ROOMS), options(), "heroku")

    assert {"Procfile": True, "app.json": False} == {file.path: file.exists for file in made.files}
    assert "Procfile is there already" in texts(made.must)


def test_messages_larger_than_the_target_takes_must_be_split() -> None:
    """A stated size is compared with the target's limit."""
    made = plan(tree(NODE), options(message_size="1MiB"), "aws-api-gateway-websocket")

    assert "Split messages: the app sends up to 1 MiB" in texts(made.must)


def test_every_fact_that_is_cited_is_listed() -> None:
    """Each fact id of an item or change has its statement, source and day."""
    made = plan(tree(ROOMS), options(), "fly-io")
    cited = {fact for item in (*made.must, *made.should, *made.watch) for fact in item.facts}
    cited |= {fact for change in (*made.changes_kind, *made.gains, *made.losses) for fact in change.facts}

    assert cited == {fact.id for fact in made.facts}
    assert all(fact.sources and fact.confirmed for fact in made.facts)


@pytest.mark.skipif(not Path(NGINX).exists(), reason="no nginx here")
@pytest.mark.parametrize("app", [NODE, FASTAPI, ROOMS], ids=["node", "fastapi", "rooms"])
def test_nginx_accepts_its_file(app: dict[str, str], tmp_path: Path) -> None:
    """The real program takes the planned site; only the certificate, which is not there, is left out."""
    made = plan(tree(app), options(replicas="2"), "nginx")
    site = next(file.content for file in made.files if file.path.endswith(".conf"))
    site = re.sub(r"^\s*ssl_certificate.*\n", "", site, flags=re.MULTILINE).replace("listen 443 ssl;", "listen 443;")
    (tmp_path / "logs").mkdir()
    config = tmp_path / "nginx.conf"
    config.write_text(f"error_log stderr;\npid {tmp_path}/pid;\nevents {{}}\nhttp {{\naccess_log off;\n{site}\n}}\n")
    run = subprocess.run([NGINX, "-t", "-p", str(tmp_path), "-c", str(config)], capture_output=True, text=True, timeout=30)

    assert "test is successful" in run.stderr, run.stderr


@pytest.mark.parametrize("app", [NODE, ROOMS], ids=["node", "rooms"])
@pytest.mark.parametrize(
    ("to", "program"),
    [("haproxy", "haproxy"), ("caddy", "caddy"), ("apache-httpd", "apache2"), ("envoy", "envoy"), ("lighttpd", "lighttpd")],
)
def test_the_program_accepts_its_file(app: dict[str, str], to: str, program: str, tmp_path: Path) -> None:
    """The real program takes what is planned for it; certificates, which are not there, are left out."""
    beside = str(Path(sys.executable).parent)
    found = next((each for path in (None, "/usr/sbin", beside) if (each := shutil.which(program, path=path))), None)
    if found is None:
        pytest.skip(f"no {program} here")
    files = {file.path: file.content for file in plan(tree(app), options(replicas="2"), to).files}
    text = next(text for path, text in files.items() if path.startswith(f"deploy/{to.partition('-')[0]}"))
    text = re.sub(r" ssl crt \S+", "", re.sub(r"^\s*(?:SSL|ssl\.).*\n", "", text, flags=re.MULTILINE))
    text = re.sub(r"- transport_socket:.*?(?=filters:)", "- ", text, flags=re.DOTALL).replace('"mod_openssl", ', "")
    config = tmp_path / "planned.yaml"
    config.write_text(text if to != "apache-httpd" else APACHE.format(text=text))
    command = {
        "haproxy": [found, "-c", "-f", str(config)],
        "caddy": [found, "validate", "--adapter", "caddyfile", "--config", str(config)],
        "apache2": [found, "-t", "-f", str(config)],
        "envoy": [found, "--mode", "validate", "--config-path", str(config)],
        "lighttpd": [found, "-tt", "-f", str(config)],
    }[program]
    environment = {**os.environ, "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)

    assert 0 == run.returncode, run.stdout + run.stderr


APACHE = "ServerName localhost\nErrorLog /dev/stderr\n" + "".join(
    f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"
    for name in "mpm_event alias authz_core headers proxy proxy_http proxy_balancer slotmem_shm lbmethod_byrequests".split()
)
APACHE += "{text}\n"


def test_apps_whose_files_share_names_are_planned_apart() -> None:
    """The second app's files would overwrite the first one's, which is said with the command that plans it."""
    two = {f"{folder}/{path}": text for folder in ("one", "two") for path, text in NODE.items()}
    made = plan(tree({path: text.replace("board", path[:3]) for path, text in two.items()}), options(), "aws-alb")

    assert "by itself" in texts(made.must)
    assert any(item.do == "wsadvise plan two --to aws-alb" for item in made.must)


def test_the_app_may_lie_in_a_folder() -> None:
    """Files of an app below the root lie beside it, and those that belong to the root name its folder."""
    inside = {f"services/web/{path}": text for path, text in NODE.items()}
    fly = {file.path for file in plan(tree(inside), options(), "fly-io").files}
    render = {file.path: file.content for file in plan(tree(inside), options(), "render").files}

    assert {"services/web/fly.toml", "services/web/Dockerfile"} == fly
    assert 'rootDir: "services/web"' in render["render.yaml"]
