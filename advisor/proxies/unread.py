"""A configuration that could not be read here -> what the answer hangs on; one that the program refuses -> why."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.model import Depends, Invalid, NotRead, Place


def unread(files: Sequence[str], not_read: Sequence[NotRead]) -> Depends | None:
    """What the unread file holds; ``None`` where a file was read, or none was there."""
    if files or not not_read:
        return None
    return Depends(f"what {not_read[0].file} holds: {not_read[0].reason}", ())


def refused(reason: str, place: Place | None, module: str | None = None) -> Invalid | Depends:
    """The program does not start. What is only nested too deeply for this reader the program itself may well take."""
    if "nested" in reason and "deep" in reason:
        return Depends(f"what the file holds where {reason} ({place})", ())
    return Invalid(reason, place, module=module)
