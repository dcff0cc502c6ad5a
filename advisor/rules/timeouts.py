"""A limit that is too short for a path -> the two remedies: a heartbeat of this app's library, and the setting that raises it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from advisor import proxies
from advisor.deployment.terraform.estate import newer
from advisor.knowledge.statements import SetBy
from advisor.model import Hop, Limit, Path, Place, Step
from advisor.rules import remedies
from advisor.rules.scan import Scan, forwards, limit_place
from advisor.stack.library import libraries

_RESOURCE = re.compile(r'resource\s+"([^"]+)"')
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}
LONG_S = 3600
"""An hour without a byte: long enough for any tab that somebody still looks at."""


@dataclass(frozen=True, slots=True)
class Cure:
    """What to do about a short timeout, in a sentence, and the blocks to paste, each under a line that says where."""

    told: str
    snippet: str


@dataclass(frozen=True, slots=True)
class _Raise:
    """The setting that raises a hop's timeout: where it goes, and the block."""

    key: str
    where: str
    block: str
    seconds: int
    amount: str
    """The same in words, in minutes where the key counts minutes."""


def cure(scan: Scan, path: Path, limit: Limit, interval: int) -> Cure:
    """A heartbeat every ``interval`` seconds, or the hop's own timeout raised, where some file can."""
    step = next((step for step in path.steps if step.hop.id == limit.decided_by.hop), None)
    name = step.hop.name if step is not None else "the app"
    raised = _raised(scan, path, step, limit) if step is not None else None
    beat = remedies.heartbeat_block(path, interval)
    blocks = [f"{_comment(path)} a heartbeat every {interval} s\n{beat}"] if beat else []
    told = f"Send a heartbeat every {interval} s or faster"
    image = path.app is not None and path.app.published is not None
    if raised is None:
        can = "" if image else f"{told}. "
        return Cure(f"{can}No file sets the timeout of {name}.", "\n\n".join(blocks))
    if raised.block:
        blocks.append(f"# {'or instead, ' if blocks else ''}{raised.where}\n{raised.block}")
    then = ""
    if limit.runner_up is not None and isinstance(limit.runner_up[1], int | float) and limit.runner_up[1] < raised.seconds:
        following = limit.runner_up[0]
        after = following.name or next((each.hop.name for each in path.steps if each.hop.id == following.hop), "the app")
        then = f"; then {after} decides with {limit.runner_up[1]:g} s"
    raising = f"aise {raised.key} of {name} to {raised.amount}{then}."
    return Cure(f"R{raising}" if image else f"{told}, or r{raising}", "\n\n".join(blocks))


def _raised(scan: Scan, path: Path, step: Step, limit: Limit) -> _Raise | None:
    hop = step.hop
    if hop.platform not in scan.knowledge.platforms():
        return None
    profile = scan.knowledge.platform(hop.platform)
    acting = profile.sets(limit.dimension, scan.ways.conditions.of(hop))
    keys = [key for key in profile.set_by(limit.dimension) if (key.format, key.key) in acting]
    if not keys:
        return None
    keys = [each for each in keys if hop.id.startswith(f"{each.format}:")] or keys
    forward = next((forward for _, forward in forwards(step)), None)
    settings = (*(forward.settings if forward else ()), *hop.settings)
    set_here = next((each for each in settings if each.place == limit.decided_by.place), None)
    family = {each.key.split(".")[0] for each in settings}
    key = next(
        (each for each in keys if set_here is not None and each.key == set_here.key),
        next((each for each in keys if each.key.split(".")[0] in family), _fitting(keys, hop)),
    )
    known = scan.fact(hop, limit.dimension)
    statements = [known.statement] if known.statement else [each for _, each in known.branches]
    seconds = int(min([LONG_S, *(each.max for each in statements if each.max is not None)]))
    place = set_here.place if set_here is not None else limit_place(path, limit)
    where = f"in the configuration of {hop.name}" if hop.id.startswith("assumed:") else _where(scan, key, place)
    shown = _last(key.key)
    amount = f"{seconds // 60} min" if key.unit == "m" else f"{seconds} s"
    return _Raise(shown, where, _written(scan, step, key, seconds, set_here is not None, place), seconds, amount)


