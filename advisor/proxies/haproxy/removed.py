"""Keywords that HAProxy no longer takes -> the sentence with which it refuses them, by version."""

from __future__ import annotations

from advisor.formats.haproxy import Line
from advisor.versions import before

_INSTEAD = {
    "http-request deny": ("reqdeny", "reqideny"),
    "http-request allow": ("reqallow", "reqiallow", "reqpass", "reqipass"),
    "http-request tarpit": ("reqtarpit", "reqitarpit"),
    "http-request del-header": ("reqdel", "reqidel"),
    "http-request replace-header": ("reqirep",),
    "http-request add-header": ("reqadd",),
    "http-response replace-header": ("rsprep", "rspirep"),
    "http-response deny": ("rspdeny", "rspideny"),
    "http-response del-header": ("rspdel", "rspidel"),
    "http-response add-header": ("rspadd",),
}
_BY_NAME = {name: f"Use '{instead}' instead." for instead, names in _INSTEAD.items() for name in names} | {
    "reqrep": "Use 'http-request replace-path', 'http-request replace-uri' or 'http-request replace-header' instead.",
    "block": "Use 'http-request deny' which uses the exact same syntax.",
}
_TIMEOUTS = {"clitimeout": "client", "srvtimeout": "server", "contimeout": "connect"}


def removed(line: Line, version: str | None) -> str | None:
    """Why the line is refused; ``None`` where it is not one of these, or this version still takes it."""

    def still(since: str) -> bool:
        return version is not None and before(version, since)

    name = line.name
    if name in _BY_NAME and not still("2.1"):
        return f"The '{name}' directive is not supported anymore since HAProxy 2.1. {_BY_NAME[name]}"
    if name in _TIMEOUTS and not still("2.1"):
        return f"the '{name}' directive is not supported anymore since HAProxy 2.1. Use 'timeout {_TIMEOUTS[name]}'."
    if name == "option" and line.args[:1] == ("forceclose",) and not still("2.0"):
        return (
            "option 'forceclose' is not supported any more since HAProxy 2.0, please just remove it, or use 'option httpclose' "
            "if absolutely needed."
        )
    if name == "option" and line.args[:1] == ("http-tunnel",) and not still("2.1"):
        return "option 'http-tunnel' is not supported any more since HAProxy 2.1, please just remove it, it shouldn't be needed."
    return None
