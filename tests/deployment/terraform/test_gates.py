"""Tests of firewall rules in Terraform: which of them decide by host and path alone."""

from __future__ import annotations

import pytest

from advisor.deployment.terraform.gates import _split, _term


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('http.request.uri.path eq "/ws"', ("path", ("/ws",))),
        ('starts_with(http.request.uri.path, "/ws")', ("path", ("/ws*",))),
        ('(http.request.uri.path contains "/ws")', ("path", ("*/ws*",))),
        ('http.host in {"a.example.com" "b.example.com"}', ("host", ("a.example.com", "b.example.com"))),
        ('http.request.uri.path matches "^/ws"', None),
        ('ip.geoip.country eq "DE"', None),
        ('not http.host eq "a.example.com"', None),
    ],
)
def test_a_term(text: str, expected: tuple[str, tuple[str, ...]] | None) -> None:
    """Comparisons of host and path become globs; what asks for anything else is not taken."""
    assert expected == _term(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a or b or c", ["a", "b", "c"]),
        ("(a or b)", ["a", "b"]),
        ("(a or b) and c", ["(a or b) and c"]),
        ('x eq "a or b"', ['x eq "a or b"']),
    ],
)
def test_split(text: str, expected: list[str]) -> None:
    """Only what stands outside brackets and quotes separates."""
    assert expected == _split(text, "or")
