"""The HTTP filters in front of the router -> which of them may answer a handshake in the app's place."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.formats.document import Node
from advisor.proxies.envoy.fields import each, flag_of, get, text_of

_HARMLESS = frozenset(
    """router cors compressor decompressor grpc_web grpc_stats grpc_http1_bridge csrf health_check header_to_metadata on_demand
    original_src set_metadata tap stateful_session dynamic_forward_proxy cache cdn_loop gzip file_system_buffer
    admission_control header_mutation alternate_protocols_cache adaptive_concurrency bandwidth_limit ip_tagging kill_request
    grpc_json_transcoder connect_grpc_bridge upstream_codec""".split()
)
_ASKS = {
    "ext_authz": "the authorisation service lets the handshake in",
    "jwt_authn": "the handshake carries a token that the filter takes",
    "rbac": "the access rules let the handshake in",
    "oauth2": "the browser has signed in",
    "basic_auth": "the handshake carries a name and password",
    "api_key_auth": "the handshake carries a key",
    "ratelimit": "the rate limit lets the handshake in",
    "local_ratelimit": "the rate limit lets the handshake in",
    "buffer": "the buffer filter, which waits for the end of a request, lets the handshake through",
}
"""What decides at each filter that may refuse a handshake."""


def asking(manager: Node, upgrade: Node | None, levels: tuple[Node, ...]) -> Iterator[tuple[str, str, int]]:
    """Filter, what it hangs on, and the status of a refusal, for each filter whose answer no file shows.

    An ``upgrade_configs`` entry with filters of its own replaces the manager's.
    """
    own = list(each(upgrade, "filters"))
    for one in own or each(manager, "http_filters"):
        name = text_of(one, "name") or ""
        kind = next((kind for kind in (name.rpartition(".")[2], _by_type(one)) if kind in _ASKS or kind in _HARMLESS), None)
        if kind in _HARMLESS or flag_of(one, "disabled") or _switched_off(name, levels):
            continue
        if kind is None:
            yield name, f"the filter {name or 'without a name'} lets the handshake through", 403
        else:
            status = 429 if "ratelimit" in kind else 401 if kind in ("jwt_authn", "basic_auth", "api_key_auth") else 403
            yield name, _ASKS[kind], status


def is_routed(manager: Node, upgrade: Node | None) -> bool:
    """True where a router ends the filters: without one nobody answers."""
    own = list(each(upgrade, "filters")) or list(each(manager, "http_filters"))
    return any("router" in (_by_type(one), (text_of(one, "name") or "").rpartition(".")[2]) for one in own)


def _by_type(filter_: Node) -> str:
    written = (text_of(filter_, "typed_config", "@type") or "").split(".")
    return written[-3] if len(written) > 3 else ""


def _switched_off(name: str, levels: tuple[Node, ...]) -> bool:
    """True where the route or its virtual host switches the filter off; the most specific word holds."""
    for level in levels:
        own = get(level, "typed_per_filter_config", name) if name else None
        if own is not None:
            return flag_of(own, "disabled") or flag_of(own, "config", "disabled")
    return False
