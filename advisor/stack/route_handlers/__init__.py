"""Functions that a gateway calls for each message of a socket that it holds itself, in any language that has a sign for them."""

from __future__ import annotations

ENDINGS = (".js", ".mjs", ".cjs", ".ts", ".mts", ".py", ".go", ".java", ".kt", ".cs", ".rs", ".rb", ".php")
