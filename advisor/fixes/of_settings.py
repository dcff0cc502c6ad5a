"""Findings about one setting in Terraform, TOML, YAML or JSON: its value replaced, or the key put in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from advisor.fixes import pasted
from advisor.fixes.candidate import Candidate
from advisor.fixes.pasted import STAYS, Part
from advisor.fixes.steps import text_of
from advisor.fixes.text import Text
from advisor.fixes.yaml_places import children, documents
from advisor.model import Edit, Finding
from advisor.rules.scan import Scan

_PAIR = re.compile(
    r"(?P<key>[\"']?[\w.:/-]+[\"']?)(?P<sign>\s*[=:]\s*)(?P<value>\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^\s,;#\"']+)(?P<rest>\s*[,;]?\s*(?:(?:#|//).*)?)"
)
_ENDINGS = (".tf", ".toml", ".yaml", ".yml", ".json", ".tf.json")
_ANNOTATED = ("Ingress", "Service", "Gateway")
"""Kinds whose annotations controllers take settings from."""
_SWITCH = "WS108"
"""Its setting lets sockets through and does nothing else."""
_RESOURCE = re.compile(r'(?:resource\s+"[^"]+"\s+"[^"]+"|module\s+"[^"]+"|[\w.-]+)\s*(?:"[^"]*"\s*)*\{\s*$')


def candidates(scan: Scan, finding: Finding) -> Iterator[Candidate]:
    """A pair replaced in its line; a key put into the block, the table or the annotations that the finding stands in."""
    if scan.tree.is_secret(finding.place.file):
        return
    for part in pasted.parts(finding.snippet):
        place = part.place if part.how == "at" and part.place is not None else finding.place if part.how == "" else None
        if part.how == "in the":
            yield from _of_type(scan, finding, part)
        text = text_of(scan, place.file) if place is not None else None
        if place is None or text is None or not place.file.endswith(_ENDINGS):
            continue
        safe = finding.rule == _SWITCH
        for edit in _edits(text, place.line, part.lines):
            yield Candidate((edit,), safe, f"sets {_name(part)} at {place}")


def _edits(text: Text, line: int, lines: tuple[str, ...]) -> Iterator[Edit]:
    """The ways to make a file say what a block says, at a line that is the pair itself or opens what it belongs to."""
    only = lines[0].strip() if len(lines) == 1 else ""
    replaced = _replaced(text, line, only)
    if replaced is not None:
        yield replaced
    elif text.file.endswith((".yaml", ".yml")):
        yield from _annotated(text, line, only)
    elif text.file.endswith(".toml"):
        yield from _tabled(text, line, lines)
    elif text.file.endswith(".tf") and _RESOURCE.match(text.line(line).strip()):
        yield from _nested(text, line, _inside(lines))


def _nested(text: Text, line: int, lines: list[str]) -> Iterator[Edit]:
    """Lines put into a block of Terraform; what they nest goes into the block of that name where there is one."""
    there = _there(text, line, lines[0]) if lines else None
    if not lines or (there is not None and len(lines) < 3):
        return
    if there is None:
        yield text.insert_lines(line + 1, _aligned(text, line, text.indented(lines, text.indent(line) + text.unit)))
        return
    inner = [each.strip() for each in lines[1:-1]]
    written = text.line(there)
    if re.search(r"\{\s*\}\s*$", written):
        indent = text.indent(there)
        column = written.index("{") + 2
        yield text.replace(
            there, column, there, len(written.rstrip()), "".join(f"\n{indent}{text.unit}{each}" for each in inner) + f"\n{indent}"
        )
    elif written.rstrip().endswith("{") and _there(text, there, inner[0]) is None:
        yield text.insert_lines(there + 1, _aligned(text, there, text.indented(inner, text.indent(there) + text.unit)))
    elif (known := _there(text, there, inner[0])) is not None and (edit := _replaced(text, known, inner[0])) is not None:
        yield edit


def _name(part: Part) -> str:
    inside = _inside(part.lines)
    last = next((line for line in reversed(inside) if _PAIR.match(line.strip())), inside[-1] if inside else "")
    found = _PAIR.match(last.strip())
    return found["key"].strip("\"'") if found is not None else "the value"


def _inside(lines: tuple[str, ...]) -> list[str]:
    """Of a block whose first line stands in the file, the lines that do not stand there yet, at no indentation."""
    if not any(STAYS in line for line in lines):
        return list(lines)
    inner = [line for line in lines[1:-1] if STAYS not in line]
    common = min((len(line) - len(line.lstrip(" ")) for line in inner), default=0)
    return [line[common:] for line in inner]


def _replaced(text: Text, line: int, pair: str) -> Edit | None:
    """The value of the key that stands on the line, replaced; spaces, comma and comment stay."""
    wanted = _PAIR.match(pair)
    written = text.line(line)
    start = len(text.indent(line)) + (2 if written.lstrip().startswith("- ") else 0)
    there = _PAIR.match(written, start)
    if wanted is None or there is None or there["key"].strip("\"'") != wanted["key"].strip("\"'"):
        return None
    return text.replace(line, there.start("value") + 1, line, there.end("value") + 1, wanted["value"])


def _there(text: Text, line: int, first: str) -> int | None:
    """The line on which the block that opens on a line has a block or key of that name already."""
    name = first.split("=")[0].split("{")[0].strip()
    indent = len(text.indent(line))
    number = line + 1
    while number <= text.count and (not text.line(number).strip() or len(text.indent(number)) > indent):
        if re.match(rf"{re.escape(name)}\s*[={{]", text.line(number).strip()):
            return number
        number += 1
    return None


def _aligned(text: Text, line: int, lines: list[str]) -> list[str]:
    """One pair with its sign below that of the pair that follows, as Terraform formats them."""
    following = re.match(r"\s*[\w-]+\s*(?==[^=])", text.line(line + 1))
    own = re.match(r"(\s*[\w-]+)\s*=\s*(.*)", lines[0]) if len(lines) == 1 else None
    if following is None or own is None or len(own[1]) >= len(following[0]):
        return lines
    return [f"{own[1]:<{len(following[0])}}= {own[2]}"]


# ---------------------------------------------------------------- TOML


def _tabled(text: Text, line: int, lines: tuple[str, ...]) -> Iterator[Edit]:
    """A key in the table of the block's first line: in the one that is there, else in a new one behind the line's own."""
    head = lines[0].strip()
    if not head.startswith("[") or len(lines) < 2:
        return
    heads = {
        text.line(number).split("#")[0].strip(): number
        for number in range(1, text.count + 1)
        if text.line(number).lstrip().startswith("[")
    }
    if head in heads:
        at = heads[head]
        yield text.insert_lines(at + 1, text.indented((each.strip() for each in lines[1:]), _indent_below(text, at)))
        return
    end = next((number for number in sorted(heads.values()) if number > line), text.count + 1)
    while end > 1 and (not text.line(end - 1).strip() or text.line(end - 1).lstrip().startswith("#")):
        end -= 1
    indent = text.indent(line)
    yield text.insert_lines(end, ("", *(f"{indent}{each}" for each in lines)))


def _indent_below(text: Text, head: int) -> str:
    following = text.line(head + 1)
    return text.indent(head + 1) if following.strip() and not following.lstrip().startswith("[") else text.indent(head)


# ---------------------------------------------------------------- annotations


def _annotated(text: Text, line: int, pair: str) -> Iterator[Edit]:
    """An annotation in the manifest that holds the line: below those that are there, else in a mapping of its own."""
    wanted = _PAIR.fullmatch(pair)
    if wanted is None or "/" not in wanted["key"]:
        return
    manifests = [each for each in documents(text) if each.place.line <= line <= (each.place.end_line or each.place.line)]
    kind = manifests[0].get("kind") if len(manifests) == 1 else None
    metadata = manifests[0].get("metadata") if kind is not None and kind.text() in _ANNOTATED else None
    lines = children(metadata) if metadata is not None else []
    if metadata is None or not lines:
        return
    annotations = metadata.get("annotations")
    if annotations is None:
        name = metadata.get("name")
        plain = name is not None and name.key_place is not None and name.place.line == name.key_place.line
        at = name.key_place.line + 1 if name is not None and name.key_place is not None and plain else lines[0]
        indent = text.indent(lines[0])
        yield text.insert_lines(at, (f"{indent}annotations:", f"{indent}{text.unit}{pair}"))
        return
    known = annotations.get(wanted["key"])
    if known is not None and known.key_place is not None:
        yield from _among_attributes(text, known.key_place.line, wanted)
    elif below := children(annotations):
        yield text.insert_lines(below[0], (f"{text.indent(below[0])}{pair}",))


def _among_attributes(text: Text, line: int, wanted: re.Match[str]) -> Iterator[Edit]:
    """The value of an annotation replaced; of a list of ``name=value`` only the one of that name, which may be a new one."""
    name, sign, _ = wanted["value"].partition("=")
    edit = _replaced(text, line, wanted[0])
    there = _PAIR.match(text.line(line), len(text.indent(line)))
    if not sign or edit is None or there is None:
        if edit is not None:
            yield edit
        return
    quote = there["value"][0] if there["value"][0] in "\"'" else ""
    pairs = [each.strip() for each in text.line(line)[there.start("value") :].strip().strip("\"'").split(",")]
    if not all("=" in each and "#" not in each for each in pairs):
        return
    kept = [wanted["value"] if each.partition("=")[0].strip() == name else each for each in pairs]
    kept += [] if wanted["value"] in kept else [wanted["value"]]
    end = len(text.line(line).rstrip()) + 1
    yield text.replace(line, there.start("value") + 1, line, end, f"{quote}{','.join(kept)}{quote}")


# ---------------------------------------------------------------- another resource


def _of_type(scan: Scan, finding: Finding, part: Part) -> Iterator[Candidate]:
    """``in the aws_lb_target_group in main.tf``: the key in the one resource of that type that the file has."""
    said = re.fullmatch(r"(\S+) in (.+)", part.rest)
    text = text_of(scan, said[2]) if said is not None else None
    if said is None or text is None:
        return
    opens = [number for number in range(1, text.count + 1) if text.line(number).lstrip().startswith(f'resource "{said[1]}"')]
    if len(opens) == 1:
        for edit in _edits(text, opens[0], part.lines):
            yield Candidate((edit,), safe=False, does=f"sets {_name(part)} in the {said[1]}")
