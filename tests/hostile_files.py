"""One healthy sample of every kind of file that a scan reads, and samples whose values are of the wrong type."""

# ruff: noqa: E501 (each sample is one file, and says most where it stands on one line)

from __future__ import annotations

HEALTHY: dict[str, str] = {
    "package.json": """\
{
  "name": "app",
  "scripts": {"start": "node server.js", "dev": "nodemon server.js"},
  "dependencies": {"ws": "^8.18.0", "socket.io": "^4.8.0", "socket.io-client": "^4.8.0"},
  "engines": {"node": ">=20"}
}
""",
    "package-lock.json": """\
{
  "name": "app", "lockfileVersion": 3,
  "packages": {"": {"name": "app"}, "node_modules/ws": {"version": "8.18.0"}}
}
""",
    "yarn.lock": 'ws@^8.18.0:\n  version "8.18.0"\n  resolved "https://registry.yarnpkg.com/ws"\n',
    "pnpm-lock.yaml": "lockfileVersion: '9.0'\npackages:\n  ws@8.18.0:\n    resolution: {integrity: sha512}\n",
    "poetry.lock": '[[package]]\nname = "websockets"\nversion = "13.0"\n',
    "server.js": """\
const { WebSocketServer } = require("ws");
const http = require("http");
const server = http.createServer();
const wss = new WebSocketServer({ server, path: "/ws" });
wss.on("connection", (socket) => { socket.on("message", (m) => wss.clients.forEach((c) => c.send(m))); });
setInterval(() => wss.clients.forEach((c) => c.ping()), 30000);
server.listen(process.env.PORT || 3000);
""",
    "client.ts": """\
let socket: WebSocket;
export function connect(): void {
  socket = new WebSocket(`wss://app.example.com/ws`);
  socket.onclose = () => setTimeout(connect, 1000);
}
""",
    "App.vue": '<template><p>app</p></template>\n<script setup lang="ts">\nconst s = new WebSocket("wss://app.example.com/ws")\n</script>\n',
    "index.html": '<html><body><script>const s = new WebSocket("ws://app.example.com/ws");</script></body></html>\n',
    "app.py": """\
import asyncio
import websockets
from fastapi import FastAPI, WebSocket
app = FastAPI()
@app.websocket("/ws")
async def echo(socket: WebSocket):
    await socket.accept()
    while True:
        await socket.send_text(await socket.receive_text())
async def main():
    async with websockets.serve(echo, "0.0.0.0", 8765, ping_interval=20):
        await asyncio.Future()
""",
    "requirements.txt": "fastapi==0.115.0\nuvicorn[standard]>=0.30\nwebsockets~=13.0\n",
    "pyproject.toml": '[project]\nname = "app"\ndependencies = ["fastapi>=0.115", "websockets"]\n[tool.wsadvise]\nassume = { plan = "hobby" }\n',
    "docker-compose.yml": """\
services:
  web:
    build: .
    command: node server.js
    environment:
      - PORT=3000
    ports: ["3000"]
    deploy: {replicas: 2}
  nginx:
    image: nginx:1.27
    ports: ["80:80"]
    volumes: ["./nginx.conf:/etc/nginx/conf.d/default.conf:ro"]
    depends_on: [web]
""",
    "Dockerfile": 'FROM node:20 AS app\nARG PORT=3000\nENV PORT=$PORT\nWORKDIR /app\nCOPY . .\nEXPOSE 3000\nCMD ["node", "server.js"]\n',
    "nginx.conf": """\
upstream app { ip_hash; server web:3000; }
map $http_upgrade $connection_upgrade { default upgrade; '' close; }
server {
  listen 80;
  server_name app.example.com;
  location /ws {
    proxy_pass http://app;
    proxy_http_version 1.1;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection $connection_upgrade;
    proxy_read_timeout 75s;
  }
}
""",
    "Procfile": "web: node server.js\nworker: python app.py\n",
    "app.json": '{"name": "app", "formation": {"web": {"quantity": 2}}, "env": {"PORT": {"value": "3000"}}, "buildpacks": [{"url": "heroku/nodejs"}]}\n',
    "heroku.yml": "build:\n  docker:\n    web: Dockerfile\nrun:\n  web: node server.js\n",
    "fly.toml": """\
app = "app"
kill_timeout = 5
[build]
  dockerfile = "Dockerfile"
[env]
  PORT = "3000"
[processes]
  web = "node server.js"
[http_service]
  internal_port = 3000
  auto_stop_machines = "stop"
  [http_service.concurrency]
    type = "connections"
    hard_limit = 25
[[services]]
  internal_port = 3000
  [[services.ports]]
    port = 443
    handlers = ["tls", "http"]
""",
    "vercel.json": """\
{
  "version": 2, "fluid": true,
  "builds": [{"src": "server.js", "use": "@vercel/node"}],
  "routes": [{"src": "/ws", "dest": "/server.js"}],
  "functions": {"api/*.js": {"maxDuration": 60, "runtime": "nodejs20.x"}},
  "rewrites": [{"source": "/ws", "destination": "https://app.example.com/ws"}]
}
""",
    "main.tf": """\
variable "count_of" { default = 2 }
locals { name = "app-${var.count_of}" }
resource "aws_lb" "app" {
  name = local.name
  idle_timeout = 60
}
resource "aws_lb_target_group" "app" {
  port = 3000
  protocol = "HTTP"
  stickiness {
    type = "lb_cookie"
    enabled = true
  }
  health_check { path = "/health" }
}
resource "aws_lb_listener" "app" {
  load_balancer_arn = aws_lb.app.arn
  port = 443
  protocol = "HTTPS"
  default_action {
    type = "forward"
    target_group_arn = aws_lb_target_group.app.arn
  }
}
resource "aws_ecs_service" "app" {
  desired_count = var.count_of
  launch_type = "FARGATE"
  load_balancer {
    target_group_arn = aws_lb_target_group.app.arn
    container_name = "web"
    container_port = 3000
  }
}
resource "cloudflare_record" "app" {
  name = "app.example.com"
  proxied = true
}
""",
    "template.yaml": """\
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Count: {Type: Number, Default: 2}
Resources:
  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties:
      LoadBalancerAttributes: [{Key: idle_timeout.timeout_seconds, Value: "60"}]
  Group:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: {Port: 3000, Protocol: HTTP, TargetGroupAttributes: [{Key: stickiness.enabled, Value: "true"}]}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref Balancer
      Port: 443
      Protocol: HTTPS
      DefaultActions: [{Type: forward, TargetGroupArn: !Ref Group}]
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions: [{Name: web, Image: app, PortMappings: [{ContainerPort: 3000}]}]
  Service:
    Type: AWS::ECS::Service
    Properties:
      DesiredCount: !Ref Count
      TaskDefinition: !Ref Task
      LoadBalancers: [{TargetGroupArn: !Ref Group, ContainerName: web, ContainerPort: 3000}]
""",
    "k8s/app.yaml": """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 30
      containers:
        - name: web
          image: app
          command: ["node", "server.js"]
          ports: [{containerPort: 3000}]
          env: [{name: PORT, value: "3000"}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 80, targetPort: 3000}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations: {nginx.ingress.kubernetes.io/proxy-read-timeout: "3600"}
spec:
  ingressClassName: nginx
  rules:
    - host: app.example.com
      http:
        paths:
          - {path: /ws, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
""",
    ".github/workflows/deploy.yml": """\
name: deploy
on: {push: {branches: [main]}}
env: {PORT: 3000}
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: akhileshns/heroku-deploy@v3.13.15
        with: {heroku_app_name: app}
      - run: |
          flyctl deploy --remote-only
          docker run -p 3000:3000 app
""",
    "railway.json": '{"build": {"builder": "NIXPACKS"}, "deploy": {"startCommand": "node server.js", "numReplicas": 2, "healthcheckPath": "/health"}}\n',
    "railway.toml": '[build]\nbuilder = "nixpacks"\n[deploy]\nstartCommand = "node server.js"\nnumReplicas = 2\n',
    "render.yaml": "services:\n  - type: web\n    name: app\n    runtime: node\n    plan: free\n    startCommand: node server.js\n    numInstances: 2\n    healthCheckPath: /health\n",
    "netlify.toml": '[build]\n  functions = "functions"\n[[redirects]]\n  from = "/ws"\n  to = "https://app.example.com/ws"\n  status = 200\n',
    "wrangler.toml": 'name = "app"\nmain = "server.js"\ncompatibility_date = "2026-01-01"\n[[durable_objects.bindings]]\nname = "ROOM"\nclass_name = "Room"\n',
    "wrangler.jsonc": '{"name": "app", "main": "server.js", // c\n "durable_objects": {"bindings": [{"name": "ROOM", "class_name": "Room"}]}}\n',
    "serverless.yml": "service: app\nprovider: {name: aws, runtime: nodejs20.x}\nfunctions:\n  connect:\n    handler: server.handler\n    events: [{websocket: $connect}]\n",
    "app.yaml": "runtime: nodejs20\nenv: flex\nentrypoint: node server.js\nnetwork: {session_affinity: true}\nmanual_scaling: {instances: 2}\n",
    "ecosystem.config.js": 'module.exports = { apps: [{ name: "app", script: "server.js", instances: 4, exec_mode: "cluster" }] };\n',
    "gunicorn.conf.py": 'bind = "0.0.0.0:8000"\nworkers = 4\nworker_class = "uvicorn.workers.UvicornWorker"\n',
    "supervisord.conf": "[program:web]\ncommand=node server.js\nnumprocs=2\n",
    "app.service": "[Unit]\nDescription=app\n[Service]\nExecStart=/usr/bin/node server.js\nEnvironment=PORT=3000\n",
    ".ebextensions/01.config": "option_settings:\n  aws:elasticbeanstalk:environment:\n    LoadBalancerType: application\n",
    "Caddyfile": "app.example.com {\n  reverse_proxy /ws web:3000\n}\n",
    "haproxy.cfg": "frontend http\n  bind :80\n  default_backend app\nbackend app\n  timeout tunnel 1h\n  server web web:3000\n",
    "traefik.yml": 'entryPoints:\n  web: {address: ":80"}\nproviders: {docker: {}}\n',
    "envoy.yaml": "static_resources:\n  listeners: []\n  clusters: []\n",
    "httpd.conf": "<VirtualHost *:80>\n  ProxyPass /ws ws://web:3000/ws\n</VirtualHost>\n",
    ".env": "PORT=3000\nWS_URL=wss://app.example.com/ws\n",
    "start.sh": "#!/bin/sh\nset -e\nexec node server.js --port $PORT\n",
    "README.md": "# app\n\n1. run `node server.js`, then open ws://localhost:3000/ws\n",
    ".gitignore": "node_modules\nlogs/\n!logs/keep\n",
    ".dockerignore": "node_modules\n",
}

