"""An image name -> which program it is: a known proxy with its version, a database or the like, or the project's own."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PROXIES = {
    "nginx": "nginx",
    "nginxinc/nginx-unprivileged": "nginx",
    "nginx/nginx-unprivileged": "nginx",
    "bitnami/nginx": "nginx",
    "linuxserver/nginx": "nginx",
    "linuxserver/swag": "nginx",
    "chainguard/nginx": "nginx",
    "openresty/openresty": "openresty",
    "jc21/nginx-proxy-manager": "nginx-proxy-manager",
    "nginxproxy/nginx-proxy": "nginx-proxy",
    "jwilder/nginx-proxy": "nginx-proxy",
    "caddy": "caddy",
    "lucaslorentz/caddy-docker-proxy": "caddy",
    "traefik": "traefik",
    "haproxy": "haproxy",
    "haproxytech/haproxy-alpine": "haproxy",
    "haproxytech/haproxy-debian": "haproxy",
    "sebp/lighttpd": "lighttpd",
    "jitesoft/lighttpd": "lighttpd",
    "rtsp/lighttpd": "lighttpd",
    "httpd": "apache-httpd",
    "bitnami/apache": "apache-httpd",
    "envoyproxy/envoy": "envoy",
    "varnish": "varnish",
    "kong": "kong",
    "kong/kong-gateway": "kong",
    "cloudflare/cloudflared": "cloudflare-tunnel",
    "ubuntu/squid": "squid",
    "sameersbn/squid": "squid",
    "b4tman/squid": "squid",
    "datadog/squid": "squid",
    "ngrok/ngrok": "ngrok",
    "basecamp/kamal-proxy": "kamal-proxy",
}
_ASKING = frozenset({"nginxproxy/nginx-proxy", "jwilder/nginx-proxy", "lucaslorentz/caddy-docker-proxy"})
NGINX_FAMILY = frozenset({"nginx", "openresty"})
"""Platforms whose configuration is nginx's."""

_CHANNELS = frozenset({"stable", "lts"})
"""Tags that move, and not with the newest release."""
_FLOATING = frozenset(
    {"latest", "alpine", "stable", "mainline", "slim", "bookworm", "trixie", "perl", "lts", "edge", "main", "debian"}
)

_SUPPORT = re.compile(
    r"(^|[/_-])(postgres(ql)?|postgis|pgvector|pgbouncer|timescaledb|mysql|mariadb|percona|mongo(db)?|redis(-stack(-server)?|-cluster|-sentinel)?|valkey|"
    r"keydb|dragonfly|memcached|rabbitmq|kafka|zookeeper|nats|mosquitto|emqx|activemq|elasticsearch|opensearch|kibana|logstash|"
    r"solr|meilisearch|typesense|minio|seaweedfs|localstack|clickhouse(-server)?|cassandra|couchdb|neo4j|influxdb|etcd|consul|"
    r"vault|prometheus|grafana|loki|promtail|tempo|mimir|pyroscope|thanos|victoria-metrics|redpanda|scylla|jaeger|zipkin|cadvisor|node-exporter|alertmanager|adminer|phpmyadmin|pgadmin4?|"
    r"mongo-express|redisinsight|redis-commander|mailhog|mailpit|maildev|certbot|watchtower|autoheal|portainer|coturn|"
    r"mssql/server|azure-sql-edge|oracle|qdrant|weaviate|chroma|milvus|temporal|fluent-bit|fluentd|otel|opentelemetry-collector(-contrib)?|"
    r"dynamodb-local|azurite|firebase|keycloak|ollama|busybox|alpine|curl|docker|dind|statsd|smtp|symbolicator)$"
)


_FPM_IMAGES = re.compile(r"(?:^|/)(?:webdevops/php-(?:nginx|apache)|trafex/(?:alpine-nginx-php7|php-nginx))(?:-|$)")


@dataclass(frozen=True, slots=True)
class ImageName:
    """``registry/repository:tag`` taken apart. ``tag`` is ``None`` where none is written, ``""`` where it is computed."""

    repository: str
    tag: str | None = None

    @classmethod
    def of(cls, text: str) -> ImageName:
        """Reads an image reference; ``docker.io``, ``library`` and other registries' hosts are taken off the repository."""
        name, _, digest = text.strip().partition("@")
        head, colon, tag = name.rpartition(":")
        if not colon or "/" in tag:
            head, tag = name, ""
        pieces = head.split("/")
        if len(pieces) > 1 and ("." in pieces[0] or ":" in pieces[0] or pieces[0] == "localhost"):
            pieces = pieces[1:]
        pieces = [piece for piece in pieces if piece != "library"] or pieces
        if colon and tag:
            return cls("/".join(pieces), tag)
        return cls("/".join(pieces), "" if digest or "$" in text else None)

    @property
    def base(self) -> str:
        return self.repository.rsplit("/", 1)[-1]

    @property
    def proxy(self) -> str | None:
        """The platform id of a known proxy, or ``None``."""
        return _PROXIES.get(self.repository.lower())

    @property
    def asks_docker(self) -> bool:
        """True for an image that routes by what containers ask for, whose tag is its own version and not the proxy's."""
        return self.repository.lower() in _ASKING

    @property
    def starts(self) -> str | None:
        """The program that a well-known image starts by itself: PHP's, with php-fpm or inside Apache, and those around it."""
        name, tag = self.repository.lower(), (self.tag or "").lower()
        if name in ("php", "serversideup/php", "bitnami/php-fpm") or _FPM_IMAGES.search(name):
            if name == "php" and "apache" in tag:
                return "apache2-foreground"
            if "frankenphp" in tag:
                return "frankenphp run"
            return None if (name.endswith("/php") and "cli" in tag) or (name == "php" and "fpm" not in tag) else "php-fpm"
        return "frankenphp run" if name == "dunglas/frankenphp" else None

    @property
    def version(self) -> str | None:
        """The version that the tag names, with as many parts as it has; the tag of a release channel (``stable-alpine``);
        ``None`` where it names neither, as ``latest`` does."""
        return self._number or (self.tag if (self.tag or "").split("-")[0] in _CHANNELS else None)

    @property
    def _number(self) -> str | None:
        number = re.match(r"v?(\d+(?:\.\d+)*)(?=$|[-_+a-z])", self.tag or "")
        return number[1] if number else None

    @property
    def floating(self) -> bool:
        """True where the tag moves with each release: none written, or a word such as ``latest`` or ``stable-alpine``."""
        if self.tag is None:
            return True
        words = re.split(r"[-_.]", self.tag.lower())
        return bool(self.tag) and self._number is None and words[0] in _FLOATING

    @property
    def supports(self) -> bool:
        """True for databases, queues, search, mail and monitoring: programs that serve the app, not its users."""
        return bool(_SUPPORT.search(self.repository.lower()))
