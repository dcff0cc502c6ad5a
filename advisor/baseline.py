"""An earlier report in JSON -> the findings that a project starts from, so that only what comes later is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from advisor.options import BadOptions

_LARGEST = 50_000_000


@dataclass(frozen=True, slots=True)
class Baseline:
    """The fingerprints of a report, and the file that holds it."""

    file: str
    fingerprints: frozenset[str]


def read(file: str, root: FilePath) -> Baseline:
    """The baseline in ``file``, as ``wsadvise scan --format json:FILE`` writes it; below ``root`` it is called by its path there.

    What an older baseline set aside in that report counts as well, so a baseline can be written anew over itself.
    Raises :class:`BadOptions`.
    """
    path = FilePath(file)
    try:
        if path.stat().st_size > _LARGEST:
            raise BadOptions(f"The baseline {file} is larger than {_LARGEST // 1_000_000} MB, so it is no report of wsadvise.")
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadOptions(f"The baseline {file} cannot be read: {(error.strerror or str(error)).lower()}.") from None
    except (ValueError, RecursionError):
        raise BadOptions(f"The baseline {file} is not JSON. Write one with: wsadvise scan . --format json:{file}") from None
    if not isinstance(data, dict) or data.get("schema_version") != 1 or not isinstance(data.get("findings"), list):
        raise BadOptions(f"The baseline {file} is not a report of wsadvise. Write one with: wsadvise scan . --format json:{file}")
    inside = path.resolve().is_relative_to(root.resolve())
    shown = path.resolve().relative_to(root.resolve()).as_posix() if inside else file
    return Baseline(shown, frozenset(_fingerprints(data)))


def _fingerprints(data: dict[str, Any]) -> Iterator[str]:
    for key in ("findings", "set_aside"):
        for each in data.get(key) or ():
            if isinstance(each, dict):
                told = each.get("fingerprints") or [each.get("fingerprint")]
                yield from (mark for mark in told if isinstance(mark, str))
