"""Ingress objects -> hops: the controller of their class, its settings, where each path goes and what becomes of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from advisor.deployment.kubernetes import controllers
from advisor.deployment.kubernetes.objects import Cluster, annotations_of, each, name, network, number, text, where
from advisor.deployment.kubernetes.settings import of_annotations, of_fields, setting
from advisor.deployment.kubernetes.workloads import containers
from advisor.deployment.parts import Findings
from advisor.deployment.programs import ImageName
from advisor.formats.document import Node
from advisor.model import Hop, Listen, Place, Rewrite, Setting, Target

_NGINX = "nginx.ingress.kubernetes.io/"
_CONFIG_MAPS = {
    "ingress-nginx": re.compile(
        r"(?:^|-)ingress-nginx-controller$|^nginx-configuration$|^nginx-ingress-controller$|^ingress-nginx$"
    ),
    "nginx-ingress-f5": re.compile(r"^nginx-config$|^nginx-ingress$"),
    "haproxy-ingress": re.compile(r"^haproxy-(?:kubernetes-)?(?:ingress|configmap)"),
}
"""How the ConfigMap of a controller is called by its own manifests and chart."""
_IMAGES = {
    "ingress-nginx": "ingress-nginx/controller",
    "nginx-ingress-f5": "nginx/nginx-ingress",
    "haproxy-ingress": "haproxytech/kubernetes-ingress",
}
_SPECIAL = re.compile(r"[(*?\[\\^$|+]")
_REDIRECTS = {
    "ingress-nginx": f"{_NGINX}ssl-redirect",
    "azure-aks": f"{_NGINX}ssl-redirect",
    "nginx-ingress-f5": "nginx.org/ssl-redirect",
    "haproxy-ingress": "haproxy.org/ssl-redirect",
}
"""Controllers that send plain requests to https where an Ingress has TLS, unless this annotation says no."""
_LISTS = {"nginx-ingress-f5": "nginx.org/websocket-services", "contour": "projectcontour.io/websocket-routes"}
"""Annotations that list for which of the Services or paths WebSockets are on."""
_SHOWN = {
    "aws-alb": {
        "alb.ingress.kubernetes.io/backend-protocol-version": "protocol_version",
        "alb.ingress.kubernetes.io/target-type": "target_type",
    }
}
_ASKED_REDIRECTS = {
    "azure-application-gateway": "appgw.ingress.kubernetes.io/ssl-redirect",
    "aws-alb": "alb.ingress.kubernetes.io/ssl-redirect",
}


def read(cluster: Cluster, found: Findings) -> None:
    """Adds a hop for each Ingress; canaries change only a part of another one's requests and add none."""
    for ingress in cluster.of("Ingress"):
        if text(annotations_of(ingress).get(f"{_NGINX}canary")) == "true":
            continue
        hop = _hop(ingress, cluster)
        found.hops.append(hop)
        found.chose(ingress.place.file, cluster.purpose, f"an Ingress for {hop.platform}")


def _hop(ingress: Node, cluster: Cluster) -> Hop:
    platform, is_named = controllers.platform(ingress, cluster)
    image, place = _version(platform, cluster)
    config = _config_map(platform, cluster)
    idle = tuple((setting(key, node), why) for key, node, why in controllers.ineffective(ingress, platform))
    unread = {one.key for one, _ in idle if platform in (controllers.owners(one.key) or ())} | {_LISTS.get(platform)}
    return Hop(
        cluster.identity(platform, ingress, f"Ingress.{name(ingress)}"),
        platform,
        name(ingress) or platform,
        _first_line(ingress),
        version=image.version if image is not None and image.version != "latest" else None,
        version_place=place,
        certainty="explicit" if is_named else "weak",
        scope=cluster.purpose.scope,
        environment=cluster.purpose.environment,
        settings=(
            *(one for one in of_annotations(ingress) if one.key not in unread),
            *_of_config_map(config),
            *_of_services(ingress, platform, cluster),
        ),
        conditions=(*controllers.conditions(ingress), *_conditions(ingress, platform)),
        network=network(ingress),
        listens=tuple(_listens(ingress, platform, config, cluster)),
        targets=tuple(targets(ingress, platform)),
        because=f"{ingress.place.file} is an Ingress for {platform}",
        ineffective=idle,
    )


def _conditions(ingress: Node, platform: str) -> Iterator[tuple[str, str]]:
    """Conditions of facts that annotations show."""
    for key, condition in _SHOWN.get(platform, {}).items():
        written = text(annotations_of(ingress).get(key))
        if written is not None:
            yield condition, written


def _first_line(ingress: Node) -> Place:
    rules = ingress.get("spec", "rules")
    return where(rules or ingress.get("kind") or ingress)


def _version(platform: str, cluster: Cluster) -> tuple[ImageName | None, Place | None]:
    """The image of the controller, where the cluster's manifests start it."""
    wanted = _IMAGES.get(platform)
    for container in containers(cluster):
        if wanted is not None and container.image.repository.endswith(wanted):
            return container.image, container.image_place
    return None, None


