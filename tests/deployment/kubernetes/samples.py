"""Objects that set everything that the profiles know of, one file for each program that reads them."""

from __future__ import annotations

APP = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: chat}
spec:
  replicas: 2
  selector: {matchLabels: {app: chat}}
  template:
    metadata: {labels: {app: chat}}
    spec:
      terminationGracePeriodSeconds: 3
      containers:
        - name: chat
          image: registry.example.com/chat:1.0
          ports: [{name: http, containerPort: 3000}]
          readinessProbe: {httpGet: {path: /up, port: http}}
---
apiVersion: v1
kind: Service
metadata:
  name: chat
  annotations:
    cloud.google.com/backend-config: '{"default": "chat"}'
    haproxy.org/cookie-persistence: route
    konghq.com/read-timeout: "60000"
    traefik.ingress.kubernetes.io/service.sticky.cookie: "true"
    service.beta.kubernetes.io/azure-load-balancer-tcp-idle-timeout: "30"
spec:
  selector: {app: chat}
  sessionAffinity: ClientIP
  ports: [{name: http, port: 80, targetPort: http, appProtocol: kubernetes.io/ws}]
"""
GATEWAY = """\
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: CLASS}
spec: {controllerName: CONTROLLER}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge}
spec:
  gatewayClassName: CLASS
  listeners:
    - {name: http, protocol: HTTP, port: 80}
    - {name: https, protocol: HTTPS, port: 443}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: chat}
spec:
  parentRefs: [{name: edge}]
  hostnames: [chat.example.com]
  rules:
    - matches:
        - path: {type: PathPrefix, value: /api}
      filters:
        - type: URLRewrite
          urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}
      timeouts: {request: 30s, backendRequest: 20s}
      sessionPersistence: {type: Cookie}
      backendRefs: [{name: chat, port: 80}]
"""
ENVOY_GATEWAY = """\
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: BackendTrafficPolicy
metadata: {name: chat}
spec:
  targetRefs: [{kind: HTTPRoute, name: chat}]
  httpUpgrade: [{type: websocket}]
  loadBalancer: {consistentHash: {type: SourceIP}}
  timeout:
    http: {requestTimeout: 0s, streamIdleTimeout: 2h, maxStreamDuration: 6h}
---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: ClientTrafficPolicy
metadata: {name: edge}
spec:
  targetRefs: [{kind: Gateway, name: edge}]
  timeout: {http: {streamIdleTimeout: 1h}}
"""
FABRIC = """\
apiVersion: gateway.nginx.org/v1alpha1
kind: ProxySettingsPolicy
metadata: {name: chat}
spec:
  targetRefs: [{kind: HTTPRoute, name: chat}]
  timeout: {read: 1h}
---
apiVersion: gateway.nginx.org/v1alpha1
kind: UpstreamSettingsPolicy
metadata: {name: chat}
spec:
  targetRefs: [{kind: Service, name: chat}]
  loadBalancingMethod: ip_hash
"""
GKE = """\
apiVersion: networking.gke.io/v1
kind: GCPBackendPolicy
metadata: {name: chat}
spec:
  targetRef: {kind: Service, name: chat}
  default:
    timeoutSec: 3600
    sessionAffinity: {type: CLIENT_IP}
    connectionDraining: {drainingTimeoutSec: 60}
---
apiVersion: networking.gke.io/v1
kind: HealthCheckPolicy
metadata: {name: chat}
spec:
  targetRef: {kind: Service, name: chat}
  default: {config: {httpHealthCheck: {requestPath: /up}}}
"""
AZURE = """\
apiVersion: alb.networking.azure.io/v1
kind: HealthCheckPolicy
metadata: {name: chat}
spec:
  targetRef: {kind: Service, name: chat}
  default: {http: {path: /up}}
