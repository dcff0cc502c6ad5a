"""Hosts and proxies that are recognised without a deep reading: a hop with its place, and what it starts."""

from __future__ import annotations

import pytest

from tests.deployment.reading import hops, processes, read

NODE = "FROM node:22\nCOPY . .\nEXPOSE 3000\nCMD node a.js\n"


def test_railway() -> None:
    """Start command, replicas and the health check with its line."""
    deploy = '{"startCommand": "npm start",\n"healthcheckPath": "/",\n"numReplicas": 2}'
    text = f'{{"build": {{"builder": "DOCKERFILE"}},\n"deploy": {deploy}}}'
    found = read({"api/railway.json": text, "api/Dockerfile": NODE})
    hop, process = found.hops[0], found.processes[0]

    assert ("railway", "api", (process.id,)) == (hop.platform, hop.serves, hop.processes)
    assert ("npm start", 2, "PORT", (3000,)) == (process.command, process.replicas, process.port_variable, process.ports)
    assert ("/", 3) == ((check.path, check.place.line) if (check := process.health_check) else None)
    assert 1 == len(found.processes)


def test_railway_without_a_start_command() -> None:
    """The Procfile, else the start script says what Railway starts."""
    manifest = {"package.json": '{"scripts": {"start": "node a.js"}}'}

    assert "npm start" == processes({"railway.toml": "[deploy]\nnumReplicas = 1\n", **manifest})["web"].command
    assert "node p.js" == processes({"railway.toml": "", "Procfile": "web: node p.js\n", **manifest})["web"].command


def test_render() -> None:
    """Web services are hops with a process, static sites are served only, workers are neither."""
    text = (
        "services:\n"
        "  - {type: web, name: api, runtime: node, rootDir: api, startCommand: node a.js, healthCheckPath: /up, plan: free}\n"
        "  - {type: web, name: site, runtime: static}\n"
        "  - {type: worker, name: jobs, runtime: node}\n"
        "  - {type: web, name: big, runtime: docker, dockerfilePath: big/Dockerfile,\n"
        "     scaling: {minInstances: 2, maxInstances: 5}}\n"
    )
    found = read({"render.yaml": text, "big/Dockerfile": NODE})

    assert [("api", "api", (("plan", "free"),)), ("site", None, (("output", "static"),)), ("big", ".", ())] == [
        (hop.names[0], hop.serves, hop.conditions) for hop in found.hops
    ]
    assert [("node a.js", "/up", None), ("node a.js", None, (2, 5))] == [
        (process.command, process.health_check.path if process.health_check else None, process.replicas_range)
        for process in found.processes
    ]


@pytest.mark.parametrize(
    ("text", "platform"),
    [
        ("runtime: nodejs22\nentrypoint: node a.js\n", "gcp-app-engine-standard"),
        ("runtime: nodejs\nenv: flex\nmanual_scaling: {instances: 2}\n", "gcp-app-engine-flex"),
        ("name: not App Engine's\n", None),
        ("runtime: {{ .Values.runtime }}\n", None),
    ],
)
def test_app_engine(text: str, platform: str | None) -> None:
    """``env`` decides between the standard environment, which takes no sockets, and the flexible one."""
    assert ([platform] if platform else []) == list(hops({"app.yaml": text}))


@pytest.mark.parametrize(
    ("files", "serves"),
    [
        ({"netlify.toml": "[build]\npublish = 'dist'\n"}, None),
        ({"netlify.toml": "[build]\nbase = 'web'\n", "web/netlify/functions/a.ts": ""}, "web"),
        ({"netlify.toml": "[functions]\ndirectory = 'fn'\n", "fn/a.js": ""}, "."),
        ({"netlify.toml": "[[plugins]]\npackage = '@netlify/plugin-nextjs'\n"}, "."),
    ],
)
def test_netlify(files: dict[str, str], serves: str | None) -> None:
    """A site with functions runs code, any other is served only."""
    assert serves == hops(files)["netlify"].serves


