"""Knative service files for Cloud Run -> the service's hop, and the container that it runs.

Source: https://docs.cloud.google.com/run/docs/reference/yaml/v1
"""

from __future__ import annotations

from shlex import join

from advisor.deployment.parts import Findings, Part, Purpose, identity, purpose_of
from advisor.formats.document import Node
from advisor.formats.units import go_seconds
from advisor.model import HealthCheck, Hop, Listen, Place, Process, Setting, Target, Value
from advisor.tree import Tree

WORDS = ("serving.knative.dev/v1", "run services replace")
FORMAT = "service.yaml"

_OWN = ("run.googleapis.com/", "cloud.googleapis.com/")
"""Annotations and labels that Cloud Run alone knows; Knative on a cluster of one's own has none of them."""
_TEMPLATE = ("spec", "template", "metadata", "annotations")
_ANNOTATIONS = (
    "autoscaling.knative.dev/minScale",
    "autoscaling.knative.dev/maxScale",
    "run.googleapis.com/sessionAffinity",
    "run.googleapis.com/cpu-throttling",
)
_KEYS = ("spec.template.spec.timeoutSeconds", "spec.template.spec.containerConcurrency")
_MOST = 200


def read(tree: Tree) -> Part:
    """Every service of a file that names Cloud Run, or of any where something replaces services by file."""
    found = Findings()
    paths = [path for path in tree.having(WORDS[0]) if path.endswith((".yaml", ".yml"))][:_MOST]
    replaces = bool(paths) and any(True for _ in tree.having(WORDS[1]))
    for path in paths:
        text, purpose = tree.text(path) or "", purpose_of(path)
        if not purpose.deployed or "{{" in text or not (replaces or any(word in text for word in _OWN)):
            continue
        stream = found.document(tree, path, _stream)
        for document in stream.each() if stream is not None else ():
            if _text(document.get("kind")) == "Service" and _text(document.get("apiVersion")) == WORDS[0]:
                _service(tree, path, document, purpose, found)
    return found.part()


def _stream(text: str, file: str) -> Node:
    from advisor.formats.yaml import parse_all

    return Node([*parse_all(text, file)], Place(file))


def _text(node: Node | None) -> str | None:
    return node.text() if node is not None else None


def _whole(node: Node | None) -> int | None:
    number = node.number() if node is not None else None
    return int(number) if number is not None and number == int(number) else None


def _service(tree: Tree, path: str, document: Node, purpose: Purpose, found: Findings) -> None:
    name = _text(document.get("metadata", "name")) or ""
    hop_id, process_id = identity("gcp-cloud-run", path, name), identity("gcp-cloud-run", path, f"{name}:container")
    kind = document.get("apiVersion") or document
    place = kind.key_place or kind.place
    container = _container(document)
    over = _over_http2(container)
    process = _process(tree, document, container, purpose, process_id, hop_id, place)
    found.processes.append(process)
    why = f"the container port of {name} is called h2c, so that it is spoken to by HTTP/2"
    found.hops.append(
        Hop(
            hop_id,
            "gcp-cloud-run",
            "Google Cloud Run",
            place,
            scope=purpose.scope,
            environment=purpose.environment,
            settings=_settings(document),
            names=(hop_id, f"cloud-run:{name}") if name else (hop_id,),
            listens=(Listen("https", 443, place),),
            targets=(Target(process_id, over.place, scheme="h2", why=why),) if over is not None else (),
            processes=(process_id,),
            because=f"{path} describes {name or 'a service'} for Cloud Run",
        )
    )
    found.chose(path, purpose, f"describes {name or 'a service'} for Cloud Run")


def _settings(document: Node) -> tuple[Setting, ...]:
    listed = [(key, document.get(*key.split("."))) for key in _KEYS]
    listed += [(".".join((*_TEMPLATE, name)), document.get(*_TEMPLATE, name)) for name in _ANNOTATIONS]
    return tuple(_setting(key, node) for key, node in listed if node is not None and node.text() is not None)


def _setting(key: str, node: Node) -> Setting:
    text = node.text() or ""
    number = node.number()
    amount: Value = int(number) if number is not None else {"true": True, "false": False}.get(text, go_seconds(text))
    return Setting(key, text, node.key_place or node.place, amount, FORMAT)


def _container(document: Node) -> Node | None:
    """The container that takes requests: the one with a port, or the first."""
    listed = document.get("spec", "template", "spec", "containers")
    nodes = [each for each in (listed.each() if listed is not None else ()) if isinstance(each.value, dict)]
    return next((each for each in nodes if each.get("ports") is not None), next(iter(nodes), None))


def _port(container: Node | None) -> Node | None:
    ports = container.get("ports") if container is not None else None
    return next(ports.each(), None) if ports is not None else None


def _over_http2(container: Node | None) -> Node | None:
    port = _port(container)
    name = port.get("name") if port is not None else None
    return name if name is not None and name.text() == "h2c" else None


def _process(
    tree: Tree, document: Node, container: Node | None, purpose: Purpose, identifier: str, host: str, place: Place
) -> Process:
    from advisor.deployment.terraform.estate import Estate
    from advisor.deployment.terraform.images import root_of

    image = container.get("image") if container is not None else None
    names = (_text(container.get("name")) if container is not None else None, _text(document.get("metadata", "name")))
    text = _text(image)
    root, built = root_of(Estate(tree, ".", purpose, {}), text, names)
    least, most = (document.get(*_TEMPLATE, name) for name in _ANNOTATIONS[:2])
    number, port = _whole(most), _port(container)
    at = _whole(port.get("containerPort")) if port is not None else None
    command = _command(container)
    return Process(
        identifier,
        place,
        root=root,
        command=command,
        command_place=place if command else None,
        replicas_range=(_whole(least) or 0, number) if number is not None else None,
        replicas_place=(most.key_place or most.place) if most is not None and number is not None else None,
        names=(identifier,),
        ports=(at,) if at else (),
        environment=_variables(container),
        port_variable="PORT",
        port_given=at,
        image=text,
        image_place=image.place if image is not None else None,
        built=built or (text is not None and ("$" in text or "%" in text)),
        scope=purpose.scope,
        environment_name=purpose.environment,
        host=host,
        health_check=_probe(container),
    )


def _command(container: Node | None) -> str | None:
    parts = [container.get(key) for key in ("command", "args")] if container is not None else []
    words = [each.text() for part in parts if part is not None for each in part.each()]
    return join([word for word in words if word is not None]) if words and None not in words else None


def _variables(container: Node | None) -> tuple[str, ...]:
    listed = container.get("env") if container is not None else None
    names = (_text(each.get("name")) for each in (listed.each() if listed is not None else ()))
    return tuple(name for name in names if name)


def _probe(container: Node | None) -> HealthCheck | None:
    for kind in ("startupProbe", "livenessProbe"):
        check = container.get(kind, "httpGet") if container is not None else None
        if check is not None:
            path = check.get("path")
            return HealthCheck((path or check).place, _text(path) or "/", "http", (200, 399))
    return None
