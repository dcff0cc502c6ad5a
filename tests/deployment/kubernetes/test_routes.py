"""Ingresses, Gateways and the routes of each controller -> hops with the settings that hold for each path."""

from __future__ import annotations

import pytest

from advisor.model import Hop, Target
from tests.deployment.kubernetes import samples
from tests.deployment.reading import read


def hop(platform: str, *texts: str) -> Hop:
    """The one hop of a platform that these manifests show."""
    found = [
        each for each in read({f"k8s/{index}.yaml": text for index, text in enumerate(texts)}).hops if each.platform == platform
    ]
    assert 1 == len(found)
    return found[0]


def settings(target: Target) -> dict[str, tuple[object, int]]:
    """Last word of each key -> amount and line."""
    return {each.key.rsplit(".", 1)[-1]: (each.amount, each.place.line) for each in target.settings}


def ingress(annotations: str = "", class_name: str | None = "nginx", path: str = "/", more: str = "") -> str:
    """An Ingress with one path and these annotations."""
    notes = "".join(f"    {line}\n" for line in annotations.splitlines())
    return (
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: chat\n"
        + (f"  annotations:\n{notes}" if notes else "")
        + "spec:\n"
        + (f"  ingressClassName: {class_name}\n" if class_name else "")
        + more
        + f"  rules:\n    - host: chat.example.com\n      http:\n        paths:\n          - path: {path}\n"
        "            pathType: ImplementationSpecific\n            backend: {service: {name: chat, port: {number: 80}}}\n"
    )


def ingress_class(controller: str, default: bool = False) -> str:
    """An IngressClass called edge."""
    notes = '\n  annotations: {ingressclass.kubernetes.io/is-default-class: "true"}' if default else ""
    return f"apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata:\n  name: edge{notes}\n" + (
        f"spec: {{controller: {controller}}}\n"
    )


@pytest.mark.parametrize(
    ("texts", "platform", "certainty"),
    [
        ((ingress(),), "ingress-nginx", "explicit"),
        ((ingress("nginx.org/websocket-services: chat"),), "nginx-ingress-f5", "explicit"),
        ((ingress(class_name="edge"), ingress_class("nginx.org/ingress-controller")), "nginx-ingress-f5", "explicit"),
        ((ingress(class_name="edge"), ingress_class("k8s.io/ingress-nginx")), "ingress-nginx", "explicit"),
        ((ingress(class_name=None), ingress_class("traefik.io/ingress-controller", default=True)), "traefik", "explicit"),
        ((ingress("kubernetes.io/ingress.class: kong", class_name=None),), "kong", "explicit"),
        (
            (ingress("haproxy-ingress.github.io/timeout-tunnel: 1h", class_name="haproxy"),),
            "haproxy-ingress-community",
            "explicit",
        ),
        ((ingress("haproxy.org/server-proto: h1", class_name="haproxy"),), "haproxy-ingress", "explicit"),
        ((ingress(class_name="nginx-public"),), "ingress-nginx", "weak"),
        ((ingress(class_name=None),), "kubernetes-ingress", "weak"),
        ((ingress("nginx.org/a: b\nalb.ingress.kubernetes.io/c: d", class_name=None),), "kubernetes-ingress", "weak"),
    ],
)
def test_the_class_tells_the_controller(texts: tuple[str, ...], platform: str, certainty: str) -> None:
    """By its name, by its IngressClass, by the default one, by annotations that all belong to one; else it is not known."""
    found = read({f"k8s/{index}.yaml": text for index, text in enumerate(texts)}).hops[0]

    assert (platform, certainty) == (found.platform, found.certainty)


def test_lists_of_attributes_are_settings_of_their_own() -> None:
    """Each attribute of a load balancer or target group is a setting at the annotation's line."""
    notes = (
        "alb.ingress.kubernetes.io/load-balancer-attributes: idle_timeout.timeout_seconds=600,routing.http2.enabled=true\n"
        "alb.ingress.kubernetes.io/target-group-attributes: stickiness.enabled=true"
    )
    found = hop("aws-alb", ingress(notes, "alb"))
    rows = {
        each.key.rpartition("attributes.")[2]: (each.amount, each.place.line)
        for each in found.settings
        if "attributes." in each.key
    }

    assert {
        "idle_timeout.timeout_seconds": (600, 6),
        "routing.http2.enabled": ("true", 6),
        "stickiness.enabled": ("true", 7),
    } == rows


