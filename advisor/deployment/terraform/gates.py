"""Firewall rules of an estate (Cloudflare rulesets, AWS WAF) -> the gates of its hops.

Only rules that decide by host and path are taken: one that also asks for an address, a country or a rate says nothing certain
of a handshake, and whoever wrote it meant some clients only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from advisor.deployment.terraform.attributes import blocks, flag, given, source_text, word
from advisor.deployment.terraform.estate import Estate, Resource
from advisor.formats.document import Node
from advisor.model import Gate, Hop

_PHASE = "http_request_firewall_custom"
_CHALLENGES = ("challenge", "js_challenge", "managed_challenge")
_TERM = re.compile(
    r"(?P<function>starts_with|ends_with)\(\s*(?P<of>[\w.]+)\s*,\s*\"(?P<text>[^\"]*)\"\s*\)"
    r"|(?P<field>[\w.]+)\s+(?P<sign>eq|==|contains|in|wildcard)\s+(?:\"(?P<value>[^\"]*)\"|\{(?P<listed>[^}]*)\})"
)
_PATHS = ("http.request.uri.path", "http.request.uri", "raw.http.request.uri.path")
_HOST = "http.host"
_POSITIONS = {"EXACTLY": "{}", "STARTS_WITH": "{}*", "ENDS_WITH": "*{}", "CONTAINS": "*{}*"}
_MOST = 40
_LONGEST = 4000


def guarded(estate: Estate, hops: list[Hop]) -> list[Hop]:
    """The hops with the firewall rules that stand in front of each."""
    by_id = {resource.id: resource for kind in _KINDS for resource in estate.of(kind)}
    return [replace(hop, gates=gates) if (gates := _of(estate, hop, by_id.get(hop.id))) else hop for hop in hops]


_KINDS = (
    "cloudflare_record",
    "cloudflare_dns_record",
    "aws_lb",
    "aws_cloudfront_distribution",
)


def _of(estate: Estate, hop: Hop, resource: Resource | None) -> tuple[Gate, ...]:
    if resource is None:
        return ()
    if resource.kind.startswith("cloudflare"):
        return tuple(_rulesets(estate, source_text(given(resource.body, "zone_id"))))[:_MOST]
    return tuple(gate for acl in _acls(estate, resource) for gate in _waf(acl))[:_MOST]


# ---------------------------------------------------------------- Cloudflare


def _rulesets(estate: Estate, zone: str | None) -> Iterator[Gate]:
    for ruleset in estate.of("cloudflare_ruleset"):
        if word(ruleset.body, "phase") == _PHASE and source_text(given(ruleset.body, "zone_id")) == zone:
            for rule in blocks(ruleset.body, "rules"):
                if word(rule, "action") == "skip":
                    break
                yield from _gates(ruleset, rule, word(rule, "action"), given(rule, "expression"))
    for single in estate.of("cloudflare_firewall_rule"):
        for reference in estate.refer(single, given(single.body, "filter_id")):
            if reference.resource.kind == "cloudflare_filter" and source_text(given(single.body, "zone_id")) == zone:
                expression = given(reference.resource.body, "expression")
                yield from _gates(single, single.body, word(single.body, "action"), expression)


def _gates(resource: Resource, rule: Node, action: str | None, expression: Node | None) -> Iterator[Gate]:
    text = expression.text() if expression is not None else None
    if text is None or len(text) > _LONGEST or action not in ("block", *_CHALLENGES) or flag(given(rule, "enabled")) is False:
        return
    place = expression.key_place or expression.place if expression is not None else resource.place
    does = "blocks" if action == "block" else "challenges"
    for alternative in _split(" ".join(text.split()), "or"):
        terms = [_term(term) for term in _split(alternative, "and")]
        hosts = [globs for kind, globs in filter(None, terms) if kind == "host"]
        paths = [globs for kind, globs in filter(None, terms) if kind == "path"]
        if None in terms or len(hosts) > 1 or len(paths) > 1 or (not hosts and not paths):
            continue
        why = f"{resource.label} {does} what fits {alternative}"
        yield Gate(place, "block" if action == "block" else "challenge", why, *(paths or [()]), *(hosts or [()]))


def _split(text: str, sign: str) -> list[str]:
    """The parts of an expression that ``or`` (or ``and``) joins outside brackets, quotes and braces, outer brackets off."""
    text = _unwrapped(text.strip())
    parts, depth, quoted, start = [], 0, False, 0
    for at, letter in enumerate(text):
        if letter == '"':
            quoted = not quoted
        elif not quoted and letter in "({":
            depth += 1
        elif not quoted and letter in ")}":
            depth -= 1
        elif not quoted and depth == 0 and text.startswith(f" {sign} ", at):
            parts.append(text[start:at])
            start = at + len(sign) + 2
    return [part.strip() for part in (*parts, text[start:])]


def _unwrapped(text: str) -> str:
    """Without the brackets that hold all of it."""
    while text.startswith("(") and text.endswith(")"):
        depth = 0
        for at, letter in enumerate(text):
            depth += (letter == "(") - (letter == ")")
            if depth == 0 and at < len(text) - 1:
                return text
        text = text[1:-1].strip()
    return text


def _term(text: str) -> tuple[str, tuple[str, ...]] | None:
    """One comparison of the host or the path as glob patterns; ``None`` for any other."""
    found = _TERM.fullmatch(_unwrapped(text))
    if found is None:
        return None
    field = found["of"] or found["field"]
    kind = "host" if field == _HOST else "path" if field in _PATHS else None
    if kind is None:
        return None
    if found["function"]:
        told = found["text"]
        if set(told) & set("*?["):
            return None
        return kind, (f"{told}*" if found["function"] == "starts_with" else f"*{told}",)
    if found["listed"] is not None:
        return (kind, tuple(re.findall(r'"([^"]*)"', found["listed"]))) if found["sign"] == "in" else None
    value = found["value"]
    if set(value) & set("?[") or ("*" in value and found["sign"] != "wildcard"):
        return None
    return kind, ({"contains": f"*{value}*"}.get(found["sign"], value),)


# ---------------------------------------------------------------- AWS WAF


def _acls(estate: Estate, resource: Resource) -> Iterator[Resource]:
    """The web ACLs in front of a load balancer (by an association) or a distribution (by its own attribute)."""
    for each in estate.of("aws_wafv2_web_acl_association"):
        if resource in [found.resource for found in estate.refer(each, given(each.body, "resource_arn"))]:
            yield from _named(estate, each, "web_acl_arn")
    yield from _named(estate, resource, "web_acl_id")


def _named(estate: Estate, owner: Resource, attribute: str) -> Iterator[Resource]:
    for reference in estate.refer(owner, given(owner.body, attribute)):
        if reference.resource.kind == "aws_wafv2_web_acl":
            yield reference.resource


def _waf(acl: Resource) -> Iterator[Gate]:
    rules = blocks(acl.body, "rule")
    if any(action.get("allow") is not None for rule in rules for action in blocks(rule, "action")):
        return
    for rule in rules:
        actions = [
            inner
            for action in blocks(rule, "action")
            for inner in ("block", "captcha", "challenge")
            if action.get(inner) is not None
        ]
        for statement in blocks(rule, "statement") if actions else ():
            patterns = tuple(_matched(statement))
            if patterns:
                name = word(rule, "name") or "a rule"
                does = "blocks" if actions[0] == "block" else "challenges"
                why = f"{name} of {acl.label} {does} paths like {', '.join(patterns)}"
                yield Gate(rule.key_place or rule.place, "block" if actions[0] == "block" else "challenge", why, patterns)


def _matched(statement: Node) -> Iterator[str]:
    for match in blocks(statement, "byte_match_statement"):
        on_path = any(field.get("uri_path") is not None for field in blocks(match, "field_to_match"))
        text, position = word(match, "search_string"), _POSITIONS.get(word(match, "positional_constraint") or "")
        if on_path and text and position and not set(text) & set("*?["):
            yield position.format(text)
    for either in blocks(statement, "or_statement"):
        for inner in blocks(either, "statement"):
            yield from _matched(inner)
