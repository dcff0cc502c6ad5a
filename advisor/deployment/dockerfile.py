"""Dockerfiles -> the process that the image runs, or the proxy that it is; they give way to what builds them."""

from __future__ import annotations

import re
from dataclasses import replace

from advisor.deployment import heredocs, nginx_files
from advisor.deployment.images import Image, dockerfiles, has_manifest, read_image, sources
from advisor.deployment.parts import Findings, Part, ProxyFiles, below, directory, identity, purpose_of, upwards
from advisor.deployment.programs import NGINX_FAMILY
from advisor.deployment.proxy_signs import CONFIGURED, EITHER_WAY, first_sign, installed, main_file, parameters
from advisor.model import Hop, Process
from advisor.tree import Tree

_NO_SERVER = re.compile(
    r"^(/\S*/)?(nginx|openresty|caddy|haproxy|httpd-foreground|apache2ctl|apachectl|traefik|varnishd|lighttpd|squid)\b|^(/bin/)?(ba|a)?sh$"
)


def read(tree: Tree) -> Part:
    """One process or one proxy for each Dockerfile that says what it starts."""
    found = Findings()
    for path in dockerfiles(tree):
        purpose = purpose_of(path)
        if not purpose.deployed:
            found.chose(path, purpose, "a test's Dockerfile")
            continue
        image = read_image(tree, path, context_of(tree, path), found)
        if image is None:
            continue
        proxy = image.base.proxy if image.base else None
        inside = image.copies if proxy else [copy for copy in image.copies if copy[0].startswith("/etc/nginx")]
        own = heredocs.written(tree, path) if proxy in NGINX_FAMILY else heredocs.Written()
        config = nginx_files.mounted(tree, (*inside, *own.mounts), own.texts)
        config = replace(config, eaten=own.eaten) if config is not None else None
        other = proxy if proxy in CONFIGURED else installed(image.copies) if not proxy and not config else None
        config = main_file(tree, other, image.copies, parameters(other, image.starts), path) if other else config
        if config or (proxy and proxy not in EITHER_WAY):
            _hop(tree, image, proxy or other or "nginx", config, found)
        if not proxy and image.starts and not _NO_SERVER.match(image.starts):
            _process(image, found)
    return found.part()


def context_of(tree: Tree, path: str) -> str:
    """The build context: the nearest directory upwards that has all that COPY names, or, where it names nothing, a manifest."""
    folder = directory(path)
    plain = [source.removeprefix("./").strip("/") for source in sources(tree, path) if not set(source) & set("*$:")]
    named = [source for source in plain if source not in ("", ".")]
    for candidate in upwards(folder):
        prefix = "" if candidate == "." else candidate + "/"
        if named and all(tree.exists(prefix + name) or below(tree, prefix + name) for name in named):
            return candidate
        if not named and has_manifest(tree, prefix):
            return candidate
    return folder


def _process(image: Image, found: Findings) -> None:
    identifier = identity("docker", image.file)
    found.processes.append(
        Process(
            identifier,
            image.place,
            root=image.root,
            command=image.starts,
            command_place=image.command_place,
            ports=image.ports,
            environment=image.environment,
            port_given=image.port_given,
            scope=image.purpose.scope,
            environment_name=image.purpose.environment,
            health_check=image.health_check,
        )
    )
    found.gives_way.append((identifier, (image.file,)))
    found.chose(image.file, image.purpose, "builds the image that runs the app")


def _hop(tree: Tree, image: Image, platform: str, config: ProxyFiles | None, found: Findings) -> None:
    if platform not in NGINX_FAMILY and platform not in CONFIGURED:
        config = None
    is_base = image.base is not None and image.base.proxy == platform
    identifier = identity(platform, image.file)
    signs = (place for path in (config.files if config else ()) if (place := first_sign(tree, platform, path)))
    found.hops.append(
        Hop(
            identifier,
            platform,
            platform,
            nginx_files.first_block(tree, config) or next(signs, None) or image.base_place,
            version=image.base.version if image.base and is_base else None,
            version_place=image.base_place if is_base else None,
            floating=bool(image.base and is_base and image.base.floating),
            scope=image.purpose.scope,
            environment=image.purpose.environment,
            conditions=(("output", "static"),)
            if not config and nginx_files.is_shipped_only(tree, image.base, image.file)
            else (),
            config=config,
            because=f"{image.file} builds an image with {platform}",
        )
    )
    found.gives_way.append((identifier, (image.file,)))
    found.claims += config.files if config else ()
    found.chose(image.file, image.purpose, f"builds an image with {platform}")
    for path in config.files if config else ():
        found.chose(path, image.purpose, f"copied into the image of {image.file}")
