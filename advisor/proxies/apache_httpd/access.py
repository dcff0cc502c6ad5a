"""Who may pass: ``Require``, the old ``Allow`` and ``Deny``, and logins, in the sections that apply -> a refusal or nothing.

Of several sections the last one with rules of a kind decides, unless ``AuthMerging`` joins them. ``<Directory>`` plays no part
for what is handed on (httpd 2.4, ``proxy_walk`` in place of the directory walk).
"""

from __future__ import annotations

from advisor.formats.apache import Directive
from advisor.model import Answer
from advisor.proxies.apache_httpd.exchange import Exchange

_CONTAINERS = ("requireall", "requireany", "requirenone")
_LOGINS = ("valid-user", "user", "group", "file-owner", "file-group", "ldap-user", "ldap-group", "ldap-dn", "ldap-attribute",
           "ldap-filter", "dbd-group", "claim", "shib-session", "shib-attr", "valid-shib-user", "dbm-group")  # fmt: skip


def check(exchange: Exchange) -> Answer | None:
    """The refusal that the client gets, or ``None`` where the request may pass."""
    sections = [*exchange.proxied, *exchange.sections(), *_conditional(exchange)]
    newer = next((rules for section in reversed(sections) if (rules := _rules(section, ("require", *_CONTAINERS)))), [])
    older = next((rules for section in reversed(sections) if (rules := _rules(section, ("allow", "deny", "order")))), [])
    refusals = []
    if newer and not _any(exchange, newer):
        refusals.append(_refusal(exchange, newer))
    if older and not _old(exchange, older):
        refusals.append(Answer(403, "access is denied", older[0].place))
    satisfy = exchange.find("satisfy")
    either = satisfy is not None and satisfy.args[:1] != () and satisfy.args[0].lower() == "any"
    checks = bool(newer) + bool(older)
    if not refusals or (either and len(refusals) < checks):
        return None
    return refusals[0]


def _rules(section: Directive, names: tuple[str, ...]) -> list[Directive]:
    inner = list(section.each(*names))
    for limit in section.each("limit", "limitexcept"):
        named = "get" in (word.lower() for word in limit.args)
        if named == (limit.key == "limit"):
            inner += limit.each(*names)
    return inner


def _conditional(exchange: Exchange) -> list[Directive]:
    """The ``<If>`` sections with rules of access whose condition is taken to hold."""
    held = []
    for section in exchange.conditional():
        if not any(one.key in ("require", "deny", "allow", *_CONTAINERS) for one in section.block or ()):
            continue
        asked = exchange.choices.ask(
            f"if {section.place}",
            f"whether the condition of <{section.name}> at {section.place} holds, whose rules allow or deny",
            (
                f"the condition at {section.place} does not hold",
                f"the condition at {section.place} holds, and its rules allow or deny",
            ),
        )
        if asked:
            held.append(section)
    return held


def _any(exchange: Exchange, rules: list[Directive]) -> bool:
    """True where one of the rules grants; ``not`` alone grants nothing."""
    return any(_grants(exchange, rule) for rule in rules)


def _grants(exchange: Exchange, rule: Directive) -> bool:
    if rule.key in _CONTAINERS:
        inner = [one for one in rule.block or () if one.key in ("require", *_CONTAINERS)]
        if rule.key == "requireall":
            return all(_grants(exchange, one) for one in inner)
        granted = any(_grants(exchange, one) for one in inner)
        return granted if rule.key == "requireany" else not granted
    args = [word.lower() for word in rule.args]
    negated = args[:1] == ["not"]
    args = args[1:] if negated else args
    kind = args[0] if args else ""
    if kind == "all":
        granted = args[1:2] == ["granted"]
    elif kind == "method":
        granted = exchange.request.method.lower() in args[1:]
    elif kind in _LOGINS:
        granted = _login(exchange, rule)
    else:
        granted = _asked(exchange, rule, " ".join(args), negated)
    return granted != negated


def _asked(exchange: Exchange, rule: Directive, what: str, negated: bool) -> bool:
    subject = (
        "the client's address"
        if what.startswith(("ip", "host", "local", "forward-dns"))
        else f"what Require {what[:40]} asks for"
    )
    refused = f"{subject} is what {rule.place} refuses" if negated else f"{subject} is not what {rule.place} allows"
    allowed = f"{subject} is not what {rule.place} refuses" if negated else f"{subject} is what {rule.place} allows"
    asked = bool(exchange.choices.ask(f"require {rule.place}", f"{subject}, which {rule.place} checks", (allowed, refused)))
    return asked if negated else not asked


def _login(exchange: Exchange, rule: Directive) -> bool:
    """A Basic login is a header that a browser's WebSocket does not send of itself; other kinds may ride on a cookie."""
    kind = exchange.find("authtype")
    name = kind.args[0].lower() if kind is not None and kind.args else "basic"
    if name in ("basic", "digest") and exchange.header("Authorization") is None:
        return False
    return not exchange.choices.ask(
        f"login {rule.place}",
        f"whether the login that {rule.place} asks for is there and right",
        ("the login is right", "there is none"),
    )


def _refusal(exchange: Exchange, rules: list[Directive]) -> Answer:
    kind = exchange.find("authtype")
    logins = any(word.lower() in _LOGINS for rule in rules for word in rule.args[:1])
    if logins and kind is not None and kind.args and kind.args[0].lower() in ("basic", "digest"):
        return Answer(401, "it asks for a login", rules[0].place)
    return Answer(401 if logins else 403, "it asks for a login" if logins else "access is denied", rules[0].place)


def _old(exchange: Exchange, rules: list[Directive]) -> bool:
    """``Order``, ``Allow from`` and ``Deny from`` (mod_access_compat)."""
    order = next((" ".join(rule.args).lower().replace(" ", "") for rule in rules if rule.key == "order"), "deny,allow")
    allows = [rule for rule in rules if rule.key == "allow"]
    denies = [rule for rule in rules if rule.key == "deny"]
    allowed, denied = (_listed(exchange, each) for each in (allows, denies))
    return allowed or not denied if order == "deny,allow" else allowed and not denied


def _listed(exchange: Exchange, rules: list[Directive]) -> bool:
    if any("all" in (word.lower() for word in rule.args) for rule in rules):
        return True
    if not rules:
        return False
    return bool(
        exchange.choices.ask(
            f"address {rules[0].place}",
            f"the client's address, which {rules[0].place} checks",
            ("the client's address is not on the list", "the client's address is on the list"),
        )
    )