def test_netlify_hands_requests_on() -> None:
    """A redirect with status 200 to another host is a target, any other redirect is none."""
    text = (
        "[[redirects]]\nfrom = '/api/*'\nto = 'https://api.example.com/:splat'\nstatus = 200\n"
        "[[redirects]]\nfrom = '/old'\nto = 'https://example.com/new'\nstatus = 301\n"
    )
    assert [("api.example.com", ("/api/*",))] == [(t.name, t.paths) for t in hops({"netlify.toml": text})["netlify"].targets]


def test_worker() -> None:
    """A wrangler file with code is a Worker that serves its directory."""
    hop = hops({"edge/wrangler.toml": 'name = "x"\nmain = "a.mjs"\n'})["cloudflare-workers"]

    assert ("edge", "edge/wrangler.toml:2") == (hop.serves, str(hop.place))


def test_environments_of_a_worker() -> None:
    """Each environment is deployed by itself; the top level is another one where there is one for production."""
    text = 'main = "a.mjs"\n[env.production]\nmain = "b.mjs"\n[env.staging]\nname = "s"\n[env.dev]\nname = "d"\n'
    found = [(hop.environment, hop.scope, hop.place.line) for hop in read({"wrangler.toml": text}).hops]

    assert [
        ("default", "production", 1),
        ("production", "production", 3),
        ("staging", "production", 1),
        ("dev", "development", 1),
    ] == found


def test_containers_behind_a_worker() -> None:
    """Containers are said, for an ordinary server runs in them; partykit.json is a Worker's file too."""
    text = '{"main": "a.ts", "containers": [{"class_name": "Box", "image": "./Dockerfile"}]} // c'

    assert (("model", "container"),) == hops({"wrangler.jsonc": text})["cloudflare-workers"].conditions
    assert "party" == hops({"party/partykit.json": '{"main": "server.ts"}'})["cloudflare-workers"].serves


WSGI = """\
option_settings:
  aws:elasticbeanstalk:application:environment:
    SECRET_KEY: hidden
  aws:elasticbeanstalk:container:python:
    WSGIPath: site.wsgi:application
  aws:autoscaling:asg: {MinSize: 2, MaxSize: 4}
"""


def test_beanstalk_runs_the_wsgi_path() -> None:
    """Without a Procfile the Python platform serves WSGIPath with gunicorn; the option is the place."""
    found = read({".ebextensions/01.config": WSGI})
    process = found.processes[0]

    assert ("gunicorn site.wsgi:application", ".ebextensions/01.config:5", (2, 4)) == (
        process.command,
        str(process.command_place),
        process.replicas_range,
    )
    assert ("SECRET_KEY",) == process.environment
    assert "hidden" not in repr(found)


def test_beanstalk_prefers_the_procfile() -> None:
    """A Procfile replaces WSGIPath, and is not taken for Heroku's."""
    found = read({".ebextensions/01.config": WSGI, "Procfile": "web: daphne site.asgi:application\n"})

    assert (["aws-elastic-beanstalk"], ["daphne site.asgi:application"]) == (
        [hop.platform for hop in found.hops],
        [process.command for process in found.processes],
    )


def test_beanstalk_listens_where_its_options_say() -> None:
    """A listener with a certificate takes TLS; the default one stays unless it is switched off."""
    secure = "option_settings:\n  aws:elbv2:listener:443: {Protocol: HTTPS}\n"
    alone = secure + "  aws:elbv2:listener:default: {ListenerEnabled: false}\n"

    listens = [
        [(side.scheme, side.port) for side in hops({".ebextensions/01.config": text})["aws-elastic-beanstalk"].listens]
        for text in (WSGI, secure, alone)
    ]

    assert [[("http", 80)], [("https", 443), ("http", 80)], [("https", 443)]] == listens


