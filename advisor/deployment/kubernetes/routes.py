"""Routes in the own kinds of Traefik, Contour, Emissary and the F5 controller -> hops."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from advisor.deployment.kubernetes.matching import expression, replaced_prefix, start
from advisor.deployment.kubernetes.objects import Cluster, each, name, namespace, network, number, text, where
from advisor.deployment.kubernetes.settings import of_fields, setting
from advisor.deployment.parts import Findings
from advisor.formats.document import Node
from advisor.model import Hop, Listen, Place, Rewrite, Setting, Target

_MATCHER = re.compile(r"(!?)\s*(\w{1,40})\(([^()]{0,400})\)")
_ARGUMENT = re.compile(r"`([^`]{0,300})`|\"([^\"]{0,300})\"")


def read(cluster: Cluster, found: Findings) -> None:
    """Adds the hops of all these kinds."""
    for hop in (*_traefik(cluster), *_contour(cluster), *_emissary(cluster), *_f5(cluster)):
        found.hops.append(hop)
        found.chose(hop.place.file, cluster.purpose, f"routes for {hop.platform}")


def _hop(platform: str, document: Node, cluster: Cluster, targets: tuple[Target, ...], listens: tuple[Listen, ...]) -> Hop:
    kind = text(document.get("kind")) or ""
    return Hop(
        cluster.identity(platform, document, f"{kind}.{name(document)}"),
        platform,
        name(document) or platform,
        where(document.get("kind") or document),
        scope=cluster.purpose.scope,
        environment=cluster.purpose.environment,
        network=network(document),
        listens=listens,
        targets=targets,
        because=f"{document.place.file} holds the {kind} {name(document)}",
    )


def _is(document: Node, api: str) -> bool:
    return (text(document.get("apiVersion")) or "").startswith(api)


# ---------------------------------------------------------------- Traefik


def _traefik(cluster: Cluster) -> Iterator[Hop]:
    for route in cluster.of("IngressRoute"):
        if not _is(route, "traefik."):
            continue
        targets: list[tuple[int, Target]] = []
        redirect: Place | None = None
        for rule in each(route.get("spec", "routes")):
            rewrite, to_https = _middlewares(rule, route, cluster)
            redirect = redirect or to_https
            match = text(rule.get("match")) or ""
            priority = number(rule.get("priority")) or len(match)
            targets += [(-priority, target) for target in _traefik_targets(rule, match, route, cluster, rewrite)]
        if targets:
            ordered = tuple(target for _, target in sorted(targets, key=lambda pair: pair[0]))
            made = _hop("traefik", route, cluster, ordered, tuple(_entries(route, redirect)))
            yield replace(made, conditions=(("provider", "kubernetes"),))


def _entries(route: Node, redirect: Place | None) -> Iterator[Listen]:
    """The entry points by their usual names; a route without any is at all of them."""
    points = [text(node) or "" for node in each(route.get("spec", "entryPoints"))]
    tls = route.get("spec", "tls")
    at = where(route.get("spec", "entryPoints") or route.get("kind") or route)
    if tls is not None or any("secure" in point or point == "https" for point in points):
        yield Listen("https", 443, at)
    if not points or any(point in ("web", "http") for point in points):
        yield Listen("http", 80, redirect or at, redirect_to="https" if redirect is not None else None)


def _traefik_targets(rule: Node, match: str, route: Node, cluster: Cluster, rewrite: Rewrite | None) -> Iterator[Target]:
    hosts, paths, pattern, known = _matched(match)
    service = next(iter(_backends(rule, route, cluster)), None)
    if service is None or not known:
        return
    called, space = text(service.get("name")) or "", text(service.get("namespace")) or namespace(route)
    sticky = service.get("sticky", "cookie")
    settings = [setting("IngressRoute.spec.routes.services.sticky.cookie", sticky)] if sticky is not None else []
    scheme = text(service.get("scheme")) or "http"
    yield Target(
        called if space == namespace(route) else f"{called}.{space}",
        where(rule.get("match") or rule),
        number(service.get("port")),
        paths,
        scheme="h2" if scheme == "h2c" else "https" if scheme == "https" else "http",
        why=f"the IngressRoute {name(route)} sends {match[:80]} to {called}",
        hosts=hosts,
        settings=tuple(settings),
        pattern=pattern,
        rewrite=rewrite,
    )


def _backends(rule: Node, route: Node, cluster: Cluster, depth: int = 0) -> Iterator[Node]:
    """The Services of a rule; a TraefikService stands for those that it weighs, with its own stickiness."""
    for service in each(rule.get("services")):
        called = text(service.get("name")) or ""
        if text(service.get("kind")) != "TraefikService":
            yield service
            continue
        inner = cluster.one("TraefikService", called, route)
        weighed = inner.get("spec", "weighted") if inner is not None else None
        if weighed is None or depth > 3:
            continue
        sticky = weighed.get("sticky")
        for below in _backends(weighed, route, cluster, depth + 1):
            yield (
                replace(below, value={**dict(below.items()), "sticky": below.get("sticky") or sticky})
                if sticky is not None
                else below
            )


def _matched(match: str) -> tuple[tuple[str, ...], tuple[str, ...], str | None, bool]:
    """Hosts, globs and an expression of a rule, and whether a handshake may meet all of its conditions."""
    hosts: list[str] = []
    paths: list[str] = []
    pattern: str | None = None
    for negated, called, written in _MATCHER.findall(match[:4_000]):
        values = [one or other for one, other in _ARGUMENT.findall(written)]
        if negated:
            continue
        if called == "Host":
            hosts += values
        elif called == "PathPrefix":
            paths += [glob for value in values for glob in start(value)]
        elif called == "Path":
            paths += values
        elif called == "PathRegexp" and values:
            globs, pattern = expression(values[0])
            paths += globs
        elif called in ("Header", "Headers", "HeaderRegexp", "HeadersRegexp", "Query", "QueryRegexp", "ClientIP", "Method"):
            upgrade = values[:1] and values[0].lower() in ("upgrade", "connection")
            if not upgrade and called != "Method":
                return (), (), None, "||" in match
            if called == "Method" and "GET" not in values:
                return (), (), None, False
    hosts = [host for host in hosts if not host.startswith("{")]
    return tuple(hosts), tuple(paths), pattern, True


def _middlewares(rule: Node, route: Node, cluster: Cluster) -> tuple[Rewrite | None, Place | None]:
    """What the rule's middlewares make of the path, and where one sends plain requests to https."""
    rewrite, redirect = None, None
    for wanted in each(rule.get("middlewares")):
        called = text(wanted.get("name")) or ""
        middleware = cluster.one("Middleware", called, route)
        spec = middleware.get("spec") if middleware is not None else None
        if spec is None:
            continue
        stripped = spec.get("stripPrefix", "prefixes")
        if stripped is not None:
            prefixes = [re.escape((text(node) or "").rstrip("/")) for node in each(stripped)]
            rewrite = Rewrite(f"^(?:{'|'.join(prefixes[:20])})(.*)$", "$1", where(stripped))
        elif (replaced := spec.get("replacePathRegex")) is not None:
            new = re.sub(r"\$\{(\d)\}", r"$\1", text(replaced.get("replacement")) or "")
            rewrite = Rewrite(text(replaced.get("regex")) or "^$", new, where(replaced))
        elif (added := spec.get("addPrefix", "prefix")) is not None:
            rewrite = Rewrite("^(.*)$", f"{text(added) or ''}$1", where(added))
        elif text(spec.get("redirectScheme", "scheme")) == "https":
            redirect = where(spec.get("redirectScheme") or spec)
    return rewrite, redirect


