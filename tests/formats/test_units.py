"""Durations and sizes as products write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.formats.units import go_seconds, nginx_bytes, nginx_seconds, seconds, size_bytes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("60", 60),
        ("60s", 60),
        ("1m30s", 90),
        ("1h 30m", 5400),
        ("500ms", 0.5),
        ("1d", 86400),
        ("1M", 2592000),
        ("1y", 31536000),
        ("1m 30", 90),
        ("0", 0),
        (" 5s ", 5),
        ("30s1m", None),
        ("1s1s", None),
        ("1 h", None),
        ("-1", None),
        ("1.5s", None),
        ("s", None),
        ("", None),
        ("60sec", None),
        ("$timeout", None),
    ],
)
def test_nginx_seconds(text: str, expected: float | None) -> None:
    """Parts go from large to small, once each; a bare number is seconds."""
    assert expected == nginx_seconds(text)


def test_nginx_seconds_in_another_unit() -> None:
    """Some directives count a bare number in milliseconds."""
    assert [0.06, 60.0] == [nginx_seconds("60", "ms"), nginx_seconds("60s", "ms")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1h30m", 5400),
        ("1.5s", 1.5),
        ("300ms", 0.3),
        ("1m0.5s", 60.5),
        (".5s", 0.5),
        ("-1s", -1),
        ("+1s", 1),
        ("0", 0),
        ("10us", 0.00001),
        ("10µs", 0.00001),
        ("60", None),
        ("", None),
        ("--1s", None),
        ("1d", None),
        ("1s ", 1),
        ("1 s", None),
    ],
)
def test_go_seconds(text: str, expected: float | None) -> None:
    """A Go duration has a unit at every number."""
    assert expected == go_seconds(text)


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("30000", "ms", 30),
        (25, "s", 25),
        ("1.5", "m", 90),
        (2, "h", 7200),
        ("x", "s", None),
        (float("inf"), "s", None),
        ("1s", "s", None),
    ],
)
def test_seconds(text: str | float, unit: str, expected: float | None) -> None:
    """A plain number counts in the unit that its product states."""
    assert expected == seconds(text, unit)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("512", 512), ("8k", 8192), ("1M", 1048576), ("2g", 2147483648), ("1mb", None), ("", None), ("-1", None), ("1.5m", None)],
)
def test_nginx_bytes(text: str, expected: int | None) -> None:
    """Sizes are powers of 1024."""
    assert expected == nginx_bytes(text)


@pytest.mark.parametrize(
    ("text", "decimal", "expected"),
    [
        ("16MiB", False, 16777216),
        ("16MiB", True, 16777216),
        ("1MB", True, 1000000),
        ("1mb", False, 1048576),
        ("1.5 GB", False, 1610612736),
        ("64k", False, 65536),
        (1024, False, 1024),
        ("100", False, 100),
        ("5i", False, None),
        ("", False, None),
        ("many", False, None),
        (float("nan"), False, None),
    ],
)
def test_size_bytes(text: str | float, decimal: bool, expected: int | None) -> None:
    """Sizes with and without the binary sign."""
    assert expected == size_bytes(text, decimal)


@given(st.text(alphabet="0123456789.msdhwyMkKgGiBb +-µn", max_size=200))
def test_any_text_is_a_number_or_nothing(text: str) -> None:
    """No text makes a unit raise."""
    results = [nginx_seconds(text), go_seconds(text), seconds(text, "ms"), nginx_bytes(text), size_bytes(text)]
    assert all(result is None or isinstance(result, int | float) for result in results)
