"""Expressions of Java, Kotlin and C#: what is literal, what is followed, what stays unknown."""

from __future__ import annotations

from typing import Any

import pytest

from advisor.stack.curly.syntax import Unit
from advisor.stack.curly.values import UNKNOWN, Duration, Environment, Values, written_seconds
from advisor.stack.own_code import SourceFile

_SHAPES = {
    "java": 'class C {{ static final long N = 3 * 10L; static final String P = "/p"; Object f = g({}); }}',
    "kotlin": 'const val N = 3 * 10L\nconst val P = "/p"\nval f = g({})',
    "csharp": 'class C {{ const long N = 3 * 10; const string P = "/p"; object f = g({}); }}',
}


def value(language: str, expression: str) -> Any:
    """What the argument of the one call is."""
    unit = Unit(SourceFile("x", _SHAPES[language].format(expression), language))
    (call,) = unit.called("g")
    return Values(unit).of(call.values[0])


@pytest.mark.parametrize(
    ("language", "expression", "wanted"),
    [
        ("java", '"/a"', "/a"),
        ("java", "P", "/p"),
        ("java", 'P + "/x/" + id', "/p/x/{id}"),
        ("java", "N * 2", 60),
        ("java", "10_000L", 10000),
        ("java", "0x10", 16),
        ("java", "Duration.ofSeconds(N)", Duration(30)),
        ("java", "Duration.ofMinutes(2).toMillis()", 120_000),
        ("java", "TimeUnit.SECONDS.toMillis(30)", 30_000),
        ("java", 'System.getenv("PORT")', Environment("PORT")),
        ("java", 'Integer.parseInt(System.getenv().getOrDefault("PORT", "8080"))', Environment("PORT", "8080")),
        ("java", 'System.getenv("PORT") != null ? Integer.parseInt(System.getenv("PORT")) : 8080', Environment("PORT", 8080)),
        ("java", "new long[] {1, 2}", [1, 2]),
        ("java", "-5", -5),
        ("java", "true", True),
        ("java", "other()", UNKNOWN),
        ("java", "Undefined.NAME", UNKNOWN),
        ("kotlin", '"$P/x/${id}"', "/p/x/{id}"),
        ("kotlin", "15.seconds", Duration(15)),
        ("kotlin", "N.milliseconds", Duration(0.03)),
        ("kotlin", "Duration.ofSeconds(15)", Duration(15)),
        ("kotlin", 'System.getenv("PORT")?.toIntOrNull() ?: 8080', Environment("PORT", 8080)),
        ("kotlin", "if (a) 1 else 2", UNKNOWN),
        ("kotlin", 'listOf("a", "b")', ["a", "b"]),
        ("kotlin", "Long.MAX_VALUE", float(2**63 - 1)),
        ("csharp", '$"{P}/x/{id}"', "/p/x/{id}"),
        ("csharp", '@"/a"', "/a"),
        ("csharp", "TimeSpan.FromSeconds(N)", Duration(30)),
        ("csharp", "new TimeSpan(0, 1, 5)", Duration(65)),
        ("csharp", "TimeSpan.Zero", Duration(0)),
        ("csharp", "64 * 1024", 65536),
        ("csharp", "1 << 20", 1_048_576),
        ("csharp", 'Environment.GetEnvironmentVariable("PORT") ?? "8080"', Environment("PORT", "8080")),
        ("csharp", 'int.Parse(Environment.GetEnvironmentVariable("PORT") ?? "8080")', Environment("PORT", "8080")),
        ("csharp", 'configuration["Port"]', UNKNOWN),
    ],
)
def test_values(language: str, expression: str, wanted: Any) -> None:
    """Literals, constants, durations with their unit, variables with their fallback."""
    found = value(language, expression)
    assert (wanted is UNKNOWN, wanted) == (found is UNKNOWN, found)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30s", 30),
        ("500ms", 0.5),
        ("PT30S", 30),
        ("2m", 120),
        ("15 seconds", 15),
        ("30", 30),
        ("x", None),
        ("", None),
        ("3 lightyears", None),
    ],
)
def test_written_durations(text: str, seconds: float | None) -> None:
    """The ways in which settings files give a duration."""
    assert seconds == written_seconds(text)


def test_constants_that_name_each_other() -> None:
    """A circle of constants ends."""
    unit = Unit(SourceFile("x", "class C { static int A = B + B; static int B = A + A; Object f = g(A); }", "java"))
    assert Values(unit).of(unit.called("g")[0].values[0]) is UNKNOWN