# ---------------------------------------------------------------- Contour

_PROXY = "HTTPProxy.spec.routes."


def _contour(cluster: Cluster) -> Iterator[Hop]:
    for proxy in cluster.of("HTTPProxy"):
        host = proxy.get("spec", "virtualhost")
        if host is None or not _is(proxy, "projectcontour.io/"):
            continue
        called = text(host.get("fqdn"))
        targets = list(_proxied(proxy, proxy, (called,) if called else (), "", cluster, 0))
        secure = host.get("tls")
        listens = [Listen("http", 80, where(secure or host), redirect_to="https" if secure is not None else None)]
        listens += [Listen("https", 443, where(secure))] if secure is not None else []
        ordered = tuple(sorted(targets, key=lambda target: -max((len(path) for path in target.paths), default=0)))
        yield _hop("contour", proxy, cluster, ordered, tuple(listens))


def _proxied(proxy: Node, root: Node, hosts: tuple[str, ...], before: str, cluster: Cluster, depth: int) -> Iterator[Target]:
    """The routes of an HTTPProxy and of those that it includes."""
    for route in each(proxy.get("spec", "routes")):
        service = next(iter(each(route.get("services"))), None)
        if service is None:
            continue
        path, exact, pattern = _conditions(route, before)
        called = text(service.get("name")) or ""
        protocol = text(service.get("protocol"))
        yield Target(
            called if namespace(proxy) == namespace(root) else f"{called}.{namespace(proxy)}",
            where(route.get("services") or route) if route.get("conditions") is None else where(route.get("conditions") or route),
            number(service.get("port")),
            (exact,) if exact else start(path),
            scheme="h2" if protocol in ("h2", "h2c") else "https" if protocol == "tls" else "http",
            why=f"the HTTPProxy {name(proxy)} sends {exact or path or '/'} to {called}",
            hosts=hosts,
            settings=tuple(_of_route(route)),
            pattern=pattern,
            rewrite=_contour_rewrite(route, path),
        )
    for include in each(proxy.get("spec", "includes")) if depth < 5 else ():
        wanted, space = text(include.get("name")) or "", text(include.get("namespace")) or namespace(proxy)
        inner = next((one for one in cluster.of("HTTPProxy") if name(one) == wanted and namespace(one) == space), None)
        if inner is not None:
            yield from _proxied(inner, root, hosts, _conditions(include, before)[0], cluster, depth + 1)


