"""Helm charts -> hops and processes, each value at the line of the values file that sets it."""

from __future__ import annotations

import pytest

from advisor.model import Deployment
from tests.deployment.reading import chosen, read

CHART = "apiVersion: v2\nname: chat\nversion: 1.0.0\nappVersion: 2.3.4\n"
VALUES = """\
replicaCount: 3
image:
  repository: registry.example.com/chat
  tag: ""
service:
  port: 80
ingress:
  enabled: true
  className: nginx
  annotations:
    nginx.ingress.kubernetes.io/proxy-read-timeout: "3600"
  hosts:
    - host: chat.example.com
      paths:
        - path: /ws
          pathType: Prefix
nginx:
  timeout: 90s
"""
HELPERS = """\
{{- define "chat.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- if contains $name .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}
{{- define "chat.labels" -}}
app.kubernetes.io/name: {{ include "chat.fullname" . }}
{{- end }}
"""
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "chat.fullname" . }}
spec:
  {{- if not .Values.autoscaling }}
  replicas: {{ .Values.replicaCount }}
  {{- end }}
  template:
    metadata:
      labels: {{- include "chat.labels" . | nindent 8 }}
    spec:
      containers:
        - name: {{ .Chart.Name }}
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
          ports:
            - name: http
              containerPort: {{ .Values.containerPort | default 3000 }}
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: {{ include "chat.fullname" . }}
spec:
  ports:
    - port: {{ .Values.service.port }}
      targetPort: http
  selector:
    {{- include "chat.labels" . | nindent 4 }}
"""
INGRESS = """\
{{- if .Values.ingress.enabled -}}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ include "chat.fullname" . }}
  {{- with .Values.ingress.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- with .Values.ingress.className }}
  ingressClassName: {{ . }}
  {{- end }}
  rules:
    {{- range .Values.ingress.hosts }}
    - host: {{ .host | quote }}
      http:
        paths:
          {{- range .paths }}
          - path: {{ .path }}
            pathType: {{ .pathType }}
            backend:
              service:
                name: {{ include "chat.fullname" $ }}
                port:
                  number: {{ $.Values.service.port }}
          {{- end }}
    {{- end }}
{{- end }}
"""
FILES = {
    "charts/chat/Chart.yaml": CHART,
    "charts/chat/values.yaml": VALUES,
    "charts/chat/templates/_helpers.tpl": HELPERS,
    "charts/chat/templates/deployment.yaml": DEPLOYMENT,
    "charts/chat/templates/service.yaml": SERVICE,
    "charts/chat/templates/ingress.yaml": INGRESS,
}


def timeouts(found: Deployment) -> list[tuple[str, str, object, str]]:
    """Scope, environment and read timeout of each Ingress, with the line that sets it."""
    rows = []
    for hop in found.hops:
        setting = hop.setting("nginx.ingress.kubernetes.io/proxy-read-timeout")
        if hop.platform == "ingress-nginx":
            rows.append((hop.scope, hop.environment, setting and setting.amount, str(setting.place) if setting else ""))
    return rows


def test_values_stand_where_the_values_file_sets_them() -> None:
    """The line to edit is the value's, the rest stands in the templates."""
    found = read(FILES)
    ingress = next(hop for hop in found.hops if hop.platform == "ingress-nginx")
    process = found.processes[0]

    assert "charts/chat/templates/ingress.yaml:14" == str(ingress.place)
    assert [("production", "production", 3600, "charts/chat/values.yaml:11")] == timeouts(found)
    assert [("chat", 80, ("/ws", "/ws/*"), ("chat.example.com",))] == [
        (target.name, target.port, target.paths, target.hosts) for target in ingress.targets
    ]
    assert (3, "charts/chat/values.yaml:1") == (process.replicas, str(process.replicas_place))
    assert ("registry.example.com/chat:2.3.4", "charts/chat/values.yaml:3") == (process.image, str(process.image_place))
    assert ((3000,), 3000) == (process.ports, process.port_given)
    assert () == found.not_read


def test_a_values_file_of_an_environment_is_laid_over_the_defaults() -> None:
    """One for production replaces the defaults; one for staging is an environment of its own."""
    staging = 'ingress:\n  annotations:\n    nginx.ingress.kubernetes.io/proxy-read-timeout: "60"\n'
    files = FILES | {
        "charts/chat/values-staging.yaml": staging,
        "charts/chat/values-production.yaml": staging.replace('"60"', '"7200"'),
        "charts/chat/ci/values-ci.yaml": staging,
    }

    assert [
        ("production", "production", 7200, "charts/chat/values-production.yaml:3"),
        ("production", "staging", 60, "charts/chat/values-staging.yaml:3"),
    ] == timeouts(read(files))


def test_what_values_switch_off_is_said() -> None:
    """An Ingress that is off by default is no hop, and the report says what decides."""
    files = FILES | {"charts/chat/values.yaml": VALUES.replace("enabled: true", "enabled: false")}
    found = read(files)

    assert [] == timeouts(found)
    why = {each.file: each.why for each in found.files}
    assert "a Helm template that charts/chat/values.yaml switches off" == why["charts/chat/templates/ingress.yaml"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (
            "apps/chat.yaml",
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: chat}\nspec:\n  source:\n"
            "    path: charts/chat\n"
            "    helm:\n      values: |\n        ingress:\n          annotations:\n"
            '            nginx.ingress.kubernetes.io/proxy-read-timeout: "900"\n',
        ),
        (
            "apps/chat.yaml",
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: chat}\nspec:\n  chart:\n    spec:\n"
            "      chart: ./charts/chat\n  values:\n    ingress:\n      annotations:\n"
            '        nginx.ingress.kubernetes.io/proxy-read-timeout: "900"\n',
        ),
    ],
    ids=["argo", "flux"],
)
def test_a_delivery_lays_its_values_over_the_chart(path: str, text: str) -> None:
    """Argo CD and Flux say in their own objects with which values a chart runs."""
    assert [("production", "production", 900, f"apps/chat.yaml:{len(text.splitlines())}")] == timeouts(read(FILES | {path: text}))


