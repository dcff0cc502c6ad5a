"""Kubernetes manifests -> a hop for each Ingress, by its controller, and a process for each Deployment behind a Service."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from advisor.deployment.images import built_here, read_image
from advisor.deployment.parts import Findings, Part, Purpose, directory, identity, purpose_of
from advisor.deployment.programs import ImageName
from advisor.formats.document import Node
from advisor.model import HealthCheck, Hop, Listen, Place, Process, Setting, Target
from advisor.tree import Tree

WORDS = ("kind: Ingress", "kind: Deployment", "kind: StatefulSet", "kind: Service", "kind: HorizontalPodAutoscaler")

_WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "Rollout")
_CLASSES = (
    ("nginx.ingress.kubernetes.io/", "ingress-nginx"),
    ("nginx.org/", "nginx-ingress-f5"),
    ("alb.ingress.kubernetes.io/", "aws-alb"),
    ("traefik.ingress.kubernetes.io/", "traefik"),
    ("haproxy.org/", "haproxy-ingress"),
    ("haproxy-ingress.github.io/", "haproxy-ingress"),
    ("konghq.com/", "kong"),
    ("appgw.ingress.kubernetes.io/", "azure-application-gateway"),
    ("cloud.google.com/", "gke-ingress"),
    ("projectcontour.io/", "contour"),
    ("ingress.pomerium.io/", "pomerium"),
)
_CLASS_NAMES = {
    "nginx": "ingress-nginx",
    "alb": "aws-alb",
    "traefik": "traefik",
    "haproxy": "haproxy-ingress",
    "kong": "kong",
    "gce": "gke-ingress",
    "gce-internal": "gke-ingress",
    "azure-application-gateway": "azure-application-gateway",
    "azure/application-gateway": "azure-application-gateway",
    "contour": "contour",
    "istio": "istio",
    "cilium": "cilium-gateway",
    "pomerium": "pomerium",
    "azure-alb-external": "azure-app-gateway-for-containers",
    "webapprouting.kubernetes.azure.com": "azure-aks",
}
_GIVEN = {
    "webapprouting.kubernetes.azure.com": (("ingress", "nginx"),),
    "azure-alb-external": (("api", "ingress"),),
    "gce": (("ingress_class", "gce"),),
    "gce-internal": (("ingress_class", "gce-internal"),),
}
"""Conditions of facts that a class shows."""
_CONTROLLER = "ingress-nginx/controller"
_MOST_FILES = 400


@dataclass(slots=True)
class _Cluster:
    """All objects of one purpose by kind; names are known within a namespace."""

    purpose: Purpose
    objects: dict[str, list[Node]] = field(default_factory=dict)

    def add(self, document: Node) -> None:
        """Takes an object; of two with one kind, namespace and name the first holds, as they would be the same object."""
        kind = _text(document.get("kind"))
        if kind and document.get("apiVersion") is not None:
            known = self.objects.setdefault(kind, [])
            if all((_name(other), _network(other)) != (_name(document), _network(document)) for other in known):
                known.append(document)

    def of(self, *kinds: str) -> Iterator[Node]:
        for kind in kinds:
            yield from self.objects.get(kind, ())


def read(tree: Tree) -> Part:
    """Hops and processes of all manifests of one purpose together: an Ingress and its Service stand in different files."""
    found = Findings()
    clusters: dict[Purpose, _Cluster] = {}
    paths = [path for path in tree.having(*WORDS) if path.endswith((".yaml", ".yml"))]
    for path in sorted(paths[:_MOST_FILES], key=_crowd(paths), reverse=True):
        purpose = purpose_of(path)
        if not purpose.deployed:
            found.chose(path, purpose, "a test's manifest")
            continue
        text = tree.text(path) or ""
        if "{{" in text:
            if "kind: Ingress" in text:
                found.chose(path, purpose, "a Helm template: what it becomes depends on values, so it was not read")
            continue
        cluster = clusters.setdefault(purpose, _Cluster(purpose))
        stream = found.document(tree, path, _stream)
        for document in stream.each() if stream is not None else ():
            cluster.add(document)
    for cluster in clusters.values():
        _cluster(tree, cluster, found)
    return found.part()


def _crowd(paths: list[str]) -> Callable[[str], int]:
    """How many manifests stand in a path's directory: the directory that holds most is applied, a lone file is a leftover."""
    counts = Counter(directory(path) for path in paths)
    return lambda path: counts[directory(path)]


def _stream(text: str, file: str) -> Node:
    """All documents of a file as one list, the members of a ``List`` one by one."""
    from advisor.formats.yaml import parse_all

    documents: list[Node] = []
    for document in parse_all(text, file):
        items = document.get("items")
        documents += list(items.each()) if items is not None and _text(document.get("kind")) == "List" else [document]
    return Node(documents, Place(file))


