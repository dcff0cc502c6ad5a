"""``wsadvise trace``: one virtual handshake through one proxy's configuration."""

from __future__ import annotations

from typing import Annotated

import typer

from advisor.cli import formats, output
from advisor.cli.scanning import AsOfOption, existing
from advisor.options import BadOptions, parse_day


def trace(
    config: Annotated[str, typer.Argument(metavar="CONFIG", help="A proxy's configuration: its main file, or the directory.")],
    url: Annotated[str, typer.Argument(metavar="URL", help="What a browser would open, e.g. wss://app.example.com/ws.")],
    kind: Annotated[
        str | None, typer.Option("--kind", metavar="KIND", help="Whose configuration it is, where the name does not tell.")
    ] = None,
    version: Annotated[str | None, typer.Option("--version", metavar="V", help="The proxy's version.")] = None,
    header: Annotated[
        list[str] | None, typer.Option("--header", "-H", metavar="'NAME: VALUE'", help="Add a header to the handshake.")
    ] = None,
    format: Annotated[
        list[str] | None, typer.Option("--format", "-f", metavar="F[:FILE]", help="text or json.", show_default="text")
    ] = None,
    file: Annotated[str | None, typer.Option("--output", "-o", metavar="FILE", help="Write it there.")] = None,
    as_of: AsOfOption = None,
) -> None:
    """Send one virtual handshake through a proxy's configuration and tell each step.

    Nothing is sent and no program is started. A directory stands for the program's own (/etc/nginx, /etc/haproxy).

    \b
    Examples:
      wsadvise trace deploy/nginx wss://app.example.com/ws --version 1.27
      wsadvise trace haproxy.cfg ws://localhost:8080/socket.io/ --format json
    """
    from datetime import date

    from advisor.knowledge import load
    from advisor.limits import Conditions
    from advisor.subject import subject
    from advisor.trace import request_for
    from advisor.trace import trace as send

    wanted = formats.parse(format or (), file, ("text", "json"))
    conditions = Conditions(parse_day(as_of) if as_of else date.today(), {})
    request_for(url, header or ())
    if version is not None and not any(sign.isdigit() for sign in version):
        raise BadOptions(f"--version expects a number, for instance 1.28, but got {version!r}.")
    traced = send(subject(existing(config), kind, version), url, header or (), load(), conditions)

    def told(name: str, screen: output.Screen) -> str:
        from advisor.reports import trace_json, trace_text

        if name == "json":
            return trace_json.render(traced)
        return trace_text.render(traced, width=screen.width, colour=screen.colour)

    formats.deliver(wanted, told)
