"""Asks nginx itself where a directive may stand and how many words it takes: the source of ``directives.txt``.

``ask`` puts a directive into a context with too many words and with each number of words, and reads from the refusal what
is known of it. ``python -m tests.proxies.nginx_grammar`` prints the lines for the names in the table, of every nginx here.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path

from advisor.proxies.nginx.grammar import table
from tests.proxies.nginx_program import Program, programs

CONTEXTS = {
    "m": "%s",
    "e": "events { %s }",
    "h": "http { %s }",
    "s": "http { server { %s } }",
    "l": "http { server { location /p { %s } } }",
    "u": "http { upstream u { %s } }",
    "i": "http { server { if ($uri) { %s } } }",
    "j": "http { server { location /p { if ($uri) { %s } } } }",
    "x": "http { server { location /p { limit_except GET { %s } } } }",
    "S": "stream { %s }",
    "T": "stream { server { %s } }",
    "U": "stream { upstream u { %s } }",
}
COUNTS = (0, 1, 2, 3, 4, 5, 6, 7, 12)


def refusal(program: Program, context: str, directive: str) -> str:
    """What nginx says to this directive in this context; empty where it is content."""
    with tempfile.TemporaryDirectory() as folder:
        loads = "".join(f"load_module {module};" for module in program.modules) if context in "STU" else ""
        Path(folder, "c.conf").write_text(f"{loads}\n{CONTEXTS[context] % directive}\n")
        command = [program.path, "-t", "-q", "-p", folder, "-e", "/dev/null", "-c", f"{folder}/c.conf"]
        shown = subprocess.run(command, capture_output=True, text=True, timeout=20).stderr
    found = re.search(r"\[emerg\] (?:\d+#\d+: )?(.*)", shown)
    return found[1] if found else ""


def ask(program: Program, name: str, context: str) -> tuple[frozenset[int], bool, bool] | None:
    """Numbers of words, whether a block, whether a flag; ``None`` where the name is not allowed or not known there."""
    many = refusal(program, context, f"{name} {' '.join(['zz'] * 12)};")
    if f'"{name}" directive is not allowed here' in many or f'unknown directive "{name}"' in many:
        return None
    block = "has no opening" in many
    end = " { }" if block else ";"
    wrong = f'invalid number of arguments in "{name}"'
    counts = frozenset(
        count for count in COUNTS if wrong not in refusal(program, context, f"{name} {' '.join(['zz'] * count)}{end}")
    )
    return counts, block, 'it must be "on" or "off"' in refusal(program, context, f"{name} zz;")


def main() -> None:
    for program in programs():
        for name in table():
            for context in CONTEXTS:
                answer = ask(program, name, context)
                if answer is not None:
                    counts, block, flag = answer
                    words = ",".join(map(str, sorted(counts)))
                    print(program.version, name, f"{context}:{words}{'{' if block else ''}{'!' if flag else ''}")  # noqa: T201 - a list to read


if __name__ == "__main__":
    main()
