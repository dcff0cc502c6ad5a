"""An expression of Rust -> durations, sizes, texts and addresses where the code shows them; what is computed is ``None``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from advisor.stack.rust.module import RustCode, RustFile

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_DEEPEST = 8
_DURATION = re.compile(r"Duration::(from_secs_f32|from_secs_f64|from_secs|from_millis|from_mins)\(([^()]{1,80})\)")
_UNITS = {"from_secs": 1.0, "from_secs_f32": 1.0, "from_secs_f64": 1.0, "from_millis": 0.001, "from_mins": 60.0}
_PRODUCT = re.compile(r"^[\d_.\s*()a-z]{1,60}$")
_VARIABLE = re.compile(r'\bvar(?:_os)?\(\s*"(\w+)"\s*\)|\benv!\(\s*"(\w+)"')
_FALLBACK = re.compile(
    r'(?:unwrap_or(?:_else|_default)?|map_or|or)\(\s*(?:\|[^|]*\|\s*)?(?:String::from\(\s*)?"?([\w.:\[\]]{1,60})"?'
)
_ADDRESS = re.compile(r'"(\[[\da-fA-F:]*\]|[\w.-]*):(\d{2,5}|\{[^{}]*\})"')
_PARTS = re.compile(r"\[\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*\]\s*,\s*([\w.]+)")
_PAIR = re.compile(r'\(\s*&?"([\w.:-]*)"\s*,\s*([\w.]+)')
_KNOWN = re.compile(r"Ipv[46]Addr::(UNSPECIFIED|LOCALHOST)")
_LAST = re.compile(r",\s*([\w.]+)\s*\)")
_NAME = re.compile(r"^&?(?:mut )?([A-Za-z_]\w*)$")
_LOCAL = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Address:
    """Where something listens; ``port_from`` ``default``: a flag's."""

    bind: str | None = None
    port: int | None = None
    port_from: Literal["literal", "environment", "default"] | None = None


def written(code: RustCode, file: RustFile, name: str, within: SgNode | None) -> str | None:
    """The expression that a name stands for, as text: in its function, in its file, or once in the crate."""
    given = file.values.get(name, [])
    local = [value for value, where in given if where is not None and where == within] or [
        value for value, where in given if where is None
    ]
    if local:
        return local[-1].text()
    if name.isupper():
        for other in code.crate(file, re.compile(rf"\b(?:const|static)\s+{re.escape(name)}\b")):
            found = [value for value, where in other.values.get(name, []) if where is None]
            if found:
                return found[0].text()
    return None


def seconds(code: RustCode, file: RustFile, text: str, within: SgNode | None, depth: int = 0) -> float | None:
    """``Duration::from_secs(30)``, or a name that stands for one; also ``30`` where the unit is given around it."""
    found = _DURATION.search(text[:400])
    if found:
        amount = number(code, file, found[2], within)
        return amount * _UNITS[found[1]] if amount is not None else None
    name = _NAME.match(text.strip().rpartition("::")[2])
    inner = written(code, file, name[1], within) if name and depth < _DEEPEST else None
    return seconds(code, file, inner, within, depth + 1) if inner is not None else None


def number(code: RustCode, file: RustFile, text: str, within: SgNode | None, depth: int = 0) -> float | None:
    """``64 * 1024``, ``30``, ``1 << 20``, ``Some(65_536)``, or a name that stands for one."""
    plain = re.sub(r"\bas\s+\w+", "", text.strip()).strip()
    wrapped = re.match(r"^Some\((.*)\)$", plain, re.DOTALL)
    plain = wrapped[1].strip() if wrapped else plain
    name = _NAME.match(plain.rpartition("::")[2])
    if name and depth < _DEEPEST:
        inner = written(code, file, name[1], within)
        return number(code, file, inner, within, depth + 1) if inner is not None else None
    result = 1.0
    for sign, part in re.findall(r"(\*|<<|^)\s*\(?\s*([\d_.]+)(?:[iuf]\d+|[iu]size)?", plain):
        digits = part.replace("_", "")
        if not re.fullmatch(r"\d{1,15}(?:\.\d{0,6})?", digits):
            return None
        result = result * 2 ** min(float(digits), 60) if sign == "<<" else result * float(digits)
    return result if re.fullmatch(r"[\d_.\s*()<iufsze]{1,80}", plain) and any(sign.isdigit() for sign in plain) else None