"""
INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations: {ANNOTATIONS}
spec:
  ingressClassName: CLASS
  rules:
    - http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: chat, port: {number: 80}}}}]}
"""
BACKEND_CONFIG = """\
apiVersion: cloud.google.com/v1
kind: BackendConfig
metadata: {name: chat}
spec:
  timeoutSec: 3600
  sessionAffinity: {affinityType: CLIENT_IP}
  connectionDraining: {drainingTimeoutSec: 60}
  healthCheck: {requestPath: /up}
---
apiVersion: networking.gke.io/v1beta1
kind: FrontendConfig
metadata: {name: web}
spec: {redirectToHttps: {enabled: true}}
"""
ISTIO = """\
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: public}
spec:
  servers:
    - port: {number: 80, protocol: HTTP}
      hosts: ["*"]
      tls: {httpsRedirect: true}
    - port: {number: 443, protocol: HTTPS}
      hosts: ["*"]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: chat}
spec:
  hosts: [chat.example.com]
  gateways: [public]
  http:
    - match: [{uri: {prefix: /ws}}]
      rewrite: {uri: /}
      timeout: 10s
      route: [{destination: {host: chat, port: {number: 80}}}]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: chat}
spec:
  host: chat.default.svc.cluster.local
  trafficPolicy:
    connectionPool:
      http: {h2UpgradePolicy: DO_NOT_UPGRADE}
      tcp: {idleTimeout: 2h, maxConnectionDuration: 6h}
    loadBalancer: {consistentHash: {useSourceIp: true}}
"""
CONTOUR = """\
apiVersion: projectcontour.io/v1
kind: HTTPProxy
metadata: {name: chat}
spec:
  virtualhost: {fqdn: chat.example.com, tls: {secretName: chat}}
  routes:
    - conditions: [{prefix: /}]
      services: [{name: chat, port: 80}]
    - conditions: [{prefix: /ws}]
      enableWebsockets: true
      timeoutPolicy: {response: 1h, idle: 2h}
      loadBalancerPolicy: {strategy: Cookie}
      pathRewritePolicy: {replacePrefix: [{prefix: /ws, replacement: /socket}]}
      services: [{name: chat, port: 80}]
"""
EMISSARY = """\
apiVersion: getambassador.io/v3alpha1
kind: Mapping
metadata: {name: chat}
spec:
  hostname: "*"
  prefix: /ws/
  service: chat:80
  allow_upgrade: [websocket]
  timeout_ms: 4000
  idle_timeout_ms: 3600000
  load_balancer: {policy: ring_hash, source_ip: true}
---
apiVersion: getambassador.io/v3alpha1
kind: Module
metadata: {name: ambassador}
spec: {config: {cluster_request_timeout_ms: 5000}}
"""
F5 = """\
apiVersion: k8s.nginx.org/v1
kind: VirtualServer
metadata: {name: chat}
spec:
  host: chat.example.com
  tls: {secret: chat, redirect: {enable: true}}
  upstreams: [{name: up, service: chat, port: 80, read-timeout: 1h}]
  routes:
    - {path: /ws, action: {pass: up}}
    - {path: ~ ^/live/.*, action: {proxy: {upstream: up}}}
"""
TRAEFIK = """\
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: {name: chat}
spec:
  entryPoints: [websecure]
  routes:
    - kind: Rule
      match: Host(`chat.example.com`) && PathPrefix(`/api`)
      middlewares: [{name: strip}]
      services: [{name: weighed, kind: TraefikService}]
    - kind: Rule
      match: Host(`chat.example.com`) && Headers(`X-Beta`, `1`)
      services: [{name: beta, port: 80}]
---
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata: {name: strip}
spec: {stripPrefix: {prefixes: [/api]}}
---
apiVersion: traefik.io/v1alpha1
kind: TraefikService
metadata: {name: weighed}
spec:
  weighted:
    sticky: {cookie: {name: route}}
    services: [{name: chat, port: 80}]
"""
CONFIG = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: NAME}
data:
  proxy-read-timeout: "120"
  worker-shutdown-timeout: 5s
  worker-connections: "1024"
  timeout-tunnel: 1h
  hard-stop-after: 30m