def test_beanstalk_puts_settings_of_http_before_its_own_server() -> None:
    """A file of conf.d without a server holds for the stock one, and a file of another folder is not included."""
    files = {
        ".ebextensions/01.config": WSGI,
        ".platform/nginx/conf.d/time.conf": "proxy_read_timeout 1h;\n",
        ".platform/nginx/conf.d/old/time.conf": "proxy_read_timeout 5s;\n",
    }
    hop = hops(files)["nginx"]

    assert ".platform/nginx/conf.d/time.conf:1" == str(hop.place)
    assert hop.config.texts[0][1].startswith("include /etc/nginx/conf.d/time.conf; ")
    assert "old" not in hop.config.texts[0][1]
    assert "location / { proxy_pass http://beanstalk-app-" in hop.config.texts[0][1]


def test_nginx_file_that_beanstalk_writes() -> None:
    """nginx configuration inside ``files:`` is read where it stands, with the lines of the .config file."""
    text = (
        'files:\n  "/etc/nginx/conf.d/ws.conf":\n    content: |\n'
        "      upstream w { server unix:/tmp/g.sock; }\n      server {\n        location /ws/ { proxy_pass http://w; }\n      }\n"
    )
    hop = hops({".ebextensions/02.config": text})["nginx"]

    assert (((".ebextensions/02.config"),), ".ebextensions/02.config:5") == (hop.config.members, str(hop.place))
    assert "\n\n\n      upstream w" == hop.config.texts[0][1][:19]


INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    nginx.ingress.kubernetes.io/proxy-read-timeout: "3600"
spec:
  ingressClassName: nginx
  rules:
    - host: a.example
      http:
        paths:
          - {path: /ws, pathType: Prefix, backend: {service: {name: chat, port: {number: 80}}}}
          - {path: /api(/|$)(.*), pathType: ImplementationSpecific, backend: {service: {name: api, port: {number: 80}}}}
"""
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: chat}
spec:
  replicas: 3
  template:
    metadata: {labels: {app: chat, tier: back}}
    spec:
      containers:
        - name: c
          image: registry.example/org/chat:1
          ports: [{containerPort: 8000}]
          env: [{name: TOKEN, value: hidden}]
          readinessProbe: {httpGet: {path: /ready, port: 8000}}
---
apiVersion: v1
kind: Service
metadata: {name: chat}
spec: {selector: {app: chat}, ports: [{port: 80, targetPort: 8000}]}
"""


def test_ingress_and_deployment() -> None:
    """An Ingress is a hop with its annotations and targets, the Deployment behind its Service a process with that name."""
    found = read({"k8s/ingress.yaml": INGRESS, "k8s/chat.yaml": DEPLOYMENT, "chat/Dockerfile": NODE})
    hop, process = found.hops[0], found.processes[0]

    assert ("ingress-nginx", "explicit", "k8s/ingress.yaml:9") == (hop.platform, hop.certainty, str(hop.place))
    assert [("api", ("/api*",), ("a.example",)), ("chat", ("/ws", "/ws/*"), ("a.example",))] == [
        (target.name, target.paths, target.hosts) for target in hop.targets
    ]
    assert 3600 == (setting.amount if (setting := hop.setting("nginx.ingress.kubernetes.io/proxy-read-timeout")) else None)
    service = next(other for other in found.hops if other.id == process.host)
    assert ("kubernetes-service", "chat", (process.id,)) == (service.platform, service.names[0], service.processes)
    assert (3, (8000,), "node a.js", "chat") == (
        process.replicas,
        process.ports,
        process.command,
        process.root,
    )
    assert "/ready" == (process.health_check.path if process.health_check else None)
    assert hop.network == process.network
    assert "hidden" not in repr(found)


