""".ebextensions, .platform and .elasticbeanstalk -> the Elastic Beanstalk hop, what it starts, and nginx files written there."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.deployment import nginx_files
from advisor.deployment.parts import Findings, Part, ProxyFiles, Purpose, below, directory, identity, inline, purpose_of
from advisor.deployment.startup import Start, from_dockerfile, from_manifest, from_procfile
from advisor.formats.document import Node, Unreadable
from advisor.model import HealthCheck, Hop, Listen, Place, Process, Setting
from advisor.tree import Tree

_FOLDERS = (".ebextensions", ".elasticbeanstalk", ".platform")
_KEPT = (
    "aws:elasticbeanstalk:container:python",
    "aws:elasticbeanstalk:environment",
    "aws:elasticbeanstalk:environment:proxy",
    "aws:elasticbeanstalk:environment:process:default",
    "aws:elbv2:listener:default",
    "aws:elbv2:loadbalancer",
    "aws:autoscaling:asg",
    "aws:autoscaling:updatepolicy:rollingupdate",
    "aws:elasticbeanstalk:command",
)
"""Namespaces whose values are shown; environment variables may be secrets."""
_SCALES = (1, 4)
"""``MinSize`` and ``MaxSize`` of ``aws:autoscaling:asg`` where they are not set, in an environment that is balanced by default
(general options for all environments, Elastic Beanstalk developer guide)."""


def read(tree: Tree) -> Part:
    """One hop for each directory that holds Beanstalk's folders, its web process, and nginx where the files configure it."""
    found = Findings()
    for folder, files in _roots(tree).items():
        purpose = purpose_of(folder)
        if purpose.deployed:
            _hop(tree, folder, files, purpose, found)
    return found.part()


def _roots(tree: Tree) -> dict[str, list[str]]:
    """Application directory -> its Beanstalk files; ``.platform`` alone may be Platform.sh's or another's."""
    roots: dict[str, list[str]] = {}
    for path in tree.named("*.config", "config.yml", "Dockerrun.aws.json", "*.conf"):
        pieces = path.split("/")
        name = next((piece for piece in pieces[:-1] if piece in _FOLDERS), None)
        if name is not None:
            roots.setdefault("/".join(pieces[: pieces.index(name)]) or ".", []).append(path)
        elif pieces[-1].lower() == "dockerrun.aws.json":
            roots.setdefault(directory(path), []).append(path)
    return {
        root: files
        for root, files in roots.items()
        if any("/.platform/" not in f"/{file}" or "/.platform/nginx/" in f"/{file}" for file in files)
    }


def _hop(tree: Tree, folder: str, files: list[str], purpose: Purpose, found: Findings) -> None:
    options: dict[str, tuple[str, Node]] = {}
    written: list[tuple[str, Node]] = []
    for path in files:
        document = _document(tree, path, found) if path.endswith(".config") else None
        if document is not None:
            options.update({name: (value, node) for name, value, node in _options(document)})
            written += _nginx_content(document)
    identifier = identity("aws-elastic-beanstalk", files[0])
    web = identity("aws-elastic-beanstalk", files[0], "web")
    start = _start(tree, folder, options, found)
    place = start.place if start.place and ".ebextensions" in start.place.file else Place(files[0])
    found.hops.append(
        Hop(
            identifier,
            "aws-elastic-beanstalk",
            "AWS Elastic Beanstalk",
            place,
            scope=purpose.scope,
            environment=purpose.environment,
            settings=tuple(_settings(options)),
            listens=(Listen("http", 80, place),),
            serves=folder,
            processes=(web,),
            because=f"{files[0]} configures Elastic Beanstalk",
        )
    )
    found.processes.append(_process(web, identifier, start, place, options, purpose))
    for path in files:
        found.chose(path, purpose, "configures Elastic Beanstalk")
    _nginx(tree, folder, files, written, purpose, found)


def _document(tree: Tree, path: str, found: Findings) -> Node | None:
    from advisor.formats.yaml import parse

    return found.document(tree, path, parse)


def _options(document: Node) -> Iterator[tuple[str, str, Node]]:
    """``namespace:option``, value and node, from either form of ``option_settings``."""
    settings = document.get("option_settings")
    if settings is None:
        return
    for namespace, group in settings.items():
        for name, node in group.items():
            if (value := node.text()) is not None:
                yield f"{namespace}:{name}", value, node
    for entry in settings.each() if isinstance(settings.value, list) else ():
        namespace_node, option, setting = entry.get("namespace"), entry.get("option_name"), entry.get("value")
        if option is not None and setting is not None and (value := setting.text()) is not None:
            prefix = (
                namespace_node.text() if namespace_node is not None else None
            ) or "aws:elasticbeanstalk:application:environment"
            yield f"{prefix}:{option.text()}", value, setting


