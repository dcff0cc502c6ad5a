"""Kustomizations -> one deployment for each environment, patched values at the lines of the patches."""

from __future__ import annotations

import pytest

from tests.deployment.reading import read

BASE = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: chat
spec:
  replicas: 1
  template:
    metadata: {labels: {app: chat}}
    spec:
      containers:
        - name: chat
          image: registry.example.com/chat:latest
          ports: [{containerPort: 3000}]
---
apiVersion: v1
kind: Service
metadata: {name: chat}
spec: {selector: {app: chat}, ports: [{port: 80, targetPort: 3000}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: chat
  annotations:
    nginx.ingress.kubernetes.io/proxy-read-timeout: "60"
spec:
  ingressClassName: nginx
  rules:
    - host: chat.example.com
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: chat, port: {number: 80}}}}]}
"""
STRATEGIC = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: chat
  annotations:
    nginx.ingress.kubernetes.io/proxy-read-timeout: "3600"
"""
PRODUCTION = """\
resources: [../../base]
namespace: live
namePrefix: prod-
replicas:
  - name: chat
    count: 4
images:
  - name: registry.example.com/chat
    newTag: 1.2.3
patches:
  - path: timeout.yaml
"""
STAGING = """\
resources:
  - ../../base
patches:
  - target: {kind: Ingress, name: chat}
    patch: |-
      - op: replace
        path: /metadata/annotations/nginx.ingress.kubernetes.io~1proxy-read-timeout
        value: "120"
"""
FILES = {
    "k8s/base/kustomization.yaml": "resources:\n  - chat.yaml\n",
    "k8s/base/chat.yaml": BASE,
    "k8s/base/leftover.yaml": BASE.replace("name: chat", "name: old"),
    "k8s/overlays/production/kustomization.yaml": PRODUCTION,
    "k8s/overlays/production/timeout.yaml": STRATEGIC,
    "k8s/overlays/staging/kustomization.yaml": STAGING,
    "k8s/overlays/dev/kustomization.yaml": "resources: [../../base]\n",
}


def test_each_overlay_is_an_environment_of_its_own() -> None:
    """The base applies nothing by itself; a patch's value stands in the patch."""
    found = read(FILES)
    rows = sorted(
        (hop.scope, hop.environment, setting.amount if setting else None, str(setting.place) if setting else "", hop.network)
        for hop in found.hops
        if hop.platform == "ingress-nginx"
        for setting in [hop.setting("nginx.ingress.kubernetes.io/proxy-read-timeout")]
    )

    assert [
        ("development", "development", 60, "k8s/base/chat.yaml:25", "kubernetes:default"),
        ("production", "production", 3600, "k8s/overlays/production/timeout.yaml:6", "kubernetes:live"),
        ("production", "staging", 120, "k8s/overlays/staging/kustomization.yaml:8", "kubernetes:default"),
    ] == rows
    assert len(found.hops) == len({hop.id for hop in found.hops})
    assert len(found.processes) == len({process.id for process in found.processes})


def test_names_replicas_and_images_are_those_of_the_overlay() -> None:
    """A prefix is on the Service, on what refers to it, and the copies stand where the kustomization counts them."""
    found = read(FILES)
    process = next(each for each in found.processes if each.environment_name == "production")
    ingress = next(hop for hop in found.hops if hop.platform == "ingress-nginx" and hop.environment == "production")

    assert (4, "k8s/overlays/production/kustomization.yaml:6") == (process.replicas, str(process.replicas_place))
    assert "registry.example.com/chat:1.2.3" == process.image
    assert "k8s/overlays/production/kustomization.yaml:9" == str(process.image_place)
    assert ["prod-chat"] == [target.name for target in ingress.targets]


def test_what_no_kustomization_takes_in_is_left_out_and_said() -> None:
    """A file beside a kustomization that it does not list is not applied."""
    why = {each.file: each.why for each in read(FILES).files}

    assert "not taken in by k8s/base/kustomization.yaml" == why["k8s/base/leftover.yaml"]
    assert "k8s/overlays/production/timeout.yaml" not in why


def test_files_become_config_maps() -> None:
    """A generator puts a file of the tree into a pod, where a proxy reads it."""
    proxy = """\
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
          volumeMounts: [{name: conf, mountPath: /etc/nginx/conf.d/default.conf, subPath: default.conf}]
      volumes: [{name: conf, configMap: {name: conf}}]
"""
    files = {
        "deploy/kustomization.yaml": "resources: [proxy.yaml]\nconfigMapGenerator:\n"
        "  - name: conf\n    files: [default.conf=chat.conf]\n",
        "deploy/proxy.yaml": proxy,
        "deploy/chat.conf": "server {\n  listen 80;\n  location /ws { proxy_pass http://chat:80; }\n}\n",
    }
    hops = [hop for hop in read(files).hops if hop.platform == "nginx"]

    assert [("deploy/chat.conf",)] == [hop.config.files for hop in hops]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("resources: [../b]", "resources: [../a]"),
        ("resources: [.]", "resources: [../../..]"),
        ("resources: 7", "patches: {a: 1}"),
    ],
)
def test_circles_and_nonsense_raise_nothing(first: str, second: str) -> None:
    """A kustomization that takes itself in is read once."""
    assert () == read({"a/kustomization.yaml": first, "b/kustomization.yaml": second}).hops


def test_regions_with_one_base_are_environments_by_their_names() -> None:
    """Two overlays that bear no environment's name are kept apart."""
    files = {
        "k8s/base/kustomization.yaml": "resources: [chat.yaml]\n",
        "k8s/base/chat.yaml": BASE,
        "k8s/eu/kustomization.yaml": "resources: [../base]\n",
        "k8s/us/kustomization.yaml": "resources: [../base]\n",
    }

    assert {"eu", "us"} == {hop.environment for hop in read(files).hops}
