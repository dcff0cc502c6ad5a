"""Pasted text -> the same text without what must not be shown again: queries, credentials, tokens, cookies.

A person pastes what the console shows, and that often carries a token in its URL.
"""

from __future__ import annotations

import re

_URL = re.compile(
    r"\b(?P<start>(?:wss?|https?)://)(?:[^\s/@'\"<>]{1,256}@)?(?P<rest>[^\s?#'\"<>]{0,2048})(?:[?#][^\s'\"<>]*)?", re.IGNORECASE
)
_QUERY = re.compile(r"(?P<path>/[\w./~%+-]{0,512})\?[^\s'\"<>]+")
_HEADER = re.compile(
    r"(?P<name>\b(?:authorization|proxy-authorization|cookie|set-cookie|x-api-key|api-key|sec-websocket-(?:key|accept|protocol)))\s*:[^\r\n]*",
    re.IGNORECASE,
)
_BEARER = re.compile(r"\b(?P<kind>bearer|basic|token)\s+(?=\S*[\d_.=-])[\w.~+/=-]{8,}", re.IGNORECASE)
_NAMED = re.compile(
    r"(?P<name>\b[\w-]{0,40}(?:token|secret|password|passwd|apikey|api_key|access_key|session|jwt|sid|auth)[\w-]{0,20}[\"']?\s{0,4}[=:]\s{0,4})"
    r"[\"']?[^\s,;&\"'}]{4,}[\"']?",
    re.IGNORECASE,
)
_LONG = re.compile(r"(?<![\w-])(?=[\w-]{0,400}\d)(?=[\w-]{0,400}[A-Za-z])[\w-]{24,}(?:\.[\w-]{8,}){0,2}(?![\w-])")
_LEFT_OUT = "[...]"


def conceal(text: str) -> str:
    """``text`` as it may be shown, logged and kept."""
    text = _HEADER.sub(lambda found: f"{found['name']}: {_LEFT_OUT}", text)
    text = _URL.sub(lambda found: found["start"] + _LONG.sub(_LEFT_OUT, found["rest"]), text)
    text = _QUERY.sub(lambda found: found["path"], text)
    text = _BEARER.sub(lambda found: f"{found['kind']} {_LEFT_OUT}", text)
    text = _NAMED.sub(lambda found: found["name"] + _LEFT_OUT, text)
    return _LONG.sub(_LEFT_OUT, text)
