"""Secrets planted in every file that a scan reads: none of them comes out, whatever is asked for."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from advisor.cli import main

PLANTED = re.compile(r"hunter[0-9]+|sEcr3t\w+")


class Vault:
    """Hands out a secret of its own for each place: short words, as people choose them, and long ones, as programs draw them."""

    def __init__(self) -> None:
        self.given = 0

    def word(self) -> str:
        self.given += 1
        return f"hunter{self.given:03}"

    def drawn(self) -> str:
        self.given += 1
        return f"sEcr3t{self.given:03}Zq9xW7vB2nM4kL8pT6yR5"


def planted(vault: Vault) -> dict[str, str]:
    word, drawn = vault.word, vault.drawn
    return {
        ".env": f"WS_URL=wss://user:{word()}@app.example.com/ws?token={word()}\nAPI_KEY={word()}\nOTHER={word()}\n",
        ".env.production": f"VITE_WS_URL=wss://app.example.com/ws?token={word()}\n",
        "terraform.tfvars": f'db_password = "{word()}"\nname = "{word()}"\n',
        "prod.auto.tfvars": f'size = "{word()}"\n',
        "docker-compose.yml": f"""\
services:
  web:
    build: .
    command: API_TOKEN={word()} node server.js --token={word()} --api-key {word()}
    environment:
      - DATABASE_URL=postgres://u:{word()}@db/x
      - JWT_SECRET={word()}
      - LUCK={drawn()}
    deploy: {{replicas: 2}}
  nginx:
    image: nginx:1.27
    environment: {{BASIC_PASSWORD: {word()}, OTHER: {drawn()}}}
    ports: ["80:80"]
    volumes: ["./nginx.conf:/etc/nginx/conf.d/default.conf:ro"]
""",
        "nginx.conf": f"""\
server {{
  listen 80;
  location /ws {{
    proxy_set_header Authorization "Bearer {drawn()}";
    proxy_pass http://web:3000;
    proxy_set_header X-Api-Key "{word()}";
  }}
}}
""",
        "Dockerfile": f"""\
FROM node:20
ENV API_SECRET={word()}
ARG NPM_TOKEN={word()}
ENV PASSWORD {word()}
RUN curl -H 'Authorization: Bearer {drawn()}' https://example.com
CMD API_KEY={word()} node server.js
""",
        "Procfile": f"web: SECRET_KEY={word()} node server.js --api-key {word()}\n",
        "app.json": json.dumps({"name": "app", "env": {"SECRET": {"value": drawn()}}, "formation": {"web": {"quantity": 2}}}),
        "fly.toml": f'app = "a"\n[env]\nSECRET = "{word()}"\n[http_service]\ninternal_port = 3000\nauto_stop_machines = "stop"\n',
        "main.tf": f"""\
variable "password" {{ default = "{drawn()}" }}
resource "aws_lb" "app" {{
  name = "app"
  tags = {{ Secret = "{word()}" }}
}}
resource "aws_lb_target_group" "app" {{
  port = 3000
  protocol = "HTTP"
}}
resource "aws_lb_listener" "app" {{
  load_balancer_arn = aws_lb.app.arn
  port = 80
  protocol = "HTTP"
  default_action {{
    type = "forward"
    target_group_arn = aws_lb_target_group.app.arn
  }}
}}
resource "aws_ecs_task_definition" "app" {{
  container_definitions = jsonencode([{{
    name = "web", image = "app", command = ["node", "server.js", "--token", "{word()}"],
    environment = [{{ name = "JWT_SECRET", value = "{drawn()}" }}], portMappings = [{{ containerPort = 3000 }}]
  }}])
}}
resource "aws_ecs_service" "app" {{
  desired_count = 2
  task_definition = aws_ecs_task_definition.app.arn
  load_balancer {{
    target_group_arn = aws_lb_target_group.app.arn
    container_name = "web"
    container_port = 3000
  }}
}}
""",
        "k8s/secret.yaml": f"apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\nstringData: {{password: {word()}}}\n",
        "k8s/app.yaml": f"""\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  replicas: 3
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      containers:
        - name: web
          image: app
          args: ["--token", "{word()}"]
          env:
            - name: AUTH_TOKEN
              value: {word()}
