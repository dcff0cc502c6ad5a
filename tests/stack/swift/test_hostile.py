"""Nothing that stands in a repository's Swift files makes the reader raise."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stack.swift.trees import found

_PARTS = st.sampled_from(
    [
        *(
            "import Vapor\n",
            "import Starscream\n",
            "import SwiftPhoenixClient\n",
            "s.webSocketTask(with: ",
            "URL(string: ",
            '"ws://',
            "\\(u)",
        ),
        *(
            '"',
            ")",
            "(",
            "!",
            "?",
            "\n",
            "{",
            "}",
            "[",
            "]",
            "let u = u\n",
            "let u = ",
            "A.u",
            "enum A {",
            "static let u = A.u",
            " ?? ",
        ),
        *(
            "#if DEBUG\n",
            "#else\n",
            "#endif\n",
            "#elseif X\n",
            "func connect() {",
            "connect()",
            "case .failure: ",
            ".now() + ",
            "9" * 15,
        ),
        *(
            "asyncAfter(deadline: ",
            "Task.sleep(for: .seconds(",
            'app.webSocket("',
            'x.grouped("',
            "x.group(",
            "maxFrameSize: 1 << 90",
        ),
        *("var body: some View {", "return ", "WebSocket(request: ", "config: [", "\x00", "\ud800", "\xe9", "/*", '"""'),
    ]
)
_TEXTS = st.lists(_PARTS, max_size=25).map(lambda parts: "".join(parts).encode("utf-8", "replace").decode())


@settings(max_examples=150, deadline=None)
@given(_TEXTS, _TEXTS)
def test_broken_code(text: str, other: str) -> None:
    """Parts in any order, in two files."""
    found({"A.swift": text, "B.swift": other, "Package.swift": other})


def test_deep_code() -> None:
    """Brackets without end are said not to be read."""
    result = found({"lib/a.swift": "webSocketTask" + "(" * 3000})
    assert ["lib/a.swift"] == [each.file for each in result.not_read]