def _fitting(keys: list[SetBy], hop: Hop) -> SetBy:
    """The key that belongs to the kind of file that shows the hop: that of a command where no estate does."""
    typed = [key for key in keys if key.key.startswith(f"{key.format} ")]
    return typed[0] if typed and not hop.place.file.endswith((".tf", ".json", ".template")) else keys[0]


def _written(scan: Scan, step: Step, key: SetBy, seconds: int, replaces: bool, place: Place) -> str:
    """The setting as the hop's own file writes it: alone where it replaces a line, else inside the block that decides."""
    lines = (scan.tree.text(place.file) or "").splitlines()
    opening = lines[place.line - 1].strip() if not replaces and 0 < place.line <= len(lines) else ""
    program = proxies.of(step.hop.platform)
    if program is not None:
        block: str = program.timeout_block(key.key, seconds, opening)
        return block
    table, _, last = key.key.rpartition(".")
    amount = round(seconds / _SECONDS.get(key.unit or "s", 1))
    if "/" in key.key:
        annotation, sign, attribute = key.key.partition("-attributes.")
        return f"{annotation}-attributes: {attribute}={amount}" if sign else f'{key.key}: "{amount}"'
    if ":" in key.key:
        namespace, _, option = key.key.rpartition(":")
        return f"option_settings:\n  {namespace}:\n    {option}: {seconds}"
    if key.format in ("cdk", "pulumi"):
        value = f"Duration.seconds({amount})" if key.format == "cdk" else str(amount)
        return f"{_snake(last)}={value}," if place.file.endswith(".py") else f"{last}: {value},"
    if key.format.endswith(".toml"):
        return f"[{table}]\n  {last} = {amount}"
    if table and place.file.endswith(".tf"):
        return _terraform(key, amount, opening, replaces=replaces)
    return "" if table else f"{key.key} {seconds}{'s' if key.unit == 'ms' else ''}"


def _terraform(key: SetBy, amount: int, opening: str, *, replaces: bool) -> str:
    """The attribute alone where it replaces a line, else inside its resource and the blocks that it belongs to."""
    type_, *blocks, last = key.key.split(".")
    lines = [f"{last} = {amount}"]
    if replaces:
        return lines[0]
    for name in reversed(blocks):
        lines = [f"{name} {{", *(f"  {line}" for line in lines), "}"]
    head = opening if _is_resource(opening, type_) else f'resource "{type_}" "..." {{'
    return "\n".join([head, "  # what stands there stays", *(f"  {line}" for line in lines), "}"])


def _where(scan: Scan, key: SetBy, place: Place) -> str:
    """The place, or the resource in its file where the key belongs to another one than the hop's own."""
    lines = (scan.tree.text(place.file) or "").splitlines()
    line = lines[place.line - 1].strip() if 0 < place.line <= len(lines) else ""
    type_ = key.key.partition(".")[0]
    elsewhere = key.format == "terraform" and _RESOURCE.match(line) is not None and not _is_resource(line, type_)
    return f"in the {type_} in {place.file}" if elsewhere else f"at {place}"


def _is_resource(line: str, type_: str) -> bool:
    """True for the opening line of a resource of that type, or of a module that makes one."""
    found = _RESOURCE.match(line)
    return newer(found[1]) == type_ if found is not None else line.endswith("{")


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda found: f"_{found[1].lower()}", name)


def _last(key: str) -> str:
    return key if "/" in key else key.rpartition(":")[2].rpartition(".")[2]


def _comment(path: Path) -> str:
    library = libraries().get(path.server.library) if path.server is not None else None
    return "//" if library is not None and library.ecosystem == "npm" else "#"