def _settings(options: dict[str, tuple[str, Node]]) -> Iterator[Setting]:
    for name, (value, node) in options.items():
        if name.rpartition(":")[0] in _KEPT:
            number = node.number()
            yield Setting(name, value, node.key_place or node.place, value if number is None else number, "ebextensions")


def _start(tree: Tree, folder: str, options: dict[str, tuple[str, Node]], found: Findings) -> Start:
    """The Procfile's web line, else gunicorn with ``WSGIPath`` (Python platform), else the image or the start script."""
    procfile = from_procfile(tree, folder, found)
    if procfile is not None:
        return procfile
    value, node = options.get("aws:elasticbeanstalk:container:python:WSGIPath", (None, None))
    if value and node is not None:
        return Start(folder, f"gunicorn {value}", node.key_place or node.place)
    return from_dockerfile(tree, folder, found) or from_manifest(tree, folder) or Start(folder)


def _process(
    identifier: str, host: str, start: Start, place: Place, options: dict[str, tuple[str, Node]], purpose: Purpose
) -> Process:
    least, most = (options.get(f"aws:autoscaling:asg:{name}", (None, None))[0] or "" for name in ("MinSize", "MaxSize"))
    single = options.get("aws:elasticbeanstalk:environment:EnvironmentType", ("", None))[0] == "SingleInstance"
    scaled = (int(least), int(most)) if least.isdecimal() and most.isdecimal() else None
    path, check = options.get("aws:elasticbeanstalk:environment:process:default:HealthCheckPath", (None, None))
    return Process(
        identifier,
        start.place or place,
        root=start.root,
        command=start.command,
        command_place=start.place,
        replicas=1 if single else None,
        replicas_range=None if single else scaled or _SCALES,
        replicas_place=place,
        replicas_source="default" if scaled is None else "configured",
        ports=start.ports,
        environment=tuple(
            name.rpartition(":")[2] for name in options if name.startswith("aws:elasticbeanstalk:application:environment:")
        ),
        scope=purpose.scope,
        environment_name=purpose.environment,
        host=host,
        health_check=HealthCheck(check.key_place or check.place, path, accepts=(200, 200)) if check is not None else None,
    )


def _nginx_content(document: Node) -> Iterator[tuple[str, Node]]:
    """nginx files that ``files:`` writes on the instance: path there and content."""
    files = document.get("files")
    for path, entry in files.items() if files is not None else ():
        content = entry.get("content")
        if content is not None and "/nginx/" in path and path.endswith(".conf"):
            yield path, content


def _nginx(tree: Tree, folder: str, files: list[str], written: list[tuple[str, Node]], purpose: Purpose, found: Findings) -> None:
    """nginx in front of the app, where these files replace its configuration or add servers to it."""
    texts = tuple((content.place.file, inline(tree, content)) for _, content in written)
    inlined = dict(reversed(texts))
    outlines = [outline for path, text in inlined.items() if (outline := _outline(path, text))]
    prefix = "" if folder == "." else folder + "/"
    placed = nginx_files.find(tree, below(tree, f"{prefix}.platform/nginx"), found)
    outlines += [outline for outline in placed if outline.level != "snippet"]
    main = next((outline.path for outline in outlines if outline.level == "main"), None)
    members = tuple(outline.path for outline in outlines if outline.path != main)
    if not outlines:
        return
    root = f"{prefix}.platform/nginx/"
    mounts = [(f"/etc/nginx/{path.removeprefix(root)}", path) for path in below(tree, root.rstrip("/"))]
    mounts += [(path, content.place.file) for path, content in written]
    found.hops.append(
        Hop(
            identity("nginx", outlines[0].path),
            "nginx",
            "nginx on Elastic Beanstalk",
            outlines[0].first,
            scope=purpose.scope,
            environment=purpose.environment,
            config=ProxyFiles(main, members, tuple(mounts), tuple(inlined.items())),
            because=f"{outlines[0].path} writes nginx configuration on the instance",
        )
    )
    found.claims += [path for path in below(tree, root.rstrip("/")) if path.endswith(".conf")]


def _outline(path: str, text: str) -> nginx_files.NginxFile | None:
    try:
        return nginx_files.read_file(path, text)
    except Unreadable:
        return None
