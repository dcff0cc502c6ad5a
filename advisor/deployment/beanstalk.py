""".ebextensions, .platform and .elasticbeanstalk -> the Elastic Beanstalk hop, what it starts, and nginx files written there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from advisor.deployment import nginx_files
from advisor.deployment.parts import Findings, Part, ProxyFiles, Purpose, below, broken, directory, identity, inline, purpose_of
from advisor.deployment.startup import Start, from_dockerfile, from_manifest, from_procfile
from advisor.formats.document import Node, Unreadable
from advisor.model import HealthCheck, Hop, Listen, Place, Process, Setting, Target
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
_LOCATIONS = "/.platform/nginx/conf.d/elasticbeanstalk/"
_ALL_PATHS = re.compile(r"^[ \t]*location\s+/\s*\{", re.MULTILINE)
_STOCK_HEAD = 'map $http_upgrade $connection_upgrade { default "upgrade"; } server { listen 80 default_server; '
_STOCK_LOCATION = (
    "location / {{ proxy_pass http://{app}; proxy_http_version 1.1; proxy_set_header Connection $connection_upgrade; "
    "proxy_set_header Upgrade $http_upgrade; proxy_set_header Host $host; }}"
)
"""What the platform's own files say, as far as a handshake is concerned."""
_NODE_PORT = 8080
"""Where the Node.js platform's nginx sends requests unless ``PORT`` is set."""
_SCALES = (1, 4)
"""``MinSize`` and ``MaxSize`` of ``aws:autoscaling:asg`` where they are not set, in an environment that is balanced by default
(general options for all environments, Elastic Beanstalk developer guide)."""

_SECURE = frozenset({"https", "ssl", "tls"})


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
    inner = _nginx(tree, folder, files, written, purpose, found)
    found.hops.append(
        Hop(
            identifier,
            "aws-elastic-beanstalk",
            "AWS Elastic Beanstalk",
            place,
            scope=purpose.scope,
            environment=purpose.environment,
            settings=tuple(_settings(options)),
            listens=tuple(_listens(options, place)),
            targets=(Target(inner.names[0], inner.place, why="its nginx stands before the app"),) if inner is not None else (),
            serves=folder,
            processes=(web,),
            because=f"{files[0]} configures Elastic Beanstalk",
        )
    )
    node = tree.exists("package.json" if folder == "." else f"{folder}/package.json") and start.image is None
    ports = start.ports or ((_NODE_PORT,) if node else ())
    found.processes.append(_process((web, _app(folder), identifier), start, ports, place, options, purpose))
    for path in files:
        found.chose(path, purpose, "configures Elastic Beanstalk")
    found.hops += [inner] if inner is not None else []


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


def _listens(options: dict[str, tuple[str, Node]], place: Place) -> Iterator[Listen]:
    """The default listener on port 80, unless it is switched off, and those of other ports."""
    for kind, key in (("elbv2", "Protocol"), ("elb", "ListenerProtocol")):
        for name, (value, node) in options.items():
            port = name.removeprefix(f"aws:{kind}:listener:").removesuffix(f":{key}")
            if name == f"aws:{kind}:listener:{port}:{key}" and port.isdecimal():
                yield Listen("https" if value.lower() in _SECURE else "http", int(port), node.key_place or node.place)
    if options.get("aws:elbv2:listener:default:ListenerEnabled", ("true", None))[0].lower() != "false":
        yield Listen("http", 80, place)


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
    known_as: tuple[str, str, str],
    start: Start,
    ports: tuple[int, ...],
    place: Place,
    options: dict[str, tuple[str, Node]],
    purpose: Purpose,
) -> Process:
    """``known_as``: its id, its name for the stock server, and the id of its host."""
    identifier, name, host = known_as
    told, _ = options.get("aws:elasticbeanstalk:application:environment:PORT", ("", None))
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
        names=(name,),
        ports=ports,
        port_given=int(told) if told.isascii() and told.isdecimal() and len(told) < 6 else None,
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


