"""The access phase: ``allow`` and ``deny``, ``auth_basic``, ``auth_request`` and their kin -> a refusal or nothing.

They run in this order (``ngx_http_access_module``, ``auth_basic``, ``auth_request``), joined by ``satisfy``.
"""

from __future__ import annotations

from collections.abc import Callable

from advisor.formats.nginx import Directive
from advisor.model import Answer, Forward, Outcome
from advisor.proxies.nginx.blocks import Block
from advisor.proxies.nginx.exchange import Exchange
from advisor.proxies.nginx.rewriting import Reply
from advisor.proxies.nginx.variables import evaluate

Subrequest = Callable[[Exchange, str], Outcome]


def check(exchange: Exchange, subrequest: Subrequest) -> Reply | None:
    """The refusal that the client gets, or ``None`` where the request may pass."""
    block = exchange.block
    checks = [
        result
        for result in (
            _addresses(exchange),
            _password(exchange, block.find("auth_basic")),
            _service(exchange, block.find("auth_request"), subrequest),
            _token(exchange, block.find("auth_jwt")),
        )
        if result is not None
    ]
    if not checks:
        return None
    if block.value("satisfy") == "any":
        if any(passed for passed, _ in checks):
            return None
        return next((reply for _, reply in checks if reply is not None and reply.status == 401), checks[0][1])
    return next((reply for passed, reply in checks if not passed), None)


def has_rules(block: Block) -> bool:
    """True where any of these rules is in force."""
    return any(block.find(name) is not None for name in ("allow", "deny", "auth_basic", "auth_request", "auth_jwt"))


Checked = tuple[bool, Reply | None] | None


def _addresses(exchange: Exchange) -> Checked:
    """Rules stand in the innermost block that has any; the first that fits decides."""
    level = next((level for level in exchange.block.levels() if "allow" in level.own or "deny" in level.own), None)
    if level is None:
        return None
    rules = [inner for inner in level.directive.block or () if inner.name in ("allow", "deny") and inner.args]
    if not rules:
        return None
    decisive = next((rule for rule in rules if rule.args[0] == "all"), None)
    before = rules[: rules.index(decisive)] if decisive else rules
    closed = decisive is not None and decisive.name == "deny"
    refusal = Reply(403, "access is denied by address", (decisive or rules[0]).place)
    if not closed and not any(rule.name == "deny" for rule in before):
        return True, None
    if closed and not any(rule.name == "allow" for rule in before):
        return False, refusal
    if not closed and all(rule.name == "deny" for rule in before):
        return True, None
    listed = ", ".join(rule.args[0] for rule in before[:4])
    asked = exchange.choices.ask(
        f"address {rules[0].place}",
        f"the client's address, which {level.label} checks ({listed})",
        ("the client's address is allowed", "the client's address is denied"),
    )
    return (False, refusal) if asked else (True, None)


def _password(exchange: Exchange, directive: Directive | None) -> Checked:
    if directive is None or not directive.args:
        return None
    realm = evaluate(exchange, directive.args[0])
    if realm.known and realm.text == "off":
        return None
    if not realm.known:
        asked = exchange.choices.ask(
            f"realm {directive.place}",
            f"whether auth_basic in {directive.place} is on for this request",
            ("no password is asked for", "a password is asked for"),
        )
        if not asked:
            return None
    reply = Reply(401, "auth_basic asks for a password", directive.place)
    if exchange.request.header("Authorization") is None:
        return False, reply
    asked = exchange.choices.ask(
        f"password {directive.place}", "whether the password is right", ("the password is right", "the password is wrong")
    )
    return (False, reply) if asked else (True, None)


def _service(exchange: Exchange, directive: Directive | None, subrequest: Subrequest) -> Checked:
    """A subrequest decides; what a service behind it answers no file shows."""
    if directive is None or not directive.args or directive.args[0] == "off" or exchange.subrequest:
        return None
    target = evaluate(exchange, directive.args[0]).text
    outcome = subrequest(exchange, target)
    if isinstance(outcome, Answer):
        if outcome.status is not None and 200 <= outcome.status < 300:
            return True, None
        status = outcome.status if outcome.status in (401, 403) else 500
        return False, Reply(status, f"auth_request to {target} answers {outcome.status}", directive.place)
    if isinstance(outcome, Forward) and outcome.request.upgrades():
        exchange.note(
            "auth_request", "hands the upgrade headers to the auth service too, which must not answer 101", directive.place
        )
    asked = exchange.choices.ask(
        f"auth {directive.place}",
        f"what the auth service behind {target} answers",
        ("the auth service lets it pass", "the auth service refuses it"),
    )
    return (False, Reply(401, f"the auth service behind {target} refuses it", directive.place)) if asked else (True, None)


def _token(exchange: Exchange, directive: Directive | None) -> Checked:
    if directive is None or not directive.args or directive.args[0] == "off":
        return None
    asked = exchange.choices.ask(
        f"token {directive.place}", "whether the handshake carries a valid token", ("its token is valid", "it has no valid token")
    )
    return (False, Reply(401, "auth_jwt asks for a token", directive.place)) if asked else (True, None)
