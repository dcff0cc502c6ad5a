"""A call of ``php``, ``php-fpm``, ``frankenphp``, ``rr`` or Heroku's web scripts -> what it runs and whether that can upgrade.

What answers one request and ends cannot hold a socket: php-fpm, mod_php, PHP's own development server, and the servers below
Octane, which hand PHP a request at a time. Sockets are held by commands that run for ever.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from posixpath import basename

from advisor.model import Server
from advisor.stack.calls import Call
from advisor.stack.flags import address, flags, literal, port

_ANSWERS = "answers one request at a time and holds no connection"
_EVERYWHERE = "0.0.0.0"  # noqa: S104 - what the command binds, not something bound here
_DECIDES = "what the PHP program runs decides for itself whether it upgrades"
_SOCKETS = {"reverb:start": 8080, "websockets:serve": 6001}
"""Commands of Laravel that serve sockets, with their ports: REVERB_SERVER_PORT stands before the first one."""
_OWN = re.compile(r"socket|ratchet|\bws\b|ws:|chat|swoole|workerman|realtime|pusher", re.IGNORECASE)
_CONSOLES = frozenset({"artisan", "console", "hyperf.php", "think", "yii", "spark"})
_PHP_VALUES = {"d": "d", "c": "c", "z": "z", "S": "S", "t": "t", "f": "f", "r": "r"}
_PHP_SWITCHES = frozenset({"n", "q", "e", "a"})
_ENDS = frozenset({"phpunit", "composer", "pest", "phpstan", "phinx", "composer.phar"})


def php(call: Call) -> Server | None:
    """``php artisan reverb:start``, ``php bin/server.php``, ``php -S 0.0.0.0:8000``; queues and migrations serve nobody."""
    told = flags(call.words, _PHP_VALUES, _PHP_SWITCHES, only_leading=True)
    if told.has("S"):
        host, number, origin = address(told.get("S") or "")
        return Server("php -S", "cgi", False, f"PHP's own web server {_ANSWERS}", None, None, 1, number, origin, host)
    file = told.get("f") or next(iter(told.rest), None)
    if file is None or told.has("r"):
        return None
    rest = told.rest if told.get("f") else told.rest[1:]
    if basename(file) in _CONSOLES:
        return _console(call, file, list(rest))
    if basename(file) in _ENDS:
        return None
    return Server("php", "other", None, _DECIDES, file)


def _console(call: Call, file: str, words: list[str]) -> Server | None:
    """One command of a framework's console."""
    name = next((word for word in words if not word.startswith("-")), "")
    told = flags([word for word in words if word != name])
    if name in _SOCKETS:
        set_here = call.environment.get("REVERB_SERVER_PORT") if name == "reverb:start" else None
        written = told.get("port") or set_here
        number, origin = port(written) if written else (_SOCKETS[name], "default")
        host = literal(told.get("host")) if told.has("host") else _EVERYWHERE
        reason = f"{name} runs for ever and answers upgrades"
        return Server("php", "other", True, reason, name, None, 1, number, origin, host, dict(told.values))
    if name.startswith("octane:"):
        return octane(replace(call, words=tuple(word for word in words if word != name)))
    if name == "serve":
        number, origin = port(told.get("port")) if told.has("port") else (8000, "default")
        bind = literal(told.get("host")) if told.has("host") else "127.0.0.1"
        reason = f"PHP's own web server {_ANSWERS}"
        return Server("artisan serve", "cgi", False, reason, None, None, 1, number, origin, bind, dict(told.values))
    if basename(file) == "hyperf.php":
        return Server("php", "other", None, _DECIDES, file) if name == "start" else None
    return Server("php", "other", None, _DECIDES, name) if _OWN.search(name) and "queue" not in name else None


def octane(call: Call) -> Server:
    """The server below Octane: FrankenPHP, RoadRunner or Swoole, on port 8000."""
    told = flags(call.words)
    number, origin = port(told.get("port")) if told.has("port") else (8000, "default")
    bind = literal(told.get("host")) if told.has("host") else "127.0.0.1"
    reason = f"below Octane PHP {_ANSWERS}"
    return Server("octane", "cgi", False, reason, None, None, None, number, origin, bind, dict(told.values))


def fpm(call: Call) -> Server | None:
    """``php-fpm -F``, by any of its names."""
    if any(word in ("-t", "-v", "-i", "-m", "--test", "--version") for word in call.words):
        return None
    return Server("php-fpm", "cgi", False, f"php-fpm {_ANSWERS}", None, None, None, 9000, "default")


def apache(call: Call) -> Server:
    """``apache2-foreground`` of PHP's image: mod_php."""
    return Server("apache2-foreground", "cgi", False, f"PHP inside Apache {_ANSWERS}", None, None, None, 80, "default")


def frankenphp(call: Call) -> Server | None:
    """``frankenphp run``, ``frankenphp php-server``."""
    if not call.words or call.words[0] not in ("run", "php-server", "start"):
        return None
    return Server("frankenphp", "cgi", False, f"PHP in FrankenPHP {_ANSWERS}")


def roadrunner(call: Call) -> Server | None:
    """``rr serve``: its workers get one request at a time; sockets are Centrifugo's, which is another program."""
    if "serve" not in call.words:
        return None
    return Server("rr", "cgi", False, f"a worker of RoadRunner {_ANSWERS}", None, None, None)


def heroku(call: Call) -> Server:
    """``heroku-php-apache2 public/``: a web server with php-fpm behind it, on the port that the platform gives."""
    return Server(call.program, "cgi", False, f"php-fpm {_ANSWERS}", None, None, None, None, "environment", _EVERYWHERE)


def script(call: Call) -> Server | None:
    """``./artisan reverb:start``, ``bin/console app:sockets``, ``bin/hyperf.php start``."""
    return php(replace(call, program="php", words=(call.program, *call.words)))


PROGRAMS: Mapping[str, Callable[[Call], Server | None]] = {
    **dict.fromkeys(("php", *(f"php{number}" for number in ("7", "7.4", "8", "8.0", "8.1", "8.2", "8.3", "8.4", "8.5"))), php),
    **dict.fromkeys(
        (
            "php-fpm",
            *(f"php-fpm{number}" for number in ("7", "7.4", "8", "8.0", "8.1", "8.2", "8.3", "8.4", "81", "82", "83", "84")),
        ),
        fpm,
    ),
    "apache2-foreground": apache,
    "frankenphp": frankenphp,
    "rr": roadrunner,
    "artisan": script,
    "hyperf.php": script,
    **dict.fromkeys(("heroku-php-apache2", "heroku-php-nginx"), heroku),
}