def _config_map(platform: str, cluster: Cluster) -> Node | None:
    """The controller's own ConfigMap: the one that its arguments name, else the one that is called as its chart calls it."""
    wanted = _IMAGES.get(platform)
    for container in containers(cluster):
        if wanted is None or not container.image.repository.endswith(wanted):
            continue
        for word in each(container.node.get("args")):
            match = re.search(r"configmaps?=(?:[^/\s]{1,100}/)?([\w.-]{1,100})$", text(word) or "")
            named = [one for one in cluster.of("ConfigMap") if match is not None and name(one) == match[1]]
            if named:
                return named[0]
    usual = _CONFIG_MAPS.get(platform)
    return next((one for one in cluster.of("ConfigMap") if usual is not None and usual.search(name(one))), None)


def _of_config_map(config: Node | None) -> Iterator[Setting]:
    data = config.get("data") if config is not None else None
    for key, node in data.items() if data is not None else ():
        if "snippet" not in key and node.text() is not None and "\n" not in (node.text() or ""):
            yield setting(f"ConfigMap.data.{key}", node)


def services(ingress: Node) -> list[str]:
    """The names of the Services that an Ingress sends to."""
    return list(dict.fromkeys(target.name for target in targets(ingress, "")))


def _of_services(ingress: Node, platform: str, cluster: Cluster) -> Iterator[Setting]:
    """What the Services behind the Ingress and the policies bound to them say to this controller."""
    for called in services(ingress):
        service = cluster.one("Service", called, ingress)
        if service is None:
            continue
        affinity = service.get("spec", "sessionAffinity")
        if affinity is not None and text(affinity) != "None":
            yield setting("Service.spec.sessionAffinity", affinity)
        read = {key for key in annotations_of(service) if platform in (controllers.owners(key) or ())}
        for found in (one for one in of_annotations(service) if one.key in read):
            yield Setting(f"Service.{found.key}", found.value, found.place, found.amount, found.format)
        if platform == "gke-ingress":
            yield from _backend_config(service, cluster)
    if platform == "gke-ingress":
        wanted = text(annotations_of(ingress).get("networking.gke.io/v1beta1.FrontendConfig"))
        frontend = cluster.one("FrontendConfig", wanted, ingress) if wanted else None
        if frontend is not None:
            yield from of_fields(frontend, "FrontendConfig.", ("spec.redirectToHttps.enabled",))


_BACKEND_FIELDS = (
    "spec.timeoutSec",
    "spec.sessionAffinity.affinityType",
    "spec.connectionDraining.drainingTimeoutSec",
    "spec.healthCheck.requestPath",
)


def _backend_config(service: Node, cluster: Cluster) -> Iterator[Setting]:
    """The BackendConfig that the Service's annotation names: ``{"default": "name"}`` or ``{"ports": {"80": "name"}}``."""
    notes = annotations_of(service)
    written = text(notes.get("cloud.google.com/backend-config") or notes.get("beta.cloud.google.com/backend-config")) or ""
    for called in dict.fromkeys(re.findall(r":\s*\"([\w.-]{1,100})\"", written)):
        config = cluster.one("BackendConfig", called, service)
        if config is not None:
            yield from of_fields(config, "BackendConfig.", _BACKEND_FIELDS)


def _listens(ingress: Node, platform: str, config: Node | None, cluster: Cluster) -> Iterator[Listen]:
    place = _first_line(ingress)
    tls = ingress.get("spec", "tls")
    notes = annotations_of(ingress)
    hosts = tuple(dict.fromkeys(text(host) or "" for entry in each(tls) for host in each(entry.get("hosts"))))
    secure = where(tls) if tls is not None and tls.value else _secured(notes, platform)
    redirect = _redirect(notes, platform, config, secure) or _by_frontend(ingress, platform, cluster)
    entry = text(notes.get("traefik.ingress.kubernetes.io/router.entrypoints")) if platform == "traefik" else None
    plain_off = text(notes.get("kubernetes.io/ingress.allow-http")) == "false" and platform == "gke-ingress"
    if (
        platform == "aws-alb"
        and '"HTTPS"' in (written := text(notes.get("alb.ingress.kubernetes.io/listen-ports")) or "").upper()
    ):
        plain_off = '"HTTP"' not in written.upper()
    if not plain_off and (entry is None or "websecure" not in entry or entry.count(",")):
        yield Listen("http", 80, redirect or place, redirect_to="https" if redirect is not None else None)
    if secure is not None:
        yield Listen("https", 443, secure, tuple(host for host in hosts if host))


def _secured(notes: dict[str, Node], platform: str) -> Place | None:
    """Where TLS is asked for without a ``tls`` section."""
    keys = {
        "aws-alb": ("alb.ingress.kubernetes.io/certificate-arn", "alb.ingress.kubernetes.io/listen-ports"),
        "gke-ingress": ("networking.gke.io/managed-certificates", "ingress.gcp.kubernetes.io/pre-shared-cert"),
        "azure-application-gateway": ("appgw.ingress.kubernetes.io/appgw-ssl-certificate",),
        "traefik": ("traefik.ingress.kubernetes.io/router.tls", "traefik.ingress.kubernetes.io/router.entrypoints"),
    }
    for key in keys.get(platform, ()):
        node = notes.get(key)
        written = (text(node) or "").lower()
        needs = {"listen-ports": "https", "router.tls": "true", "router.entrypoints": "websecure"}.get(key.rpartition("/")[2], "")
        if node is not None and needs in written:
            return where(node)
    return None


