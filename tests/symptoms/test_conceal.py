"""Nothing secret of what is pasted is shown again."""

from __future__ import annotations

import pytest

from advisor.symptoms import read
from advisor.symptoms.conceal import conceal

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
SECRETS = [
    ("wss://app.example.com/ws?token=s3cr3tvalue failed", "s3cr3tvalue"),
    ("wss://user:pa55word@app.example.com/ws failed", "pa55word"),
    (f"wss://app.example.com/ws/{JWT} failed", JWT),
    ("wss://app.example.com/ws#access_token=s3cr3tvalue failed", "s3cr3tvalue"),
    ('path="/socket.io/?EIO=4&transport=websocket&sid=AbCdEf123" status=503', "AbCdEf123"),
    ("< Set-Cookie: session=s3cr3tvalue; Path=/", "s3cr3tvalue"),
    ("Cookie: a=b; connect.sid=s3cr3tvalue", "s3cr3tvalue"),
    ("Authorization: Bearer abc123def456ghi", "abc123def456ghi"),
    ("sent Bearer abc123def456ghi and got 401", "abc123def456ghi"),
    ("Sec-WebSocket-Protocol: access_token, s3cr3tvalue", "s3cr3tvalue"),
    ('{"token":"s3cr3tvalue"} 4401', "s3cr3tvalue"),
    ("api_key=s3cr3tvalue 403", "s3cr3tvalue"),
    ("AUTH_TOKEN: s3cr3tvalue", "s3cr3tvalue"),
    (f"jwt expired {JWT}", "eyJzdWIi"),
]


@pytest.mark.parametrize(("pasted", "secret"), SECRETS, ids=[pasted[:40] for pasted, _ in SECRETS])
def test_secrets_are_left_out(pasted: str, secret: str) -> None:
    """Neither in the text that is kept nor in any other field."""
    assert secret in pasted
    assert secret not in repr(read(pasted))


@pytest.mark.parametrize(
    "harmless",
    [
        "Unexpected response code: 400",
        "1006 after 60s",
        "upstream timed out (110: Connection timed out) while proxying upgraded connection",
        "wss://app.example.com/socket.io/ failed",
        "ROUTER_EXTERNAL_TARGET_CONNECTION_ERROR",
    ],
)
def test_what_is_harmless_stays(harmless: str) -> None:
    """A symptom is still recognised by its author."""
    assert harmless == conceal(harmless)
