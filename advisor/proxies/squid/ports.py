"""``http_port`` and ``https_port`` lines -> where Squid listens, and whether as a reverse proxy.

After ``parsePortCfg`` and ``parse_port_option`` (squid 5.7, src/cache_cf.cc).
"""

from __future__ import annotations

from dataclasses import dataclass

from advisor.formats.squid import Line
from advisor.model import Place

_WORDS = frozenset(
    (
        "accel transparent intercept tproxy require-proxy-header vhost no-vhost vport allow-direct act-as-origin "
        "ignore-cc no-connection-auth connection-auth connection-auth=off connection-auth=on ipv4 ipv6 tcpkeepalive "
        "sslBump ssl-bump worker-queues ftp-track-dirs"
    ).split()
)
_VALUES = tuple(
    (
        "defaultsite= vport= protocol= name= disable-pmtu-discovery= tcpkeepalive= cert= key= version= options= cipher= "
        "clientca= cafile= capath= crlfile= dhparams= sslflags= sslcontext= generate-host-certificates "
        "dynamic_cert_mem_cache_size= tls-"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Port:
    """One listening side. ``vport`` 0: the port of the Host header stays; below 0: Squid's own is put there."""

    name: str
    host: str
    number: int
    tls: bool
    place: Place
    accel: bool = False
    intercepts: bool = False
    vhost: bool = False
    site: str | None = None
    vport: int = 0
    direct: bool = False
    proxied: bool = False
    """Every connection has to begin with a PROXY header."""


def port(line: Line) -> Port | str:
    """The port that a line opens; or the sentence with which Squid refuses it, empty where it only says which line."""
    if not line.args:
        return ""
    where, *options = line.args
    host, number = _address(where)
    if number is None:
        return f"{line.name}: missing Port: {where}" if ":" not in where else ""
    if number == 0:
        return f"{line.name}: Port cannot be 0: {where}" if host else f"{line.name}: missing Port: {where}"
    tls = line.name == "https_port" or any(option.lower() == "protocol=https" for option in options)
    name = next((option[5:] for option in options if option.startswith("name=")), where)
    modes = _modes(line.name, options)
    if isinstance(modes, str):
        return modes
    accel, intercepts = modes
    if tls and not any(option.startswith(("cert=", "tls-cert=")) for option in options):
        return "https_port requires a cert= parameter"
    site = next((option[12:] for option in options if option.startswith("defaultsite=")), None)
    vhost = accel
    for option in options:
        vhost = {"vhost": True, "no-vhost": False}.get(option, vhost)
    vports = [option[6:] for option in options if option.startswith("vport=")]
    vport = int(vports[-1]) if vports and vports[-1].isdigit() and len(vports[-1]) < 6 else -1 if "vport" in options else 0
    direct, proxied = "allow-direct" in options, "require-proxy-header" in options
    return Port(name, host, number, tls, line.place, accel, intercepts, vhost, site, vport, direct, proxied)


def _address(text: str) -> tuple[str, int | None]:
    host, colon, number = text.rpartition(":")
    if number.isdigit() and len(number) < 6 and int(number) < 65_536 and (colon or text == number):
        return host.strip("[]"), int(number)
    return host, None


def _modes(directive: str, options: list[str]) -> tuple[bool, bool] | str:
    """Whether the port is a reverse proxy's, and whether it intercepts; options count in their order."""
    accel = intercepts = False
    for option in options:
        if option in ("accel", "vhost"):
            if intercepts:
                return f"{directive}: Accelerator mode requires its own port. It cannot be shared with other modes."
            accel = True
        elif option in ("transparent", "intercept"):
            if accel:
                return f"{directive}: Intercept mode requires its own interception port. It cannot be shared with other modes."
            intercepts = True
        elif option == "tproxy":
            if accel or intercepts:
                return f"{directive}: TPROXY option requires its own interception port. It cannot be shared with other modes."
            intercepts = True
        elif option.startswith("defaultsite=") or option == "allow-direct":
            if not accel:
                return f"{directive}: {option.partition('=')[0]} option requires Acceleration mode flag."
        elif option not in _WORDS and not option.startswith(_VALUES):
            return f"Unknown {directive} option '{option}'."
    return accel, intercepts
