"""Google's and Azure's hosts (Cloud Run, App Engine, App Service, Container Apps) -> hops, and what they run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from posixpath import basename

from advisor.deployment.azure_developer import TAG, service_named
from advisor.deployment.terraform.attributes import (
    blocks,
    computed,
    flag,
    given,
    setting,
    settings,
    shown,
    source_text,
    whole,
    word,
)
from advisor.deployment.terraform.azure import owners, plain
from advisor.deployment.terraform.estate import Estate, Resource
from advisor.deployment.terraform.images import root_of
from advisor.formats.document import Node
from advisor.model import HealthCheck, Hop, Listen, Place, Process, Setting, Target

_PLATFORMS = {
    "google_cloud_run_service": "gcp-cloud-run",
    "google_cloud_run_v2_service": "gcp-cloud-run",
    "google_app_engine_standard_app_version": "gcp-app-engine-standard",
    "google_app_engine_flexible_app_version": "gcp-app-engine-flex",
    "azurerm_app_service": "azure-app-service",
    "azurerm_linux_web_app": "azure-app-service",
    "azurerm_windows_web_app": "azure-app-service",
    "azurerm_container_app": "azure-container-apps",
}
_SYSTEMS = {"azurerm_linux_web_app": "linux", "azurerm_windows_web_app": "windows"}
_HELLO = re.compile(r"containerapps-helloworld|cloudrun/container/|cloudrun/hello|/azuredocs/|aci-helloworld")
"""Images that stand in until the app is deployed for the first time."""
_ANNOTATIONS = (
    "autoscaling.knative.dev/minScale",
    "autoscaling.knative.dev/maxScale",
    "run.googleapis.com/sessionAffinity",
    "run.googleapis.com/cpu-throttling",
)
_SERVICE_NAME = re.compile(rf"""['"]?{TAG}['"]?\s{{0,9}}[:=]\s{{0,9}}['"]([\w.-]{{1,99}})['"]""")


@dataclass(frozen=True, slots=True)
class _Runs:
    """What a host runs, as far as its resource shows it."""

    image: str | None = None
    image_place: Place | None = None
    name: str | None = None
    port: int | None = None
    replicas: int | None = None
    scale: tuple[int, int] | None = None
    scale_place: Place | None = None
    command: str | None = None
    command_place: Place | None = None
    environment: tuple[str, ...] = ()
    check: HealthCheck | None = None


def cloud_hosts(estate: Estate) -> Iterator[tuple[Hop, Process]]:
    """Each such resource as a hop, with the process that it runs."""
    for resource in estate.of(*_PLATFORMS):
        if not resource.data:
            runs = _runs(estate, resource)
            process = _process(estate, resource, runs)
            yield _hop(estate, resource, process), process


def service_name(resource: Resource) -> str | None:
    """The service of azure.yaml that a resource's tags name."""
    tags = given(resource.body, "tags")
    if tags is None:
        return None
    if isinstance(tags.value, dict):
        found = tags.get(TAG)
        return shown(found) if found is not None and not computed(found) else None
    match = _SERVICE_NAME.search(str(tags.value)) if isinstance(tags.value, str) else None
    return match[1] if match is not None else None


def _hop(estate: Estate, resource: Resource, process: Process) -> Hop:
    platform = _PLATFORMS[resource.kind]
    over = _over_http2(resource)
    names = (resource.id, *_addresses(resource, platform))
    target = Target(process.id, over.place, scheme="h2", why=f"{resource.label} speaks HTTP/2 to the container") if over else None
    return replace(
        plain(estate, resource, platform),
        settings=(*settings(resource.kind, resource.body), *_annotated(resource), *_plan_settings(estate, resource)),
        conditions=_conditions(estate, resource),
        names=tuple(dict.fromkeys(names)),
        listens=_listens(resource),
        targets=(target,) if target is not None else (),
        processes=(process.id,),
    )


def _listens(resource: Resource) -> tuple[Listen, ...]:
    """Azure's hosts answer plain http too, unless they send it to https; what the files leave open is left out."""
    if resource.kind == "azurerm_container_app":
        open_ = [flag(given(block, "allow_insecure_connections")) for block in blocks(resource.body, "ingress")]
        redirect = None if True in open_ else "https"
    elif resource.kind.startswith("azurerm_"):
        redirect = "https" if flag(given(resource.body, "https_only")) else None
    else:
        return ()
    return (Listen("https", 443, resource.place), Listen("http", 80, resource.place, redirect_to=redirect))


def _addresses(resource: Resource, platform: str) -> Iterator[str]:
    node = given(resource.body, "name")
    name = shown(node) if node is not None and not computed(node) else None
    if name and "${" not in name:
        if platform == "azure-app-service":
            yield f"{name.lower()}.azurewebsites.net"
        elif platform == "gcp-cloud-run":
            yield f"cloud-run:{name}"


def _conditions(estate: Estate, resource: Resource) -> tuple[tuple[str, str], ...]:
    """The system of an App Service: by the kind of resource, else by its plan."""
    if resource.kind in _SYSTEMS:
        return (("os", _SYSTEMS[resource.kind]),)
    if resource.kind == "azurerm_app_service":
        for plan in _plans(estate, resource):
            kind, reserved = word(plan.body, "kind"), flag(given(plan.body, "reserved"))
            open_ = any(computed(given(plan.body, name)) for name in ("kind", "reserved", "os_type"))
            system = (word(plan.body, "os_type") or ("linux" if reserved else kind) or "windows").lower()
            if not open_ and not plan.data:
                return (("os", "linux" if "linux" in system else "windows"),)
    return ()


def _plans(estate: Estate, resource: Resource) -> list[Resource]:
    return [each for key in ("service_plan_id", "app_service_plan_id") for each in owners(estate, resource, key)]


def _plan_settings(estate: Estate, resource: Resource) -> Iterator[Setting]:
    for plan in _plans(estate, resource):
        yield from settings(plan.kind, plan.body)


def _annotated(resource: Resource) -> Iterator[Setting]:
    """The annotations of the older kind of Cloud Run resource that decide how it scales."""
    if resource.kind == "google_cloud_run_service":
        for template in blocks(resource.body, "template"):
            for metadata in blocks(template, "metadata"):
                found = given(metadata, "annotations")
                for name in _ANNOTATIONS:
                    node = found.get(name) if found is not None else None
                    if node is not None:
                        kind = "flag" if name.endswith(("Affinity", "throttling")) else "number"
                        yield setting(f"{resource.kind}.template.metadata.annotations.{name}", node, kind)  # type: ignore[arg-type]


def _over_http2(resource: Resource) -> Node | None:
    """What makes the host speak HTTP/2 to the container: the port's name ``h2c``, the transport ``http2``."""
    if resource.kind == "azurerm_container_app":
        nodes = [given(block, "transport") for block in blocks(resource.body, "ingress")]
        return next((node for node in nodes if node is not None and shown(node) == "http2"), None)
    for container in _containers(resource):
        for port in blocks(container, "ports"):
            name = given(port, "name")
            if name is not None and shown(name) == "h2c":
                return name
    return None


# ---------------------------------------------------------------- what runs


def _runs(estate: Estate, resource: Resource) -> _Runs:
    if resource.kind.startswith("google_cloud_run"):
        return _cloud_run(resource)
    if resource.kind == "azurerm_container_app":
        return _container_app(resource)
    if resource.kind.startswith("azurerm_"):
        return _web_app(estate, resource)
    return _app_engine(resource)


def _containers(resource: Resource) -> tuple[Node, ...]:
    path = {"google_cloud_run_service": "template.spec.containers", "google_cloud_run_v2_service": "template.containers"}
    return _below(resource.body, path.get(resource.kind, "template.container"))


def _cloud_run(resource: Resource) -> _Runs:
    listed = _containers(resource)
    container = next((each for each in listed if blocks(each, "ports")), next(iter(listed), None))
    port = next((number for each in blocks(container, "ports") if (number := whole(given(each, "container_port")))), None)
    image = given(container, "image")
    found = _Runs(
        image=source_text(image),
        image_place=image.place if image is not None else None,
        name=word(container, "name"),
        port=port,
        environment=_variables(container, "env"),
        check=_probed(container),
    )
    scale = _scaled(_below(resource.body, "template.scaling"), "min_instance_count", "max_instance_count")
    if resource.kind == "google_cloud_run_service":
        notes = [given(each, "annotations") for each in _below(resource.body, "template.metadata")]
        scale = _scaled([each for each in notes if each is not None], *_ANNOTATIONS[:2])
    return _started(replace(found, scale=scale[0], scale_place=scale[1]), container)


def _probed(container: Node | None) -> HealthCheck | None:
    for kind in ("startup_probe", "liveness_probe"):
        for probe in blocks(container, kind):
            for block in blocks(probe, "http_get"):
                path = given(block, "path")
                if not computed(path):
                    return HealthCheck(path.place if path else block.place, shown(path) or "/", "http", (200, 399))
    return None


def _container_app(resource: Resource) -> _Runs:
    container = next(iter(_containers(resource)), None)
    port = next((whole(given(block, "target_port")) for block in blocks(resource.body, "ingress")), None)
    scale, place = _scaled(blocks(resource.body, "template"), "min_replicas", "max_replicas")
    image = given(container, "image")
    found = _Runs(
        image=source_text(image),
        image_place=image.place if image is not None else None,
        name=word(container, "name"),
        port=port,
        scale=scale,
        scale_place=place,
        environment=_variables(container, "env"),
    )
    return _started(found, container)


def _web_app(estate: Estate, resource: Resource) -> _Runs:
    site = next(iter(blocks(resource.body, "site_config")), None)
    stack = next(iter(blocks(site, "application_stack")), None)
    image = given(stack, "docker_image_name") or given(stack, "docker_image") or given(site, "linux_fx_version")
    text = source_text(image)
    container = text is not None and (given(site, "linux_fx_version") is not image or text.upper().startswith("DOCKER|"))
    workers = given(site, "worker_count")
    for plan in _plans(estate, resource):
        workers = workers or given(plan.body, "worker_count") or given(plan.body, "capacity")
    scale = next((found for plan in _plans(estate, resource) if (found := _autoscaled(estate, plan))), None)
    path, line = given(site, "health_check_path"), given(site, "app_command_line")
    checks = path is not None and not computed(path)
    return _Runs(
        image=text.partition("|")[2] or text if text is not None and container else None,
        image_place=image.place if image is not None and container else None,
        replicas=whole(workers),
        scale=scale[0] if scale else None,
        scale_place=scale[1] if scale else workers.place if workers is not None else None,
        command=shown(line) if line is not None and not computed(line) else None,
        command_place=line.place if line is not None else None,
        environment=_settings_of(resource),
        check=HealthCheck(path.place, shown(path) or "/", "http", (200, 299)) if checks and path is not None else None,
    )


def _settings_of(resource: Resource) -> tuple[str, ...]:
    node = given(resource.body, "app_settings")
    return tuple(name for name, _ in node.items()) if node is not None and isinstance(node.value, dict) else ()


def _autoscaled(estate: Estate, plan: Resource) -> tuple[tuple[int, int], Place] | None:
    for each in estate.of("azurerm_monitor_autoscale_setting"):
        if plan in owners(estate, each, "target_resource_id"):
            for block in _below(each.body, "profile.capacity"):
                least, most = whole(given(block, "minimum")), whole(given(block, "maximum"))
                if least is not None and most is not None:
                    return (least, most), block.place
    return None


def _app_engine(resource: Resource) -> _Runs:
    count = next((given(block, "instances") for block in blocks(resource.body, "manual_scaling")), None)
    line = next((given(block, "shell") for block in blocks(resource.body, "entrypoint")), None)
    scale = _scaled(blocks(resource.body, "automatic_scaling"), "min_total_instances", "max_total_instances")
    return _Runs(
        replicas=whole(count),
        scale=scale[0],
        scale_place=count.place if count is not None else scale[1],
        command=shown(line) if line is not None and not computed(line) else None,
        command_place=line.place if line is not None else None,
    )


def _process(estate: Estate, resource: Resource, runs: _Runs) -> Process:
    service = service_named(estate.tree, estate.directory, name) if (name := service_name(resource)) else None
    hello = runs.image is not None and _HELLO.search(runs.image) is not None
    image = None if hello else runs.image
    names = (runs.name, word(resource.body, "name"), resource.name)
    root, built = root_of(estate, image, names) if service is None else (service.root, True)
    google = resource.kind.startswith("google_cloud_run")
    process_id = f"{resource.id}:container"
    return Process(
        id=process_id,
        place=resource.place,
        root=root,
        command=runs.command,
        command_place=runs.command_place,
        replicas=runs.replicas,
        replicas_place=runs.scale_place,
        replicas_range=runs.scale,
        names=(process_id,),
        ports=(runs.port,) if runs.port else (),
        environment=runs.environment,
        port_variable="PORT" if google or resource.kind.startswith("google_app") else None,
        port_given=runs.port if google else None,
        image=image,
        image_place=runs.image_place if image is not None else None,
        built=built,
        scope=estate.purpose.scope,
        environment_name=estate.purpose.environment,
        host=resource.id,
        health_check=runs.check,
    )


def _scaled(holders: list[Node] | tuple[Node, ...], least: str, most: str) -> tuple[tuple[int, int] | None, Place | None]:
    for holder in holders:
        low, high = whole(given(holder, least)), given(holder, most)
        number = whole(high)
        if high is not None and number is not None:
            return (low or 0, number), high.place
    return None, None


def _variables(container: Node | None, kind: str) -> tuple[str, ...]:
    """Names of the variables that a container is given."""
    return tuple(name for block in blocks(container, kind) if (name := word(block, "name")))


def _started(runs: _Runs, container: Node | None) -> _Runs:
    """The same with the command line that a container is given; without where a word of it is computed."""
    from shlex import join

    parts = [part for key in ("command", "args") if (part := given(container, key)) is not None]
    listed = [each for part in parts for each in part.each()]
    words = [shown(each) if not computed(each) else None for each in listed]
    texts = [each for each in words if each is not None]
    if not texts or len(texts) < len(words):
        return runs
    shell = len(texts) == 3 and basename(texts[0]) in ("sh", "bash") and texts[1] in ("-c", "-lc")
    return replace(runs, command=texts[2] if shell else join(texts), command_place=parts[0].place)


def _below(body: Node, path: str) -> tuple[Node, ...]:
    found: tuple[Node, ...] = (body,)
    for name in path.split("."):
        found = tuple(inner for each in found for inner in blocks(each, name))
    return found
