"""A step before the proxy starts replaces the proxy's own variables, and nothing is left of them.

Templates use the same sign for two things: ``$PORT`` is for the step that fills the template in, ``$http_upgrade`` for the proxy.
A command that is not told which names are meant replaces both, and as nobody has a variable of that name in the environment,
``proxy_set_header Upgrade $http_upgrade;`` becomes ``proxy_set_header Upgrade ;``: the proxy does not start, or sends empty
headers.

Name the variables to fill in (``envsubst '$HOST $PORT'``), quote the delimiter of the heredoc, or write ``\\$`` and ``$$`` there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from advisor.deployment.parts import Eaten, ProxyFiles
from advisor.model import Answer, Finding, Forward, HeaderFate, Invalid, Path, Place, Related, Severity, Step
from advisor.rules import remedies
from advisor.rules.scan import Scan, branches, forwards

ID = "WS114"
NAME = "variables-eaten"
SEVERITY: Severity = "error"
OVER = ("WS101", "WS102", "WS103", "WS104", "WS105", "WS106", "WS113", "WS605", "WS607", "WS901")
_VARIABLE = re.compile(r"\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))")
_CAPITALS = re.compile(r"\$\{?([A-Z][A-Z0-9_]*)\b")
_MOST = 3


def check(scan: Scan) -> Iterator[Finding]:
    for path in scan.paths:
        for step in path.steps:
            config = step.hop.config
            if isinstance(config, ProxyFiles) and config.eaten and _fails(step) and _meant(scan, step):
                yield _finding(scan, path, step, config.eaten)


def _fails(step: Step) -> bool:
    """True where no way through the hop is left for the handshake."""
    return step.received.upgrades() and not any(forward.request.upgrades() for _, forward in forwards(step))


def _meant(scan: Scan, step: Step) -> bool:
    """True where the file as it was written hands the handshake on."""
    whole = scan.ways.meant(step.hop)
    outcome = scan.ways.outcome(whole, step.received)
    return any(forward.request.upgrades() for _, forward in forwards(Step(whole, step.received, outcome)))


def _finding(scan: Scan, path: Path, step: Step, every: tuple[Eaten, ...]) -> Finding:
    result = next(result for _, result in branches(step))
    first = next((each for each in every if result.place is not None and each.file == result.place.file), every[0])
    names, lines = _lost(first)
    shown = " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
    return Finding(
        ID,
        NAME,
        SEVERITY,
        "breaks",
        "certain" if path.certainty != "weak" else "likely",
        f"Nothing is left of {shown} in {first.file} when {step.hop.name} reads it, so no socket opens at {path.endpoint}.",
        first.place,
        why=(
            f"the handshake for {path.url} arrives at {step.hop.name}",
            f"at {first.place} {first.why}, so every $name is replaced, and nothing in the environment is called {names[0][1:]}",
            _then(step, result),
        ),
        remedy=_remedy(first),
        snippet=_block(scan, first),
        verify=remedies.curl(path),
        related=tuple(_related(result, lines)),
        path=path.id,
        who="proxy",
    )


def _lost(eaten: Eaten) -> tuple[list[str], list[Place]]:
    """The first variables that go, and where each of them stands; those of the upgrade come first."""
    places: dict[str, Place] = {}
    for number, line in enumerate(eaten.whole.splitlines(), 1):
        for found in _VARIABLE.finditer(line):
            name = found[1] or found[2]
            if name != name.upper():
                places.setdefault(f"${name}", Place(eaten.file, number, found.start() + 1))
    ordered = sorted(places, key=lambda name: "upgrade" not in name)[:_MOST]
    return ordered, [places[name] for name in ordered]


def _then(step: Step, result: Forward | Answer | Invalid) -> str:
    """What the program does with what is left."""
    if isinstance(result, Invalid):
        return f"{step.hop.name} does not start with what is left: {result.reason}"
    if isinstance(result, Answer):
        return f"with what is left {step.hop.name} answers the handshake itself: {result.reason}"
    return f"with what is left {step.hop.name} hands no handshake on"


def _related(result: Forward | Answer | Invalid, lines: list[Place]) -> Iterator[Related]:
    """The lines that lose a variable, and the places at which another rule would see what follows."""
    told: set[Place] = set(lines)
    yield from (Related(place, "this variable goes") for place in lines)
    fates: tuple[HeaderFate, ...] = result.fates if isinstance(result, Forward) else ()
    for place in (result.place, *(fate.place for fate in fates if not fate.value)):
        if place is not None and place not in told:
            told.add(place)
            yield Related(place, "what is left here")


def _remedy(eaten: Eaten) -> str:
    if "envsubst" in eaten.why:
        return "Give envsubst the list of the names that it may replace."
    if "heredoc" in eaten.why:
        return "Quote the delimiter of the heredoc, or write a backslash before each $ that is the proxy's."
    return "Write $$ for each $ that is the proxy's."


def _block(scan: Scan, eaten: Eaten) -> str:
    """The changed command; the template's own placeholders are those in capitals."""
    if "envsubst" not in eaten.why:
        return ""
    lines = (scan.tree.text(eaten.place.file) or "").splitlines()
    before = lines[eaten.place.line - 1].partition("envsubst")[0] if eaten.place.line <= len(lines) else ""
    composed = eaten.place.file.endswith((".yml", ".yaml"))
    sign = "$$" if composed else "\\$" if '"' in before and "[" not in before else "$"
    names = dict.fromkeys(_CAPITALS.findall(eaten.whole))
    listed = " ".join(f"{sign}{name}" for name in names) or f"{sign}NOTHING"
    return f"envsubst '{listed}' < {eaten.file.rsplit('/', 1)[-1]}"
