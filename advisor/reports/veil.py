"""Text that comes from scanned files -> the same text with passwords, tokens and keys replaced by ``***``.

What counts as a secret: the password of a URL, parameters, variables, flags and headers that are called token, secret, password
or the like, credentials after ``Bearer`` or ``Basic``, keys in the form of well-known services, and long words in which upper
and lower case and digits change often. References (``$TOKEN``, ``{{ token }}``, ``process.env.TOKEN``) are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

MARK = "***"
_WORD = r"(?:token|secret|passw(?:or)?d|passphrase|pwd|credential|api[-_]?key|access[-_]?key|private[-_]?key|authorization)"
_NAME = rf"(?<![\w.-])[\w.-]{{0,64}}{_WORD}[\w.-]{{0,64}}"
_LITERAL = r"(?![$<{(\[*%!]|process\.|os\.|import\.meta|env\.|var\.|local\.)"
_SUSPECT = re.compile(rf"(?i){_WORD}|auth|[?&]\w{{0,64}}(?:key|sig)|bearer|basic|://[^\s/]*@|[\w-]{{20}}|\bAKIA|\bAIza")
_URL_PASSWORD = re.compile(r"(?<=://)([^\s/@:'\"`]{0,128}):(?![${<*])([^\s/@'\"`]{1,256})(?=@)")
_PARAMETER = re.compile(
    rf"(?i)([?&][\w.-]{{0,64}}(?:{_WORD}|auth|key|sig(?:nature)?|jwt)[\w.-]{{0,64}}=){_LITERAL}([\w%+/.~-][^\s&#'\"`<>|)\\;]{{0,4096}})"
)
_QUOTED = re.compile(rf"(?i)({_NAME}[\"']?\s{{0,8}}(?:=>|[:=]|\s)\s{{0,8}}([\"'`])){_LITERAL}((?:(?!\2)[^\\\n]){{1,4096}})(?=\2)")
_ASSIGNED = re.compile(
    r"(\b[A-Z0-9_]{0,64}(?:TOKEN|SECRET|PASS(?:WORD|WD|PHRASE)?|PWD|CREDENTIALS?|API_?KEY|ACCESS_KEY|PRIVATE_KEY|AUTH)[A-Z0-9_]{0,64}"
    rf"\s{{0,4}}[=:]\s{{0,4}}){_LITERAL}([^\s\"'`,;)\]}}]{{1,4096}})"
)
_SET = re.compile(
    rf"(?im)(\b(?:env|[a-z_-]{{0,32}}header)\s{{1,8}}{_NAME}\s{{1,8}}){_LITERAL}([^\s\"'`=;]{{1,4096}})(?=\s{{0,8}};?\s{{0,8}}$)"
)
_FLAG = re.compile(
    rf"(?i)((?<![\w-])--[\w-]{{0,32}}(?:{_WORD}|auth)[\w-]{{0,32}}[\"']?(?:=|\s+|\s*,\s*)[\"']?){_LITERAL}(?!-)([^\s\"'`,\]]{{1,4096}})"
)
_SCHEME = re.compile(r"(?i)(\b(?:bearer|basic)\s+)(?![$<{*])(?-i:(?=[a-z.~+/_-]*[0-9A-Z=]))([\w.~+/=-]{8,4096})")
_ENTRY = re.compile(
    rf"(?i)(\b(?:name|key)[\"']?\s*:\s*[\"']?{_NAME}[\"']?\s*[,\n]\s*[\"']?value[\"']?\s*:\s*[\"']?){_LITERAL}([^\s\"'`,}}]{{1,4096}})"
)
_KNOWN = re.compile(
    r"\b(?:AKIA[0-9A-Z]{16}|AIza[\w-]{30,40}|gh[pousr]_\w{20,255}|github_pat_\w{20,255}|xox[abprs]-[\w-]{10,255}|[srp]k_(?:live|test)_\w{10,255}"
    r"|eyJ[\w-]{8,4096}\.[\w-]{8,4096}(?:\.[\w-]{1,4096})?|glpat-[\w-]{16,255}|npm_\w{30,255}|(?<=hooks\.slack\.com/services/)[\w/]{8,255}|dop_v1_\w{30,255})"
)
_LONG = re.compile(r"(?<![\w/-])[A-Za-z0-9_-]{20,4096}(?![\w-])")
_SAMPLES = frozenset({"dGhlIHNhbXBsZSBub25jZQ"})
"""The sample key of RFC 6455 section 1.3, which the commands that verify a finding send."""


def text(value: str) -> str:
    """``value`` without its secrets."""
    if not _SUSPECT.search(value):
        return value
    value = _URL_PASSWORD.sub(rf"\1:{MARK}", value)
    value = _QUOTED.sub(rf"\1{MARK}", value)
    for pattern in (_PARAMETER, _ENTRY, _FLAG, _SCHEME, _ASSIGNED, _SET):
        value = pattern.sub(rf"\1{MARK}", value)
    return _LONG.sub(_judged, _KNOWN.sub(MARK, value))


def lines(values: Iterable[str]) -> list[str]:
    """Lines that follow each other, without their secrets: an entry's name and its value may stand on two of them."""
    together = list(values)
    veiled = text("\n".join(together)).split("\n")
    return veiled if len(veiled) == len(together) else [text(each) for each in together]


def named(name: str, value: str) -> str:
    """The value of a header or variable of this name, without its secrets."""
    secret = re.fullmatch(rf"(?i){_NAME}", name) and value and value[0] not in "$<{([*%"
    return MARK if secret else text(value)


def _judged(word: re.Match[str]) -> str:
    """The mark for a word that looks drawn by lot: upper and lower case, and digits spread over it."""
    found = word[0]
    runs = len(re.findall(r"[0-9]+", found))
    drawn = runs >= 3 and re.search("[a-z]", found) and re.search("[A-Z]", found) and found not in _SAMPLES
    return MARK if drawn else found
