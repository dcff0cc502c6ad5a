"""Nothing that stands in a repository's PHP files makes the reader raise."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.formats.supervisor import programs
from tests.stack.php.trees import EVENT, LARAVEL, found

_PARTS = st.sampled_from(
    [
        *(
            "<?php ",
            "use ",
            "Ratchet\\WebSocket\\WsServer",
            ";",
            "new WsServer(",
            ")",
            "(",
            "[",
            "]",
            "=>",
            "{",
            "}",
            "\n",
            "'",
            '"',
        ),
        *(
            "$x",
            "$x = $x;",
            "env('X', ",
            "getenv(",
            "config('a.b')",
            "config('reverb.servers')",
            " ?? ",
            " . ",
            " << ",
            "99999999999999",
        ),
        *(
            "new Ratchet\\App(",
            "->route('/x',",
            "IoServer::factory(",
            "websocket://{$x}:80",
            "new Worker(",
            "->set([",
            "foreach ($c as $d)",
        ),
        *("return [", "'servers'", "'apps'", "'allowed_origins'", "SERVER_WEBSOCKET", "\x00", "\ud800", "\xe9", "?>", "/*", "//"),
        *("[program:", "x]", "command=", "%(ENV_A)s", "numprocs=", "9" * 30, "environment=", ";", "autostart=false"),
    ]
)
_TEXTS = st.lists(_PARTS, max_size=25).map(lambda parts: "".join(parts).encode("utf-8", "replace").decode())


@settings(max_examples=120, deadline=None)
@given(
    _TEXTS, st.sampled_from(["config/reverb.php", "a.php", "config/process.php", "config/autoload/server.php", "composer.json"])
)
def test_broken_code(text: str, path: str) -> None:
    """Parts in any order."""
    found({**LARAVEL, "app/Events/Said.php": EVENT, "b.php": "<?php new WsServer(config('a.b'));", path: text})
    programs(text, "supervisord.conf")


def test_circles() -> None:
    """Values that lead back to themselves end."""
    found(
        {
            "config/a.php": "<?php return ['b' => config('a.b')];",
            "x.php": "<?php\nnew \\Ratchet\\App($p, config('a.b'));\n$p = $p;\n",
        }
    )