def _text(node: Node | None) -> str | None:
    return node.text() if node is not None else None


def _name(document: Node) -> str:
    return _text(document.get("metadata", "name")) or ""


def _network(document: Node) -> str:
    return f"kubernetes:{_text(document.get('metadata', 'namespace')) or 'default'}"


def _cluster(tree: Tree, cluster: _Cluster, found: Findings) -> None:
    version = next((image for workload in cluster.of(*_WORKLOADS) for image in _controllers(workload)), None)
    for ingress in cluster.of("Ingress"):
        _ingress(ingress, cluster, version, found)
    for workload in cluster.of(*_WORKLOADS):
        _workload(tree, workload, cluster, found)


def _controllers(workload: Node) -> Iterator[tuple[ImageName, Place]]:
    for container in _containers(workload):
        image = container.get("image")
        name = ImageName.of(_text(image) or "")
        if image is not None and name.repository.endswith(_CONTROLLER):
            yield name, image.key_place or image.place


def _containers(workload: Node) -> Iterator[Node]:
    containers = workload.get("spec", "template", "spec", "containers")
    yield from containers.each() if containers is not None else ()


def _platform(ingress: Node) -> tuple[str, bool]:
    """The controller's platform id, and whether the manifest names it."""
    annotations = ingress.get("metadata", "annotations")
    keys = [key for key, _ in annotations.items()] if annotations is not None else []
    by_key = next((platform for prefix, platform in _CLASSES if any(key.startswith(prefix) for key in keys)), None)
    named = _class(ingress)
    if named in _CLASS_NAMES:
        is_f5 = _CLASS_NAMES[named] == "ingress-nginx" and by_key == "nginx-ingress-f5"
        return "nginx-ingress-f5" if is_f5 else _CLASS_NAMES[named], True
    if by_key is not None:
        return by_key, True
    return next((platform for name, platform in _CLASS_NAMES.items() if named and name in named), "kubernetes-ingress"), False


def _class(ingress: Node) -> str | None:
    annotation = ingress.get("metadata", "annotations", "kubernetes.io/ingress.class")
    return _text(ingress.get("spec", "ingressClassName")) or _text(annotation)


def _ingress(ingress: Node, cluster: _Cluster, version: tuple[ImageName, Place] | None, found: Findings) -> None:
    platform, is_named = _platform(ingress)
    annotations = ingress.get("metadata", "annotations")
    image, place = version if version and platform == "ingress-nginx" else (None, None)
    rules = ingress.get("spec", "rules")
    found.hops.append(
        Hop(
            identity(platform, ingress.place.file, _name(ingress)),
            platform,
            _name(ingress) or platform,
            _first_path(ingress),
            version=image.version if image else None,
            version_place=place,
            certainty="explicit" if is_named else "weak",
            scope=cluster.purpose.scope,
            environment=cluster.purpose.environment,
            settings=tuple(_annotations(annotations)),
            conditions=_GIVEN.get(_class(ingress) or "", ()),
            network=_network(ingress),
            listens=tuple(_listens(ingress)),
            targets=tuple(target for rule in rules.each() for target in _targets(rule)) if rules is not None else (),
            because=f"{ingress.place.file} is an Ingress for {platform}",
        )
    )
    found.chose(ingress.place.file, cluster.purpose, f"an Ingress for {platform}")


def _first_path(ingress: Node) -> Place:
    rules = ingress.get("spec", "rules")
    node = rules or ingress.get("kind") or ingress
    return node.key_place or node.place


def _annotations(annotations: Node | None) -> Iterator[Setting]:
    for key, node in annotations.items() if annotations is not None else ():
        value = node.text()
        if value is not None and "/" in key and "snippet" not in key:
            number = node.number()
            amount = value if number is None else int(number) if number.is_integer() else number
            yield Setting(key, value, node.key_place or node.place, amount, "kubernetes")


def _listens(ingress: Node) -> Iterator[Listen]:
    place = _first_path(ingress)
    yield Listen("http", 80, place)
    tls = ingress.get("spec", "tls")
    if tls is not None and tls.value:
        hosts = tuple(_text(host) or "" for entry in tls.each() for host in (entry.get("hosts") or Node([], tls.place)).each())
        yield Listen("https", 443, tls.key_place or tls.place, hosts)


