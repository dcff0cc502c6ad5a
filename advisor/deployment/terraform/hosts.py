"""Hosts that build or run an app themselves (Heroku, Fly.io, Vercel, App Runner ...) -> hops, and their containers."""

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
    "digitalocean_app": "digitalocean-app-platform",
    "render_web_service": "render",
    "aws_apprunner_service": "aws-app-runner",
    "aws_elastic_beanstalk_environment": "aws-elastic-beanstalk",
}
_CONTAINERS = {
    "aws_apprunner_service": ("source_configuration.image_repository", "image_identifier", "image_configuration.port"),
}
_OPTIONS = ("aws:elbv2:", "aws:elb:", "aws:elasticbeanstalk:environment", "aws:autoscaling:asg")


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
    suffix = {"heroku": "herokuapp.com", "fly-io": "fly.dev"}.get(platform)
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
        names=(),
        ports=(port,) if port else (),
        image=text,
        built=built,
        scope=estate.purpose.scope,
        environment_name=estate.purpose.environment,
        host=resource.id,
    )


def _below(body: Node, path: str) -> tuple[Node, ...]:
    found: tuple[Node, ...] = (body,)
    for name in path.split("."):
        found = tuple(inner for each in found for inner in blocks(each, name))
    return found