"""
_ANNOTATIONS = {
    "nginx": {
        "nginx.ingress.kubernetes.io/": "proxy-read-timeout=3600 affinity=cookie upstream-hash-by=$remote_addr ssl-redirect=true",
        "nginx.org/": "websocket-services=chat",
    },
    "azure-application-gateway": {
        "appgw.ingress.kubernetes.io/": "request-timeout=3600 cookie-based-affinity=true connection-draining=true "
        "connection-draining-timeout=30 health-probe-path=/up health-probe-status-code=200 ssl-redirect=true",
    },
    "alb": {
        "alb.ingress.kubernetes.io/": "backend-protocol-version=HTTP1 target-type=ip healthcheck-path=/up success-codes=200 "
        "certificate-arn=arn ssl-redirect=443 auth-type=none load-balancer-attributes=idle_timeout.timeout_seconds=600 "
        "target-group-attributes=stickiness.enabled=true,deregistration_delay.timeout_seconds=30",
    },
    "f5": {
        "nginx.org/": "websocket-services=chat proxy-read-timeout=3600s lb-method=ip_hash "
        "sticky-cookie-services=x ssl-redirect=true",
    },
    "haproxy": {"haproxy.org/": "server-proto=h1 load-balance=source ssl-redirect=true auth-type=basic-auth"},
    "kong": {"konghq.com/": "protocols=https"},
    "contour": {"projectcontour.io/": "websocket-routes=/"},
    "pomerium": {"ingress.pomerium.io/": "allow_websockets=true idle_timeout=5m timeout=1h"},
    "gce": {"networking.gke.io/": "v1beta1.FrontendConfig=web"},
    "traefik": {"traefik.ingress.kubernetes.io/": "router.entrypoints=websecure"},
    "webapprouting.kubernetes.azure.com": {"nginx.ingress.kubernetes.io/": "proxy-read-timeout=3600 affinity=cookie"},
}


def ingress(called: str, class_name: str | None = None) -> str:
    """An Ingress of a class with the annotations that its controller knows."""
    pairs = [
        (f"{prefix}{name}", value)
        for prefix, words in _ANNOTATIONS[called].items()
        for name, _, value in (word.partition("=") for word in words.split())
    ]
    written = ", ".join(f'{key}: "{value}"' for key, value in pairs)
    return INGRESS.replace("{ANNOTATIONS}", f"{{{written}}}").replace("CLASS", class_name or called)


def gateway(class_name: str, controller: str) -> str:
    """A Gateway of a class with an HTTPRoute."""
    return GATEWAY.replace("CLASS", class_name).replace("CONTROLLER", controller)


def balancer(annotations: str) -> str:
    """The app with a Service for which a cloud makes a load balancer."""
    return APP.replace("  annotations:\n", f"  annotations:\n    {annotations}\n").replace(
        "spec:\n  selector: {app: chat}\n", "spec:\n  type: LoadBalancer\n  selector: {app: chat}\n"
    )


EVERY: tuple[dict[str, str], ...] = (
    *({"i.yaml": ingress(name), "a.yaml": APP} for name in _ANNOTATIONS if name not in ("f5", "gce")),
    {"i.yaml": ingress("f5", "nginx"), "a.yaml": APP, "c.yaml": CONFIG.replace("NAME", "nginx-config")},
    {"i.yaml": ingress("nginx"), "a.yaml": APP, "c.yaml": CONFIG.replace("NAME", "ingress-nginx-controller")},
    {"i.yaml": ingress("haproxy"), "a.yaml": APP, "c.yaml": CONFIG.replace("NAME", "haproxy-kubernetes-ingress")},
    {"i.yaml": ingress("gce"), "a.yaml": APP, "b.yaml": BACKEND_CONFIG},
    {"g.yaml": gateway("eg", "gateway.envoyproxy.io/gatewayclass-controller"), "a.yaml": APP, "p.yaml": ENVOY_GATEWAY},
    {"g.yaml": gateway("nginx", "gateway.nginx.org/nginx-gateway-controller"), "a.yaml": APP, "p.yaml": FABRIC},
    {"g.yaml": gateway("gke-l7-gxlb", "networking.gke.io/gateway"), "a.yaml": APP, "p.yaml": GKE},
    {"g.yaml": gateway("azure-alb-external", "alb.networking.azure.io/alb-controller"), "a.yaml": APP, "p.yaml": AZURE},
    *({"r.yaml": routes, "a.yaml": APP} for routes in (ISTIO, CONTOUR, EMISSARY, F5, TRAEFIK)),
    {
        "g.yaml": gateway("amazon-vpc-lattice", "application-networking.k8s.aws/gateway-api-controller").replace(
            "{name: edge}", '{name: edge, annotations: {application-networking.k8s.aws/idle-timeout-seconds: "600"}}', 1
        ),
        "a.yaml": APP,
    },
    {"a.yaml": balancer('service.beta.kubernetes.io/azure-load-balancer-internal: "false"')},
    {"a.yaml": balancer('service.beta.kubernetes.io/aws-load-balancer-connection-idle-timeout: "3600"')},
    {"a.yaml": APP.replace("spec:\n  selector: {app: chat}\n", "spec:\n  type: NodePort\n  selector: {app: chat}\n")},
)
"""Little repositories that together set every key of format ``kubernetes``."""