def test_values_of_ingress_nginx_itself_are_its_config_map() -> None:
    """What a release of the controller's own chart sets holds for every Ingress that says nothing."""
    release = (
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: ingress-nginx}\nspec:\n"
        '  chart: {spec: {chart: ingress-nginx}}\n  values:\n    controller:\n      config:\n        proxy-read-timeout: "1800"\n'
    )
    files = FILES | {"apps/nginx.yaml": release}
    hop = next(hop for hop in read(files).hops if hop.platform == "ingress-nginx")
    setting = hop.setting("ConfigMap.data.proxy-read-timeout")

    assert (1800, "apps/nginx.yaml:9") == (setting and setting.amount, str(setting.place) if setting else "")


def test_a_proxys_file_in_a_template_keeps_its_lines() -> None:
    """A ConfigMap's nginx.conf is read with the lines of the template, and a file that it takes in with its own."""
    template = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: proxy
data:
  default.conf: |
    server {
      listen 80;
      location /ws {
        proxy_pass http://chat:80;
        proxy_read_timeout {{ .Values.nginx.timeout }};
      }
    }
  extra.conf: |
    {{- .Files.Get "files/extra.conf" | nindent 4 }}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: proxy}
spec:
  template:
    metadata: {labels: {app: proxy}}
    spec:
      containers:
        - name: nginx
          image: nginx:1.27
          volumeMounts: [{name: conf, mountPath: /etc/nginx/conf.d}]
      volumes: [{name: conf, configMap: {name: proxy}}]
"""
    extra = "server {\n  listen 81;\n  location / { proxy_pass http://chat:80; }\n}\n"
    files = FILES | {"charts/chat/templates/proxy.yaml": template, "charts/chat/files/extra.conf": extra}
    hop = next(hop for hop in read(files).hops if hop.platform == "nginx")

    texts = dict(hop.config.texts)
    assert "proxy_read_timeout 90s;" == texts["charts/chat/templates/proxy.yaml"].split("\n")[10].strip()
    assert "listen 81;" == texts["charts/chat/files/extra.conf"].split("\n")[1].strip()
    assert "1.27" == hop.version


@pytest.mark.parametrize(
    "template",
    [
        "{{- if }}\nkind: Ingress\n",
        "kind: Ingress\n{{ end }}\n",
        "kind: Ingress\n{{ range $i := until 100000 }}{{ range until 1000 }}x{{ end }}{{ end }}\n",
        'kind: Ingress\n{{ define "loop" }}{{ include "loop" . }}{{ end }}{{ include "loop" . }}\n',
        "kind: Ingress\n" + "{{ if .Values.a }}" * 200,
        "kind: Ingress\n{{ " + "(" * 500 + "\n",
        "kind: Ingress\nmetadata: {{ .Values.replicaCount | nosuch }}\n  x: 1\n",
        "kind: Ingress\nname: {{ index .Values 3 4 | printf }}{{ fail }}{{ .Values.a.b.c | int | add }}\n",
    ],
)
def test_a_broken_template_raises_nothing(template: str) -> None:
    """Whatever stands between braces, a scan ends."""
    found = read(FILES | {"charts/chat/templates/broken.yaml": template})

    assert [("production", "production", 3600, "charts/chat/values.yaml:11")] == timeouts(found)


def test_a_block_that_is_not_known_is_left_out_and_said() -> None:
    """What a library chart that is not in the tree would write takes nothing else along."""
    text = INGRESS.replace("spec:\n", '  labels:\n    {{- include "lib.more" . | nindent 4 }}\nspec:\n', 1)
    found = read(FILES | {"charts/chat/templates/ingress.yaml": text})
    why = {each.file: each.why for each in found.files}

    assert [("production", "production", 3600, "charts/chat/values.yaml:11")] == timeouts(found)
    assert () == found.not_read
    assert "not shown (the template lib.more)" in why["charts/chat/templates/ingress.yaml"]


def test_secret_values_stay_inside() -> None:
    """Variables that a template fills in from values are names only."""
    values = VALUES + "password: hunter2000\n"
    template = DEPLOYMENT + "          env:\n            - {name: PASSWORD, value: {{ .Values.password | quote }}}\n"
    found = read(FILES | {"charts/chat/values.yaml": values, "charts/chat/templates/deployment.yaml": template})

    assert ("PASSWORD",) == found.processes[0].environment
    assert "hunter2000" not in repr(found)


def test_a_chart_among_tests_is_left_out() -> None:
    """Nobody deploys a fixture."""
    files = {path.replace("charts/", "tests/fixtures/"): text for path, text in FILES.items()}

    assert () == read(files).hops
    assert {} == {path: scope for path, (scope, _) in chosen(files).items() if scope == "production"}