def _conditions(node: Node, before: str) -> tuple[str, str | None, str | None]:
    """The prefix, or the exact path, or the expression that the conditions ask for."""
    path, exact, pattern = before, None, None
    for condition in each(node.get("conditions")):
        added = text(condition.get("prefix"))
        if added is not None:
            path = f"{path.rstrip('/')}/{added.lstrip('/')}" if path else added
        exact = text(condition.get("exact")) or exact
        written = text(condition.get("regex"))
        pattern = expression(written)[1] if written else pattern
    return path, exact, pattern


def _of_route(route: Node) -> Iterator[Setting]:
    fields = ("enableWebsockets", "timeoutPolicy.response", "timeoutPolicy.idle", "loadBalancerPolicy.strategy")
    yield from of_fields(route, _PROXY, fields)


def _contour_rewrite(route: Node, path: str) -> Rewrite | None:
    for change in each(route.get("pathRewritePolicy", "replacePrefix")):
        old, new = text(change.get("prefix")) or path, change.get("replacement")
        if new is not None and (not old or path.startswith(old.rstrip("/")) or old == path):
            return replaced_prefix(old or "/", text(new) or "/", where(new))
    return None


# ---------------------------------------------------------------- Emissary


def _emissary(cluster: Cluster) -> Iterator[Hop]:
    for mapping in cluster.of("Mapping"):
        spec = mapping.get("spec")
        if spec is None or not _is(mapping, "getambassador.io/"):
            continue
        path = text(spec.get("prefix")) or "/"
        service = re.sub(r"^https?://", "", text(spec.get("service")) or "")
        host, _, port = service.partition(":")
        if not host:
            continue
        regex = text(spec.get("prefix_regex")) == "true"
        named = text(spec.get("hostname")) or text(spec.get("host"))
        target = Target(
            host,
            where(spec.get("prefix") or spec),
            int(port) if port.isdecimal() and len(port) < 6 else None,
            expression(path)[0] if regex else start(path),
            scheme="grpc" if text(spec.get("grpc")) == "true" else "http",
            why=f"the Mapping {name(mapping)} sends {path} to {host}",
            hosts=(named,) if named and named != "*" else (),
            settings=tuple(_of_mapping(spec, cluster)),
            pattern=expression(path)[1] if regex else None,
            rewrite=_emissary_rewrite(spec, path),
        )
        yield _hop("emissary", mapping, cluster, (target,), ())