""",
        ".github/workflows/deploy.yml": f"""\
on: push
env:
  TOKEN: {word()}
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - uses: akhileshns/heroku-deploy@v3
        with:
          heroku_api_key: {drawn()}
          heroku_app_name: app
      - run: FLY_API_TOKEN={word()} flyctl deploy --access-token {word()}
""",
        "package.json": json.dumps(
            {
                "name": "app",
                "scripts": {"start": f"API_KEY={word()} node server.js --secret {word()}"},
                "dependencies": {"ws": "8.18.0", "socket.io": "4.8.0", "socket.io-client": "4.8.0"},
            }
        ),
        "server.js": f"""\
const {{ WebSocketServer }} = require("ws");
const KEY = "{drawn()}";
const wss = new WebSocketServer({{ port: 3000, path: "/ws", secret: "{word()}" }});
const password = "{word()}";
wss.on("connection", (socket) => wss.clients.forEach((each) => each.send(1)));
""",
        "client.js": f"""\
const apiToken = "{word()}";
const socket = new WebSocket("ws://user:{word()}@chat.example.com/ws?token={word()}&access_token={word()}");
const other = io("https://x.example.com/?apikey={word()}", {{ auth: {{ token: "{word()}" }}, reconnection: false }});
""",
        "app.py": f"""\
import websockets
SECRET = "{word()}"
ws = websockets.connect("ws://localhost:8000/ws?token={word()}", extra_headers={{"Authorization": "Bearer {drawn()}"}})
PASSWORD = "{word()}"
""",
        "render.yaml": f"""\
services:
  - type: web
    name: app
    startCommand: SECRET={word()} node server.js
    envVars:
      - key: API_SECRET
        value: {word()}
""",
        "index.html": f"<script>const t = '{drawn()}'; new WebSocket('ws://chat.example.com/ws?auth={word()}')</script>\n",
    }


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("planted")
    for name, content in planted(Vault()).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)
    return root


@pytest.mark.parametrize(
    "arguments",
    [
        ("scan", "TREE", "--full"),
        ("scan", "TREE"),
        ("scan", "TREE", "--format", "json"),
        ("scan", "TREE", "--format", "markdown"),
        ("checklist", "TREE"),
        ("why", "400", "TREE"),
        ("why", "1006 after 60s", "TREE", "--format", "json"),
        ("plan", "TREE", "--to", "fly-io"),
        ("plan", "TREE", "--to", "heroku", "--format", "json"),
        ("trace", "TREE", "ws://app.example.com/ws"),
        ("trace", "TREE/nginx.conf", "ws://app.example.com/ws", "--format", "json"),
    ],
    ids=lambda arguments: " ".join(arguments),
)
def test_no_secret_comes_out(tree: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]) -> None:
    """Every command says something about the tree and nothing of what is secret in it."""
    main([argument.replace("TREE", str(tree)) for argument in arguments])
    said = capsys.readouterr()

    assert len(said.out) > 200
    assert [] == sorted(set(PLANTED.findall(said.out + said.err)))


@pytest.mark.parametrize("more", [(), ("--format", "json")], ids=["diff", "json"])
def test_no_secret_comes_out_of_a_fix(tree: Path, capfdbinary: pytest.CaptureFixture[bytes], more: tuple[str, ...]) -> None:
    """A diff quotes lines as they are, so it keeps clear of those with secrets or leaves their files out."""
    main(["fix", str(tree), "--unsafe", *more])
    out, err = capfdbinary.readouterr()
    said = (out + err).decode()

    assert len(said) > 200
    assert [] == sorted(set(PLANTED.findall(said)))