@pytest.mark.parametrize(
    ("change", "platform"),
    [
        (("ingressClassName: nginx", "ingressClassName: traefik"), "traefik"),
        (("ingressClassName: nginx", "ingressClassName: alb"), "aws-alb"),
        (("nginx.ingress.kubernetes.io/proxy-read-timeout", "nginx.org/websocket-services"), "nginx-ingress-f5"),
        (("  ingressClassName: nginx\n", ""), "ingress-nginx"),
    ],
)
def test_controller_of_an_ingress(change: tuple[str, str], platform: str) -> None:
    """Class and annotations name the controller."""
    assert [platform] == list(hops({"i.yaml": INGRESS.replace(*change)}))


def test_controller_version() -> None:
    """The controller's own Deployment shows its version and is no app."""
    controller = DEPLOYMENT.replace("registry.example/org/chat:1", "registry.k8s.io/ingress-nginx/controller:v1.9.4")
    found = read({"k8s/i.yaml": INGRESS, "k8s/c.yaml": controller})

    assert (["1.9.4"], ()) == ([hop.version for hop in found.hops], found.processes)


def test_helm_template_is_said() -> None:
    """A Helm template is not guessed at: it is listed as not read."""
    found = read({"chart/templates/i.yaml": INGRESS.replace("name: web", "name: {{ .Values.name }}")})

    assert ((), True) == (found.hops, "Helm" in found.files[0].why)


def test_autoscaler() -> None:
    """A HorizontalPodAutoscaler gives the range of copies."""
    scaler = (
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: x}\n"
        "spec: {scaleTargetRef: {name: chat}, minReplicas: 2, maxReplicas: 9}\n"
    )
    assert (2, 9) == read({"d.yaml": DEPLOYMENT, "h.yaml": scaler}).processes[0].replicas_range


@pytest.mark.parametrize(
    ("path", "text", "platform", "line"),
    [
        ("Caddyfile", "a.example {\n  reverse_proxy app:3000\n}\n", "caddy", 2),
        ("ops/haproxy.cfg", "global\ndefaults\nbackend b\n  server s app:80\n", "haproxy", 3),
        ("traefik.yml", "entryPoints:\n  web: {address: ':80'}\n", "traefik", 1),
        ("site.conf", "<VirtualHost *:80>\nProxyPass / http://app:3000/\n</VirtualHost>\n", "apache-httpd", 2),
        ("default.vcl", 'vcl 4.1;\nbackend default {\n .host = "a";\n}\n', "varnish", 2),
        ("envoy.yaml", "static_resources: {}\n", "envoy", 1),
        ("edge/squid.conf", "visible_hostname a\nhttp_port 80 accel vhost\n", "squid", 2),
    ],
)
def test_other_proxies(path: str, text: str, platform: str, line: int) -> None:
    """Configuration of a proxy is a hop, at the line that shows it."""
    hop = hops({path: text})[platform]

    assert f"{path}:{line}" == str(hop.place)


SQUID = "http_port 80 accel\ncache_peer app parent 3000 0 originserver\n"
FORWARDS = "http_port 3128\nhttp_access allow all\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"squid.conf": SQUID}, ["squid.conf:1"]),
        ({"squid.conf": FORWARDS}, []),
        (
            {"compose.yml": "services:\n  p: {image: 'ubuntu/squid:5.7', volumes: ['./s:/etc/squid']}\n", "s/squid.conf": SQUID},
            ["s/squid.conf:1"],
        ),
        (
            {
                "compose.yml": "services:\n  p: {image: 'sameersbn/squid', volumes: ['./s:/etc/squid']}\n",
                "s/squid.conf": FORWARDS,
            },
            [],
        ),
        ({"compose.yml": "services:\n  p: {image: 'ubuntu/squid:5.7'}\n"}, []),
        ({"Dockerfile": "FROM ubuntu/squid:5.7\nCOPY squid.conf /etc/squid/squid.conf\n", "squid.conf": SQUID}, ["squid.conf:1"]),
        ({"Dockerfile": "FROM ubuntu/squid:5.7\nCOPY squid.conf /etc/squid/squid.conf\n", "squid.conf": FORWARDS}, []),
    ],
    ids=["alone", "alone, forward", "compose", "compose, forward", "compose, no file", "image", "image, forward"],
)
def test_squid_is_a_hop_as_a_reverse_proxy_only(files: dict[str, str], expected: list[str]) -> None:
    """A forward proxy leads the app's own requests out and stands in nobody's way."""
    assert expected == [str(hop.place) for hop in read(files).hops]


