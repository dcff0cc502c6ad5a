"""Releases stand newest first, each once, and none of them comes out in the future."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.knowledge.checks.problem import Data, Problem
from advisor.versions import key


def check(data: Data) -> Iterator[Problem]:
    for file, profile in data.profiles():
        releases = profile.get("releases", ())
        versions = [release["version"] for release in releases]
        if versions != sorted(set(versions), key=key, reverse=True):
            yield Problem(file, "releases have to stand newest first, each once")
        for release in releases:
            if release["on"] > data.today.isoformat():
                yield Problem(file, f"release {release['version']} comes out in the future")
        counted = profile.get("validity") == "version"
        if releases and not counted:
            yield Problem(file, "releases belong to a profile whose statements are counted by version")