def _targets(rule: Node) -> Iterator[Target]:
    host = _text(rule.get("host"))
    paths = rule.get("http", "paths")
    for entry in paths.each() if paths is not None else ():
        service = _text(entry.get("backend", "service", "name")) or _text(entry.get("backend", "serviceName"))
        port = entry.get("backend", "service", "port", "number") or entry.get("backend", "servicePort")
        number = port.number() if port is not None else None
        path, kind = _text(entry.get("path")) or "/", _text(entry.get("pathType")) or "Prefix"
        special = next((index for index, sign in enumerate(path) if sign in "(*?[\\"), None)
        if special is not None:
            patterns: tuple[str, ...] = (f"{path[:special]}*",)
        else:
            patterns = (path,) if kind == "Exact" else (path, f"{path.rstrip('/')}/*")
        if service:
            why = f"the Ingress sends {path} to {service}"
            yield Target(service, entry.place, int(number) if number else None, patterns, why=why, hosts=(host,) if host else ())


def _workload(tree: Tree, workload: Node, cluster: _Cluster, found: Findings) -> None:
    services = [service for service in cluster.of("Service") if _selects(service, workload)]
    for container in _containers(workload):
        image = container.get("image")
        name = ImageName.of(_text(image) or "")
        ports = [int(number) for port in _each(container.get("ports")) if (number := _number(port.get("containerPort")))]
        if image is None or name.supports or name.repository.endswith(_CONTROLLER) or not (ports or services):
            continue
        own = built_here(tree, name)
        built = read_image(tree, own[0], own[1], found) if own else None
        found.claims += [built.file] if built else []
        written = " ".join(_text(word) or "" for key in ("command", "args") for word in _each(container.get(key)))
        node = container.get("command") or container.get("args")
        place = (node.key_place or node.place) if node is not None else built.command_place if built else None
        replicas = workload.get("spec", "replicas")
        environment = tuple(_text(entry.get("name")) or "" for entry in _each(container.get("env")))
        found.processes.append(
            Process(
                identity("kubernetes", workload.place.file, f"{_name(workload)}/{_text(container.get('name'))}"),
                image.key_place or image.place,
                root=built.root if built else ".",
                command=written or (built.starts if built else None),
                command_place=place,
                replicas=_number(replicas),
                replicas_place=(replicas.key_place or replicas.place) if replicas is not None else None,
                replicas_range=_scaling(workload, cluster),
                names=tuple(dict.fromkeys(_name(service) for service in services)),
                network=_network(workload),
                ports=tuple(dict.fromkeys(ports or (built.ports if built else ()))),
                environment=environment,
                port_given=_sent_to(services) if len(list(_containers(workload))) == 1 else None,
                image=_text(image),
                image_place=image.key_place or image.place,
                built=built is not None,
                scope=cluster.purpose.scope,
                environment_name=cluster.purpose.environment,
                health_check=_probe(container),
            )
        )
        found.chose(workload.place.file, cluster.purpose, f"runs {_name(workload)} on Kubernetes")


def _each(node: Node | None) -> Iterator[Node]:
    yield from node.each() if node is not None else ()


def _number(node: Node | None) -> int | None:
    number = node.number() if node is not None else None
    return int(number) if number is not None else None


def _sent_to(services: list[Node]) -> int | None:
    """The one port of the pod to which its Services send, where they give it as a number."""
    ports = [port for service in services for port in _each(service.get("spec", "ports"))]
    sent = {_number(port.get("targetPort") or port.get("port")) for port in ports}
    return next(iter(sent)) if len(sent) == 1 else None


def _selects(service: Node, workload: Node) -> bool:
    selector, labels = service.get("spec", "selector"), workload.get("spec", "template", "metadata", "labels")
    wanted = {key: node.text() for key, node in selector.items()} if selector is not None else {}
    given = {key: node.text() for key, node in labels.items()} if labels is not None else {}
    return bool(wanted) and wanted.items() <= given.items() and _network(service) == _network(workload)


def _scaling(workload: Node, cluster: _Cluster) -> tuple[int, int] | None:
    for scaler in cluster.of("HorizontalPodAutoscaler"):
        target = scaler.get("spec", "scaleTargetRef", "name")
        most = _number(scaler.get("spec", "maxReplicas"))
        if _text(target) == _name(workload) and most is not None:
            return _number(scaler.get("spec", "minReplicas")) or 1, most
    return None


def _probe(container: Node) -> HealthCheck | None:
    """The readiness probe: a pod that fails it gets no traffic."""
    probe = container.get("readinessProbe")
    if probe is None:
        return None
    place, http = probe.key_place or probe.place, probe.get("httpGet")
    if http is not None:
        path = http.get("path")
        at = (path.key_place or path.place) if path is not None else place
        return HealthCheck(at, _text(path) or "/", "http", (200, 399))
    return HealthCheck(place, None, "tcp" if probe.get("tcpSocket") is not None else "command")
