"""Proxies in pods -> hops with their configuration: from ConfigMaps that are mounted, and from what their image holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from advisor.deployment import nginx_files
from advisor.deployment.images import Image, built_here, read_image
from advisor.deployment.kubernetes.objects import Cluster, each, name, namespace, network, service_names, text, where
from advisor.deployment.kubernetes.workloads import Container, containers, is_controller
from advisor.deployment.parts import Findings, ProxyFiles
from advisor.deployment.programs import NGINX_FAMILY
from advisor.deployment.proxy_signs import CONFIGURED, FILES, main_file
from advisor.formats.document import Node
from advisor.model import Hop, NotRead, Place
from advisor.tree import Tree

Key = tuple[Place, str]
"""A container: the place of its workload and its name."""
_SECRET = re.compile(r"pass|secret|token|key|credential|auth", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Content:
    """A file that a ConfigMap puts into a container: where it lies there, and where its text stands in the tree."""

    inside: str
    file: str
    text: str
    place: Place


def key(container: Container) -> Key:
    """What a container is known by."""
    return container.workload.place, container.name


def read(tree: Tree, cluster: Cluster, found: Findings) -> frozenset[Key]:
    """Adds a hop for each container that runs a known proxy; returns which containers those are."""
    proxied: set[Key] = set()
    for container in containers(cluster):
        if is_controller(container.image):
            continue
        built = _built(tree, container, found)
        base = built.base if built is not None else None
        platform = container.image.proxy or (base.proxy if base is not None else None)
        if platform is None or platform not in CONFIGURED | NGINX_FAMILY:
            continue
        config = _configuration(tree, container, built, platform, cluster, found)
        if config is None and not (platform in NGINX_FAMILY and built is not None):
            continue
        proxied.add(key(container))
        found.hops.append(_hop(tree, container, built, platform, config, cluster))
        found.claims += [*(config.files if config is not None else ()), *((built.file,) if built is not None else ())]
        found.chose(container.workload.place.file, cluster.purpose, f"runs {name(container.workload)} on Kubernetes")
        for path in config.files if config is not None else ():
            found.chose(path, cluster.purpose, f"read by {name(container.workload)} on Kubernetes")
    return frozenset(proxied)


def _built(tree: Tree, container: Container, found: Findings) -> Image | None:
    own = built_here(tree, container.image) if container.image.proxy is None and not container.image.supports else None
    return read_image(tree, own[0], own[1], found) if own is not None else None


def _hop(
    tree: Tree, container: Container, built: Image | None, platform: str, config: ProxyFiles | None, cluster: Cluster
) -> Hop:
    image = built.base if built is not None and built.base is not None else container.image
    space = namespace(container.workload)
    names = [each_ for service in container.services for each_ in service_names(name(service), space)]
    first = nginx_files.first_block(tree, config) if platform in NGINX_FAMILY else None
    main = config.main if config is not None else None
    inline = dict(config.texts) if config is not None else {}
    if first is None and main is not None and main in inline:
        lines = inline[main].split("\n")
        first = Place(main, next((index for index, line in enumerate(lines, 1) if line.strip()), 1))
    return Hop(
        cluster.identity(platform, container.workload, f"{name(container.workload)}/{container.name}"),
        platform,
        name(container.workload) or platform,
        first or container.image_place,
        version=image.version,
        version_place=built.base_place if built is not None else container.image_place,
        floating=image.floating,
        scope=cluster.purpose.scope,
        environment=cluster.purpose.environment,
        names=tuple(dict.fromkeys(names)),
        network=network(container.workload),
        local=container.beside > 1,
        conditions=(("output", "static"),) if config is None else (),
        config=config,
        because=f"{container.workload.place.file} runs {image.repository} as {name(container.workload)}",
    )


def _configuration(
    tree: Tree, container: Container, built: Image | None, platform: str, cluster: Cluster, found: Findings
) -> ProxyFiles | None:
    contents = list(_mounted(container, cluster))
    copies = list(built.copies) if built is not None else []
    if platform in NGINX_FAMILY:
        texts, mounts = _texts(contents, found)
        files = nginx_files.mounted(tree, [*copies, *mounts], tuple(texts.items()))
        return _with_variables(files, container) if files is not None else None
    usual = FILES.get(platform, ())
    named = [each_ for each_ in contents if any(fnmatchcase(each_.inside.rpartition("/")[2].lower(), one) for one in usual)]
    chosen = named or [each_ for each_ in contents if _told(container, each_.inside)]
    if chosen:
        one = chosen[0]
        files = ProxyFiles(one.file, mounts=((one.inside, one.file),), texts=((one.file, one.text),))
        return _with_variables(files, container)
    return main_file(tree, platform, copies, dockerfile=built.file if built is not None else None) if built is not None else None


def _told(container: Container, inside: str) -> bool:
    """True where the container's arguments name the file."""
    words = [text(word) or "" for key_ in ("command", "args") for word in each(container.node.get(key_))]
    return any(inside in word for word in words)


