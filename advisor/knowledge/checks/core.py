"""Every profile answers the questions that a path cannot be judged without."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.knowledge.checks.problem import Data, Problem

ALWAYS = ("websocket_support", "idle_timeout", "max_connection_duration", "tls_termination", "upgrade_headers")


def check(data: Data) -> Iterator[Problem]:
    for file, profile in data.profiles():
        stated = {fact["dimension"] for fact in profile["facts"]}
        yield from (Problem(file, f"{key} is missing; state unknown if it is") for key in ALWAYS if key not in stated)
        is_http = profile.get("health_check", {}).get("kind")
        fact = next((fact for fact in profile["facts"] if fact["dimension"] == "health_check"), None)
        if is_http and fact is not None and fact["statements"][0]["value"] != is_http:
            yield Problem(file, f"health_check says {is_http}, its fact says {fact['statements'][0]['value']}")