def _of_mapping(spec: Node, cluster: Cluster) -> Iterator[Setting]:
    upgrade = spec.get("allow_upgrade")
    if upgrade is not None:
        on = any((text(node) or "").lower() == "websocket" for node in each(upgrade))
        yield replace(setting("Mapping.spec.allow_upgrade", upgrade), amount="true" if on else "false")
    elif (older := spec.get("use_websocket")) is not None:
        yield replace(setting("Mapping.spec.allow_upgrade", older), amount=text(older))
    yield from of_fields(spec, "Mapping.spec.", ("idle_timeout_ms", "timeout_ms", "load_balancer"))
    for module in cluster.of("Module"):
        yield from of_fields(module, "Module.", ("spec.config.cluster_request_timeout_ms",))


def _emissary_rewrite(spec: Node, path: str) -> Rewrite | None:
    """The prefix is taken off unless ``rewrite`` says otherwise; an empty ``rewrite`` leaves the path alone."""
    written = spec.get("rewrite")
    if spec.get("regex_rewrite") is not None or (written is not None and (text(written) or "") in ("", path)):
        return None
    if path in ("/", "") or text(spec.get("prefix_regex")) == "true":
        return None
    return replaced_prefix(path, text(written) or "/", where(written or spec.get("prefix") or spec))


# ---------------------------------------------------------------- F5


def _f5(cluster: Cluster) -> Iterator[Hop]:
    for server in cluster.of("VirtualServer"):
        if not _is(server, "k8s.nginx.org/"):
            continue
        host, secure = text(server.get("spec", "host")), server.get("spec", "tls")
        redirect = secure.get("redirect", "enable") if secure is not None else None
        targets = list(_f5_targets(server, server, (host,) if host else (), cluster))
        on = redirect is not None and text(redirect) == "true"
        at = where(redirect) if redirect is not None and on else where(server.get("kind") or server)
        listens = [Listen("http", 80, at, redirect_to="https" if on else None)]
        listens += [Listen("https", 443, where(secure))] if secure is not None else []
        ordered = tuple(sorted(targets, key=lambda target: -max((len(path) for path in target.paths), default=0)))
        yield replace(
            _hop("nginx-ingress-f5", server, cluster, ordered, tuple(listens)), conditions=(("resource", "virtualserver"),)
        )


def _f5_targets(server: Node, root: Node, hosts: tuple[str, ...], cluster: Cluster, depth: int = 0) -> Iterator[Target]:
    """The routes of a VirtualServer and of the VirtualServerRoutes that it hands on to."""
    upstreams = {text(node.get("name")) or "": node for node in each(server.get("spec", "upstreams"))}
    routes = [*each(server.get("spec", "routes")), *each(server.get("spec", "subroutes"))]
    for route in routes:
        path = text(route.get("path")) or "/"
        further = text(route.get("route"))
        if further is not None and depth < 3:
            space, _, called = further.rpartition("/")
            inner = (
                one
                for one in cluster.of("VirtualServerRoute")
                if name(one) == called and namespace(one) == (space or namespace(server))
            )
            for one in inner:
                yield from _f5_targets(one, root, hosts, cluster, depth + 1)
            continue
        action = route.get("action") or next((split.get("action") for split in each(route.get("splits"))), None)
        wanted = text(action.get("pass")) or text(action.get("proxy", "upstream")) if action is not None else None
        upstream = upstreams.get(wanted or "")
        if upstream is None:
            continue
        called = text(upstream.get("service")) or ""
        regex = path.startswith("~")
        globs, pattern = (
            expression(path.lstrip("~* ")) if regex else ((path[1:].strip(),) if path.startswith("=") else start(path), None)
        )
        new = action.get("proxy", "rewritePath") if action is not None else None
        fields = ("read-timeout", "lb-method", "sessionCookie")
        yield Target(
            called if namespace(server) == namespace(root) else f"{called}.{namespace(server)}",
            where(route.get("path") or route),
            number(upstream.get("port")),
            globs,
            scheme="grpc" if text(upstream.get("type")) == "grpc" else "http",
            why=f"the {text(server.get('kind'))} {name(server)} sends {path} to {called}",
            hosts=hosts,
            settings=tuple(of_fields(upstream, "VirtualServer.spec.upstreams.", fields)),
            pattern=pattern,
            rewrite=replaced_prefix(path, text(new) or "/", where(new)) if new is not None and not regex else None,
        )
