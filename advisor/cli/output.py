"""Where output goes: standard output, files, and sentences on standard error."""

from __future__ import annotations

import codecs
import errno
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from advisor.options import BadOptions
from advisor.reports import clean

_NARROWEST, _WIDEST, _PIPED = 60, 110, 100
_PLAIN = str.maketrans({"→": ">", "│": "|", "·": "-", "…": "...", "✗": "x", "—": "-", "“": '"', "”": '"'})


@dataclass(frozen=True, slots=True)
class Screen:
    """How text may look where it goes: columns, and whether colours are shown."""

    width: int = _PIPED
    colour: bool = False


def screen() -> Screen:
    """Standard output as it is. ``NO_COLOR`` switches colours off, ``FORCE_COLOR`` on (no-color.org, force-color.org)."""
    terminal = _is_terminal(sys.stdout)
    width = min(max(shutil.get_terminal_size().columns, _NARROWEST), _WIDEST) if terminal else _PIPED
    if os.environ.get("NO_COLOR"):
        return Screen(width)
    return Screen(width, bool(os.environ.get("FORCE_COLOR")) or (terminal and os.environ.get("TERM") != "dumb"))


def progress_wanted() -> bool:
    """True where a person watches standard error."""
    return _is_terminal(sys.stderr) and os.environ.get("TERM") != "dumb" and not os.environ.get("CI")


def write(text: str) -> None:
    """Writes to standard output. One that is closed, now (``| head``) or from the start, is no error and changes no exit code.

    Raises :class:`BadOptions` where the output does not fit.
    """
    stream = sys.stdout
    if stream is None:
        return
    encoding = codecs.lookup(getattr(stream, "encoding", None) or "utf-8").name
    if not encoding.startswith("utf"):
        text = text.translate(_PLAIN).encode(encoding, "replace").decode(encoding)
    try:
        stream.write(text)
        stream.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if error.errno not in (errno.EPIPE, errno.EINVAL):
            raise BadOptions(f"Standard output cannot be written: {(error.strerror or str(error)).lower()}.") from None


def write_exactly(text: str) -> None:
    """Writes to standard output as UTF-8 with the line ends that the text has, so that a diff fits its files.

    Raises :class:`BadOptions` where the output does not fit.
    """
    stream = sys.stdout
    binary = getattr(stream, "buffer", None)
    if binary is None:
        write(text)
        return
    try:
        stream.flush()
        binary.write(text.encode("utf-8", "surrogateescape"))
        binary.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if error.errno not in (errno.EPIPE, errno.EINVAL):
            raise BadOptions(f"Standard output cannot be written: {(error.strerror or str(error)).lower()}.") from None


def write_file(file: str, text: str) -> None:
    """Writes UTF-8 with line feeds. Raises :class:`BadOptions` where that cannot be done."""
    try:
        Path(file).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise BadOptions(f"{file} cannot be written: {(error.strerror or str(error)).lower()}.") from None


def complain(sentence: str) -> None:
    """One sentence on standard error."""
    sys.stderr.write(f"wsadvise: {clean.line(sentence)}\n")


def _is_terminal(stream: object) -> bool:
    try:
        return bool(stream.isatty())  # type: ignore[attr-defined]
    except (AttributeError, ValueError):
        return False