def _redirect(notes: dict[str, Node], platform: str, config: Node | None, secure: Place | None) -> Place | None:
    """Where it is said, or by default so, that plain requests are sent to https."""
    forced = notes.get(f"{_NGINX}force-ssl-redirect") if platform == "ingress-nginx" else None
    if text(forced) == "true" and forced is not None:
        return where(forced)
    asked = notes.get(_ASKED_REDIRECTS.get(platform, ""))
    if asked is not None and text(asked) not in ("false", "0"):
        return where(asked)
    key = _REDIRECTS.get(platform)
    if key is None or secure is None:
        return None
    said = notes.get(key) or (config.get("data", "ssl-redirect") if config is not None else None)
    if said is not None:
        return where(said) if text(said) not in ("false", "False") else None
    return secure


def _by_frontend(ingress: Node, platform: str, cluster: Cluster) -> Place | None:
    wanted = text(annotations_of(ingress).get("networking.gke.io/v1beta1.FrontendConfig")) if platform == "gke-ingress" else None
    frontend = cluster.one("FrontendConfig", wanted, ingress) if wanted else None
    enabled = frontend.get("spec", "redirectToHttps", "enabled") if frontend is not None else None
    return where(enabled) if enabled is not None and text(enabled) == "true" else None


# ---------------------------------------------------------------- paths


def targets(ingress: Node, platform: str) -> Iterator[Target]:
    """Where the paths go, in the order in which they are tried: exact ones first, then the longest."""
    notes = annotations_of(ingress)
    rewrite = notes.get(f"{_NGINX}rewrite-target") if platform in ("ingress-nginx", "azure-aks", "") else None
    regex = rewrite is not None or text(notes.get(f"{_NGINX}use-regex")) == "true"
    made: list[tuple[tuple[bool, int], Target]] = []
    fixed = notes.get(f"{_NGINX}connection-proxy-header") if platform in ("ingress-nginx", "azure-aks") else None
    headers = (("Connection", text(fixed) or "", where(fixed)),) if fixed is not None else ()
    for rule in each(ingress.get("spec", "rules")):
        host = text(rule.get("host"))
        for entry in each(rule.get("http", "paths")):
            path, kind = text(entry.get("path")) or "/", text(entry.get("pathType")) or "Prefix"
            called, port = _backend(entry.get("backend"))
            if called:
                why = f"the Ingress sends {path} to {called}"
                target = Target(called, entry.place, port, _patterns(path, kind), why=why, hosts=(host,) if host else ())
                target = replace(target, settings=tuple(_listed(notes, platform, path, called)), headers=headers)
                made.append(((kind != "Exact", -len(path)), _with_expression(target, path, kind, rewrite, regex)))
    yield from (target for _, target in sorted(made, key=lambda pair: pair[0]))
    default = ingress.get("spec", "defaultBackend") or ingress.get("spec", "backend")
    called, port = _backend(default)
    if called and default is not None:
        yield Target(called, where(default), port, why=f"the Ingress sends all else to {called}")


def _listed(notes: dict[str, Node], platform: str, path: str, service: str) -> Iterator[Setting]:
    """That the annotation which lists the Services or paths for WebSockets holds this one."""
    key = _LISTS.get(platform)
    node = notes.get(key) if key is not None else None
    names = [one.strip() for one in (text(node) or "").split(",")]
    if node is not None and key is not None and (service in names or path in names):
        yield replace(setting(key, node), amount="true")


def _backend(backend: Node | None) -> tuple[str | None, int | None]:
    if backend is None:
        return None, None
    port = backend.get("service", "port", "number") or backend.get("servicePort")
    return text(backend.get("service", "name")) or text(backend.get("serviceName")), number(port)


def _patterns(path: str, kind: str) -> tuple[str, ...]:
    special = _SPECIAL.search(path)
    if special is not None:
        return (f"{path[: special.start()]}*",)
    return (path,) if kind == "Exact" else (path, f"{path.rstrip('/')}/*")


def _with_expression(target: Target, path: str, kind: str, rewrite: Node | None, regex: bool) -> Target:
    """The target with the path as an expression, and what a rewrite makes of what it matches."""
    if not regex or len(path) > 500:
        return target
    pattern = f"^{path}"
    wanted = text(rewrite)
    change = (
        Rewrite(f"{pattern}.*" if not path.endswith("$") else pattern, wanted, where(rewrite), ignore_case=True)
        if rewrite is not None and wanted
        else None
    )
    if kind == "Exact" and _SPECIAL.search(path) is None:
        return replace(target, rewrite=change)
    return replace(
        target, pattern=pattern, paths=() if _SPECIAL.search(path) is None and path == "/" else target.paths, rewrite=change
    )