def text_of(code: RustCode, file: RustFile, node: SgNode | None, depth: int = 0) -> tuple[str | None, str | None]:
    """A text with its computed parts as ``{name}``, and the variable of the environment that goes before it."""
    if node is None or depth > _DEEPEST:
        return None, None
    whole = node.text()
    variable, fallback = _VARIABLE.search(whole[:300]), _FALLBACK.search(whole[:400])
    if variable:
        literal = re.search(r'"((?:wss?|https?)://[^"]*)"', whole) or (
            re.search(r'"([^"\s]+)"', fallback[0]) if fallback else None
        )
        return (literal[1] if literal else None), variable[1] or variable[2]
    literal = re.match(r'^&?(?:Url::parse\(\s*&?)?(?:String::from\(\s*)?(?:format!\(\s*)?"((?:[^"\\]|\\.)*)"', whole)
    if literal:
        return re.sub(r"\{:[^{}]*\}|\{\}", "{value}", literal[1]), None
    name = _NAME.match(re.sub(r"\.(?:clone|as_str|to_string|into|as_ref|into_client_request|unwrap|to_owned)\(\)|\?", "", whole))
    if name:
        from advisor.stack.rust.module import around

        given = file.values.get(name[1], [])
        local = [value for value, where in given if where in (around(node), None)]
        if local:
            return text_of(code, file, local[-1], depth + 1)
    return None, None


def address(code: RustCode, file: RustFile, text: str, within: SgNode | None, depth: int = 0) -> Address:
    """``"0.0.0.0:8080"``, ``([127, 0, 0, 1], 3000)``, ``SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), port)``, a variable."""
    text = text.strip()[:600]
    if depth > _DEEPEST:
        return Address()
    variable = _VARIABLE.search(text)
    if variable:
        fallback = _FALLBACK.search(text[variable.end() :])
        inner = address(code, file, f'"{fallback[1]}"' if fallback else "", within, depth + 1)
        port = inner.port or (int(fallback[1]) if fallback and fallback[1].isdigit() and len(fallback[1]) < 6 else None)
        return Address(inner.bind, port, "environment")
    quoted = _ADDRESS.search(text)
    if quoted:
        inside = quoted[2].strip("{}")
        token = quoted[2] if quoted[2].isdigit() else inside or (_first_argument(text, quoted.end()) if "format!" in text else "")
        host = quoted[1] if quoted[1] and "{" not in quoted[1] else ""
        return _with_port(code, file, host, token, within, depth)
    for shape in (_PARTS, _PAIR):
        found = shape.search(text)
        if found:
            host = ".".join(found.groups()[:4]) if shape is _PARTS else found[1]
            return _with_port(code, file, host, found.groups()[-1], within, depth)
    known = _KNOWN.search(text)
    if known:
        last = _LAST.search(text[known.end() :])
        host = _LOCAL if known[1] == "LOCALHOST" else "0.0.0.0"  # noqa: S104 - what the program binds
        return _with_port(code, file, host, last[1] if last else "", within, depth)
    made = re.search(r"SocketAddr(?:V4|V6)?::(?:new|from)\(.*?,\s*([\w.]+)\s*\)?\)", text, re.DOTALL)
    if made:
        return _with_port(code, file, "", made[1], within, depth)
    name = _NAME.match(re.sub(r"\.(?:clone|as_str|to_string|into|parse|unwrap)\([^()]*\)|\?", "", text))
    inner_text = written(code, file, name[1], within) if name else None
    return address(code, file, inner_text, within, depth + 1) if inner_text is not None else Address()


def _first_argument(text: str, end: int) -> str:
    found = re.match(r"\s*,\s*&?([\w.]+)", text[end:])
    return found[1] if found else ""


def _with_port(code: RustCode, file: RustFile, host: str, token: str, within: SgNode | None, depth: int) -> Address:
    bind = host if host and host != "0.0.0.0" and not host.isdigit() else None  # noqa: S104 - compared, never bound
    if token.isdigit():
        return Address(bind, int(token) or None, "literal") if len(token) < 6 else Address(bind)
    name = token.rpartition(".")[2]
    if not name:
        return Address(bind)
    inner = written(code, file, name, within) if "." not in token else None
    if inner is not None:
        variable, fallback = _VARIABLE.search(inner), _FALLBACK.search(inner)
        if variable:
            number_of = fallback[1] if fallback and fallback[1].isdigit() and len(fallback[1]) < 6 else None
            return Address(bind, int(number_of) if number_of else None, "environment")
        amount = number(code, file, inner, within, depth + 1)
        return Address(bind, int(amount), "literal") if amount else Address(bind)
    return _of_arguments(code, file, name, bind)


def _of_arguments(code: RustCode, file: RustFile, name: str, bind: str | None) -> Address:
    """A field that clap fills: ``#[arg(long, env = "PORT", default_value_t = 3000)] port: u16``."""
    shape = re.compile(rf"#\[(?:arg|clap|structopt)\(([^\]]{{0,200}})\)\]\s*(?:pub\s+)?{re.escape(name)}\s*:")
    for other in code.crate(file, shape):
        found = shape.search(other.text)
        default = re.search(r'default_value(?:_t)?\s*=\s*"?(\d{2,5})\b', found[1]) if found else None
        if found:
            return Address(bind, int(default[1]) if default else None, "environment" if "env" in found[1] else "default")
    return Address(bind)