def _texts(contents: list[_Content], found: Findings) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Texts by the file where they stand; of two that stand in one file their lines are put together."""
    texts: dict[str, str] = {}
    mounts: list[tuple[str, str]] = []
    main = next((one.file for one in contents if one.inside.endswith("/nginx.conf")), None)
    for one in contents:
        if one.file in texts and texts[one.file] != one.text:
            if one.file == main:
                found.not_read.append(
                    NotRead(
                        one.file,
                        f"{one.inside} stands beside nginx.conf in one file, and only that was read",
                        one.place.line,
                        deployment=True,
                    )
                )
                continue
            texts[one.file] = _together(texts[one.file], one.text)
        else:
            texts[one.file] = one.text
        mounts.append((one.inside, one.file))
    return texts, mounts


def _together(one: str, other: str) -> str:
    first, second = one.split("\n"), other.split("\n")
    longest = max(len(first), len(second))
    lines = [
        (first[index] if index < len(first) else "") or (second[index] if index < len(second) else "") for index in range(longest)
    ]
    return "\n".join(lines)


def _with_variables(files: ProxyFiles, container: Container) -> ProxyFiles:
    """What the container sets of the variables that a template asks for; never secrets."""
    from dataclasses import replace

    asked = "".join(written for _, written in files.texts)
    given = {text(entry.get("name")) or "": text(entry.get("value")) for entry in each(container.node.get("env"))}
    kept = tuple(
        (variable, value)
        for variable, value in given.items()
        if value is not None and variable and not _SECRET.search(variable) and re.search(rf"\$\{{?{re.escape(variable)}\b", asked)
    )
    return replace(files, variables=kept)


def _mounted(container: Container, cluster: Cluster) -> Iterator[_Content]:
    """The files of ConfigMaps in the container, nginx.conf first so that it decides where two stand in one file."""
    volumes = {
        text(volume.get("name")) or "": volume for volume in each(container.workload.get("spec", "template", "spec", "volumes"))
    }
    found: list[_Content] = []
    for mount in each(container.node.get("volumeMounts")):
        volume = volumes.get(text(mount.get("name")) or "")
        at, below = text(mount.get("mountPath")) or "", text(mount.get("subPath"))
        sources = [volume.get("configMap")] if volume is not None else []
        sources += [source.get("configMap") for source in each(volume.get("projected", "sources"))] if volume is not None else []
        for source in sources:
            if source is None:
                continue
            for path, node in _files(source, container.workload, cluster):
                inside = f"{at.rstrip('/')}/{path}" if below is None else at if below == path else None
                written = cluster.texts.get(where(node)) or cluster.texts.get(node.place)
                if inside is not None and written is not None:
                    found.append(_Content(inside, written[0], written[1], where(node)))
    yield from sorted(found, key=lambda one: not one.inside.endswith("/nginx.conf"))


def _files(source: Node, workload: Node, cluster: Cluster) -> Iterator[tuple[str, Node]]:
    """The files that a ConfigMap volume holds: path below the mount, and the node of its text."""
    called = text(source.get("name")) or ""
    config = cluster.one("ConfigMap", called, workload)
    data = config.get("data") if config is not None else None
    items = {text(item.get("key")) or "": text(item.get("path")) or "" for item in each(source.get("items"))}
    for key_, node in data.items() if data is not None else ():
        if not items or key_ in items:
            yield items.get(key_, key_), node