@pytest.mark.parametrize(
    ("notes", "class_name", "told"),
    [
        ("nginx.ingress.kubernetes.io/proxy-read-timeout: '3600'", "traefik", ["nginx.ingress.kubernetes.io/proxy-read-timeout"]),
        (
            "traefik.ingress.kubernetes.io/service.sticky.cookie: 'true'",
            "nginx",
            ["traefik.ingress.kubernetes.io/service.sticky.cookie"],
        ),
        ("nginx.ingress.kubernetes.io/proxy-read-timeouts: '3600'", "nginx", ["nginx.ingress.kubernetes.io/proxy-read-timeouts"]),
        ("nginx.ingress.kubernetes.io/proxy-read-timeout: 3600s", "nginx", ["nginx.ingress.kubernetes.io/proxy-read-timeout"]),
        ("nginx.ingress.kubernetes.io/proxy-read-timeout: '3600'", "nginx", []),
        ("nginx.ingress.kubernetes.io/proxy-body-size: 8m", "traefik", []),
        ("cert-manager.io/cluster-issuer: letsencrypt\nexternal-dns.alpha.kubernetes.io/ttl: '60'", "nginx", []),
        ("nginx.ingress.kubernetes.io/proxy-read-timeout: '3600'", "webapprouting.kubernetes.azure.com", []),
        ("nginx.ingress.kubernetes.io/proxy-read-timeout: '3600'\nalb.ingress.kubernetes.io/scheme: x", None, []),
    ],
)
def test_annotations_that_the_controller_does_not_read(notes: str, class_name: str | None, told: list[str]) -> None:
    """Those of another controller and those of no name that it knows, where they look as if they were for sockets."""
    found = read({"k8s/ingress.yaml": ingress(notes, class_name)}).hops[0]

    assert told == [setting.key for setting, _ in found.ineffective]


@pytest.mark.parametrize(
    ("notes", "more", "redirects"),
    [
        ("", "", None),
        ("", "  tls: [{hosts: [chat.example.com], secretName: chat}]\n", "https"),
        ("nginx.ingress.kubernetes.io/ssl-redirect: 'false'", "  tls: [{hosts: [chat.example.com], secretName: chat}]\n", None),
        ("nginx.ingress.kubernetes.io/force-ssl-redirect: 'true'", "", "https"),
    ],
)
def test_plain_requests_are_sent_to_https_where_there_is_tls(notes: str, more: str, redirects: str | None) -> None:
    """By default at ingress-nginx, unless an annotation says otherwise."""
    plain = next(side for side in hop("ingress-nginx", ingress(notes, more=more)).listens if side.scheme == "http")

    assert redirects == plain.redirect_to


def test_a_rewrite_takes_the_place_of_what_the_path_matches() -> None:
    """The path is an expression then, and the rewrite says what the app sees."""
    (target,) = hop("ingress-nginx", ingress("nginx.ingress.kubernetes.io/rewrite-target: /$2", path="/api(/|$)(.*)")).targets

    assert ("^/api(/|$)(.*)", "/$2", 6) == (
        target.pattern,
        target.rewrite and target.rewrite.replacement,
        target.rewrite and target.rewrite.place.line,
    )


def test_an_exact_path_goes_before_longer_ones() -> None:
    """Exact paths first, then the longest: the order of the file says nothing."""
    text = ingress().replace("          - path: /\n", "          - path: /a\n")
    text += "".join(
        f"          - {{path: {path}, pathType: {kind}, backend: {{service: {{name: {name}, port: {{number: 80}}}}}}}}\n"
        for path, kind, name in (("/a/long/one", "Prefix", "long"), ("/b", "Exact", "exact"))
    )

    assert ["exact", "long", "chat"] == [target.name for target in hop("ingress-nginx", text).targets]


def test_the_controllers_config_map_holds_behind_annotations() -> None:
    """The ConfigMap that the controller's arguments name, at its own lines."""
    config = samples.CONFIG.replace("NAME", "edge-config")
    controller = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: controller}
spec:
  template:
    metadata: {labels: {app: controller}}
    spec:
      containers:
        - name: controller
          image: registry.k8s.io/ingress-nginx/controller:v1.11.3
          args: [--configmap=$(POD_NAMESPACE)/edge-config]
"""
    found = hop("ingress-nginx", ingress(), config, controller)
    setting = found.setting("ConfigMap.data.proxy-read-timeout")

    assert (120, "k8s/1.yaml:5", "1.11.3") == (setting and setting.amount, str(setting.place) if setting else "", found.version)


def test_routes_of_the_gateway_api() -> None:
    """Listeners, rewrites, timeouts and policies bound to the route, the Gateway and the Service."""
    found = hop("envoy-gateway", samples.APP, samples.gateway("eg", "gateway.envoyproxy.io/x"), samples.ENVOY_GATEWAY)
    (target,) = found.targets

    assert [("http", 80), ("https", 443)] == [(side.scheme, side.port) for side in found.listens]
    assert (("/api", "/api/*"), ("chat.example.com",)) == (target.paths, target.hosts)
    assert (7200, 9) == settings(target)["streamIdleTimeout"]
    assert ("kubernetes.io/ws", 30) == settings(target)["appProtocol"]
    assert "/$1" == (target.rewrite.replacement if target.rewrite else None)


def test_a_service_port_that_says_h2c_speaks_http2() -> None:
    """Then the gateway sends no upgrade."""
    app = samples.APP.replace("kubernetes.io/ws", "kubernetes.io/h2c")
    found = hop("nginx-gateway-fabric", app, samples.gateway("nginx", "gateway.nginx.org/x"))

    assert ([("backend", "h2c"), ("request_timeout", "set")], "h2") == (list(found.conditions), found.targets[0].scheme)


def test_a_virtual_service_with_its_destination_rule() -> None:
    """The rule is found by the full name of the host; the Gateway's servers are the public sides."""
    found = hop("istio", samples.APP, samples.ISTIO)
    (target,) = found.targets

    assert [("http", 80, "https"), ("https", 443, None)] == [(side.scheme, side.port, side.redirect_to) for side in found.listens]
    assert {"timeout": (10, 21), "idleTimeout": (7200, 32)} == {key: settings(target)[key] for key in ("timeout", "idleTimeout")}


