"""Files of an app that runs as functions: which of them can never take an upgrade there."""

from __future__ import annotations

import pytest

from advisor.stack.entries import cannot_upgrade


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('import next from "next";\nconst app = next({ dev });\n', True),
        ("const next = require('next');\n", True),
        ('import type { NextApiResponse } from "next";\n', False),
        ('import { NextApiResponse } from "next";\n', False),
        ('import type next from "next";\n', False),
        ('import { useRouter } from "next/navigation";\n', False),
    ],
)
def test_custom_server_around_next(text: str, expected: bool) -> None:
    """The function of Next.js makes a custom server; its types and parts do not."""
    assert expected is (cannot_upgrade("src/lib/socket.ts", text) is not None)