WRONG = [
    *(
        ("docker-compose.yml", text)
        for text in (
            "services: []",
            "services: {web: 3}",
            "services: x",
            "- a\n- b",
            "services: {web: {ports: {}, command: {a: 1}, build: [], environment: 3, image: {}, deploy: [], volumes: x, labels: 1}}",
            "services: {web: {ports: [{target: x, published: []}, 3, null, 'a:b:c:d:e', '99999999:1', '-1:-2'], command: [[1], {a: 2}], "
            "build: {context: [], args: 3, dockerfile: {}}, environment: [[], {}, 3], deploy: {replicas: many}, volumes: [1, {}, []]}}",
            "services: {web: {image: nginx, deploy: {replicas: -5}, ports: ['0:0'], expose: {}, networks: 1, extends: [], profiles: {}}}",
            "services: {1: {image: 2, command: 3}, true: {image: false}, null: {image: null}, 1.5: {}}",
            "services: {web: {image: nginx, volumes: ['../../../../etc/passwd:/etc/nginx/nginx.conf', '/etc:/etc', ':', 'a:']}}",
            "services: {web: {extends: {service: web, file: docker-compose.yml}, depends_on: {web: 1}}}",
            "include: [docker-compose.yml, 3, {path: [docker-compose.yml]}]\nservices: {web: {build: ../../..}}",
            "services: {web: {image: nginx, deploy: {replicas: 99999999999999999999999999}}}",
            "services: {web: {image: nginx, deploy: {replicas: .inf}, ports: [.nan, 1e400]}}",
        )
    ),
    *(
        ("package.json", text)
        for text in (
            '{"scripts": "x", "dependencies": {"ws": "8"}}',
            '{"scripts": {"start": 3, "dev": []}, "dependencies": {"ws": 8, "socket.io": {}, "x": null}}',
            '{"name": 3, "dependencies": ["ws"], "workspaces": 3, "main": [], "engines": "20", "bin": 3, "type": []}',
            '{"workspaces": {"packages": 3}, "dependencies": {"ws": ""}}',
            '{"workspaces": ["../..", "/", "**/**/**/**", 3]}',
            "[]",
            "3",
            '"x"',
            "null",
            '{"scripts": {"start": "npm start", "a": "npm run b", "b": "npm run a && npm run a"}}',
            '{"version": 1e999, "dependencies": {"ws": "^^^~~~>=<"}}',
        )
    ),
    *(
        ("vercel.json", text)
        for text in (
            '{"functions": []}',
            '{"functions": {"a": 3, "b": {"maxDuration": "max", "runtime": 3}}, "fluid": "yes"}',
            '{"rewrites": {}, "routes": 3, "builds": {"src": 1}, "redirects": [3], "headers": "x"}',
            '{"rewrites": [3, [], {"source": [], "destination": {}}], "routes": [{"src": "(((((", "dest": 3}], "builds": [{}, 3]}',
            '{"rewrites": [{"source": "/(a+)+$", "destination": "https://[::1"}], "services": 3}',
            '{"rewrites": [{"source": "/ws", "destination": "https://a:b:c/ws"}]}',
            "[]",
            "null",
        )
    ),
    *(
        ("fly.toml", text)
        for text in (
            'app = 3\nhttp_service = "x"\nservices = 3\nprocesses = []\nenv = 1\nbuild = "x"\nkill_timeout = []',
            "[http_service]\ninternal_port = 'x'\nauto_stop_machines = 3\nconcurrency = []\nprocesses = 3\nchecks = 3",
            "[[services]]\nports = 3\nconcurrency = 'x'\n[[services]]\nports = [3, {}, {port = 'x', handlers = 3}]\ninternal_port = []",
            "kill_timeout = 'soon'\n[[http_service]]\ninternal_port = 1\n[[http_service]]\ninternal_port = 99999999999999999999",
            "[http_service.concurrency]\nhard_limit = 'x'\nsoft_limit = -1\n[mounts]\nx = 1979-05-27\n[[vm]]\nx=1",
        )
    ),
    *(
        ("app.json", text)
        for text in (
            '{"formation": [], "env": 3, "buildpacks": {}}',
            '{"formation": {"web": 3, "x": {"quantity": "two", "command": 3}}, "buildpacks": [3, {}], "environments": 3}',
            '{"expo": []}',
            "[[]]",
        )
    ),
    ("heroku.yml", "build: 3\nrun: []\nrelease: x"),
    ("heroku.yml", "build: {docker: {web: [], x: {dockerfile: 3}}}\nrun: {web: {command: {a: 1}}, x: 3, y: [[]]}"),
    *(
        ("render.yaml", text)
        for text in (
            "services: {}",
            "services: 3",
            "services: [3, [], {type: [], name: {}, startCommand: [], numInstances: x, scaling: 3, envVars: x}]",
            "services: [{type: web, envVars: [3, {key: []}], plan: 3, healthCheckPath: {}, domains: 3, routes: {}}]",
            "projects: [{environments: 3}, {environments: [{services: 3}]}]",
        )
    ),
    ("railway.json", '{"deploy": [], "build": 3}'),
    (
        "railway.json",
        '{"deploy": {"startCommand": {}, "numReplicas": "x", "healthcheckPath": 3, "multiRegionConfig": []}, "environments": 3}',
    ),
    ("railway.toml", "deploy = 3\nbuild = []"),
    ("netlify.toml", "redirects = 3\nbuild = 'x'\nfunctions = []"),
    ("netlify.toml", "[[redirects]]\nfrom = 3\nto = []\nstatus = 'x'"),
    ("wrangler.toml", "main = 3\ndurable_objects = 3\nroutes = 'x'\nenv = []"),
    ("wrangler.toml", "main = []\n[durable_objects]\nbindings = {a = 1}\n[env.production]\nroutes = [3, {}]"),
    ("wrangler.jsonc", '{"main": {}, "durable_objects": [], "env": {"production": 3}}'),
    *(
        ("k8s/app.yaml", text)
        for text in (
            "apiVersion: 3\nkind: []\nmetadata: x\nspec: 3",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: [x]\nspec: {replicas: many, template: [], selector: 3}",
            "apiVersion: apps/v1\nkind: Deployment\nspec: {template: {spec: {containers: {name: x}, terminationGracePeriodSeconds: soon}}}",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: 3}\n"
            "spec: {template: {metadata: {labels: []}, spec: {containers: [3, {image: 3, command: x, args: {}, ports: {}, env: 3}]}}}",
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {annotations: []}\nspec: {rules: 3, tls: x, ingressClassName: []}",
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {annotations: {nginx.ingress.kubernetes.io/proxy-read-timeout: []}}\n"
            "spec: {rules: [3, {http: []}, {http: {paths: {}}}, {http: {paths: [3, {backend: [], path: 3}, {backend: {service: 3}}]}}]}",
            "apiVersion: v1\nkind: Service\nmetadata: {name: {}}\nspec: {ports: {}, selector: []}",
            "apiVersion: v1\nkind: List\nitems: {a: 1}",
            "apiVersion: v1\nkind: List\nitems: [3, [], {kind: List, items: [null]}]",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: n}\ndata: {nginx.conf: 3, x: []}",
        )
    ),
    *(
        (".github/workflows/deploy.yml", text)
        for text in (
            "jobs: []",
            "jobs: {a: 3, b: {steps: {}}, c: {steps: [3, [], {run: []}, {uses: {}}, {uses: x, with: []}]}}\non: 3\nenv: x",
            "jobs: {a: {uses: [], with: 3, strategy: x, env: [], runs-on: {}, environment: []}}",
        )
    ),
    *(
        ("template.yaml", text)
        for text in (
            "AWSTemplateFormatVersion: 1\nResources: []",
            "AWSTemplateFormatVersion: 1\nResources: {A: 3, B: {Type: []}, C: {Type: AWS::ECS::Service, Properties: []}}\nParameters: x\nConditions: []",
            "AWSTemplateFormatVersion: 1\nResources: {L: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: "
            "{LoadBalancerAttributes: {Key: 1}, Subnets: 3}}, S: {Type: AWS::ECS::Service, Properties: {LoadBalancers: {}, DesiredCount: []}}}",
            "AWSTemplateFormatVersion: 1\nResources: {A: {Type: AWS::ElasticLoadBalancingV2::Listener, Properties: "
            "{LoadBalancerArn: !Ref A, DefaultActions: !If [x], Port: !Sub ['${A}', 3]}}}",
            "AWSTemplateFormatVersion: 1\nResources: {T: {Type: AWS::ECS::TaskDefinition, Properties: {ContainerDefinitions: "
            "{Name: 3}}}, U: {Type: AWS::ECS::TaskDefinition, Properties: {ContainerDefinitions: [3, {PortMappings: 3, Environment: {}}]}}}",
            "AWSTemplateFormatVersion: 1\nParameters: {P: {Default: !Ref P}}\nResources: {A: {Type: AWS::ECS::Service, "
            "Properties: {DesiredCount: !FindInMap [a, b], TaskDefinition: !GetAtt A}}}\nMappings: 3",
        )
    ),
    *(
        ("main.tf", text)
        for text in (
            'resource {}\nresource "a" {}\nresource "aws_lb" "x" "y" {}\nlocals = 3\nvariable {}\nmodule "m" { source = 3 }',
            'resource "aws_lb" "x" {\n idle_timeout = [1]\n load_balancer_type = {}\n}\nresource "aws_lb_listener" "l" {\n port = "x"\n'
            " load_balancer_arn = aws_lb.x\n default_action = 3\n}",
            'locals {\n a = local.b\n b = local.a\n}\nresource "aws_lb" "x" {\n idle_timeout = local.a\n name = "${local.a}${local.b}"\n}',
            'module "m" {\n source = "./"\n}\nmodule "n" {\n source = "../../.."\n}',
            'resource "aws_ecs_task_definition" "t" {\n container_definitions = "[{"\n}\n'
            'resource "aws_ecs_task_definition" "u" {\n container_definitions = jsonencode({a = 1})\n}\n'
            'resource "aws_ecs_task_definition" "v" {\n container_definitions = jsonencode([3, {portMappings = 3, environment = {}}])\n}',
            'resource "aws_ecs_service" "s" {\n desired_count = "many"\n load_balancer = 3\n}\nresource "cloudflare_record" "c" {\n proxied = "x"\n}',
            'resource "aws_lb" "x" {\n count = 1000000000\n for_each = toset(range(1000000000))\n idle_timeout = 10 ** 100\n}',
            'locals {\n a = [for x in range(1000000) : x]\n b = join("", [for i in range(99999999) : "x"])\n c = format("%999999999d", 1)\n}',
        )
    ),
    ("main.tf.json", '{"resource": [], "variable": 3}'),
    ("serverless.yml", "service: {}\nprovider: x\nfunctions: []"),
    (
        "serverless.yml",
        "service: []\nprovider: {name: []}\nfunctions: {a: 3, b: {events: {}}, c: {events: [3, {websocket: []}, {websocket: {route: []}}]}}",
    ),
    ("app.yaml", "runtime: []\nenv: {}\nmanual_scaling: x\nentrypoint: [1]"),
    (".ebextensions/01.config", "option_settings: 3\nfiles: []\ncontainer_commands: x"),
    (
        ".ebextensions/01.config",
        "option_settings: [3, {namespace: [], option_name: 1}]\nfiles: {a: 3, /etc/nginx/conf.d/a.conf: {content: []}}",
    ),
    ("pyproject.toml", 'project = 3\ntool = "x"\nbuild-system = []'),
    (
        "pyproject.toml",
        "[project]\ndependencies = {a = 1}\nname = []\n[tool.poetry]\ndependencies = 3\n[dependency-groups]\nx = 3",
    ),
    (
        "pyproject.toml",
        '[project]\ndependencies = [3, "", ";;;", "a @ file:///x"]\noptional-dependencies = []\n[tool]\npoetry = []\nuv = 3',
    ),
    ("poetry.lock", "package = 3"),
    ("poetry.lock", "[[package]]\nname = 3\nversion = []"),
    ("package-lock.json", '{"packages": [], "dependencies": 3}'),
    ("package-lock.json", '{"packages": {"node_modules/ws": 3, "": []}, "dependencies": {"ws": 3, "a": {"version": {}}}}'),
    ("pnpm-lock.yaml", "packages: []\nimporters: 3"),
    ("pnpm-lock.yaml", "importers: {.: {dependencies: {ws: {version: []}, x: 3}}}\npackages: {3: 4}"),
    ("Pipfile.lock", '{"default": [], "develop": {"a": 3}}'),
    ("requirements.txt", "-r requirements.txt\n-r ../../etc/passwd\n-c x\n===\nws==\n@@@\n--hash\n-e ."),
    ("traefik.yml", "entryPoints: []\nproviders: x\nhttp: {routers: [], services: 3}"),
    (
        "traefik.yml",
        "http: {routers: {a: 3, b: {rule: [], service: {}}}, services: {a: {loadBalancer: []}, b: {loadBalancer: {servers: 3}}}}",
    ),
    ("envoy.yaml", "static_resources: []"),
    ("envoy.yaml", "static_resources: {listeners: {a: 1}, clusters: [3, {name: [], load_assignment: 3}]}"),
    ("ecosystem.config.js", "module.exports = { apps: 3 }"),
    ("ecosystem.config.js", "module.exports = { apps: [3, null, { script: 3, instances: 'x', exec_mode: [] }] }"),
    ("gunicorn.conf.py", "bind = 3\nworkers = 'x' * 3\nworker_class = []\nbind = bind = lambda: 0"),
    ("Procfile", "web:\n: x\nweb: web: web:\nweb: npm start\nweb: $(\n"),
    ("Dockerfile", 'FROM\nCMD\nCMD [\nCMD [3, {}]\nENV\nEXPOSE x\nCOPY --from=\nFROM x AS x\nFROM x\nCMD ["node" "server.js"]'),
    ("Dockerfile", "FROM ${A:-${B:-${C}}}\nARG A=$A\nENV A=$A\nEXPOSE $A\nCMD $A"),
    (
        "nginx.conf",
        "server { listen; location { proxy_pass; } upstream; include; server_name; if () {} map { } proxy_read_timeout; return; rewrite; }",
    ),
    (
        "nginx.conf",
        "include nginx.conf;\ninclude *;\ninclude ../../**;\nserver { listen 99999999; location ~ (((( { proxy_pass http://$a; set $a $a; } }",
    ),
    (
        "nginx.conf",
        "server { location ~ ^/(a+)+$ { proxy_pass http://web:3000; } location / { rewrite ^(/.*)*$ /x last; proxy_pass http://[::; } }",
    ),
]