def test_a_virtual_service_of_the_mesh_alone_is_no_way_in() -> None:
    """Nobody outside comes by it."""
    text = samples.ISTIO.replace("gateways: [public]", "gateways: [mesh]")

    assert "istio" not in {each.platform for each in read({"k8s/a.yaml": samples.APP, "k8s/r.yaml": text}).hops}


def test_contour_switches_websockets_on_for_each_route() -> None:
    """Only the route that says so has the setting."""
    live, rest = hop("contour", samples.APP, samples.CONTOUR).targets

    assert ((True, 10), None) == (settings(live)["enableWebsockets"], settings(rest).get("enableWebsockets"))
    assert (("/ws*",), (3600, 11)) == (live.paths, settings(live)["response"])


def test_lists_of_services_and_paths_hold_for_those_alone() -> None:
    """The F5 controller's annotation names Services, Contour's names paths."""
    f5 = hop("nginx-ingress-f5", ingress("nginx.org/websocket-services: chat, other"))
    other = hop("nginx-ingress-f5", ingress("nginx.org/websocket-services: other"))
    contour = hop("contour", ingress("projectcontour.io/websocket-routes: /ws", "contour", "/ws"))

    assert ["true", None, "true"] == [
        next((each.amount for each in one.targets[0].settings), None) for one in (f5, other, contour)
    ]


def test_a_mapping_takes_its_prefix_off() -> None:
    """Unless ``rewrite`` is empty."""
    (target,) = hop("emissary", samples.APP, samples.EMISSARY).targets
    (kept,) = hop("emissary", samples.EMISSARY.replace("  service:", '  rewrite: ""\n  service:')).targets

    assert ("chat", 80, "/$1", None) == (target.name, target.port, target.rewrite and target.rewrite.replacement, kept.rewrite)
    assert ("true", 8) == settings(target)["allow_upgrade"]


def test_an_ingress_route_with_a_weighed_service() -> None:
    """The middleware strips the prefix; a route that asks for another header is not a socket's."""
    (target,) = hop("traefik", samples.APP, samples.TRAEFIK).targets

    assert ("chat", ("/api*",), ("chat.example.com",)) == (target.name, target.paths, target.hosts)
    assert (True, 25) == settings(target)["cookie"]


@pytest.mark.parametrize(
    ("note", "platform", "conditions"),
    [
        ("service.beta.kubernetes.io/aws-load-balancer-type: nlb", "aws-nlb", (("listener", "tcp"),)),
        ("service.beta.kubernetes.io/aws-load-balancer-backend-protocol: http", "aws-classic-elb", (("listener", "http"),)),
        ('service.beta.kubernetes.io/azure-load-balancer-internal: "true"', "azure-load-balancer", ()),
        ("networking.gke.io/load-balancer-type: Internal", "gcp-network-load-balancer", (("mode", "internal_passthrough"),)),
    ],
)
def test_a_service_asks_a_cloud_for_a_load_balancer(note: str, platform: str, conditions: tuple[tuple[str, str], ...]) -> None:
    """Its annotations tell which; behind it stands the Service, which sends to the pods."""
    text = samples.balancer(note).replace('    service.beta.kubernetes.io/azure-load-balancer-tcp-idle-timeout: "30"\n', "")
    found = read({"k8s/app.yaml": text})
    outer = next(each for each in found.hops if each.platform == platform)

    assert (conditions, ["chat"]) == (outer.conditions, [target.name for target in outer.targets])
    assert [found.processes[0].host] == [each.id for each in found.hops if each.platform == "kubernetes-service"]


def test_a_pod_says_how_it_is_stopped_and_reached() -> None:
    """Named ports, the grace period and the probe, each at its line."""
    found = read(
        {
            "k8s/app.yaml": samples.APP.replace(
                "spec:\n  selector: {app: chat}\n", "spec:\n  type: NodePort\n  selector: {app: chat}\n"
            )
        }
    )
    service, process = found.hops[0], found.processes[0]
    grace = service.setting("Pod.spec.terminationGracePeriodSeconds")

    assert (3, "k8s/app.yaml:10") == (grace and grace.amount, str(grace.place) if grace else "")
    assert (3000, "/up", "k8s/app.yaml:15") == (
        process.port_given,
        process.health_check and process.health_check.path,
        str(process.health_check.place) if process.health_check else "",
    )