def _nginx(
    tree: Tree, folder: str, files: list[str], written: list[tuple[str, Node]], purpose: Purpose, found: Findings
) -> Hop | None:
    """nginx in front of the app, where these files replace its configuration or add servers or locations to it."""
    texts = tuple((content.place.file, inline(tree, content)) for _, content in written)
    inlined = dict(reversed(texts))
    outlines = [outline for path, text in inlined.items() if (outline := _outline(path, text))]
    prefix = "" if folder == "." else folder + "/"
    root = f"{prefix}.platform/nginx"
    placed = list(nginx_files.find(tree, below(tree, root), found))
    outlines += [outline for outline in placed if outline.level != "snippet"]
    located = [outline for outline in placed if outline.level == "snippet" and _LOCATIONS in f"/{outline.path}"]
    general = list(_general(tree, f"{root}/conf.d", {outline.path for outline in outlines}, found))
    around = [*located, *general]
    stock = _in_stock_server(tree, folder, located, general, files) if around and not outlines else None
    main = next((outline.path for outline in outlines if outline.level == "main"), None)
    members = tuple(outline.path for outline in outlines if outline.path != main)
    if stock is not None:
        inlined |= dict([stock])
        outlines, members = around[:1], (stock[0],)
    if not outlines:
        return None
    mounts = [(f"/etc/nginx/{path.removeprefix(f'{root}/')}", path) for path in below(tree, root)]
    mounts += [(path, content.place.file) for path, content in written]
    found.claims += [path for path in below(tree, root) if path.endswith(".conf")]
    return Hop(
        identity("nginx", outlines[0].path),
        "nginx",
        "nginx on Elastic Beanstalk",
        outlines[0].first,
        scope=purpose.scope,
        environment=purpose.environment,
        names=(f"nginx of Elastic Beanstalk in {folder}",),
        config=ProxyFiles(main, members, tuple(mounts), tuple(inlined.items())),
        local=stock is not None,
        because=f"{outlines[0].path} {'adds to' if stock is not None else 'writes'} nginx configuration on the instance",
    )


def _general(tree: Tree, folder: str, others: set[str], found: Findings) -> Iterator[nginx_files.NginxFile]:
    """The files that ``http`` includes and that hold no server: what they set holds for the platform's own."""
    from advisor.formats.nginx import parse

    known = {each.file for each in found.not_read}
    for path in below(tree, folder):
        if directory(path) != folder or not path.endswith(".conf") or path in others | known:
            continue
        try:
            directives = parse(tree.text(path) or "", path).directives
        except Unreadable as problem:
            found.not_read.append(broken(path, problem))
            continue
        if directives:
            yield nginx_files.NginxFile(path, "snippet", directives[0].place)


def _in_stock_server(
    tree: Tree,
    folder: str,
    located: list[nginx_files.NginxFile],
    general: list[nginx_files.NginxFile],
    files: list[str],
) -> tuple[str, str]:
    """The platform's own server with the files that it and ``http`` include, under the path of a file that is not nginx's.

    The stock location of all paths passes the upgrade; a file with one of its own takes its place. Where no other file is
    there, the text stands around the first of them, whose lines stay where they are.
    """
    inside, before = [outline.path for outline in located], [outline.path for outline in general]
    carrier = next((path for path in files if path not in (*inside, *before)), (*inside, *before)[0])
    own = any(_ALL_PATHS.search(tree.text(path) or "") for path in inside)

    def held(paths: list[str], where: str) -> str:
        names = (path.rsplit("/", 1)[-1] for path in paths if path != carrier)
        return (f"{tree.text(carrier) or ''}\n" if carrier in paths else "") + " ".join(
            f"include /etc/nginx/conf.d/{where}{name};" for name in names
        )

    stock = "" if own else _STOCK_LOCATION.format(app=_app(folder))
    return carrier, f"{held(before, '')} {_STOCK_HEAD}{held(inside, 'elasticbeanstalk/')} {stock} }}\n"


def _app(folder: str) -> str:
    """The name by which the stock server reaches the app of a directory here; in truth a port of 127.0.0.1."""
    return f"beanstalk-app-{re.sub(r'[^A-Za-z0-9]+', '-', folder)}"


def _outline(path: str, text: str) -> nginx_files.NginxFile | None:
    try:
        return nginx_files.read_file(path, text)
    except Unreadable:
        return None