@pytest.mark.parametrize("path", ["haproxy.cfg", "docs.md", "server.js"])
def test_mere_mention_is_no_proxy(path: str) -> None:
    """A file of that name without such content, or a document that shows some, is no hop."""
    assert {} == hops({path: "text about ProxyPass and <VirtualHost> here\n"})


def test_proxy_file_gives_way_to_the_service_that_reads_it() -> None:
    """A haproxy.cfg that a compose service mounts is that service's hop."""
    files = {
        "compose.yml": "services:\n  lb: {image: 'haproxy:3', volumes: ['./haproxy.cfg:/usr/local/etc/haproxy/haproxy.cfg']}\n",
        "haproxy.cfg": "global\nbackend b\n  server s app:80\n",
    }
    assert [("haproxy:compose.yml:lb", "haproxy.cfg:2")] == [(hop.id, str(hop.place)) for hop in read(files).hops]


def test_locations_in_the_stock_server_of_beanstalk() -> None:
    """Files of locations alone are read inside the platform's own server, which Beanstalk's hop leads to."""
    folder = ".platform/nginx/conf.d/elasticbeanstalk"
    files = {
        ".ebextensions/a.config": "option_settings: {}\n",
        f"{folder}/ws.conf": "location /ws {\n  proxy_pass http://127.0.0.1:8080;\n}\n",
        f"{folder}/gzip.conf": "gzip on;\n",
        "package.json": '{"scripts": {"start": "node a.js"}}',
    }
    found = hops(files)
    beanstalk, nginx = found["aws-elastic-beanstalk"], found["nginx"]
    carried = dict(nginx.config.texts)[".ebextensions/a.config"]

    assert (f"{folder}/ws.conf:1", True) == (str(nginx.place), nginx.local)
    assert (nginx.names[0],) == tuple(target.name for target in beanstalk.targets)
    assert ("include /etc/nginx/conf.d/elasticbeanstalk/ws.conf;" in carried, "location / {" in carried) == (True, True)
    assert (8080,) == processes(files)["web"].ports


def test_redirects_of_netlify_by_line() -> None:
    """``_redirects`` beside netlify.toml or in what is published: rewrites to another host, with their lines."""
    lines = (
        "# old\n/old /new 301\n/ws/* https://live.example.com/:splat 200\n"
        "/x q=:q http://x.example.com:81/ 200! # y\n/y https://y.example.com\n"
    )
    hop = hops({"netlify.toml": "[build]\npublish = 'dist'\n", "public/_redirects": lines})["netlify"]

    assert [("live.example.com", ("/ws/*",), 3, "https"), ("x.example.com", ("/x",), 4, "http")] == [
        (each.name, each.paths, each.place.line, each.scheme) for each in hop.targets
    ]


def test_a_server_at_netlify() -> None:
    """A Netlify Server takes sockets, functions do not."""
    files = {"netlify.toml": "", "netlify/server/index.ts": "", "netlify/functions/a.ts": ""}

    assert (("server", "true"),) == hops(files)["netlify"].conditions


def test_routes_of_a_worker() -> None:
    """Routes and custom domains are host names; an environment has its own."""
    text = (
        'main = "a.mjs"\nroutes = ["chat.example.com/ws/*", {pattern = "*.example.org", custom_domain = true}]\n'
        '[env.staging]\nroute = "https://staging.example.com/*"\n'
    )
    found = {hop.environment: hop.listens[1].hosts for hop in read({"wrangler.toml": text}).hops}

    assert {"production": ("chat.example.com", "*.example.org"), "staging": ("staging.example.com",)} == found
