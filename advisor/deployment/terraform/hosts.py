"""Hosts that build or run an app themselves (Heroku, Fly.io, Vercel, Cloud Run ...) -> hops, and their containers."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.deployment.terraform.attributes import blocks, given, settings, shown, source_text, whole, word, written
from advisor.deployment.terraform.estate import Estate, Resource
from advisor.deployment.terraform.images import root_of
from advisor.formats.document import Node
from advisor.model import Hop, Process, Setting

_PLATFORMS = {
    "heroku_app": "heroku",
    "fly_app": "fly-io",
    "vercel_project": "vercel",
    "google_cloud_run_service": "gcp-cloud-run",
    "google_cloud_run_v2_service": "gcp-cloud-run",
    "google_app_engine_standard_app_version": "gcp-app-engine-standard",
    "google_app_engine_flexible_app_version": "gcp-app-engine-flex",
    "azurerm_app_service": "azure-app-service",
    "azurerm_linux_web_app": "azure-app-service",
    "azurerm_windows_web_app": "azure-app-service",
    "azurerm_container_app": "azure-container-apps",
    "digitalocean_app": "digitalocean-app-platform",
    "render_web_service": "render",
    "aws_apprunner_service": "aws-app-runner",
    "aws_elastic_beanstalk_environment": "aws-elastic-beanstalk",
}
_CONTAINERS = {
    "google_cloud_run_service": ("template.spec.containers", "image", "ports.container_port"),
    "google_cloud_run_v2_service": ("template.containers", "image", "ports.container_port"),
    "azurerm_container_app": ("template.container", "image", ""),
    "aws_apprunner_service": ("source_configuration.image_repository", "image_identifier", "image_configuration.port"),
}
_SYSTEMS = {"azurerm_linux_web_app": (("os", "linux"),), "azurerm_windows_web_app": (("os", "windows"),)}
_OPTIONS = ("aws:elbv2:", "aws:elb:", "aws:elasticbeanstalk:environment", "aws:autoscaling:asg")
_SCALES = {
    "google_cloud_run_v2_service": ("template.scaling", "min_instance_count", "max_instance_count"),
    "azurerm_container_app": ("template", "min_replicas", "max_replicas"),
}


def hosts(estate: Estate) -> Iterator[tuple[Hop, Process | None]]:
    """Each such resource as a hop, with the container that it runs where the files name one."""
    for resource in estate.of(*_PLATFORMS):
        if not resource.data:
            process = _process(estate, resource)
            yield _hop(estate, resource, process), process


def _hop(estate: Estate, resource: Resource, process: Process | None) -> Hop:
    platform = _PLATFORMS[resource.kind]
    vercel = resource.kind == "vercel_project"
    return Hop(
        id=resource.id,
        platform=platform,
        name=resource.label,
        place=resource.place,
        certainty=resource.certainty,
        scope=estate.purpose.scope,
        environment=estate.purpose.environment,
        settings=(*settings(resource.kind, resource.body), *_attached(estate, resource), *_options(resource)),
        conditions=_SYSTEMS.get(resource.kind, ()),
        names=tuple(dict.fromkeys((resource.id, *_addresses(resource, platform)))),
        serves=(word(resource.body, "root_directory") or ".") if vercel else None,
        processes=(process.id,) if process is not None else (),
        because=resource.because,
    )


def _attached(estate: Estate, resource: Resource) -> Iterator[Setting]:
    """Formation and features of a Heroku app, which are resources of their own."""
    if resource.kind == "heroku_app":
        for each in estate.of("heroku_formation", "heroku_app_feature"):
            app = given(each.body, "app_id") or given(each.body, "app")
            if resource in [found.resource for found in estate.refer(each, app)]:
                yield from settings(each.kind, each.body)


def _options(resource: Resource) -> Iterator[Setting]:
    """Beanstalk's options under ``aws_elastic_beanstalk_environment.<namespace>.<name>``; never those that hold variables."""
    for block in blocks(resource.body, "setting") if resource.kind == "aws_elastic_beanstalk_environment" else ():
        namespace, name, value = word(block, "namespace"), word(block, "name"), given(block, "value")
        if namespace and name and value is not None and namespace.startswith(_OPTIONS):
            yield _option(resource, namespace, name, value)


def _option(resource: Resource, namespace: str, name: str, value: Node) -> Setting:
    number = value.number()
    amount = number if number is not None else shown(value)
    return Setting(f"{resource.kind}.{namespace}.{name}", written(value), value.place, amount, "terraform")


def _addresses(resource: Resource, platform: str) -> Iterator[str]:
    name = word(resource.body, "name")
    suffix = {"heroku": "herokuapp.com", "fly-io": "fly.dev", "azure-app-service": "azurewebsites.net"}.get(platform)
    if name and suffix and "${" not in name:
        yield f"{name}.{suffix}"


def _process(estate: Estate, resource: Resource) -> Process | None:
    if resource.kind not in _CONTAINERS:
        return None
    path, image_key, port_key = _CONTAINERS[resource.kind]
    container = next(iter(_below(resource.body, path)), None)
    image = given(container, image_key)
    text = source_text(image)
    root, built = root_of(estate, text, (word(container, "name"), word(resource.body, "name"), resource.name))
    inner, _, last = port_key.rpartition(".")
    holders = _below(container, inner) if container is not None and inner else ()
    port = next((number for each in holders if (number := whole(given(each, last))) is not None), None)
    return Process(
        id=f"{resource.id}:container",
        place=resource.place,
        root=root,
        replicas_range=_scale(resource),
        names=(),
        ports=(port,) if port else (),
        port_variable="PORT" if resource.kind.startswith("google_cloud_run") else None,
        port_given=port if resource.kind.startswith("google_cloud_run") else None,
        image=text,
        built=built,
        scope=estate.purpose.scope,
        environment_name=estate.purpose.environment,
        host=resource.id,
    )


def _scale(resource: Resource) -> tuple[int, int] | None:
    if resource.kind not in _SCALES:
        return None
    path, least_key, most_key = _SCALES[resource.kind]
    for block in _below(resource.body, path):
        least, most = whole(given(block, least_key)), whole(given(block, most_key))
        return (least or 0, most) if most is not None else None
    return None


def _below(body: Node, path: str) -> tuple[Node, ...]:
    found: tuple[Node, ...] = (body,)
    for name in path.split("."):
        found = tuple(inner for each in found for inner in blocks(each, name))
    return found
