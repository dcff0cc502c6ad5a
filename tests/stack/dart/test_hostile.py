"""Nothing that stands in a repository's Dart files makes the reader raise."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stack.dart.trees import found

_PARTS = st.sampled_from(
    [
        *(
            "import 'package:web_socket_channel/io.dart';\n",
            "import 'dart:io' as io;\n",
            "import 'b.dart';\n",
            "export 'a.dart';\n",
        ),
        *(
            "WebSocketChannel.connect(",
            "Uri.parse(",
            "Uri(",
            "host: ",
            "'ws://",
            "$u",
            "${a.b}",
            "'",
            '"',
            ")",
            "(",
            ";",
            "\n",
            "{",
            "}",
        ),
        *(
            "final u = u;",
            "final u = ",
            "String get u => u;",
            "class A {",
            "static const u = A.u;",
            "A.u",
            "kDebugMode ? ",
            " : ",
            " ?? ",
        ),
        *(
            "Timer(",
            "Duration(seconds: ",
            "1 << 3",
            "99999999999",
            "() => connect()",
            "void connect() ",
            "onDone: ",
            "if (kDebugMode) ",
        ),
        *("webSocketHandler((s, p) {}", "pingInterval: ", "..pingInterval = ", "switch (x) {", "\x00", "\ud800", "\xe9", "/*"),
    ]
)
_TEXTS = st.lists(_PARTS, max_size=25).map(lambda parts: "".join(parts).encode("utf-8", "replace").decode())


@settings(max_examples=150, deadline=None)
@given(_TEXTS, _TEXTS)
def test_broken_code(text: str, other: str) -> None:
    """Parts in any order, in two files."""
    found({"lib/a.dart": text, "lib/b.dart": other, "pubspec.yaml": other})


def test_deep_code() -> None:
    """Brackets without end are said not to be read."""
    result = found({"lib/a.dart": "WebSocketChannel" + "(" * 3000})
    assert ["lib/a.dart"] == [each.file for each in result.not_read]
